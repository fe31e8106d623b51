"""Writes events as structured log lines: names, counts and ids, never a word or an address of a page."""

import structlog

from app import Loaded, Refused, SourcesRefused
from upkeep.events import (
    ClockJumped,
    Event,
    NetworkFails,
    NetworkWorks,
    SettingsChanged,
    SettingsRefused,
    Settled,
    SourcesChanged,
    StoreFails,
    StoreWorks,
    Turn,
)
from upkeep.metrics import outcome_of


class Journal:
    """A listener that logs; what a person should look at is a warning or an error, the rest is info."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("patrol")

    def tell(self, event: Event) -> None:  # noqa: C901 - one line a kind of event
        """Log an event."""
        log = self._log
        match event:
            case Settled():
                self._settled(event)
            case StoreFails():
                log.error("store fails, the patrol waits for it", problem=event.problem.en)
            case StoreWorks():
                log.warning("store works again")
            case NetworkFails():
                log.error("network fails, no source is blamed", problem=event.problem.en)
            case NetworkWorks():
                log.warning("network works again")
            case Loaded():
                log.info("rules reloaded", rules=len(event.rules.rules), digest=event.rules.digest)
            case Refused():
                log.error("rules refused, the old set stays", problems=[problem.en for problem in event.problems])
            case SourcesChanged():
                log.info("sources reloaded", added=event.added, removed=event.removed, changed=event.changed)
            case SourcesRefused():
                log.error("sources refused, the old set stays", problems=[problem.en for problem in event.problems])
            case SettingsChanged():
                log.warning("settings changed", applied=event.applied, need_restart=event.later)
            case SettingsRefused():
                log.error("settings refused, the old ones stay", problem=event.problem.en)
            case ClockJumped():
                log.warning("clock was set, nothing is deleted by age for a day", seconds=event.seconds)

    def _settled(self, settled: Settled) -> None:
        report = settled.report
        figures = {
            "source": settled.source.id,
            "outcome": outcome_of(settled),
            "seconds": round((report.ended - report.started).total_seconds(), 2),
            "requests": report.requests,
            "entries": report.entries,
            "new": report.new,
            "edited": report.edited,
            "pictures": report.pictures,
            "unread": report.unread,
            "flags": len(settled.flags),
        }
        if settled.turn is Turn.BROKE and report.problem is not None:
            self._log.warning("source broke", problem=report.problem.en, **figures)
        elif settled.turn is Turn.HELD_UP and report.skipped is not None:
            self._log.warning("source held up", problem=report.skipped.en, **figures)
        elif settled.turn is Turn.RECOVERED:
            self._log.warning("source recovered", **figures)
        else:
            self._log.info("visit", **figures)
