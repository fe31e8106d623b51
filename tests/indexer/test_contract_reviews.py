"""What every store of flags must do with reviews, and what it counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import InputError
from core.ports import FlagStore
from core.types import Review, State, Verdict
from tests.conftest import NOON, MakeFlag
from tests.indexer.conftest import review


def test_a_verdict_can_be_undone_by_its_reviewer(flags: FlagStore, make_flag: MakeFlag) -> None:
    """An undo reopens the flag, and both acts stay on record."""
    flag = make_flag()
    flags.put(flag)
    assert flags.add_review(review(flag.id, Verdict.CONFIRM)) is State.CONFIRMED
    with pytest.raises(InputError):
        flags.add_review(review(flag.id, Verdict.UNDO, "李强"))
    assert flags.add_review(review(flag.id, Verdict.UNDO, minutes=1)) is State.OPEN
    assert [kept.verdict for kept in flags.reviews()] == [Verdict.CONFIRM, Verdict.UNDO]


def test_an_appeal_goes_to_a_second_reviewer(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Who dismissed a flag cannot decide its appeal; somebody else can."""
    flag = make_flag()
    flags.put(flag)
    flags.add_review(review(flag.id, Verdict.DISMISS))
    assert flags.add_review(review(flag.id, Verdict.APPEAL, "李强", minutes=1)) is State.APPEALED
    with pytest.raises(InputError):
        flags.add_review(review(flag.id, Verdict.DISMISS, minutes=2))
    assert flags.add_review(review(flag.id, Verdict.CONFIRM, "李强", minutes=3)) is State.CONFIRMED


@pytest.mark.parametrize(
    "wrong",
    [
        review("f" * 32, Verdict.CONFIRM),
        review("", Verdict.UNDO),
        review("", Verdict.APPEAL),
        review("", Verdict.CONFIRM, reviewer=" "),
        review("", Verdict.DISMISS, reason=""),
    ],
)
def test_verdicts_that_make_no_sense_are_refused(flags: FlagStore, make_flag: MakeFlag, wrong: Review) -> None:
    """Unknown flags, nothing to undo or appeal, no name, no reason: refused, and nothing is kept."""
    flag = make_flag()
    flags.put(flag)
    with pytest.raises(InputError):
        flags.add_review(replace(wrong, flag_id=wrong.flag_id or flag.id))
    assert list(flags.reviews()) == []


def test_a_decided_flag_is_not_decided_again(flags: FlagStore, make_flag: MakeFlag) -> None:
    """A second verdict over the first is refused until it is undone or appealed."""
    flag = make_flag()
    flags.put(flag)
    flags.add_review(review(flag.id, Verdict.CONFIRM))
    with pytest.raises(InputError):
        flags.add_review(review(flag.id, Verdict.DISMISS, "李强"))


def test_flags_are_counted_by_source_and_state(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Each source has its count of each state; a review moves a flag from one to the other."""
    made = [make_flag(str(at), url=f"http://a.test/{at}", source="ab"[at % 2]) for at in range(5)]
    assert flags.tallies() == {}
    for flag in made:
        flags.put(flag)
    flags.add_review(review(made[0].id, Verdict.CONFIRM))
    flags.add_review(review(made[1].id, Verdict.DISMISS))
    found = {source: dict(counts) for source, counts in flags.tallies().items()}
    assert found == {
        "a": {State.OPEN: 2, State.CONFIRMED: 1},
        "b": {State.OPEN: 1, State.DISMISSED: 1},
    }


def test_delays_are_of_known_publication(flags: FlagStore, make_flag: MakeFlag) -> None:
    """From publication to flag, newest first, of posts published since; unknown and older times do not count."""
    published = {0: NOON, 1: NOON + timedelta(minutes=30), 2: None, 3: NOON - timedelta(days=9)}
    for hours, at in published.items():
        flags.put(make_flag(str(hours), url=f"http://a.test/{hours}", hours=hours, published_at=at))
    flags.put(make_flag("别处", url="http://a.test/9", source="other", published_at=NOON))
    expected = [timedelta(minutes=30), timedelta(0)]
    assert flags.delays("town-forum", NOON, 10) == expected
    assert flags.delays("town-forum", NOON, 1) == expected[:1]
    assert flags.delays("nowhere", NOON, 10) == []
