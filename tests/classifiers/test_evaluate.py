"""Precision, recall and right harms from judgements, all at once or as they come."""

import pytest

from classifiers.evaluate import Board, Case, Counts, Judged, score
from classifiers.lengths import band
from classifiers.rows import Labelled
from core.types import Decision

ROWS = (
    Judged("gambling", flagged=True, category="gambling", group="sms"),
    Judged("gambling", flagged=True, category="fraud_ad", group="sms"),
    Judged("gambling", flagged=False, category="gambling", group="forum"),
    Judged("fraud_ad", flagged=True, category="fraud_ad", group="forum"),
    Judged("none", flagged=True, category="fraud_ad", group="forum"),
    Judged("none", flagged=False, group="forum"),
)


def test_figures() -> None:
    """Overall any harm counts, by harm only its own; groups count like the whole."""
    found = score(ROWS)
    assert found.overall == Counts(right=3, false_alarms=1, missed=1, lawful=2, named=2)
    assert found.overall.category == pytest.approx(2 / 3)
    assert (found.overall.precision, found.overall.recall, found.overall.false_alarm_rate) == (0.75, 0.75, 0.5)
    assert found.by_harm == {
        "fraud_ad": Counts(right=1, false_alarms=2, missed=0, lawful=5, named=1),
        "gambling": Counts(right=1, false_alarms=0, missed=2, lawful=3, named=1),
    }
    assert found.by_group == {
        "forum": Counts(right=1, false_alarms=1, missed=1, lawful=2, named=1),
        "sms": Counts(right=2, false_alarms=0, missed=0, lawful=0, named=1),
    }
    assert found.cells["gambling", "fraud_ad"] == 1
    assert sum(found.cells.values()) == len(ROWS)


def test_no_share_of_nothing() -> None:
    """Where nothing was flagged or wanted there is no figure, and no error."""
    empty = score(())
    assert empty.overall == Counts()
    assert (empty.overall.precision, empty.overall.recall, empty.overall.false_alarm_rate) == (None, None, None)
    assert empty.by_harm == {}


def case(expect: str, said: str, **groups: str) -> Case:
    """A row of which ``said`` was decided."""
    decision = Decision(said != "none", None if said == "none" else said, 0.5)
    return Case(Labelled("1", "text", expect), decision, groups)


def test_a_board_counts_as_cases_come() -> None:
    """A line a harm with the precision of flags of that name, then lawful rows, then each group; and a total."""
    board = Board()
    for one in (
        case("gambling", "gambling", style="sms"),
        case("gambling", "fraud_ad", style="sms"),
        case("gambling", "none", style="chat"),
        case("none", "gambling", style="chat"),
        case("none", "none", style="notice"),
    ):
        board.add(one)
    sections = board.sections()
    gambling, lawful = sections["harm"]
    assert (gambling.rows, gambling.recall, gambling.precision, gambling.category) == (3, 2 / 3, 0.5, 0.5)
    assert (lawful.group, lawful.false_alarms, lawful.lawful, lawful.recall) == ("none", 1, 2, None)
    assert [line.group for line in sections["style"]] == ["chat", "notice", "sms"]
    chat, notice, sms = sections["style"]
    assert (chat.recall, chat.precision, chat.false_alarm_rate) == (0.0, 0.0, 1.0)
    assert (notice.precision, notice.false_alarms) == (None, 0)
    assert (sms.recall, sms.precision, sms.category) == (1.0, None, 0.5)  # no lawful rows: no precision to speak of
    total = board.total()
    assert (total.rows, total.recall, total.precision, total.false_alarm_rate) == (5, 2 / 3, 2 / 3, 0.5)


def test_bands_of_length_stand_in_order() -> None:
    """Short bands come before long ones, though their names do not."""
    board = Board()
    sizes = (2000, 8, 7, 1500, 301, 300, 101, 100, 41, 40)
    for size in sizes:
        board.add(case("none", "none", length=band("字" * size)))
    lines = board.sections()["length"]
    assert [(line.group, line.rows) for line in lines] == [
        ("<8", 1),
        ("8-40", 2),
        ("41-100", 2),
        ("101-300", 2),
        ("301-1500", 2),
        (">1500", 1),
    ]
