"""The patrol loop: visits what is due, settles each visit, takes in what was edited, and does the chores beside."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Protocol
from urllib.parse import urlsplit

from app import Allowance, App, Planner, Source, VisitReport, startable
from core.errors import StoreError
from core.ports import SourceState
from core.types import Flag, Page, Post
from upkeep.clocks import Clocks, clamped
from upkeep.due import Due
from upkeep.edits import Edits, compared
from upkeep.events import ClockJumped, Pulse, Settled, SourcesChanged, Tell
from upkeep.jobs import Chore, Jobs
from upkeep.network import Network
from upkeep.settling import Settling
from upkeep.store import StoreHealth, check_room

_TICK_SECONDS = 0.5
_PULSE_SECONDS = 5.0
_REPLAN = timedelta(hours=1)
_REVIEW = timedelta(minutes=10)
_STOP_SECONDS = 7.0
_MANY = 1_000_000


class Visits(Protocol):
    """What the patrol asks of the crawlers."""

    def visit(
        self, source: Source, handle: Callable[[Post, Page], None], *, thorough: bool = False
    ) -> Future[VisitReport]:
        """Visit a source; the future holds no error."""
        ...

    def stop(self, timeout: float) -> bool:
        """End all visits."""
        ...


@dataclass(slots=True)
class _Underway:
    source: Source
    flags: list[Flag] = field(default_factory=list)


class Patrol:
    """Visits sources when they are due, a bounded number at a time; what happens is told as events."""

    def __init__(
        self,
        app: App,
        fleet: Visits,
        sources: Sequence[Source],
        tell: Tell,
        edits: Edits | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._app = app
        self._fleet = fleet
        self._tell = tell
        self._edits = edits or Edits(app, tell)
        self._clocks = clocks or Clocks(app.clock, time.monotonic)
        self._store = StoreHealth(tell, self._clocks.steady, self._probe)
        self._settling = Settling(app.patrols, lambda: self._planner, None, tell)
        self._due = Due(app, self._clocks.steady)
        self._underway: dict[Future[VisitReport], _Underway] = {}
        self._lock = Lock()
        self._stopping = False
        self._allowance: Allowance | None = None
        self._next_pulse = float("-inf")
        self._sources = {source.id: source for source in sources}
        self._plan()

    def names(self) -> dict[str, str]:
        """The ids of the sources on patrol, with their names."""
        return {source.id: source.name for source in self._sources.values()}

    def once(self) -> None:
        """Visit every source once."""
        waiting = dict(self._sources)
        while waiting or self._underway:
            for source in startable(waiting.values(), self._visited(), self._free()):
                del waiting[source.id]
                self._start(source)
            done, _ = wait(self._underway, return_when=FIRST_COMPLETED)
            self._settle_all(done)

    def always_on(self) -> None:
        """From now on visits follow each other, so that a network that is down can be told from a source that is."""
        self._settling = Settling(self._app.patrols, lambda: self._planner, Network(self._sites), self._tell)

    def _sites(self) -> int:
        return len({urlsplit(source.url).hostname for source in self._sources.values()})

    def run(self, stop: Event, until: datetime | None = None, chores: Sequence[Chore] = ()) -> None:
        """Visit what is due until ``stop`` is set or ``until`` has come; visits under way end cleanly.

        A chore that raises StoreError is done the next time; while the store fails it is left out.
        """
        self.always_on()
        looks = timedelta(seconds=self._app.settings.reload_seconds)
        own = (Chore(self._review, _REVIEW), Chore(self._replan, _REPLAN))
        jobs = Jobs()
        jobs.add(Chore(self.tick, timedelta(seconds=_TICK_SECONDS)))
        jobs.add(Chore(self._look, looks))
        for chore in (*own, *chores):
            jobs.add(replace(chore, do=self._guarding(chore.do)))
        jobs.start()
        try:
            while not stop.wait(timeout=_TICK_SECONDS):
                if until is not None and self._app.clock() >= until:
                    return
                if (jump := self._clocks.jump()) is not None:
                    self._tell(ClockJumped(jump.total_seconds()))
                    jobs.hurry()
        finally:
            jobs.stop()
            self.stop()

    def stop(self) -> None:
        """End the visits under way and write down how far they came, within some seconds.

        What a store that fails keeps from being written is found again by the next patrol.
        """
        self._stopping = True
        self._fleet.stop(_STOP_SECONDS)
        if self._lock.acquire(timeout=_STOP_SECONDS):
            try:
                done, _ = wait(self._underway, timeout=_STOP_SECONDS)
                self._settle_all(done)
            finally:
                self._lock.release()

    def tick(self) -> None:
        """One beat of the loop: settle what is over, begin what is due; a store that fails is waited for."""
        self._store.guarded(self._beat)
        self._pulse()

    def _beat(self) -> None:
        with self._lock:
            if self._stopping:
                return
            self._settle_all([future for future in self._underway if future.done()])
            free = self._free()
            free = free if self._allowance is None else min(free, self._allowance.free(self._clocks.steady()))
            found = self._due.first(self._names, self._sources, self._visited(), free) if free > 0 else ()
            for source in found:
                self._start(source)
                if self._allowance is not None:
                    self._allowance.spend()

    def _free(self) -> int:
        """How many more visits may be under way."""
        return self._app.settings.visits_at_once - len(self._underway)

    def _visited(self) -> list[Source]:
        return [underway.source for underway in self._underway.values()]

    def _pulse(self) -> None:
        """Say, now and then, that the loop goes round, and how much waits."""
        now = self._clocks.steady()
        if now < self._next_pulse:
            return
        self._next_pulse = now + _PULSE_SECONDS
        with self._lock:
            names, busy = self._names, {source.id for source in self._visited()}
        waiting: int | None = None
        if not self._store.ailing:
            try:
                waiting = len(set(self._app.patrols.due(names, self._app.clock(), _MANY)) - busy)
            except StoreError as problem:
                self._store.failed(problem)
        self._tell(Pulse(len(names), waiting, len(self._settling.broken.intersection(names)), len(busy)))

    def _guarding(self, work: Callable[[], None]) -> Callable[[], None]:
        """``work``, whose StoreError is told once with all others; it is left out while the store fails."""

        def guarded() -> None:
            if self._store.ailing:
                return
            try:
                work()
            except StoreError as problem:
                self._store.failed(problem)

        return guarded

    def _probe(self) -> None:
        """Write to the store as it was read, and see that the disk has room; raises StoreError."""
        check_room(self._app.settings.data)
        for name in self._names[:1]:
            state = self._app.patrols.state(name)
            if state is not None:
                self._app.patrols.set_state(state)

    def _review(self) -> None:
        """Look at all states: which sources are broken, and whose due time is too far off."""
        now = self._app.clock()
        with self._lock:
            sources, busy = self._sources, {source.id for source in self._visited()}
        for state in self._app.patrols.states():
            source = sources.get(state.source)
            if source is None or source.id in busy:
                continue
            if state.broken_since is not None:
                self._settling.broken.add(source.id)
            better = clamped(state, now, source.interval.least, source.interval.most)
            if better is not None:
                self._app.patrols.set_state(better)

    def _look(self) -> None:
        self._edits.poll(self._take, self._plan)

    def _take(self, sources: Sequence[Source]) -> SourcesChanged | None:
        """Patrol these sources from now on; visits under way go on to their end.

        A broken source whose file was changed is due at once.
        """
        with self._lock:
            change = compared(self._sources, sources)
            if change is None:
                return None
            self._sources = {source.id: source for source in sources}
            self._plan()
            try:
                for state in filter(None, map(self._app.patrols.state, change.changed)):
                    if state.failures:
                        self._app.patrols.set_state(replace(state, due_at=self._app.clock()))
            except StoreError as problem:
                self._store.failed(problem)
        return change

    def _plan(self) -> None:
        self._names = tuple(self._sources)
        self._planner: Planner = self._app.planner(tuple(self._sources.values()))
        budget = self._app.settings.visits_per_minute
        if budget and self._allowance is not None:
            self._allowance.change(budget)  # what was used in this minute counts on
        else:
            self._allowance = Allowance(budget) if budget else None

    def _replan(self) -> None:
        self._planner.replan()

    def _start(self, source: Source) -> None:
        underway = _Underway(source)

        def handle(post: Post, page: Page) -> None:
            flag = self._app.pipeline.process(source.id, post, page)
            if flag is not None:
                underway.flags.append(flag)

        before = self._app.patrols.state(source.id)
        self._begin(source, before)
        thorough = before is not None and (before.failures > 0 or before.last_visit != before.last_success)
        self._underway[self._fleet.visit(source, handle, thorough=thorough)] = underway

    def _begin(self, source: Source, before: SourceState | None) -> None:
        """Write down that a visit began: if the process dies in it, the next one knows that it did not end."""
        now = self._app.clock()
        self._app.patrols.set_state(replace(before or SourceState(source.id, now), last_visit=now))

    def _settle_all(self, futures: Iterable["Future[VisitReport]"]) -> None:
        """Write down what came of these visits, and tell it.

        After a failure nothing more is tried: such a visit is not known to have ended, so it is made again.
        """
        for future in list(futures):
            underway, report = self._underway.pop(future), future.result()
            if isinstance(report.problem, StoreError):
                self._store.failed(report.problem)
            turn = None
            if not (self._stopping and self._store.ailing):
                try:
                    turn = self._settling.settle(underway.source, report, len(underway.flags))
                except StoreError as problem:
                    self._store.failed(problem)
            self._tell(Settled(underway.source, report, tuple(underway.flags), turn))
