"""Delay from offer to flag on an equal budget of visits: ours, even polling, stepping, and who knows all beforehand.

2,000 simulated boards over 14 days at 12 visits a board and day, all unknown at the start. Ours and the optimum
go through the very functions of the patrol (``crawlers.estimate``, ``crawlers.revisit``, ``crawlers.allowance``).
Rates are log-normal, over three decades about ``--median`` posts an hour. Offers of the first 14 days count.
"""

import argparse
import heapq
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from parts.boards import DAY, Array, Boards, boards

from crawlers.allowance import Allowance
from crawlers.estimate import Estimate, Look, Prior, pooled, updated
from crawlers.revisit import BOOKED, Bounds, Standing, next_visit, planned, standing

DAYS, AFTER = 14, 3.0
A_DAY = 12  # visits a board
CAPACITY = 100  # posts that one visit shows
BOUNDS = Bounds(5 / 60, 12.0, CAPACITY)  # as of a source whose file says nothing
TICK = 1.0  # seconds between two looks of the loop
SEED = 20_261_122


class Policy(Protocol):
    """Decides when a board is visited next; times are hours."""

    def hourly(self) -> None:
        """An hour is over."""
        ...

    def after(self, board: int, look: Look) -> float:
        """When ``board`` is due again, after a visit that saw ``look``."""
        ...


class Uniform:
    """Every board at the same interval."""

    def hourly(self) -> None:
        """Nothing to learn."""

    def after(self, board: int, look: Look) -> float:  # noqa: ARG002 - as all policies are asked
        """The same for all."""
        return look.until + DAY / A_DAY


class Stepping:
    """Half the interval after a change, half as long again without one, as tools that watch pages for changes do."""

    def __init__(self, count: int) -> None:
        self._hours = [DAY / A_DAY] * count

    def hourly(self) -> None:
        """Nothing to learn."""

    def after(self, board: int, look: Look) -> float:
        """One step up or down, within the bounds."""
        stepped = self._hours[board] * (0.5 if look.new else 1.5)
        self._hours[board] = min(max(stepped, BOUNDS.least), BOUNDS.most)
        return look.until + self._hours[board]


class Optimum:
    """Knows the rate at each hour of the day and the share of offers, and spends nothing on learning."""

    def __init__(self, world: Boards, budget: float) -> None:
        known = zip(world.rates.tolist(), world.shares.tolist(), strict=True)
        self._standings = [Standing(tuple(rates), share, 0.0, BOUNDS) for rates, share in known]
        self._plan = planned(self._standings, budget, explored=0.0)

    def hourly(self) -> None:
        """Nothing to learn."""

    def after(self, board: int, look: Look) -> float:
        """As the plan says."""
        return look.until + next_visit(self._plan, self._standings[board], look.until).hours


class Ours:
    """The patrol: estimates after each visit, a plan each hour."""

    def __init__(self, count: int, budget: float) -> None:
        self._budget = budget
        self._learnt = [Estimate()] * count
        self._prior = Prior()
        self._standings = [standing(one, self._prior, BOUNDS) for one in self._learnt]
        self._plan = planned(self._standings, budget)

    def hourly(self) -> None:
        """Plan anew."""
        self._prior = pooled(self._learnt)
        self._plan = planned(self._standings, self._budget)

    def after(self, board: int, look: Look) -> float:
        """As the plan says, after what was learnt."""
        self._learnt[board] = updated(self._learnt[board], look)
        self._standings[board] = standing(self._learnt[board], self._prior, BOUNDS)
        return look.until + next_visit(self._plan, self._standings[board], look.until).hours


@dataclass(slots=True)
class Board:
    """A board as visits find it: when it was last visited, and how many posts and offers were seen by then."""

    posts: Array
    offers: Array
    since: float = 0.0
    seen: int = 0
    flagged: int = 0
    visits: list[float] = field(default_factory=list)

    def visit(self, now: float) -> Look:
        """Look at the board; of a page that overflowed the patrol is told only what one visit shows."""
        seen, flagged = int(self.posts.searchsorted(now)), int(self.offers.searchsorted(now))
        new, flags = seen - self.seen, flagged - self.flagged
        over = new >= CAPACITY
        look = Look(self.since, now, min(new, CAPACITY), round(flags * CAPACITY / new) if over else flags, over)
        self.since, self.seen, self.flagged = now, seen, flagged
        self.visits.append(now)
        return look


