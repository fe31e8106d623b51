"""No minute sees more visits than the budget, wherever it begins."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.allowance import Allowance


def begun(per_minute: float, looks: list[float], wanted: int = 100) -> list[float]:
    """When visits begin, if at each look as many as ``wanted`` are due."""
    allowance, times = Allowance(per_minute), []
    for now in looks:
        for _ in range(min(wanted, allowance.free(now))):
            allowance.spend()
            times.append(now)
    return times


@settings(deadline=None)
@given(st.floats(1, 200), st.lists(st.floats(0, 30), min_size=1, max_size=300))
def test_no_minute_exceeds_the_budget(per_minute: float, gaps: list[float]) -> None:
    """Whenever the loop looks, any 60 seconds see no more visits than the budget."""
    looks = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    times = begun(per_minute, looks)
    for first in times:
        assert sum(first <= time < first + 60 for time in times) <= per_minute


@pytest.mark.parametrize(("per_minute", "in_ten"), [(1.0, 10), (12.0, 120), (16.7, 160), (200.0, 2000), (0.5, 5)])
def test_the_budget_is_used_where_all_is_due(per_minute: float, in_ten: int) -> None:
    """A loop that looks twice a second begins every whole visit of the budget."""
    times = begun(per_minute, [at / 2 for at in range(1200)])
    assert in_ten * 0.97 <= len(times) <= in_ten
    window = 60 / min(1.0, per_minute)
    assert max(sum(first <= time < first + window for time in times) for first in times) <= max(1.0, per_minute)


def test_visits_are_spread() -> None:
    """After a quiet hour not all of a minute's visits begin at once."""
    assert len(begun(60.0, [0.0, 3600.0])) <= 1 + 3


def test_a_clock_that_steps_back_frees_nothing() -> None:
    """Time that comes twice counts once."""
    assert len(begun(2.0, [100.0, 90.0, 100.0, 95.0, 100.0])) == 1


def test_a_new_budget_counts_what_the_old_one_used() -> None:
    """A patrol that plans anew, however often, gains no visits by it."""
    allowance, times = Allowance(10.0), []
    for at in range(120):
        if allowance.free(float(at)):
            allowance.spend()
            times.append(at)
        allowance.change(10.0 if at % 2 else 9.0)
    assert 17 <= len(times) <= 20


@pytest.mark.parametrize("per_minute", [1.0, 12.0, 16.7, 90.0])
def test_what_was_not_used_is_not_added_to_a_full_minute(per_minute: float) -> None:
    """After a time when nothing was due, the first minute in which all is due is no fuller than any other."""
    allowance, times = Allowance(per_minute), []
    allowance.free(0.0)
    for look in range(240):
        now = 100.0 + look / 2
        for _ in range(allowance.free(now)):
            allowance.spend()
            times.append(now)
    assert max(sum(first <= time < first + 60 for time in times) for first in times) <= per_minute
