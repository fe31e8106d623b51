"""A disk, a store, a browser, a resolver that fail: the patrol goes on with what works, says so once, and recovers."""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import psutil
import pytest

from app import App, Loaded, Refused, build
from core.ports import Query
from core.secret import open_key
from core.settings import read_settings
from crawlers.extract import feeds, pages
from crawlers.fleet import Fleet
from crawlers.limits import Limits
from crawlers.sources import read_sources
from crawlers.visit import Extractors
from pipeline import Judge, LiveJudge
from scheduler import Patrol
from tests.crawlers.conftest import CHROMIUM, LOOPBACK
from tests.desk import OFFER, Desk
from tests.running import ROOT, environment
from upkeep.events import Event, NetworkFails, NetworkWorks, Pulse, Settled, StoreFails, StoreWorks, Turn

_PATIENCE = 40.0
DRAWN = """id: {id}
name: 版块 {id}
url: {url}
kind: list
whole: true
drawn: true
politeness: {{delay: 0s}}
interval: {{least: 1s, most: 2s}}
selectors: {{item: li.post, key: '@id', text: .words}}
"""
Resolve = Callable[[str, int], Any]


@dataclass
class Running:
    """A patrol in this process, and what it told."""

    app: App
    told: list[Event] = field(default_factory=list)
    pulses: list[Pulse] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        """Listen."""
        (self.pulses if isinstance(event, Pulse) else self.told).append(event)

    def faults(self) -> list[type]:
        """The kinds of events, visits and edited rules left out."""
        return [type(event) for event in self.told if not isinstance(event, Settled | Loaded | Refused)]

    def visits(self, source: str) -> list[Settled]:
        """The visits of a source."""
        return [event for event in self.told if isinstance(event, Settled) and event.source.id == source]

    def turns(self, source: str) -> list[Turn]:
        """What its visits changed."""
        return [event.turn for event in self.visits(source) if event.turn]

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait for something to hold."""
        deadline = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"{what}: {self._last()}"
            time.sleep(0.05)

    def _last(self) -> list[str]:
        return [
            f"{event.source.id} {event.report.problem} {event.report.skipped} {event.turn} {len(event.flags)}"
            if isinstance(event, Settled)
            else str(event)
            for event in self.told[-6:]
        ]

    def texts(self) -> list[str]:
        """The texts of the stored flags, in order."""
        return sorted(row.flag.text for row in self.app.flags.search(Query()))


StartRunning = Callable[..., Running]


@pytest.fixture
def start(desk: Desk, judge: Judge) -> Iterator[StartRunning]:
    """Starts a patrol of the desk's sources."""
    stop = threading.Event()
    ends: list[Callable[[], None]] = []

    def begin(resolver: Resolve | None = None, browser: Path | None = None, limits: Limits | None = None) -> Running:
        settings = read_settings(data=desk.home / "data", sources=desk.home / "sources", allow_private="127.0.0.0/8")
        app = build(settings)
        app.judge = LiveJudge(judge)  # made once for all tests
        app.patrols._database.execute("PRAGMA busy_timeout = 200")  # type: ignore[attr-defined]  # noqa: SLF001
        app.flags._database.execute("PRAGMA busy_timeout = 200")  # type: ignore[attr-defined]  # noqa: SLF001
        fleet = Fleet(
            app.patrols,
            open_key(settings.data / "secret.key"),
            Extractors(pages.listing, pages.detail, feeds.feed),
            user_agent="Lurewatch/0.1",
            allowed=LOOPBACK,
            browser=browser,
            limits=limits or Limits(retries=0),
            resolver=resolver,
        )
        made = Running(app)
        patrol = Patrol(app, fleet, read_sources(settings.sources)[0], made.tell)
        thread = threading.Thread(target=patrol.run, args=(stop,))
        thread.start()

        def end() -> None:
            thread.join(30)
            fleet.close()
            app.close()

        ends.append(end)
        return made

    yield begin
    stop.set()
    for end in ends:
        end()


def offers(*numbers: int) -> list[str]:
    """Offers that differ in their contact."""
    return sorted(OFFER.format(number=number) for number in numbers)


