"""The patrol loop: what it does when a source breaks, a store fails, or it is asked to end."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.errors import Retry, StoreError
from core.types import Page, Post
from crawlers.planner import Planner
from crawlers.report import VisitReport
from crawlers.sources import Source
from indexer.patrols import SqlitePatrols
from scheduler import Patrol
from upkeep.events import Event, Pulse, Settled, StoreFails, StoreWorks, Turn

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOURCE = Source.model_validate(
    {"id": "jobs", "name": "招聘", "url": "http://127.0.0.1/jobs", "interval": {"least": "10m", "most": "2h"}}
)


class Crews:
    """Stands in for the crawlers: each visit ends at once, well or with the problem that is next."""

    def __init__(self, *problems: Retry | None) -> None:
        self.problems = list(problems)
        self.thorough: list[bool] = []

    def visit(
        self, source: Source, handle: Callable[[Post, Page], None], *, thorough: bool = False
    ) -> Future[VisitReport]:
        """A visit that is over."""
        self.thorough.append(thorough)
        problem = self.problems.pop(0) if self.problems else None
        done: Future[VisitReport] = Future()
        done.set_result(VisitReport(source.id, NOON, NOON, entries=3, new=1, problem=problem))
        return done

    def stop(self, timeout: float) -> bool:
        """Nothing is under way."""
        return True


class Failing(SqlitePatrols):
    """A store whose first looks fail, as when another process holds it."""

    failures = 3

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Fail some times, then work."""
        if self.failures:
            self.failures -= 1
            raise StoreError("被占用", "locked")
        return super().due(sources, now, limit)


def patrol(
    store: SqlitePatrols,
    crews: Crews,
    told: list[Event],
    sources: Sequence[Source] = (SOURCE,),
    per_minute: float | None = None,
) -> Patrol:
    """A patrol at noon, of one source unless told otherwise."""
    app = SimpleNamespace(
        settings=SimpleNamespace(
            data=store._path.parent,  # noqa: SLF001 - the folder of the test
            visits_at_once=2,
            reload_seconds=60,
            visits_per_minute=per_minute,
        ),
        clock=lambda: NOON,
        patrols=store,
        pipeline=None,
        reload=lambda: None,
        planner=lambda sources: Planner(sources, store, dict, per_minute),
    )

    def tell(event: Event) -> None:
        if not isinstance(event, Pulse):
            told.append(event)

    return Patrol(app, crews, sources, tell)


@pytest.fixture
def store(tmp_path: Path) -> SqlitePatrols:
    """An empty store."""
    return SqlitePatrols(tmp_path / "l.db")


def test_a_source_breaks_once_and_recovers_once(store: SqlitePatrols) -> None:
    """Of three failures the first is told, then the recovery; a visit after a failure is thorough."""
    down = Retry("服务器出错", "server error")
    crews, told = Crews(None, down, down, down, None, None), []
    for _ in range(6):
        patrol(store, crews, told).once()
    assert [settled.turn for settled in told] == [None, Turn.BROKE, None, None, Turn.RECOVERED, None]
    assert crews.thorough == [False, False, True, True, True, False]


def test_a_failing_source_is_left_in_peace_for_longer(store: SqlitePatrols) -> None:
    """Each failure doubles the pause, up to the source's bound."""
    down = Retry("服务器出错", "server error")
    pauses = []
    for _ in range(6):
        patrol(store, Crews(down), []).once()
        state = store.state("jobs")
        assert state is not None
        pauses.append((state.due_at - NOON) / timedelta(minutes=1))
    assert pauses == [20, 40, 80, 120, 120, 120]


def test_a_store_that_fails_is_told_once_and_waited_for(tmp_path: Path) -> None:
    """The loop goes on, says so once, visits when the store is back, and says that as well."""
    crews, told = Crews(), []
    going = patrol(Failing(tmp_path / "l.db"), crews, told)
    stop = threading.Event()
    loop = threading.Thread(target=going.run, args=(stop,))
    loop.start()
    for _ in range(100):
        if any(isinstance(event, StoreWorks) for event in told):
            break
        stop.wait(0.1)
    stop.set()
    loop.join(timeout=10)
    assert not loop.is_alive()
    assert [type(event) for event in told if not isinstance(event, Settled)] == [StoreFails, StoreWorks]
    assert any(isinstance(event, Settled) for event in told)


def test_the_budget_of_visits_is_kept(store: SqlitePatrols) -> None:
    """Of five sources that are due, two visits a minute begin one at this beat, not five."""
    sources = [SOURCE.model_copy(update={"id": f"jobs-{number}"}) for number in range(5)]
    told: list[Event] = []
    going = patrol(store, Crews(), told, sources, per_minute=2.0)
    for _ in range(4):
        going._beat()  # noqa: SLF001 - without the threads around it
    assert [settled.source.id for settled in told] == ["jobs-0"]
    free = patrol(store, Crews(), told, sources)
    for _ in range(4):
        free._beat()  # noqa: SLF001
    assert {settled.source.id for settled in told} == {source.id for source in sources}
