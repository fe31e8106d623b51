"""How often each source is visited, so that new posts are found soon on a fixed budget of visits.

The mean delay from post to find, at a fixed number of visits, is least when visits go as the square root
of weight times rate (Lagrange, on the sum of w·Δ/2ρ over sources with the sum of ρ given); the rate of a
source is estimated from counts as Δ = (n + 0.5) / (T + 0.5), as in Cho and Garcia-Molina, "Estimating
frequency of change" (ACM TOIT, 2003), here with counts that fade.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

MEMORY_HOURS = 48.0  # counts fade to 1/e in so long
UNKNOWN_RATE = 1.0  # posts an hour: what the estimate says of a source that nobody has looked at
_STEPS = 60  # halvings until the bisection is stable


@dataclass(frozen=True, slots=True)
class Counts:
    """New posts and the hours in which they came, both faded."""

    posts: float = 0.0
    hours: float = 0.0

    @property
    def rate(self) -> float:
        """New posts an hour."""
        return (self.posts + 0.5) / (self.hours + 0.5)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and most hours between two visits, and how many posts the pages of one visit can show."""

    least: float
    most: float
    capacity: float | None = None

    def hours(self, rate: float) -> tuple[float, float]:
        """Least and most hours, so that no more posts come between two visits than one visit shows."""
        if self.capacity is None or rate <= 0:
            return self.least, self.most
        return self.least, max(self.least, min(self.most, self.capacity / rate))


def counted(before: Counts, new: int, hours: float, *, overflowed: bool = False) -> Counts:
    """The counts after a visit that found ``new`` posts, ``hours`` after the one before.

    ``overflowed`` says that all that the visit saw was new: what came is then at least that, and it is
    counted twice, so that the rate doubles until visits keep up.
    """
    kept = math.exp(-hours / MEMORY_HOURS)
    return Counts(before.posts * kept + new * (2 if overflowed else 1), before.hours * kept + hours)


def updated_rate(
    rate: float | None, new: int, hours: float, *, behind: float = 24.0, overflowed: bool = False
) -> float:
    """The rate after a visit, where only the rate before is known; ``behind`` is the hours that it stands on."""
    if rate is None:
        return counted(Counts(), new, hours, overflowed=overflowed).rate
    before = Counts(max(0.0, rate * (behind + 0.5) - 0.5), behind)
    return counted(before, new, hours, overflowed=overflowed).rate


def intervals(
    rates: Mapping[str, float | None],
    weights: Mapping[str, float],
    bounds: Mapping[str, Bounds],
    budget_per_hour: float | None = None,
) -> dict[str, timedelta]:
    """The time between two visits of each source in ``rates``.

    ``weights`` default to 1. ``budget_per_hour`` is the number of visits an hour over all sources; bounds
    win over it. Without a budget a source with one new post an hour is visited once an hour, one with
    four twice.
    """
    pull = {name: math.sqrt(weights.get(name, 1.0) * _known(rate)) for name, rate in rates.items()}
    ranges = {name: bounds[name].hours(_known(rate)) for name, rate in rates.items()}
    factor = 1.0 if budget_per_hour is None else _factor(pull, ranges, budget_per_hour)
    return {name: timedelta(hours=1 / _visits(factor * pull[name], ranges[name])) for name in rates}


def _known(rate: float | None) -> float:
    return UNKNOWN_RATE if rate is None else rate


def _visits(wanted: float, hours: tuple[float, float]) -> float:
    """Visits an hour, within the bounds."""
    least, most = hours
    return min(max(wanted, 1 / most), 1 / least)


def _factor(pull: Mapping[str, float], ranges: Mapping[str, tuple[float, float]], budget: float) -> float:
    """The factor at which clipped visits add up to the budget; the sum only grows with it, so halving finds it."""
    low = 0.0
    high = max((1 / (ranges[name][0] * pull[name]) for name in pull if pull[name] > 0), default=1.0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if sum(_visits(middle * pull[name], ranges[name]) for name in pull) > budget:
            high = middle
        else:
            low = middle
    return low
