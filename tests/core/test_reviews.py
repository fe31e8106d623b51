"""What reviews add up to: the whole table of states and verdicts."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InputError
from core.reviews import check, standing, state_of
from core.types import Review, State, Verdict

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VERDICTS = {"c": Verdict.CONFIRM, "d": Verdict.DISMISS, "a": Verdict.APPEAL, "u": Verdict.UNDO}


def reviews(acts: str) -> list[Review]:
    """Reviews written as verdict and reviewer, such as "d王 a李"."""
    return [
        Review("0" * 32, VERDICTS[act[0]], act[1:], NOON + timedelta(minutes=number), "看过")
        for number, act in enumerate(acts.split())
    ]


@pytest.mark.parametrize(
    ("acts", "state", "counted"),
    [
        ("", State.OPEN, 0),
        ("c王", State.CONFIRMED, 1),
        ("d王", State.DISMISSED, 1),
        ("c王 u王", State.OPEN, 0),
        ("d王 a李", State.APPEALED, 2),
        ("d王 a李 u李", State.DISMISSED, 1),
        ("d王 a李 c李", State.CONFIRMED, 3),
        ("d王 a王 d李", State.DISMISSED, 3),
        ("d王 a李 c李 u李", State.APPEALED, 2),
        ("c王 u王 d李", State.DISMISSED, 1),
        ("c王 u王 u王", State.OPEN, 0),
    ],
)
def test_reviews_add_up_to_a_state(acts: str, state: State, counted: int) -> None:
    """An undo takes back the act before it, whatever that was; the last act that stands gives the state."""
    assert state_of(reviews(acts)) is state
    assert len(standing(reviews(acts))) == counted


@pytest.mark.parametrize(
    ("earlier", "new", "allowed"),
    [
        ("", "c王", True),
        ("", "d王", True),
        ("", "a王", False),
        ("", "u王", False),
        ("c王", "c李", False),
        ("c王", "d李", False),
        ("c王", "a李", False),
        ("c王", "u王", True),
        ("c王", "u李", False),
        ("d王", "c李", False),
        ("d王", "d王", False),
        ("d王", "a王", True),
        ("d王", "a李", True),
        ("d王", "u王", True),
        ("d王", "u李", False),
        ("d王 a李", "c王", False),
        ("d王 a李", "d王", False),
        ("d王 a李", "c李", True),
        ("d王 a王", "d李", True),
        ("d王 a李", "a李", False),
        ("d王 a李", "u李", True),
        ("d王 a李", "u王", False),
        ("d王 a李 d李", "a王", True),
        ("d王 a李 d李 a王", "d李", False),
        ("d王 a李 d李 a王", "d王", True),
        ("c王 u王", "u王", False),
        ("c王 u王", "d李", True),
    ],
)
def test_which_verdict_may_follow(earlier: str, new: str, allowed: bool) -> None:
    """A decided flag is not decided again; an appeal goes to somebody who did not dismiss; only one's own is undone."""
    (review,) = reviews(new)
    if allowed:
        check(reviews(earlier), review)
    else:
        with pytest.raises(InputError) as raised:
            check(reviews(earlier), review)
        assert raised.value.zh
        assert raised.value.en.isascii() or "王" in raised.value.en or "李" in raised.value.en


@pytest.mark.parametrize(("reviewer", "reason"), [("", "看过"), ("  ", "看过"), ("王", ""), ("王", "\t\n")])
def test_a_verdict_needs_a_name_and_a_reason(reviewer: str, reason: str) -> None:
    """Blank names and reasons are none."""
    with pytest.raises(InputError):
        check([], Review("0" * 32, Verdict.CONFIRM, reviewer, NOON, reason))
