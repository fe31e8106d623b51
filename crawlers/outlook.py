"""What there is to say of a source: how busy, how bad, when it was and will be visited, how late its flags came."""

from dataclasses import dataclass
from datetime import timedelta

from core.ports import FlagStore, PatrolStore, SourceState
from crawlers import estimate
from crawlers.escalation import Course, courses, from_text
from crawlers.planner import Reasoning, bounds_of
from crawlers.sources import Source

_NEWEST = 1000  # flags of a source whose delays count


@dataclass(frozen=True, slots=True)
class Delays:
    """From publication to flag, of the flags whose publication is known and was after the first visit."""

    count: int
    mean: timedelta
    p95: timedelta


@dataclass(frozen=True, slots=True)
class Outlook:
    """A source as it stands: its state (None: never visited), and what follows from it.

    ``rate`` is posts an hour, ``share`` the part of the posts that were flagged, ``capacity`` the posts that one
    visit can show. ``courses`` says how kinds of pages are fetched, of sources that learn it.
    """

    source: Source
    state: SourceState | None
    share: float | None
    delays: Delays | None
    reasoning: Reasoning | None
    capacity: int
    courses: tuple[Course, ...] = ()

    @property
    def rate(self) -> float | None:
        """New posts an hour; None before the second visit."""
        return self.state.rate if self.state else None


def outlook(source: Source, patrols: PatrolStore, flags: FlagStore) -> Outlook:
    """What the stores know of a source; raises StoreError."""
    state = patrols.state(source.id)
    learnt = estimate.from_text(state.learnt) if state and state.learnt else None
    since = state.since if state else None
    return Outlook(
        source=source,
        state=state,
        share=learnt.flagged / learnt.judged if learnt and learnt.judged else None,
        delays=_summed(flags.delays(source.id, since, _NEWEST)) if since else None,
        reasoning=Reasoning.from_text(state.reason) if state and state.reason else None,
        capacity=int(bounds_of(source).capacity),
        courses=courses(from_text(state.fetching)) if state and source.learns else (),
    )


def _summed(delays: list[timedelta]) -> Delays | None:
    if not delays:
        return None
    ordered = sorted(delays)
    return Delays(len(ordered), sum(ordered, timedelta()) / len(ordered), ordered[(len(ordered) * 95 - 1) // 100])
