"""The planner turns visits and verdicts into the times at which sources are due."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import StoreError
from core.ports import SourceState
from core.types import State
from crawlers.planner import Planner, Reasoning, trust
from crawlers.report import VisitReport
from crawlers.revisit import Bound
from crawlers.sources import Source
from indexer.patrols import SqlitePatrols

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Counts = Mapping[str, Mapping[State, int]]


def source(name: str, least: str = "1m", most: str = "24h") -> Source:
    """A source with the given bounds."""
    return Source.model_validate(
        {"id": name, "name": name, "url": f"http://127.0.0.1/{name}", "interval": {"least": least, "most": most}}
    )


@pytest.fixture
def store(tmp_path: Path) -> SqlitePatrols:
    """An empty store."""
    return SqlitePatrols(tmp_path / "l.db")


def visited(planner: Planner, store: SqlitePatrols, one: Source, visits: int, new: int, flags: int = 0) -> SourceState:
    """The state after so many hourly visits, each with so many new posts and flags."""
    for hour in range(visits):
        started = NOON + hour * HOUR
        before = store.state(one.id) or SourceState(one.id, started)
        store.set_state(planner.after(one, before, VisitReport(one.id, started, started, new=new), flags))
    found = store.state(one.id)
    assert found is not None
    return found


def reason(state: SourceState) -> Reasoning:
    """How the next visit came about."""
    assert state.reason is not None
    return Reasoning.from_text(state.reason)


def test_a_state_holds_what_the_next_visit_needs(store: SqlitePatrols) -> None:
    """Due time, rate and reason are written with each visit; the first visit is remembered."""
    jobs = source("jobs")
    found = visited(Planner([jobs], store, dict), store, jobs, 30, new=4, flags=1)
    assert found.since == NOON
    assert found.last_success == found.last_visit == NOON + 29 * HOUR
    assert found.rate == pytest.approx(4.0, rel=0.1)
    why = reason(found)
    assert (found.due_at - NOON) / HOUR == pytest.approx(29 + why.hours, abs=1e-4)
    assert (why.least, why.most, why.bound) == (pytest.approx(1 / 60, abs=1e-5), 24.0, Bound.BUDGET)
    assert 0.1 < why.share < 0.3


def test_a_source_with_offers_is_visited_sooner_after_a_plan(store: SqlitePatrols) -> None:
    """At the same rate, the source whose posts are flagged is due before the one whose posts are not."""
    grave, plain = source("grave"), source("plain")
    planner = Planner([grave, plain], store, dict)
    visited(planner, store, grave, 20, new=4, flags=1)
    visited(planner, store, plain, 20, new=4)
    planner.replan()
    assert visited(planner, store, grave, 1, 4, 1).due_at + HOUR < visited(planner, store, plain, 1, 4).due_at


def test_dismissals_take_weight_away(store: SqlitePatrols) -> None:
    """Flags that reviewers dismiss count for less than unreviewed ones, and confirmed ones for more."""
    names = ("confirmed", "open", "dismissed")
    verdicts: Counts = {name: {State(name): 40} for name in names}
    sources = [source(name) for name in names]
    planner = Planner(sources, store, lambda: verdicts)
    for one in sources:
        visited(planner, store, one, 20, new=4, flags=2)
    planner.replan()
    hours = [reason(visited(planner, store, one, 1, 4, 2)).hours for one in sources]
    assert hours[0] < hours[1] < hours[2]
    assert [trust(verdicts[name]) for name in names] == pytest.approx([42 / 43, 2 / 3, 2 / 43])


@pytest.mark.parametrize(
    ("least", "most", "new", "bound"), [("2h", "24h", 90, Bound.FLOOR), ("1m", "20m", 0, Bound.CEILING)]
)
def test_the_file_s_bounds_hold(store: SqlitePatrols, least: str, most: str, new: int, bound: Bound) -> None:
    """However busy or quiet, a source is left alone for its least and visited within its most."""
    jobs = source("jobs", least, most)
    found = reason(visited(Planner([jobs], store, dict), store, jobs, 10, new=new))
    assert found.bound is bound
    assert found.hours == pytest.approx(2.0 if bound is Bound.FLOOR else 1 / 3, abs=1e-4)


def test_a_budget_spreads_over_all(store: SqlitePatrols) -> None:
    """With one visit a minute, 120 sources alike are visited about every two hours."""
    sources = [source(f"s{number}") for number in range(120)]
    planner = Planner(sources, store, dict, visits_per_minute=1.0)
    hours = [reason(visited(planner, store, one, 1, 0)).hours for one in sources]
    assert hours == pytest.approx([2.0] * 120, rel=0.06)


def test_a_source_outside_the_plan(store: SqlitePatrols) -> None:
    """A visit that began before its source was taken off the patrol still ends well."""
    planner = Planner([source("new")], store, dict)
    assert visited(planner, store, source("old"), 1, 1).reason is not None


def test_a_store_that_fails_leaves_the_plan(store: SqlitePatrols) -> None:
    """Verdicts that cannot be had end the planning with the store's own error, and visits go on."""
    failing = False

    def verdicts() -> Counts:
        if failing:
            raise StoreError("被占用", "locked")
        return {}

    jobs = source("jobs")
    planner = Planner([jobs], store, verdicts)
    planner.replan()
    failing = True
    with pytest.raises(StoreError):
        planner.replan()
    assert visited(planner, store, jobs, 1, 1).reason is not None
