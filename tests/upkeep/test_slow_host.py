"""One slow host delays no other: sources elsewhere are visited, again and again, while all of its own wait."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from app import build
from core.secret import open_key
from core.settings import read_settings
from crawlers.extract import feeds, pages
from crawlers.fleet import Fleet
from crawlers.limits import Limits
from crawlers.sources import Source, read_sources
from crawlers.visit import Extractors
from pipeline import Judge, LiveJudge
from scheduler import Patrol
from tests.crawlers.conftest import LOOPBACK
from tests.crawlers.hostile import Hostile, silent
from tests.desk import SOURCE, Desk
from upkeep.due import Due
from upkeep.events import Event, Settled

SLOW = 30  # sources of the slow host, far more than visits at once
AT_ONCE = 4
OTHERS = ("x-jobs", "y-life", "z-trade")  # behind those of the slow host by name
_PATIENCE = 30.0


@pytest.fixture
def hanging() -> Iterator[Hostile]:
    """A host that takes connections and says nothing."""
    with closing(Hostile("127.0.2.1")) as made:
        made.answers["/"] = silent
        yield made


@pytest.fixture
def patrol(desk: Desk, judge: Judge, hanging: Hostile) -> Iterator[tuple[Patrol, list[Event]]]:
    """A patrol of many sources of the hanging host and a few of another one, and what it tells."""
    for name in OTHERS:
        desk.board(f"/{name}", f"{name} 的菜市场今天很热闹")
        desk.source(name, f"/{name}")
    for number in range(SLOW):
        text = SOURCE.format(id=f"a-{number:02d}", name="慢", url=f"{hanging.url}/{number}")
        (desk.home / "sources" / f"a-{number:02d}.yml").write_text(text, "utf-8")
    settings = read_settings(
        data=desk.home / "data",
        sources=desk.home / "sources",
        allow_private="127.0.0.0/8",
        visits_at_once=AT_ONCE,
    )
    told: list[Event] = []
    with build(settings) as app:
        vars(app)["judge"] = LiveJudge(judge)  # made once for all tests
        fleet = Fleet(
            app.patrols,
            open_key(settings.data / "secret.key"),
            Extractors(pages.listing, pages.detail, feeds.feed),
            user_agent="Lurewatch/0.1",
            allowed=LOOPBACK,
            limits=Limits(retries=0, request_seconds=60.0),
            visits_at_once=AT_ONCE,
        )
        with closing(fleet):
            yield Patrol(app, fleet, read_sources(settings.sources)[0], told.append), told


def visited(told: list[Event]) -> list[str]:
    """The sources whose visits are over, in order."""
    return [event.source.id for event in told if isinstance(event, Settled)]


def until_seen(told: list[Event], times: int) -> None:
    """Wait until each of the others was visited so often; nothing of the slow host has come to an end by then."""
    deadline = time.monotonic() + _PATIENCE
    while min(visited(told).count(name) for name in OTHERS) < times:
        assert time.monotonic() < deadline, visited(told)
        time.sleep(0.05)
    assert set(visited(told)) == set(OTHERS)


def test_patrolling_day_and_night(patrol: tuple[Patrol, list[Event]], hanging: Hostile) -> None:
    """The others are visited again and again, and the slow host is being asked meanwhile."""
    going, told = patrol
    stop = threading.Event()
    loop = threading.Thread(target=going.run, args=(stop,))
    loop.start()
    try:
        until_seen(told, 2)
        assert len(hanging.calls) == 1  # its robots.txt: one request at a time
    finally:
        stop.set()
        loop.join(20)


def test_a_single_round(patrol: tuple[Patrol, list[Event]], hanging: Hostile) -> None:
    """``--once`` visits the others before it is done waiting for the slow host."""
    going, told = patrol
    loop = threading.Thread(target=going.once)
    loop.start()
    try:
        until_seen(told, 1)
    finally:
        hanging.close()  # the slow visits fail at once
        loop.join(_PATIENCE)
    assert sorted(visited(told)) == sorted([*OTHERS, *(f"a-{number:02d}" for number in range(SLOW))])


@pytest.mark.parametrize(("takes", "looks"), [(0.0, [4, 4]), (0.1, [4, 1, 4])])
def test_looking_far_takes_little_of_the_time(takes: float, looks: list[int]) -> None:
    """Behind 600 sources that wait for their host it is looked for others; not again at once where that takes long."""
    url = "http://slow.test/"
    sources = {f"s-{n}": Source.model_validate({"id": f"s-{n}", "name": "慢", "url": url}) for n in range(600)}
    sources["other"] = Source.model_validate({"id": "other", "name": "快", "url": "http://other.test/"})
    names, underway, time_, asked = tuple(sources), [sources["s-0"], sources["s-1"]], [0.0], []

    def due(_names: object, _now: object, limit: int) -> list[str]:
        asked.append(limit)
        time_[0] += takes
        return list(names[:limit])

    app: Any = SimpleNamespace(patrols=SimpleNamespace(due=due), clock=lambda: None)
    finder = Due(app, lambda: time_[0])
    for expected in looks:
        asked.clear()
        found = finder.first(names, sources, underway, 2)
        assert len(asked) == expected
        assert [one.id for one in found] == (["other"] if expected > 1 else [])
        time_[0] += 4.5
