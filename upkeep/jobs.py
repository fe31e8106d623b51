"""Runs chores every so often, in threads of APScheduler, and says where one fails by a mistake of the program."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

_GRACE_SECONDS = 3600  # a job that is late by less still runs; APScheduler's default of 1 s drops it silently


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done every so often, first at once; late ones are done once, and never two at a time."""

    do: Callable[[], None]
    every: timedelta


class Jobs:
    """The chores of one patrol, from ``start`` to ``stop``."""

    def __init__(self) -> None:
        self._jobs = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1})
        self._jobs.add_listener(self._failed, EVENT_JOB_ERROR)
        self._told: set[str] = set()

    def add(self, chore: Chore) -> None:
        """Do this as well."""
        self._jobs.add_job(
            chore.do,
            "interval",
            seconds=chore.every.total_seconds(),
            next_run_time=datetime.now(UTC),
            misfire_grace_time=_GRACE_SECONDS,
        )

    def start(self) -> None:
        """Begin, all at once."""
        self._jobs.start()

    def hurry(self) -> None:
        """Do all now: the clock was set, and the times of the jobs are on the clock as it was."""
        for job in self._jobs.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Begin nothing more; what is being done goes on to its end."""
        self._jobs.shutdown(wait=False)

    def _failed(self, event: JobExecutionEvent) -> None:
        """A mistake in the program is said once for its place, without its message, which may quote anything."""
        trace, place = event.exception.__traceback__, "?"
        while trace is not None:
            place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
            trace = trace.tb_next
        where = f"{type(event.exception).__name__}, {place}"
        if where not in self._told:
            self._told.add(where)
            structlog.get_logger("patrol").error("a chore failed, please report this", where=where)
