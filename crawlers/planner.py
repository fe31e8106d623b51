"""When the sources of a patrol are due: the estimates that the store keeps, and the plan that they give together."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from core.ports import PatrolStore, SourceState
from core.types import State
from crawlers import estimate, revisit
from crawlers.allowance import Allowance
from crawlers.estimate import Estimate, Look, Prior
from crawlers.report import VisitReport
from crawlers.revisit import Bound, Bounds, Plan, Standing
from crawlers.sources import Source

Verdicts = Mapping[str, Mapping[State, int]]  # flags of each source, by state
ENTRIES_A_PAGE = 20  # how many new posts a list page is taken to show
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRUST = (2.0, 1.0)  # verdicts that every source begins with: confirmed, dismissed


@dataclass(frozen=True, slots=True)
class Reasoning:
    """How a next visit came about.

    ``rate`` is posts an hour at that time of day, ``share`` the part of them that is flagged, ``trust`` the chance
    that a flag is confirmed; ``least`` and ``most`` are the bounds in hours, ``hours`` is the outcome.
    """

    rate: float
    share: float
    trust: float
    least: float
    most: float
    hours: float
    bound: Bound
    explored: float

    def as_text(self) -> str:
        """As short JSON."""
        rounded = {name: round(value, 5) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return json.dumps(rounded, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Reasoning":
        """As written by ``as_text``."""
        row = json.loads(text)
        return cls(**{**row, "bound": Bound(row["bound"])})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the plan was made of."""

    plan: Plan
    prior: Prior
    verdicts: Verdicts


class Planner:
    """Says when a source is due again; ``replan`` takes in what all sources and reviewers have shown since.

    ``verdicts`` asks for the flags of each source by state. Without ``visits_per_minute`` all sources
    together get the visits that each would get alone: one an hour where a post an hour comes, two where four
    do, within its own bounds.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        patrols: PatrolStore,
        verdicts: Callable[[], Verdicts],
        visits_per_minute: float | None = None,
    ) -> None:
        self._bounds = {source.id: bounds_of(source) for source in sources}
        self._patrols = patrols
        self._verdicts = verdicts
        self._budget = Allowance(visits_per_minute).per_hour * revisit.BOOKED if visits_per_minute else None
        self._known: _Known | None = None
        self._lock = Lock()

    def replan(self) -> None:
        """Make the plan anew from the store; raises StoreError, and then the plan stays as it was."""
        with self._lock:
            learnt = dict.fromkeys(self._bounds, Estimate())
            for state in self._patrols.states():
                if state.source in learnt and state.learnt:
                    learnt[state.source] = estimate.from_text(state.learnt)
            verdicts = self._verdicts()
            prior = estimate.pooled(learnt.values())
            standings = [
                _standing(one, prior, trust(verdicts.get(source, {})), self._bounds[source])
                for source, one in learnt.items()
            ]
            self._known = _Known(revisit.planned(standings, self._budget), prior, verdicts)

    def after(self, source: Source, before: SourceState, report: VisitReport, flags: int) -> SourceState:
        """The state of a source after a visit that went well and gave ``flags``; raises StoreError."""
        now = _hours(report.started)
        since = None if before.last_success is None else _hours(before.last_success)
        old = estimate.from_text(before.learnt) if before.learnt else Estimate()
        new = estimate.updated(old, Look(since, now, report.new, flags, report.overflowed))
        reasoning = self._reasoning(source, new, now)
        return SourceState(
            source=source.id,
            due_at=report.started + reasoning.hours * _HOUR,
            last_visit=report.started,
            last_success=report.started,
            rate=new.rate if since is not None else None,
            since=before.since or report.started,
            learnt=estimate.as_text(new),
            reason=reasoning.as_text(),
            fetching=before.fetching,
        )

    def _reasoning(self, source: Source, learnt: Estimate, now: float) -> Reasoning:
        if self._known is None:
            self.replan()
        known = self._known
        assert known is not None  # noqa: S101 - just made
        trusted = trust(known.verdicts.get(source.id, {}))
        standing = _standing(learnt, known.prior, trusted, bounds_of(source))
        found = revisit.next_visit(known.plan, standing, now)
        return Reasoning(
            rate=standing.rates[int(now) % estimate.DAY],
            share=standing.weight / trusted,
            trust=trusted,
            least=standing.bounds.least,
            most=standing.bounds.most,
            hours=found.hours,
            bound=found.bound,
            explored=found.explored,
        )


def bounds_of(source: Source) -> Bounds:
    """The bounds that a source's file sets, in hours and posts."""
    capacity = float(ENTRIES_A_PAGE * source.bounds.list_pages)
    return Bounds(source.interval.least / _HOUR, source.interval.most / _HOUR, capacity)


def trust(verdicts: Mapping[State, int]) -> float:
    """The chance that a person confirms a flag of this source: confirmed over decided; the undecided take it on."""
    confirmed, dismissed = _TRUST[0] + verdicts.get(State.CONFIRMED, 0), _TRUST[1] + verdicts.get(State.DISMISSED, 0)
    return confirmed / (confirmed + dismissed)


def _standing(learnt: Estimate, prior: Prior, trusted: float, bounds: Bounds) -> Standing:
    standing = revisit.standing(learnt, prior, bounds)
    return replace(standing, weight=standing.weight * trusted, doubt=standing.doubt * trusted)


def _hours(at: datetime) -> float:
    return (at - _EPOCH) / _HOUR
