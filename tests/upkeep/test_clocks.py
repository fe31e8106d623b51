"""A clock that is set, by hand or by summer time, starves no source, floods no site and deletes nothing."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.ports import SourceState
from indexer.patrols import SqlitePatrols
from tests.upkeep.conftest import NOON, MakeBench, Time, source
from upkeep.clocks import TRUST_AFTER, Clocks, clamped

LEAST, MOST = timedelta(minutes=10), timedelta(hours=2)
SOURCES = tuple(source(f"jobs-{number}") for number in range(20))


def test_a_jump_is_noticed_and_a_busy_machine_is_not() -> None:
    """Only a difference between the two clocks counts, and it is told once."""
    now = Time()
    clocks = Clocks(lambda: now.wall, lambda: now.steady)
    now.passes(10_000)
    assert clocks.jump() is None
    now.wall -= timedelta(hours=3)
    assert clocks.jump() == timedelta(hours=-3)
    assert clocks.jump() is None
    now.passes(0.5)
    now.wall += timedelta(days=400)
    assert clocks.jump() == timedelta(days=400)


def test_nothing_is_deleted_for_a_day_after_a_jump() -> None:
    """A clock that was wrong for a while has made nothing old."""
    now = Time()
    clocks = Clocks(lambda: now.wall, lambda: now.steady)
    assert clocks.trusted
    now.wall += timedelta(days=400)
    clocks.jump()
    assert not clocks.trusted
    now.passes(TRUST_AFTER - 1)
    assert not clocks.trusted
    now.passes(2)
    assert clocks.trusted


@pytest.mark.parametrize(
    ("due", "visited", "wanted"),
    [
        (5, -10, None),  # as it should be
        (-600, -1000, None),  # long due
        (120, -10, None),  # at its ceiling
        (60 * 24 * 400, -10, 120),  # due in a year
        (195, 180, 15),  # visited in three hours from now, due a quarter of an hour later
        (185, 180, 10),  # the least is kept
        (60 * 24 * 400, 60 * 24 * 399, 120),  # a clock that was a year ahead
    ],
)
def test_due_times_that_are_far_off_are_brought_near(due: int, visited: int, wanted: int | None) -> None:
    """Times in minutes from now: when it is due, when it was visited, and when it is due after the correction."""
    minute = timedelta(minutes=1)
    state = SourceState("jobs", NOON + due * minute, last_visit=NOON + visited * minute)
    found = clamped(state, NOON, LEAST, MOST)
    assert (None if found is None else (found.due_at - NOON) / minute) == wanted


@pytest.mark.parametrize("per_minute", [None, 4.0])
@pytest.mark.parametrize("hours", [-5, -24 * 300, 5, 24 * 300])
def test_a_clock_that_is_set_starves_nobody_and_floods_nobody(
    make_bench: MakeBench, hours: int, per_minute: float | None
) -> None:
    """Within two hours of steady time every source is visited again; no minute has more visits than the budget."""
    bench = make_bench(SOURCES, per_minute=per_minute)
    bench.runs(3, step=15)
    bench.time.wall += timedelta(hours=hours)
    del bench.crews.visited[:]
    bench.patrol._review()  # noqa: SLF001 - as it is done at once when the clock was set
    bench.runs(2.3, step=15)
    seen = {name for name, _ in bench.crews.visited}
    assert seen == {one.id for one in SOURCES}
    times = sorted(at for _, at in bench.crews.visited)
    busiest = max(sum(start <= at < start + timedelta(seconds=60) for at in times) for start in times)
    assert busiest <= (per_minute or len(SOURCES))
    assert len(bench.crews.visited) <= 2.3 * len(SOURCES) * 6 + len(SOURCES)


def test_summer_time_is_nothing_to_due_times(
    make_bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the night in which the machine's clock goes back an hour, pauses are as on any other night."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    pauses = {}
    for name, night in (
        ("change", datetime(2026, 10, 24, 21, tzinfo=UTC)),
        ("plain", datetime(2026, 10, 17, 21, tzinfo=UTC)),
    ):
        bench = make_bench(store=SqlitePatrols(tmp_path / f"{name}.db"))
        bench.time.wall = night
        bench.runs(8)
        pauses[name] = [late - early for (_, early), (_, late) in pairwise(bench.crews.visited)]
    monkeypatch.undo()
    time.tzset()
    assert len(pauses["plain"]) > 3
    assert pauses["change"] == pauses["plain"]
