"""The patrol loop: what it does when a source breaks, a store fails, or it is asked to end."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from core.errors import Retry, StoreError
from core.types import Page, Post
from crawlers.report import VisitReport
from crawlers.sources import Source
from indexer.patrols import SqlitePatrols
from scheduler import Patrol, Settled, Turn

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


def patrol(store: SqlitePatrols, crews: Crews, told: list[Settled]) -> Patrol:
    """A patrol of one source at noon."""
    app = SimpleNamespace(
        settings=SimpleNamespace(visits_at_once=2, remember_days=90, reload_seconds=60),
        clock=lambda: NOON,
        patrols=store,
        pipeline=None,
    )
    return Patrol(app, crews, [SOURCE], told.append)


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


def test_a_store_that_fails_is_told_once_and_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The loop goes on, says so once, and visits when the store is back."""
    crews, told = Crews(), []
    going = patrol(Failing(tmp_path / "l.db"), crews, told)
    stop = threading.Event()
    with structlog.testing.capture_logs() as logs:
        loop = threading.Thread(target=going.run, args=(stop,))
        loop.start()
        for _ in range(100):
            if told:
                break
            stop.wait(0.1)
        stop.set()
        loop.join(timeout=10)
    assert not loop.is_alive()
    assert len(told) >= 1
    assert [entry["problem"] for entry in logs if entry["log_level"] == "error"] == ["locked"]
