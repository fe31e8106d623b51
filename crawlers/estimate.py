"""What the visits to a source taught: its posts an hour by hour of the day, and how many of its posts are offers.

Times are hours since 1970-01-01 00:00 UTC; an hour of the day is one of UTC. A visit sees all that came since
the one before, so counts stand on a whole history: rates are counts over hours, with half a post and half an
hour added so that nothing seen is not nothing expected (the correction that Cho and Garcia-Molina use in
"Estimating frequency of change", ACM TOIT 3(3), 2003). Shares are those of a Beta distribution.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DAY = 24
RATE_MEMORY = 96.0  # hours in which the counts behind a rate fade to 1/e: a source may wake up or fall silent
SHARE_MEMORY = 28.0 * DAY  # offers are rare, so what is known of their share fades slowly
_STEADY = 6.0  # posts that would have to come at an hour of the day before its own count outweighs the day's mean
_NEAR = (0.5, 1.0, 0.5)  # how much the hour before, the hour itself and the hour after say of an hour


@dataclass(frozen=True, slots=True)
class Look:
    """What one visit saw: posts and flags that came from ``since`` (None: nobody had looked before) to ``until``.

    ``overflowed``: all that the visit could see was new, so that ``new`` is only the least that came.
    """

    since: float | None
    until: float
    new: int
    flags: int = 0
    overflowed: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """Faded counts: ``posts`` in ``hours`` watched, both by hour of the day; posts ``judged``, and ``flagged``."""

    posts: tuple[float, ...] = (0.0,) * DAY
    hours: tuple[float, ...] = (0.0,) * DAY
    judged: float = 0.0
    flagged: float = 0.0

    @property
    def rate(self) -> float:
        """New posts an hour, over the day."""
        return (sum(self.posts) + 0.5) / (sum(self.hours) + 0.5)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a source's share of offers before any post: the ``mean`` of all, worth ``strength`` posts."""

    mean: float = 0.02
    strength: float = 10.0

    def share(self, estimate: Estimate) -> tuple[float, float]:
        """Mean and standard deviation of a source's share of flagged posts."""
        weight = estimate.judged + self.strength
        mean = (estimate.flagged + self.mean * self.strength) / weight
        return mean, math.sqrt(mean * (1 - mean) / (weight + 1))


def pooled(estimates: Iterable[Estimate]) -> Prior:
    """The prior that all sources together give: most have few offers, so a source is thought average until it shows."""
    prior = Prior()
    judged, flagged = 100.0, 100.0 * prior.mean
    for estimate in estimates:
        judged += estimate.judged
        flagged += estimate.flagged
    return Prior(min(0.5, flagged / judged), prior.strength)


def updated(estimate: Estimate, look: Look) -> Estimate:
    """The estimate after a visit.

    Posts are laid to the hours of the day that they may have come in, as far as these are known to be busy.
    A visit that overflowed counts twice what it saw, so that the rate doubles until visits keep up.
    """
    since = look.until if look.since is None else min(look.since, look.until)
    kept = math.exp((since - look.until) / RATE_MEMORY)
    posts, hours = [kept * count for count in estimate.posts], [kept * count for count in estimate.hours]
    if since < look.until:
        expected = profile(estimate)
        spans = list(_hours_between(since, look.until))
        whole = sum(span * expected[hour] for hour, span in spans)
        came = look.new * (2 if look.overflowed else 1) / whole
        for hour, span in spans:
            hours[hour] += span
            posts[hour] += came * span * expected[hour]
    faded = math.exp((since - look.until) / SHARE_MEMORY)
    return Estimate(
        tuple(posts),
        tuple(hours),
        faded * estimate.judged + look.new,
        faded * estimate.flagged + min(look.flags, look.new),
    )


def profile(estimate: Estimate) -> tuple[float, ...]:
    """Posts an hour at each hour of the day: its own count and its neighbours', drawn towards the day's mean."""
    rate = estimate.rate
    posts, hours = estimate.posts, estimate.hours
    before, here, after = _NEAR
    found = []
    for hour in range(DAY):
        last, following = hour - 1, (hour + 1) % DAY
        came = before * posts[last] + here * posts[hour] + after * posts[following]
        watched = before * hours[last] + here * hours[hour] + after * hours[following]
        found.append(rate * (came + _STEADY) / (watched * rate + _STEADY))
    return tuple(found)


def _hours_between(since: float, until: float) -> Iterator[tuple[int, float]]:
    """The hours of the day between two times, each with how much of it lies between; whole days at once."""
    days, rest = divmod(until - since, DAY)
    if days:
        yield from ((hour, days) for hour in range(DAY))
    at, end = since, since + rest
    while at < end:
        step = min(math.floor(at) + 1, end)
        yield math.floor(at) % DAY, step - at
        at = step


def as_text(estimate: Estimate) -> str:
    """The estimate as short JSON."""
    rows = ([round(count, 3) for count in counts] for counts in (estimate.posts, estimate.hours))
    return json.dumps([*rows, round(estimate.judged, 3), round(estimate.flagged, 3)], separators=(",", ":"))


def from_text(text: str) -> Estimate:
    """The estimate written by ``as_text``."""
    posts, hours, judged, flagged = json.loads(text)
    return Estimate(tuple(posts), tuple(hours), judged, flagged)
