"""What is done beside the visits: old hashes and flags are forgotten, the store is counted, the digest is told."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from app import App
from core import taxonomy
from core.ports import Query
from core.types import Act, AuditEntry, State
from upkeep import digest
from upkeep.clocks import Clocks

_HALF_WRITTEN = timedelta(hours=1)  # nothing takes that long to write
_AT_ONCE = 200  # flags deleted in one transaction
_COUNTS_KEPT = timedelta(days=365)  # numbers of what rules did in the background; nobody's data


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told what: ``stored`` the counts of flags by harm and state, ``digest`` the words of the digest."""

    stored: Callable[[Mapping[tuple[str, str], int]], None]
    digest: Callable[[str], None]


class Housekeeping:
    """The jobs; each raises StoreError where the store fails, and is then done at its next time."""

    def __init__(
        self,
        app: App,
        clocks: Clocks,
        names: Callable[[], Mapping[str, str]],
        listeners: Listeners,
        daily: digest.Daily,
    ) -> None:
        self._app = app
        self._clocks = clocks
        self._names = names
        self._listeners = listeners
        self._daily = daily
        self._log = structlog.get_logger("housekeeping")

    def tidy(self) -> None:
        """Forget hashes and flags that are too old, unless the clock is in doubt."""
        if not self._clocks.trusted:
            self._log.warning("nothing is deleted by age, the clock was set within a day")
            return
        settings, now = self._app.settings, self._app.clock()
        hashes = self._app.patrols.expire(now - timedelta(days=settings.remember_days))
        counts = self._app.counts.expire((now - _COUNTS_KEPT).date())
        self._log.info("expired", hashes=hashes, counts=counts)
        sweep(settings.data / "evidence", (now - _HALF_WRITTEN).timestamp())
        if settings.retain_dismissed_days is not None:
            why = f"retain_dismissed_days={settings.retain_dismissed_days}"
            retire(self._app, now - timedelta(days=settings.retain_dismissed_days), State.DISMISSED, why)
        if settings.retain_days is not None:
            retire(self._app, now - timedelta(days=settings.retain_days), None, f"retain_days={settings.retain_days}")

    def count(self) -> None:
        """Count the flags in the store."""
        store = self._app.flags
        counts = {
            (harm.id, state.value): store.count(Query(category=harm.id, state=state))
            for harm in taxonomy.HARMS
            for state in State
        }
        self._listeners.stored(counts)
        by_state = {
            state.value: sum(number for (_, name), number in counts.items() if name == state) for state in State
        }
        self._log.info("statistics", flags=sum(counts.values()), **by_state)

    def tell_digest(self) -> None:
        """Tell the digest if its hour has come."""
        hour = self._app.settings.digest_hour
        span = self._daily.due(hour) if hour is not None else None
        if span is None:
            return
        names = self._names()
        found = digest.figures(self._app.flags, self._app.patrols.states(), names, *span)
        self._listeners.digest(digest.told(found, "en" if self._app.settings.lang == "en" else "zh"))
        self._log.info("digest", flags=sum(found.harms.values()), broken=len(found.broken))
        try:
            self._daily.done()
        except OSError as problem:
            self._log.error("day of the digest not written", problem=problem.strerror)


def retire(app: App, before: datetime, state: State | None, why: str, who: str = "patrol") -> int:
    """Delete flags last seen before then: first the evidence, so that none is left that no flag names; how many.

    ``who`` is named in the audit. Raises StoreError.
    """
    retired = 0
    while rows := list(app.flags.search(Query(until=before, state=state), _AT_ONCE)):
        app.evidence.expire([row.flag for row in rows], why)
        gone = app.flags.forget([row.flag.id for row in rows])
        retired += gone
        if not gone:  # a cluster that shows for a second what is deleted already
            break
    if retired:
        told = {"count": str(retired), "why": why}
        app.store.audit.add(AuditEntry(app.clock(), who, Act.EXPIRE, details=told))
        of = state.value if state else "any"
        structlog.get_logger("housekeeping").info("retired", flags=retired, state=of, before=before.isoformat())
    return retired


def sweep(evidence: Path, before: float) -> None:
    """Delete what a process that was killed in mid-writing left half-written, before then (seconds since 1970)."""
    for path in evidence.glob("*/.*"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()
