"""One bad source delays no other: good ones take no longer beside it than alone, and every site sees good manners."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from threading import Event

import pytest

from crawlers.limits import Limits
from crawlers.names import Resolver
from tests.crawlers import hostile
from tests.crawlers.conftest import SECONDS, Patrol, patrols, source
from tests.crawlers.hostile import CHUNKED, Behave, Hostile, answer, chunk, forever, silent

GOOD = 10
PAGES = 8
LIMITS = Limits(request_seconds=3.0, back_off_seconds=0.05, refused_seconds=0.05)


def good(address: str, port: int) -> Hostile:
    """A server of one list with some posts."""
    made = Hostile(address, port)
    entries = [{"key": str(n), "url": f"{made.url}/{n}"} for n in range(PAGES)]
    made.answers["/list"] = answer(json.dumps({"entries": entries, "next": None}))
    for n in range(PAGES):
        made.answers[f"/{n}"] = answer(json.dumps({"posts": [[str(n), str(n)]], "next": None}))
    return made


def patrol_all(patrol: Patrol, servers: list[Hostile], bad: list[Hostile]) -> float:
    """Visit the bad ones and the good ones together; seconds until the last good one is done."""
    sources = [source(f"{server.url}/list", id=f"bad{n}") for n, server in enumerate(bad)]
    begun = [patrol.fleet.visit(look, patrol.handle) for look in sources]
    began = time.monotonic()
    looks = [
        source(f"{server.url}/list", id=f"good{n}", politeness={"delay": "0.02s"}) for n, server in enumerate(servers)
    ]
    for future in [patrol.fleet.visit(look, patrol.handle) for look in looks]:
        report = future.result(SECONDS)
        assert (report.problem, report.new) == (None, PAGES)
    took = time.monotonic() - began
    for future in begun:
        assert future.result(SECONDS).problem is not None
    return took


@pytest.fixture
def servers() -> Iterator[list[Hostile]]:
    """Good servers, each at an address of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(good(f"127.0.1.{n + 1}", 0))) for n in range(GOOD)]


BAD: dict[str, Behave] = {
    "drips": forever(CHUNKED, chunk(b"x"), 0.1),
    "says nothing": silent,
    "floods": forever(CHUNKED, chunk(bytes(4096))),
    "bombs": answer(hostile.gzip_bomb(200), Content_Encoding="gzip"),
    "redirects": hostile.elsewhere(lambda path: path + "x"),
    "nests": answer("<div>" * 300_000),
}


@pytest.mark.parametrize("case", BAD)
def test_one_bad_source(servers: list[Hostile], case: str) -> None:
    """Ten good sources are done as soon beside a bad one as alone."""
    for patrol in patrols(LIMITS):
        alone = patrol_all(patrol, servers, [])
    with closing(Hostile("127.0.2.1")) as bad:
        bad.answers["/list"] = BAD[case]
        for patrol in patrols(LIMITS):
            beside = patrol_all(patrol, servers, [bad])
    assert beside < alone * 2 + 1.0, f"{alone:.2f} s alone, {beside:.2f} s beside it"
    assert beside < LIMITS.request_seconds


def test_many_sources_of_one_slow_host(servers: list[Hostile]) -> None:
    """Sources that wait for each other, since they share a host, leave room for those of other hosts."""
    with closing(Hostile("127.0.2.1")) as slow:
        slow.answers["/list"] = BAD["drips"]
        for patrol in patrols(Limits(request_seconds=0.5, visit_seconds=5.0), visits_at_once=4):
            assert patrol_all(patrol, servers, [slow] * 12) < 4.0


def overlaps(server: Hostile) -> int:
    """How many requests began before the one before had ended."""
    return sum(after.started < before.ended for before, after in zip(server.calls, server.calls[1:], strict=False))


def test_every_site_saw_one_request_at_a_time(servers: list[Hostile]) -> None:
    """However many are visited at once."""
    for patrol in patrols(LIMITS):
        patrol_all(patrol, servers, [])
    assert [overlaps(server) for server in servers] == [0] * GOOD
    assert [len(server.calls) for server in servers] == [PAGES + 2] * GOOD


def test_a_name_server_that_hangs() -> None:
    """Look-ups that hang, more than a machine has threads for by default, do not hold up a further one."""
    over = Event()

    def ask(host: str, _port: int) -> list[str]:
        if host.startswith("hangs"):
            over.wait(SECONDS)
            raise OSError
        return [host]

    with closing(Resolver(ask)) as names, closing(good("127.0.1.1", 0)) as fine:
        for patrol in patrols(LIMITS, resolver=names, visits_at_once=40):
            looks = [source(f"http://hangs.{n}.test/", id=f"h{n}") for n in range(30)]
            lost = [patrol.fleet.visit(look, patrol.handle) for look in looks]
            patrol_all(patrol, [fine], [])
            over.set()
            assert all(one.result(SECONDS).problem is not None for one in lost)
