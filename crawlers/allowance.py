"""A budget of visits a minute that no minute exceeds, wherever it begins."""

import math
from collections import deque

_MINUTE = 60.0
_CLUMP = 2.0  # seconds whose visits may begin together, so that a loop which looks twice a second loses none


class Allowance:
    """Visits that may begin: at most ``per_minute`` in any 60 seconds, evenly spread; those not used are gone.

    Visits are whole: of a budget of 16.7 a minute 16 are used, of 0.5 one in two minutes. Times are seconds on
    any clock that only moves forward; a step back loses time, never the budget.
    """

    def __init__(self, per_minute: float) -> None:
        self._recent: deque[float] = deque()
        self._level = 1.0
        self._at: float | None = None
        self.change(per_minute)

    def change(self, per_minute: float) -> None:
        """Another budget from now on; what was used of the one before counts."""
        self._most = max(1, math.floor(per_minute))
        self._window = _MINUTE / min(1.0, per_minute)

    @property
    def per_hour(self) -> float:
        """Visits an hour that can begin at most."""
        return self._most * 3600 / self._window

    def free(self, now: float) -> int:
        """How many visits may begin now."""
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now if self._at is None else max(now, self._at)
        a_second = self._most / self._window
        self._level = min(self._level + passed * a_second, 1 + _CLUMP * a_second)
        while self._recent and self._recent[0] <= self._at - self._window:
            self._recent.popleft()
        return max(0, min(math.floor(self._level + 1e-6), self._most - len(self._recent)))

    def spend(self) -> None:
        """A visit begins, at the time of the last look."""
        self._level -= 1
        self._recent.append(self._at or 0.0)
