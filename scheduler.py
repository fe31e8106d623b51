"""The patrol loop and the housekeeping: visits what is due, settles each visit, reloads rules, forgets what is old."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import Event, Lock
from typing import Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from app import App, Loaded, Refused, Reload, Source, VisitReport, next_interval, rate_after
from core.errors import StoreError
from core.ports import SourceState
from core.types import Flag, Page, Post

_TICK_SECONDS = 0.5
_HOUSEKEEPING_HOURS = 1
_STOP_SECONDS = 8.0
_GRACE_SECONDS = 3600  # a job that is late by less still runs; APScheduler's default of 1 s drops it silently


class Turn(StrEnum):
    """What a visit changed about a source, told once."""

    BROKE = "broke"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Settled:
    """A visit that is over and written down."""

    source: Source
    report: VisitReport
    flags: tuple[Flag, ...]
    turn: Turn | None


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
    flags: list[Flag]


class Patrol:
    """Visits sources when they are due, a bounded number at a time."""

    def __init__(
        self,
        app: App,
        fleet: Visits,
        sources: Sequence[Source],
        tell: Callable[[Settled], None],
        tell_reload: Callable[[Reload], None] | None = None,
    ) -> None:
        self._app = app
        self._fleet = fleet
        self._sources = {source.id: source for source in sources}
        self._tell = tell
        self._tell_reload = tell_reload
        self._underway: dict[Future[VisitReport], _Underway] = {}
        self._lock = Lock()
        self._ailing = False
        self._log = structlog.get_logger("patrol")

    def once(self) -> None:
        """Visit every source once."""
        waiting = list(self._sources.values())
        while waiting or self._underway:
            while waiting and len(self._underway) < self._app.settings.visits_at_once:
                self._start(waiting.pop(0))
            done, _ = wait(self._underway, return_when=FIRST_COMPLETED)
            self._settle_all(done)

    def run(self, stop: Event, until: datetime | None = None) -> None:
        """Visit what is due until ``stop`` is set or ``until`` has come; visits under way end cleanly."""
        jobs = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1})
        grace = {"misfire_grace_time": _GRACE_SECONDS}
        jobs.add_job(self._tick, "interval", seconds=_TICK_SECONDS, next_run_time=datetime.now(UTC), **grace)
        jobs.add_job(self._tidy, "interval", hours=_HOUSEKEEPING_HOURS, next_run_time=datetime.now(UTC), **grace)
        jobs.add_job(self._reload, "interval", seconds=self._app.settings.reload_seconds, **grace)
        jobs.start()
        try:
            while not stop.wait(timeout=_TICK_SECONDS):
                if until is not None and self._app.clock() >= until:
                    return
        finally:
            jobs.shutdown(wait=True)
            self.stop()

    def stop(self) -> None:
        """End the visits under way and write down how far they came."""
        self._fleet.stop(_STOP_SECONDS)
        done, _ = wait(self._underway, timeout=_STOP_SECONDS)
        self._settle_all(done)

    def _tick(self) -> None:
        """One beat of the loop; a store that fails is told once, and tried again at the next beat."""
        try:
            self._beat()
        except StoreError as problem:
            if not self._ailing:
                self._log.error("store fails, the patrol waits for it", problem=problem.en)
            self._ailing = True
        else:
            self._ailing = False

    def _beat(self) -> None:
        with self._lock:
            self._settle_all([future for future in self._underway if future.done()])
            free = self._app.settings.visits_at_once - len(self._underway)
            busy = {underway.source.id for underway in self._underway.values()}
            idle = [name for name in self._sources if name not in busy]
            for name in self._app.patrols.due(idle, self._app.clock(), free) if free > 0 else []:
                self._start(self._sources[name])

    def _reload(self) -> None:
        """Changed rules come into force, or it is said once why they do not."""
        found = self._app.reload()
        if isinstance(found, Loaded):
            self._log.info("rules reloaded", rules=len(found.rules.rules), digest=found.rules.digest)
        elif isinstance(found, Refused):
            self._log.error("rules refused, the old set stays", problems=[problem.en for problem in found.problems])
        if found is not None and self._tell_reload is not None:
            self._tell_reload(found)

    def _tidy(self) -> None:
        before = self._app.clock() - timedelta(days=self._app.settings.remember_days)
        self._log.info("expired", hashes=self._app.patrols.expire(before))

    def _start(self, source: Source) -> None:
        underway = _Underway(source, [])

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
        for future in list(futures):
            underway = self._underway.pop(future)
            report = future.result()
            turn = None
            try:
                turn = self._settle(underway.source, report)
            except StoreError as problem:
                self._log.error("not settled", source=underway.source.id, problem=problem.en)
            self._tell(Settled(underway.source, report, tuple(underway.flags), turn))

    def _settle(self, source: Source, report: VisitReport) -> Turn | None:
        """Write down when the source is due again and whether it is broken."""
        before = self._app.patrols.state(source.id) or SourceState(source.id, report.started)
        if report.skipped is not None:
            due = report.ended + source.interval.least
            self._app.patrols.set_state(replace(before, due_at=due, last_visit=report.ended))
            return None
        after = _broken(before, report, source) if report.problem else _well(before, report, source)
        self._app.patrols.set_state(after)
        if before.broken_since is None and after.broken_since is not None:
            return Turn.BROKE
        return Turn.RECOVERED if before.broken_since is not None and after.broken_since is None else None


def _broken(before: SourceState, report: VisitReport, source: Source) -> SourceState:
    """After a failed visit the source is left in peace for longer each time."""
    failures = before.failures + 1
    pause = min(source.interval.most, source.interval.least * 2 ** min(failures, 20))
    return replace(
        before,
        due_at=report.ended + pause,
        last_visit=report.ended,
        failures=failures,
        broken_since=before.broken_since or report.ended,
        problem=report.problem.zh if report.problem else None,
    )


def _well(before: SourceState, report: VisitReport, source: Source) -> SourceState:
    rate = before.rate
    if before.last_success is not None:
        hours = (report.started - before.last_success).total_seconds() / 3600
        rate = rate_after(before.rate, report, hours)
    return SourceState(
        source=source.id,
        due_at=report.started + next_interval(source, rate),
        last_visit=report.started,
        last_success=report.started,
        rate=rate,
    )
