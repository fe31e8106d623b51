"""Notices reach a real server through apprise, together, once; one that fails stops nothing and is tried again."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog

from core.errors import InputError, Retry, StoreError
from crawlers.report import VisitReport
from tests.upkeep.conftest import NOON, source
from upkeep.events import Event, NetworkFails, NetworkWorks, Pulse, Settled, StoreFails, StoreWorks, Turn
from upkeep.notices import Notices, channel

SECRET = "geheim-7741"  # noqa: S105 - a mark to look for


@dataclass
class Desk:
    """Whoever is woken: what arrived, and what is answered."""

    status: int = 200
    slow: float = 0.0
    got: list[str] = field(default_factory=list)
    url: str = ""

    def hears(self, count: int, seconds: float = 10.0) -> list[str]:
        """What arrived, once there are so many messages."""
        deadline = time.monotonic() + seconds
        while len(self.got) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.got


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A server on loopback that takes apprise's json:// messages."""
    made = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(made.slow)
            if made.status == 200:
                made.got.append(body["message"])
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"json://127.0.0.1:{server.server_port}/?+X-Key={SECRET}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


def settled(turn: Turn | None) -> Settled:
    """A visit that changed something."""
    problem = Retry("服务器出错", "server error") if turn is Turn.BROKE else None
    return Settled(source(), VisitReport("jobs", NOON, NOON, problem=problem), (), turn)


def notices(desk: Desk, outcomes: list[str], **given: float) -> Notices:
    """Notices in English to the desk, gathered for a short while."""
    return Notices(channel(desk.url), "en", outcomes.append, **{"gather": 0.1, "again": 0.2, **given})


def test_what_comes_together_is_one_message(desk: Desk) -> None:
    """A hundred sources that break in one moment are one message; what only makes figures is none."""
    outcomes: list[str] = []
    made = notices(desk, outcomes)
    for event in (settled(Turn.BROKE), settled(None), Pulse(1, 1, 1, 1), settled(Turn.BROKE)):
        made.tell(event)
    (text,) = desk.hears(1)
    assert text == "\n".join(["Source 版块 jobs is broken: server error"] * 2)
    made.tell(settled(Turn.RECOVERED))
    assert desk.hears(2)[1:] == ["Source 版块 jobs has recovered."]
    made.close(5)
    assert outcomes == ["sent", "sent"]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (StoreFails(StoreError("磁盘满", "the disk is full")), "the disk is full"),
        (StoreWorks(), "store works again"),
        (NetworkFails(Retry("解析不了", "no name")), "no name"),
        (NetworkWorks(), "network works again"),
    ],
)
def test_faults_and_their_ends_are_told(desk: Desk, event: Event, words: str) -> None:
    """Store and network, each way."""
    made = notices(desk, [])
    made.tell(event)
    assert words in desk.hears(1)[0]
    made.close(5)


def test_a_notice_that_fails_is_kept_and_said_once(desk: Desk) -> None:
    """The server refuses for a while: one log line that names no address, then the message arrives, whole."""
    desk.status = 500
    outcomes: list[str] = []
    with structlog.testing.capture_logs() as logs:
        made = notices(desk, outcomes)
        made.tell(settled(Turn.BROKE))
        deadline = time.monotonic() + 10
        while outcomes.count("failed") < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        made.tell(settled(Turn.RECOVERED))
        desk.status = 200
        (text,) = desk.hears(1)
        patience = time.monotonic() + 10
        while len(logs) < 2 and time.monotonic() < patience:  # the line follows the answer
            time.sleep(0.02)
        made.close(5)
    assert text.splitlines() == ["Source 版块 jobs is broken: server error", "Source 版块 jobs has recovered."]
    assert [entry["log_level"] for entry in logs] == ["error", "info"]
    assert SECRET not in str(logs)
    assert "127.0.0.1" not in str(logs)


def test_too_many_that_wait_are_counted(desk: Desk) -> None:
    """The newest two hundred are kept, and the message says how many are lost."""
    made = notices(desk, [], gather=1.0)
    for number in range(250):
        made.say(f"notice {number}")
    lines = desk.hears(1)[0].splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("(50 earlier notices could not be sent)", "notice 50", "notice 249")
    made.close(5)


def test_a_server_that_hangs_holds_nobody_up(desk: Desk) -> None:
    """Telling returns at once, and so does the end, within its patience."""
    desk.slow = 3.0
    made = Notices(channel(desk.url, seconds=1.0), "en", lambda _: None, gather=0.0)
    began = time.monotonic()
    for _ in range(100):
        made.tell(settled(Turn.BROKE))
    told = time.monotonic()
    assert told - began < 0.9
    made.close(1.0)
    assert time.monotonic() - told < 2.5


def test_the_last_notices_go_out_at_the_end(desk: Desk) -> None:
    """Closing does not wait for more to come."""
    made = notices(desk, [], gather=60.0)
    made.say("the last one")
    began = time.monotonic()
    made.close(5)
    assert desk.got == ["the last one"]
    assert time.monotonic() - began < 4


def test_addresses_are_a_list_with_commas(desk: Desk) -> None:
    """A comma inside of an address belongs to it; nothing set is no channel."""
    send = channel(f"{desk.url}&-a=b,c, {desk.url}")
    assert send is not None
    assert send("title", "text")
    assert desk.got == ["text", "text"]
    assert channel(" ") is None


def test_an_address_that_nobody_knows_is_named_by_its_number(desk: Desk) -> None:
    """It may hold a password, so it is not quoted."""
    with pytest.raises(InputError, match=r"no\. 2 of LUREWATCH_NOTIFY") as raised:
        channel(f"{desk.url}, nonsense://{SECRET}@host")
    assert SECRET not in raised.value.zh + raised.value.en
