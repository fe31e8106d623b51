"""A simulated fortnight of boards: when posts come, and which of them are offers."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DAY = 24
DECADES = 3.0  # within which the rates of nearly all boards (three standard deviations to each side) lie
SELLING = 10  # one board in so many sells
SELLERS_SHARE, ELSEWHERE = (0.1, 0.2333), 1 / 500  # of the posts that are offers; of sellers from, to (mean 1/6)
SWING = (0.5, 0.95)  # how far a board's rate swings about its mean over the day
PEAK, SPREAD = 13.0, 3.0  # hours UTC: boards are busiest about 21:00 in China, give or take


@dataclass(frozen=True, slots=True)
class Boards:
    """Sorted times (hours) of each board's ``posts`` and of the ``offers`` among them, and what no patrol knows."""

    posts: list[Array]
    offers: list[Array]
    rates: Array  # (boards, 24): posts an hour at each hour of the day
    shares: Array  # (boards,): of posts that are offers


def boards(count: int, hours: float, median: float, seed: int) -> Boards:
    """``count`` boards for so long; ``median`` is posts an hour."""
    chance = np.random.default_rng(seed)
    means = median * np.exp(chance.normal(0, DECADES * math.log(10) / 6, count))
    shares = np.full(count, ELSEWHERE)
    sellers = chance.permutation(count)[: count // SELLING]
    shares[sellers] = chance.uniform(*SELLERS_SHARE, len(sellers))
    swings, peaks = chance.uniform(*SWING, count), chance.normal(PEAK, SPREAD, count)
    posts, offers = [], []
    for mean, share, swing, peak in zip(means, shares, swings, peaks, strict=True):
        # Thinned from twice the mean, which the rate never exceeds.
        times = np.sort(chance.uniform(0, hours, chance.poisson(2 * mean * hours)))
        kept = times[2 * chance.random(len(times)) < _rhythm(times, swing, peak)]
        posts.append(kept)
        offers.append(kept[chance.random(len(kept)) < share])
    middles = np.arange(DAY) + 0.5
    rates = means[:, None] * _rhythm(middles[None, :], swings[:, None], peaks[:, None])
    return Boards(posts, offers, rates, shares)


def _rhythm(times: Array, swing: Array | float, peak: Array | float) -> Array:
    return np.asarray(1 + swing * np.cos(2 * np.pi * (times - peak) / DAY))
