"""Visits go as the square root of weight times rate, within bounds and budget."""

import math

import pytest

from crawlers.revisit import Bounds, Counts, counted, intervals, updated_rate

WIDE = Bounds(least=1 / 60, most=240.0)


def visits(
    rates: dict[str, float | None],
    budget: float | None,
    bounds: dict[str, Bounds] | None = None,
    weights: dict[str, float] | None = None,
) -> dict[str, float]:
    """Visits an hour of each source."""
    given = bounds or dict.fromkeys(rates, WIDE)
    found = intervals(rates, weights or {}, given, budget)
    return {name: 3600 / span.total_seconds() for name, span in found.items()}


@pytest.mark.parametrize(
    ("counts", "rate"), [(Counts(), 1.0), (Counts(0, 9.5), 0.05), (Counts(19.5, 9.5), 2.0), (Counts(4, 4), 1.0)]
)
def test_rate(counts: Counts, rate: float) -> None:
    """(n + 0.5) / (T + 0.5): never nothing, however long nothing came."""
    assert counts.rate == pytest.approx(rate)


def test_counts_fade() -> None:
    """A source that falls silent is soon believed to be silent."""
    busy = Counts(480.0, 48.0)
    silent = busy
    for _ in range(20):
        silent = counted(silent, 0, 12.0)
    assert silent.rate < busy.rate / 50


@pytest.mark.parametrize("true_rate", [0.1, 1.0, 30.0])
def test_the_estimate_comes_near_the_rate(true_rate: float) -> None:
    """After a week of hourly visits the estimate is within a tenth of a steady rate."""
    counts, due = Counts(), 0.0
    for _ in range(24 * 7):
        due += true_rate
        new = math.floor(due)
        due -= new
        counts = counted(counts, new, 1.0)
    assert counts.rate == pytest.approx(true_rate, rel=0.1)


def test_overflow_raises_the_rate() -> None:
    """Where all that a visit saw was new, at least that came."""
    assert counted(Counts(), 20, 1.0, overflowed=True).rate > counted(Counts(), 20, 1.0).rate
    assert updated_rate(2.0, 50, 1.0, overflowed=True) > updated_rate(2.0, 50, 1.0)


@pytest.mark.parametrize(
    ("before", "new", "low", "high"),
    [(None, 0, 0.3, 0.4), (None, 10, 6.9, 7.1), (2.0, 2, 1.9, 2.1), (2.0, 0, 1.6, 2.0)],
)
def test_updated_rate(before: float | None, new: int, low: float, high: float) -> None:
    """Where only the rate is kept, a visit an hour later moves it a little; the first visit sets it."""
    assert low < updated_rate(before, new, 1.0) < high


def test_square_root_of_the_rate() -> None:
    """At a budget, a hundred times the posts get ten times the visits."""
    found = visits({"calm": 0.1, "busy": 10.0}, budget=11.0)
    assert found == pytest.approx({"calm": 1.0, "busy": 10.0})


def test_weight_counts_as_rate_does() -> None:
    """A source that matters four times as much is visited twice as often."""
    found = visits({"plain": 1.0, "grave": 1.0}, budget=3.0, weights={"grave": 4.0})
    assert found == pytest.approx({"plain": 1.0, "grave": 2.0})


def test_what_a_bound_takes_others_get() -> None:
    """A source at its bound leaves the rest of the budget to the others, which keep their proportion."""
    bounds = {"busy": Bounds(least=0.5, most=12.0), "a": WIDE, "b": WIDE}
    found = visits({"busy": 100.0, "a": 4.0, "b": 1.0}, budget=8.0, bounds=bounds)
    assert found == pytest.approx({"busy": 2.0, "a": 4.0, "b": 2.0})


@pytest.mark.parametrize(("budget", "each"), [(0.001, 0.1), (10_000.0, 60.0)])
def test_bounds_win_over_the_budget(budget: float, each: float) -> None:
    """A budget too small or too large leaves every source at its bound."""
    bounds = dict.fromkeys("abc", Bounds(least=1 / 60, most=10.0))
    assert visits({"a": 1.0, "b": 2.0, "c": None}, budget, bounds) == pytest.approx(dict.fromkeys("abc", each))


def test_a_page_does_not_overflow() -> None:
    """20 posts on the page and 40 an hour: a visit each half hour at least, but no oftener than allowed."""
    found = visits({"busy": 40.0}, budget=0.1, bounds={"busy": Bounds(least=0.1, most=24.0, capacity=20)})
    assert found == pytest.approx({"busy": 2.0})
    found = visits({"busy": 40.0}, budget=0.1, bounds={"busy": Bounds(least=1.0, most=24.0, capacity=20)})
    assert found == pytest.approx({"busy": 1.0})


def test_without_a_budget() -> None:
    """One post an hour: a visit an hour; four: two; an unknown source counts as one."""
    found = visits({"one": 1.0, "four": 4.0, "new": None}, budget=None)
    assert found == pytest.approx({"one": 1.0, "four": 2.0, "new": 1.0})


def test_no_sources() -> None:
    """Nothing to visit is fine."""
    assert intervals({}, {}, {}, 10.0) == {}
