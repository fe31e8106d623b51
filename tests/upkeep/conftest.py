"""A patrol without a network: its visits end as a test says, and its clocks go as a test says."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import LurewatchError
from core.types import Page, Post
from crawlers.planner import Planner
from crawlers.report import VisitReport
from crawlers.sources import Source
from indexer.patrols import SqlitePatrols
from scheduler import Patrol
from upkeep.clocks import Clocks
from upkeep.edits import Edits
from upkeep.events import Event, Pulse

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def source(name: str = "jobs", **given: Any) -> Source:
    """A source that is visited every ten minutes to two hours."""
    interval = {"least": "10m", "most": "2h"}
    row = {"id": name, "name": f"版块 {name}", "url": f"http://{name}.test/list", "interval": interval}
    return Source.model_validate({**row, **given})


@dataclass
class Time:
    """A wall clock that may be set, and one that only runs forward; both by hand."""

    wall: datetime = NOON
    steady: float = 0.0

    def passes(self, seconds: float) -> None:
        """Time goes on."""
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


@dataclass
class Crews:
    """Stands in for the crawlers: each visit ends at once, with what ``ends`` says of its source."""

    time: Time
    ends: Callable[[Source], LurewatchError | None] = lambda _: None
    visited: list[tuple[str, datetime]] = field(default_factory=list)

    def visit(
        self, source: Source, handle: Callable[[Post, Page], None], *, thorough: bool = False
    ) -> Future[VisitReport]:
        """A visit that is over."""
        self.visited.append((source.id, self.time.wall))
        done: Future[VisitReport] = Future()
        now = self.time.wall
        done.set_result(VisitReport(source.id, now, now, entries=3, new=1, problem=self.ends(source)))
        return done

    def stop(self, timeout: float) -> bool:
        """Nothing is under way."""
        return True


@dataclass
class Bench:
    """A patrol to be driven beat by beat."""

    patrol: Patrol
    crews: Crews
    time: Time
    store: SqlitePatrols
    app: Any
    told: list[Event]
    pulses: list[Pulse]

    def runs(self, hours: float, step: float = 60.0) -> None:
        """Let so much time pass, with a beat at every step."""
        end = self.time.steady + hours * 3600
        while self.time.steady < end:
            self.time.passes(step)
            self.patrol.tick()


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(tmp_path: Path) -> MakeBench:
    """Makes a patrol of the given sources."""

    def make(
        sources: Sequence[Source] = (source(),),
        store: SqlitePatrols | None = None,
        edits: Callable[[Any, Callable[[Event], None]], Edits] | None = None,
        per_minute: float | None = None,
    ) -> Bench:
        time, told, pulses = Time(), [], []
        kept = store or SqlitePatrols(tmp_path / "l.db")
        settings = SimpleNamespace(data=tmp_path, visits_at_once=4, reload_seconds=60, visits_per_minute=per_minute)
        app: Any = SimpleNamespace(
            settings=settings,
            clock=lambda: time.wall,
            patrols=kept,
            pipeline=None,
            reload=lambda: None,
            planner=lambda some: Planner(some, kept, dict, settings.visits_per_minute),
        )

        def tell(event: Event) -> None:
            (pulses if isinstance(event, Pulse) else told).append(event)

        crews = Crews(time)
        clocks = Clocks(app.clock, lambda: time.steady)
        patrol = Patrol(app, crews, sources, tell, edits(app, tell) if edits else None, clocks)
        patrol.always_on()
        return Bench(patrol, crews, time, kept, app, told, pulses)

    return make