def test_a_locked_store_is_waited_for(desk: Desk, start: StartRunning) -> None:
    """Another program holds it for seconds: told once, no source is blamed, and what came meanwhile is found."""
    desk.board("/jobs", *offers(0))
    desk.source("jobs", "/jobs")
    running = start()
    running.until("a visit", lambda: bool(running.visits("jobs")))
    other = sqlite3.connect(desk.home / "data" / "lurewatch.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    desk.board("/jobs", *offers(0, 1, 2))
    running.until("the fault", lambda: StoreFails in running.faults())
    time.sleep(3)
    assert running.faults() == [StoreFails]
    other.execute("ROLLBACK")
    other.close()
    running.until("the recovery", lambda: StoreWorks in running.faults())
    running.until("what came meanwhile", lambda: running.texts() == offers(0, 1, 2))
    assert running.faults() == [StoreFails, StoreWorks]
    assert running.turns("jobs") == []


def test_names_that_cannot_be_resolved_for_a_while(desk: Desk, start: StartRunning) -> None:
    """Told once, nobody is blamed; when names are there again the patrol finds what came meanwhile."""
    down = threading.Event()

    async def resolve(host: str, _port: int) -> Sequence[str]:
        if down.is_set() and host.endswith(".test"):
            raise OSError("no such name")
        return ["127.0.0.1"]

    port = desk.site.url.rpartition(":")[2]
    for name in ("alder", "birch"):
        desk.board(f"/{name}", *offers(0))
        desk.source(name, f"/{name}")
        path = desk.home / "sources" / f"{name}.yml"
        path.write_text(path.read_text("utf-8").replace("127.0.0.1", f"{name}.test"), "utf-8")
    assert port in path.read_text("utf-8")
    down.set()  # before the start, since addresses are kept for a minute
    running = start(resolver=resolve)
    desk.board("/alder", *offers(0, 1))
    running.until("the fault", lambda: NetworkFails in running.faults())
    time.sleep(3)
    down.clear()
    running.until("the recovery", lambda: NetworkWorks in running.faults())
    running.until("what came meanwhile", lambda: set(running.texts()) == set(offers(0, 1)))
    assert running.faults() == [NetworkFails, NetworkWorks]
    assert running.turns("alder") == running.turns("birch") == []


@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["dies", "hangs"])
def test_a_browser_that_fails_in_a_visit(desk: Desk, start: StartRunning, how: signal.Signals) -> None:
    """The plain source goes on, the drawn one is told as broken once and as recovered once, and no offer is lost."""
    desk.board("/plain", *offers(0))
    desk.source("plain", "/plain")
    desk.board("/drawn", *offers(1))
    (desk.home / "sources" / "drawn.yml").write_text(DRAWN.format(id="drawn", url=f"{desk.site.url}/drawn"), "utf-8")
    limits = Limits(retries=0, draw_seconds=4.0)
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    running = start(browser=CHROMIUM, limits=limits)
    running.until("a drawn page", lambda: bool(running.visits("drawn")))
    assert running.visits("drawn")[0].report.problem is None
    ours = [one for one in psutil.Process().children(recursive=True) if one.pid not in before]
    chromium = [one for one in ours if "chrom" in one.name()]
    desk.board("/drawn", *offers(1, 2))
    desk.site.pages["/drawn"] = changed(desk.site.pages["/drawn"], slow=0.5)  # type: ignore[type-var]
    for process in chromium:
        process.send_signal(how)
    plain = len(running.visits("plain"))
    running.until("all offers", lambda: running.texts() == offers(0, 1, 2))
    running.until("the plain source goes on", lambda: len(running.visits("plain")) > plain + 1)
    running.until("the recovery", lambda: running.turns("drawn") != [Turn.BROKE])
    assert running.faults() == []
    assert running.turns("drawn") in ([], [Turn.BROKE, Turn.RECOVERED])
    assert running.turns("plain") == []
    _, alive = psutil.wait_procs(chromium, timeout=10)
    assert alive == [], [one.status() for one in alive]


def test_a_disk_that_fills_and_empties(desk: Desk) -> None:
    """Told once and mended by itself: with room again all offers are there, each once, and no source was blamed."""
    found = [OFFER.format(number=number) for number in range(150)]
    desk.board("/jobs", *found)
    desk.source("jobs", "/jobs")
    limit = 300_000  # bytes that one file may have: the database does not fit
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--lang", "en", "patrol", "--json"],
        cwd=desk.home,
        env={**environment(desk.home), **desk.env, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard)),  # noqa: PLW1509 - no thread runs
    )
    said: list[str] = []
    rows: list[dict[str, Any]] = []
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = process.stdout, process.stderr
    threads = [
        threading.Thread(target=lambda: rows.extend(map(json.loads, iter(out.readline, "")))),
        threading.Thread(target=lambda: said.extend(iter(err.readline, ""))),
    ]
    for thread in threads:
        thread.start()
    try:
        _until(lambda: any("The store fails" in line for line in said), said)
        time.sleep(4)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        _until(lambda: any("The store works again" in line for line in said), said)
        _until(lambda: sum(len(row["flags"]) for row in rows) >= len(found), said)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        for thread in threads:
            thread.join(5)
    words = "".join(said)
    assert words.count("The store fails") == 1, words
    assert words.count("is broken") == 0
    assert "Traceback" not in words
    ran = desk.run("export", "flags")
    assert sorted(json.loads(line)["text"] for line in ran.out.splitlines()) == found


def _until(holds: Callable[[], bool], said: list[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, said[-5:]
        time.sleep(0.05)
