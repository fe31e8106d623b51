"""Notices that the clock was set, and sees to it that no source waits for a time that will be long in coming.

Due times are instants in UTC, so a change between summer and winter time is nothing to them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from core.ports import SourceState

JUMP = timedelta(seconds=60)  # less is drift, or a machine that was busy
TRUST_AFTER = 86_400.0  # seconds of steady time after a jump, until something may be deleted by its age


class Clocks:
    """Compares the clock on the wall with one that only ever runs forward (seconds)."""

    def __init__(self, wall: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._wall = wall
        self.steady = steady  # seconds that only run forward
        self._last = (wall(), steady())
        self._jumped_at: float | None = None

    def jump(self) -> timedelta | None:
        """By how much the clock was set since the last call, None if it was not."""
        before, now = self._last, (self._wall(), self.steady())
        self._last = now
        off = now[0] - before[0] - timedelta(seconds=now[1] - before[1])
        if abs(off) < JUMP:
            return None
        self._jumped_at = now[1]
        return off

    @property
    def trusted(self) -> bool:
        """Whether things may be deleted by age: not within a day after a jump, since a wrong clock makes all old."""
        return self._jumped_at is None or self.steady() - self._jumped_at > TRUST_AFTER


def clamped(state: SourceState, now: datetime, least: timedelta, most: timedelta) -> SourceState | None:
    """The state with a due time that is not too far off, None where it is well.

    A source that was visited in what is the future now keeps the pause that it was given, from now on; no pause is
    longer than ``most``, or the pause of a broken source, whichever is more.
    """
    pause = state.due_at - now
    if state.last_visit is not None and state.last_visit > now:
        pause = min(pause, max(state.due_at - state.last_visit, least))
    pause = min(pause, most)
    if now + pause == state.due_at:
        return None
    return replace(state, due_at=now + pause)
