"""What visits teach of a source: its rate, its rhythm, its share of offers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.estimate import DAY, Estimate, Look, Prior, as_text, from_text, pooled, profile, updated

NUMBERS = st.floats(0, 1e4)
ESTIMATES = st.builds(
    Estimate,
    st.tuples(*[NUMBERS] * DAY),
    st.tuples(*[NUMBERS] * DAY),
    st.floats(100, 1e5),
    st.floats(0, 100),
)


def watched(rate: float, days: int, start: Estimate | None = None, since: float = 0.0, every: float = 1.0) -> Estimate:
    """A source with a steady rate, visited every so many hours."""
    found, came = start or Estimate(), 0.0
    for visit in range(int(days * DAY / every)):
        came += rate * every
        new = math.floor(came)
        came -= new
        found = updated(found, Look(since + visit * every, since + (visit + 1) * every, new))
    return found


def test_nothing_seen_is_not_nothing_expected() -> None:
    """(n + 0.5) / (T + 0.5): never nothing, however long nothing came."""
    assert Estimate().rate == 1.0
    assert updated(Estimate(), Look(0.0, 9.5, 0)).rate == pytest.approx(0.05)
    assert updated(Estimate(), Look(0.0, 9.5, 20)).rate == pytest.approx(2.05, rel=0.01)


@pytest.mark.parametrize("rate", [0.1, 1.0, 30.0])
def test_the_estimate_comes_near_the_rate(rate: float) -> None:
    """After a week of hourly visits the estimate is within a tenth of a steady rate, at every hour of the day."""
    found = watched(rate, 7)
    assert found.rate == pytest.approx(rate, rel=0.1)
    assert profile(found) == pytest.approx([rate] * DAY, rel=0.35)


def test_counts_fade() -> None:
    """A source that falls silent is soon believed to be silent."""
    busy = watched(10.0, 7)
    assert watched(0.0, 10, busy, since=7.0 * DAY).rate < busy.rate / 8


def test_the_rhythm_of_the_day_is_learnt() -> None:
    """Posts that come from 20 to 22 o'clock alone make these hours busy and the others quiet; the mean stays."""
    found = Estimate()
    for hour in range(14 * DAY):
        found = updated(found, Look(float(hour), hour + 1.0, 12 if hour % DAY in {20, 21} else 0))
    rates = profile(found)
    assert min(rates[20], rates[21]) > 5
    assert max(rates[:18]) < 0.5
    assert found.rate == pytest.approx(1.0, rel=0.15)


def test_a_long_look_lays_posts_to_the_busy_hours() -> None:
    """Of posts found after a whole day most are taken to have come when the source is busy."""
    found = Estimate()
    for hour in range(14 * DAY):
        found = updated(found, Look(float(hour), hour + 1.0, 12 if hour % DAY in {20, 21} else 0))
    after = updated(found, Look(14.0 * DAY, 15.0 * DAY, 24))
    kept = math.exp(-DAY / 96)
    gained = [new - kept * old for new, old in zip(after.posts, found.posts, strict=True)]
    assert gained[20] + gained[21] > 10
    assert sum(gained) == pytest.approx(24)


def test_overflow_raises_the_rate() -> None:
    """Where all that a visit saw was new, at least that came."""
    full = Look(0.0, 1.0, 20, overflowed=True)
    assert updated(Estimate(), full).rate > 1.5 * updated(Estimate(), Look(0.0, 1.0, 20)).rate


def test_the_first_look_teaches_the_share_alone() -> None:
    """How long the posts of a first look have been there is not known."""
    found = updated(Estimate(), Look(None, 1e5, 20, 5))
    assert (found.rate, found.judged, found.flagged) == (1.0, 20, 5)


def test_the_share_begins_at_the_mean_of_all() -> None:
    """A new source is thought average; posts without offers lower it, offers raise it, and doubt shrinks."""
    prior = Prior(mean=0.02, strength=10)
    none, doubt = prior.share(Estimate())
    clean, sure = prior.share(Estimate(judged=200.0))
    selling, _ = prior.share(Estimate(judged=20.0, flagged=5.0))
    assert none == pytest.approx(0.02)
    assert clean < 0.002 < none < 0.1 < selling
    assert sure < doubt / 10


def test_sources_give_the_prior_together() -> None:
    """Where many offers are seen everywhere, a new source is expected to have many."""
    assert pooled([]).mean == Prior().mean
    assert pooled([Estimate(judged=1e4, flagged=1e3)] * 3).mean == pytest.approx(0.1, rel=0.01)


@given(ESTIMATES, st.floats(0, 1e6), st.floats(0, 1000), st.integers(0, 1000), st.integers(0, 2000))
def test_rates_and_shares_stay_sound(found: Estimate, at: float, span: float, new: int, flags: int) -> None:
    """Whatever a visit reports, rates stay above nothing and the share a share; more posts never lower the rate."""
    after = updated(found, Look(at, at + span, new, flags))
    mean, doubt = Prior().share(after)
    assert min(profile(after)) > 0
    assert 0 < mean < 1
    assert doubt >= 0
    assert updated(found, Look(at, at + span, new + 5, flags)).rate >= after.rate
    assert sum(after.hours) <= sum(found.hours) + span + 1e-6


def test_an_estimate_survives_as_text() -> None:
    """What the store keeps is what was learnt, to a thousandth, and short."""
    found = watched(3.7, 3)
    text = as_text(found)
    assert from_text(text).rate == pytest.approx(found.rate, rel=0.001)
    assert as_text(from_text(text)) == text
    assert len(text) < 500
