"""How often each source is visited, so that offers are found soon on a fixed budget of visits.

The mean delay from post to flag, at a fixed number of visits, is least when visits go as the square root of
weight times rate (Lagrange, on the sum of w·Δ/2ρ over sources with the sum of ρ given; so Sia, Cho and Cho,
"Efficient monitoring algorithm for fast news alerts", IEEE TKDE 19(7), 2007, who also let the rate change over
the day). The weight is the share of a source's posts that are offers, so a source is learnt while it is visited;
a part of the budget goes by doubt instead of by what is believed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from crawlers.estimate import DAY, Estimate, Prior, profile

EXPLORED = 0.08  # of the budget, by doubt
BOOKED = 1.05  # visits planned for one that the budget allows: they come in clumps, and what is not used is gone
_STEPS = 40  # halvings until the bisection is stable
_TINY = 1e-300  # instead of nothing, where it divides
Hours = tuple[float, ...]  # a value for each hour of the day, in UTC
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and most hours between two visits, and how many posts the pages of one visit can show."""

    least: float
    most: float
    capacity: float = math.inf


class Bound(StrEnum):
    """What decided the time of a visit."""

    BUDGET = "budget"  # its share of the budget
    FLOOR = "floor"  # the least time between two visits
    CEILING = "ceiling"  # the most
    CAP = "cap"  # its pages would not show more


@dataclass(frozen=True, slots=True)
class Standing:
    """What a source's visits go by: posts an hour at each hour of the day, weight and doubt of the weight, bounds."""

    rates: Hours
    weight: float
    doubt: float
    bounds: Bounds


def standing(learnt: Estimate, prior: Prior, bounds: Bounds) -> Standing:
    """What an estimate says of a source: the share of its posts that are flagged is its weight."""
    mean, doubt = prior.share(learnt)
    return Standing(profile(learnt), mean, doubt, bounds)


@dataclass(frozen=True, slots=True)
class Plan:
    """Visits an hour for each root of weight times rate, and of doubt times rate, by hour of the day."""

    trusted: Hours
    explored: Hours

    def visits(self, standing: Standing, hour: int) -> tuple[float, float]:
        """Visits an hour that a source is worth at an hour of the day, bounds aside: what is believed, and in doubt."""
        rate = standing.rates[hour]
        trusted = self.trusted[hour] * math.sqrt(standing.weight * rate)
        return trusted, self.explored[hour] * math.sqrt(standing.doubt * rate)


@dataclass(frozen=True, slots=True)
class Next:
    """When a source is visited next: after so many hours, by which bound, and how much of it was exploring (0 to 1)."""

    hours: float
    bound: Bound
    explored: float


def planned(standings: Sequence[Standing], budget: float | None = None, explored: float = EXPLORED) -> Plan:
    """The plan by which all visits together keep to ``budget`` visits an hour, at each hour of the day.

    Bounds win over the budget: it is met as long as it lies between the sums of slowest and fastest visits.
    Without a budget it is the sum of what each source would get alone: the root of its rate, within its bounds.
    """
    rates = np.array([one.rates for one in standings]).reshape(-1, DAY)
    weight = np.array([one.weight for one in standings])
    doubt = np.array([one.doubt for one in standings])
    bounds = np.array([(one.bounds.least, one.bounds.most, one.bounds.capacity) for one in standings]).reshape(-1, 3)
    fastest = 1 / bounds[:, 0]
    trusts, explores = [], []
    for rate in rates.T:
        slowest = np.minimum(fastest, np.maximum(1 / bounds[:, 1], rate / bounds[:, 2]))
        total = float(np.clip(np.sqrt(rate), slowest, fastest).sum()) if budget is None else budget
        doubts = np.sqrt(doubt * rate)
        doubted = float(doubts.sum())
        explores.append(explored * total / doubted if doubted else 0.0)
        trusts.append(_factor(np.sqrt(weight * rate), explores[-1] * doubts, slowest, fastest, total))
    return Plan(tuple(trusts), tuple(explores))


def _factor(pull: Array, more: Array, slowest: Array, fastest: Array, budget: float) -> float:
    """The factor at which clipped visits add up to the budget; the sum only grows with it, so halving finds it."""
    pulled = pull > 0
    low, high = 0.0, float(np.max(fastest[pulled] / pull[pulled], initial=0.0))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if float(np.clip(middle * pull + more, slowest, fastest).sum()) > budget:
            high = middle
        else:
            low = middle
    return low


def next_visit(plan: Plan, standing: Standing, now: float) -> Next:
    """When a source visited ``now`` (hours since 1970, UTC) is due again.

    A visit is due when the visits that the source is worth, summed over the hours to come, make one; sooner
    where the posts that are expected by then would fill the pages of a visit; within least and most.
    """
    bounds = standing.bounds
    at, worth, doubted, came = 0.0, 0.0, 0.0, 0.0
    while at < bounds.most:
        hour = math.floor(now + at) % DAY
        trusted, explored = plan.visits(standing, hour)
        rate = standing.rates[hour]
        ends = {
            Bound.BUDGET: (1 - worth) / max(trusted + explored, _TINY),
            Bound.CAP: (bounds.capacity - came) / max(rate, _TINY),
            Bound.CEILING: bounds.most - at,
        }
        step = math.floor(now + at) + 1 - now - at
        bound = min(ends, key=ends.__getitem__)
        spent = min(step, ends[bound])
        worth, doubted, came = worth + (trusted + explored) * spent, doubted + explored * spent, came + rate * spent
        at += spent
        if ends[bound] <= step:
            break
    else:
        bound = Bound.CEILING
    share = doubted / max(worth, _TINY)
    return Next(at, bound, share) if at > bounds.least else Next(bounds.least, Bound.FLOOR, share)
