"""Visits go as the square root of weight times rate, within bounds and budget, along the hours of the day."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.estimate import DAY
from crawlers.revisit import EXPLORED, Bound, Bounds, Next, Plan, Standing, next_visit, planned

WIDE = Bounds(least=1 / 60, most=240.0)
PLAIN = Standing((1.0,) * DAY, 0.02, 0.0, WIDE)
STANDINGS = st.builds(
    lambda rate, weight, doubt, least, span, capacity: Standing(
        (rate,) * DAY, weight, doubt, Bounds(least, least * span, capacity)
    ),
    st.floats(1e-3, 100),
    st.floats(1e-5, 1),
    st.floats(0, 0.3),
    st.floats(1 / 60, 2),
    st.floats(1, 500),
    st.sampled_from([20.0, 100.0, math.inf]),
)


def steady(rate: float, weight: float = 0.02, bounds: Bounds = WIDE) -> Standing:
    """A source with the same rate at every hour, of which all is known."""
    return Standing((rate,) * DAY, weight, 0.0, bounds)


def visits(*sources: Standing, budget: float | None, explored: float = 0.0) -> list[float]:
    """Visits an hour of each source."""
    plan = planned(sources, budget, explored)
    return [1 / next_visit(plan, one, 7.3).hours for one in sources]


def test_square_root_of_the_rate() -> None:
    """At a budget, a hundred times the posts get ten times the visits."""
    assert visits(steady(0.1), steady(10.0), budget=11.0) == pytest.approx([1.0, 10.0])


def test_weight_counts_as_rate_does() -> None:
    """A source that matters four times as much is visited twice as often."""
    assert visits(steady(1.0, 0.01), steady(1.0, 0.04), budget=3.0) == pytest.approx([1.0, 2.0])


def test_what_a_bound_takes_others_get() -> None:
    """A source at its bound leaves the rest of the budget to the others, which keep their proportion."""
    busy = steady(100.0, bounds=Bounds(least=0.5, most=12.0))
    assert visits(busy, steady(4.0), steady(1.0), budget=8.0) == pytest.approx([2.0, 4.0, 2.0])


@pytest.mark.parametrize(("budget", "each"), [(0.001, 0.1), (10_000.0, 60.0)])
def test_bounds_win_over_the_budget(budget: float, each: float) -> None:
    """A budget too small or too large leaves every source at its bound."""
    bounds = Bounds(least=1 / 60, most=10.0)
    assert visits(*(steady(rate, bounds=bounds) for rate in (1.0, 2.0)), budget=budget) == pytest.approx([each] * 2)


def test_a_page_does_not_overflow() -> None:
    """20 posts on the page and 40 an hour: a visit each half hour at least, but no oftener than allowed."""
    busy = steady(40.0, bounds=Bounds(least=0.1, most=24.0, capacity=20))
    plan = planned([busy], 0.1, 0.0)
    assert next_visit(plan, busy, 0.0) == Next(pytest.approx(0.5), Bound.CAP, 0.0)
    held = replace(busy, bounds=replace(busy.bounds, least=1.0))
    assert next_visit(plan, held, 0.0) == Next(1.0, Bound.FLOOR, 0.0)


def test_without_a_budget() -> None:
    """One post an hour: a visit an hour; four: two; and many sources share what each would get alone."""
    assert visits(steady(1.0), budget=None) == pytest.approx([1.0])
    assert visits(steady(4.0), budget=None) == pytest.approx([2.0])
    plain, grave = visits(steady(4.0, 0.01), steady(4.0, 0.09), budget=None)
    assert (plain, grave) == pytest.approx((1.0, 3.0))


def test_visits_follow_the_hours_of_the_day() -> None:
    """A visit comes sooner before the busy hours than before the quiet ones, where another source is busy then."""
    busy_at_night = tuple(9.0 if hour < 12 else 1.0 for hour in range(DAY))
    busy_by_day = busy_at_night[::-1]
    night, day = (replace(PLAIN, rates=rates) for rates in (busy_at_night, busy_by_day))
    plan = planned([night, day], 1.0, 0.0)
    assert next_visit(plan, night, 0.0).hours == pytest.approx(4 / 3)
    assert next_visit(plan, night, 12.0).hours == pytest.approx(4.0)
    assert next_visit(plan, night, 11.0).hours == pytest.approx(2.0)  # 3/4 of a visit, then 1/4 an hour
    assert next_visit(plan, day, 12.0).hours == pytest.approx(4 / 3)


def test_a_part_of_the_budget_goes_by_doubt() -> None:
    """Of two sources that seem alike the one in doubt gets the part for exploring, and its visit says how much."""
    known, doubted = PLAIN, replace(PLAIN, doubt=0.05)
    plan = planned([known, doubted], 10.0)
    first, second = (next_visit(plan, one, 0.0) for one in (known, doubted))
    trusted = 10.0 * (1 - EXPLORED) / 2
    assert (1 / first.hours, 1 / second.hours) == pytest.approx((trusted, trusted + 10.0 * EXPLORED))
    assert first.explored == 0
    assert second.explored == pytest.approx(10.0 * EXPLORED / (trusted + 10.0 * EXPLORED))


def test_exploring_takes_between_a_twentieth_and_a_tenth() -> None:
    """So the design wants it."""
    assert 0.05 <= EXPLORED <= 0.10


def test_no_sources() -> None:
    """Nothing to visit is fine."""
    assert planned([], 10.0) == Plan((0.0,) * DAY, (0.0,) * DAY)


@settings(deadline=None, max_examples=60)
@given(st.lists(STANDINGS, min_size=1, max_size=12), st.floats(0.01, 500), st.floats(0, 1e6))
def test_the_budget_is_kept_within_the_bounds(sources: list[Standing], budget: float, now: float) -> None:
    """All visits together are the budget, unless floors, ceilings and full pages ask for more or less."""
    plan = planned(sources, budget)
    found = [next_visit(plan, one, now) for one in sources]
    slowest = [max(1 / one.bounds.most, one.rates[0] / one.bounds.capacity) for one in sources]
    slowest = [min(slow, 1 / one.bounds.least) for slow, one in zip(slowest, sources, strict=True)]
    assert sum(1 / one.hours for one in found) <= max(budget, sum(slowest)) * 1.001 + EXPLORED * budget
    for one, source in zip(found, sources, strict=True):
        assert source.bounds.least * 0.999 <= one.hours <= source.bounds.most * 1.001
        assert 0 <= one.explored <= 1.001
        if one.hours > source.bounds.least:
            assert one.hours * source.rates[0] <= source.bounds.capacity * 1.001


@settings(deadline=None, max_examples=60)
@given(
    st.lists(STANDINGS, min_size=1, max_size=8),
    st.floats(0.01, 100),
    st.floats(0, 1e6),
    st.floats(1, 10),
    st.booleans(),
)
def test_more_posts_or_more_offers_are_never_visited_later(
    sources: list[Standing], budget: float, now: float, times: float, by_rate: bool
) -> None:
    """At one plan the next visit comes no later where the rate or the weight is higher."""
    plan, one = planned(sources, budget), sources[0]
    rates = tuple(times * rate for rate in one.rates)
    more = replace(one, rates=rates) if by_rate else replace(one, weight=one.weight * times)
    assert next_visit(plan, more, now).hours <= next_visit(plan, one, now).hours * 1.000001
