"""What is written down after a visit: when the source is due again, whether it is broken, and whose fault it was."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from app import Planner, Source, VisitReport
from core.errors import ExtractError, NeedsSetup, StoreError, TooMuch, Unresolved
from core.ports import PatrolStore, SourceState
from upkeep.events import NetworkFails, NetworkWorks, Tell, Turn
from upkeep.network import Network, Verdict

_ANSWERED = (ExtractError, TooMuch)  # problems that show that the site answered


class Settling:
    """Settles visits. ``network`` is None where each failure is the source's own, as in a single round.

    ``broken`` holds the ids of the sources that are broken, as far as this process has seen.
    """

    def __init__(
        self, patrols: PatrolStore, planner: Callable[[], Planner], network: Network | None, tell: Tell
    ) -> None:
        self._patrols = patrols
        self._planner = planner
        self._network = network
        self._tell = tell
        self._held_up: set[str] = set()
        self.broken: set[str] = set()

    def settle(self, source: Source, report: VisitReport, flags: int) -> Turn | None:
        """Write down how the visit leaves the source, and give what it changed; raises StoreError."""
        before = self._patrols.state(source.id) or SourceState(source.id, report.started)
        before = replace(before, fetching=report.fetching or before.fetching)
        if (
            report.skipped is not None
            or isinstance(report.problem, StoreError)
            or self._excused(source, report, before)
        ):
            self._patrols.set_state(put_off(before, report, source))
            return self._held(source, report)
        well = report.problem is None
        after = self._planner().after(source, before, report, flags) if well else left_in_peace(before, report, source)
        self._patrols.set_state(after)
        held = source.id in self._held_up
        self._held_up.discard(source.id)
        (self.broken.discard if after.broken_since is None else self.broken.add)(source.id)
        if before.broken_since is None and after.broken_since is not None:
            return Turn.BROKE
        return Turn.RECOVERED if (held or before.broken_since is not None) and after.broken_since is None else None

    def _held(self, source: Source, report: VisitReport) -> Turn | None:
        """A visit that needs something to be set up is told once, until one goes well."""
        if not isinstance(report.skipped, NeedsSetup) or source.id in self._held_up:
            return None
        self._held_up.add(source.id)
        return Turn.HELD_UP

    def _excused(self, source: Source, report: VisitReport, before: SourceState) -> bool:
        """Whether the network, not the source, is to blame for how the visit ended, or may be."""
        if self._network is None:
            return False
        if report.problem is None or isinstance(report.problem, _ANSWERED):
            if self._network.answered(source.id):
                self._tell(NetworkWorks())
            return False
        if not isinstance(report.problem, Unresolved):
            return False
        broken = before.broken_since is not None
        verdict = self._network.silent(source.id, urlsplit(source.url).hostname or "", broken=broken)
        if verdict is Verdict.DOWN:
            self._tell(NetworkFails(report.problem))
        return verdict is not Verdict.BROKEN


def put_off(before: SourceState, report: VisitReport, source: Source) -> SourceState:
    """After a visit that says nothing of the source it is tried again soon, and read thoroughly then."""
    return replace(before, due_at=report.resumes or report.ended + source.interval.least, last_visit=report.ended)


def left_in_peace(before: SourceState, report: VisitReport, source: Source) -> SourceState:
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