@dataclass(frozen=True, slots=True)
class Result:
    """Delays in minutes of the offers that came at ``times`` (hours), and all visits (hours), in order."""

    delays: Array
    times: Array
    visits: Array


def patrol(world: Boards, policy: Policy, hours: float, allowance: Allowance | None) -> Result:
    """Let ``policy`` patrol for so long; without an allowance whatever is due is visited at once."""
    found = [Board(posts, offers) for posts, offers in zip(world.posts, world.offers, strict=True)]
    # All boards are new; who polls evenly begins evenly, the others as the allowance lets them.
    first = DAY / A_DAY / len(found)
    due = [(board * first if allowance is None else 0.0, board) for board in range(len(found))]
    hour = 0
    for tick in range(1, int(hours * 3600 / TICK)):
        now = tick * TICK / 3600
        if int(now) != hour:
            hour = int(now)
            policy.hourly()
        while due[0][0] <= now and (allowance is None or allowance.free(now * 3600)):
            at, board = due[0]
            if allowance is None:
                now = max(at, 1e-9)
            else:
                allowance.spend()
            heapq.heapreplace(due, (policy.after(board, found[board].visit(now)), board))
    return _result(found, hours)


def _result(found: list[Board], hours: float) -> Result:
    times, delays = [], []
    for board in found:
        offers = board.offers[board.offers < DAYS * DAY]
        visits = np.array([*board.visits, hours])  # what nobody saw by the end counts as seen then
        times.append(offers)
        delays.append(60 * (visits[visits.searchsorted(offers)] - offers))
    return Result(np.concatenate(delays), np.concatenate(times), np.sort(np.concatenate([b.visits for b in found])))


def fullest_minute(visits: Array) -> int:
    """The most visits in any 60 seconds, wherever they begin (to a thousandth of a second)."""
    ends = visits.searchsorted(visits + (60 - 1e-3) / 3600)
    return int((ends - np.arange(len(visits))).max())


def told(name: str, result: Result, count: int, hours: float) -> None:
    """One line about a policy."""
    used = len(result.visits) / count / (hours / DAY)
    spans = []
    for since in (0.0, AFTER):
        delays = result.delays[result.times >= since * DAY]
        spans.append(f"mean {delays.mean():5.1f} p95 {np.percentile(delays, 95):6.1f} min")
    print(f"{name:9} {spans[0]}; after day {AFTER:.0f} {spans[1]}; {used:.2f} visits a board and day")


def main() -> None:
    """Print the delays of the four, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute: a quarter of the boards")
    parser.add_argument("--median", type=float, default=1.0, help="posts an hour of the middle board")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    count = 500 if given.quick else 2000
    hours = DAYS * DAY + BOUNDS.most
    world = boards(count, hours, given.median, given.seed)
    budget = count * A_DAY / DAY / 60
    allowed = Allowance(budget).per_hour * BOOKED
    even = patrol(world, Uniform(), hours, None)
    stepping = patrol(world, Stepping(count), hours, Allowance(budget))
    best = patrol(world, Optimum(world, allowed), hours, Allowance(budget))
    ours = patrol(world, Ours(count, allowed), hours, Allowance(budget))
    print(f"{count} boards, {sum(map(len, world.posts))} posts, {len(even.delays)} offers")
    for name, result in (("uniform", even), ("stepping", stepping), ("optimum", best), ("ours", ours)):
        told(name, result, count, hours)
    print(f"visits in the fullest minute {fullest_minute(ours.visits)}, budget {budget:.2f}")
    late = [result.delays[result.times >= AFTER * DAY].mean() for result in (ours, best)]
    print(f"ratio uniform {ours.delays.mean() / even.delays.mean():.3f}")
    print(f"ratio stepping {ours.delays.mean() / stepping.delays.mean():.3f}")
    print(f"ratio optimum {late[0] / late[1]:.3f}")
    print(f"ratio budget {fullest_minute(ours.visits) / budget:.3f}")


if __name__ == "__main__":
    main()
