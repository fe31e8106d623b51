"""``rules check``: what it says of a folder, where it points, and that the examples are really run."""

from datetime import date
from pathlib import Path

import pytest

from core.errors import InputError, YamlError
from rules.lint import Checked, check, inspect
from rules.loader import read_files
from rules.schema import Bank
from tests.rules.conftest import MakeRules

TODAY = date(2026, 6, 1)
ITEMS = "item: {any: 蓝莓赌局 蓝莓牌桌}"
CONDITION = "condition: item and offer near 20 and not warning"
EXCEPTION = "exceptions:\n  - {phrase: %s, reason: 合法品牌, until: %s}\nexamples:"

ERRORS = [
    # what is written, what it becomes, the word the finger points at, what is said
    ("any: 蓝莓赌局 蓝莓牌桌", "any: 蓝莓赌局 蓝莓牌桌 赌", "赌}", "one-character term '赌'"),
    ("any: 蓝莓赌局 蓝莓牌桌", "any: [蓝莓赌局, 赌]", "赌]", "one-character term '赌'"),
    (ITEMS, "item:\n    any: >-\n      蓝莓赌局\n      蓝莓牌桌 賭", "賭", "one-character term '賭'"),
    (ITEMS, "item: {any: 蓝莓赌局, all: 蓝莓 赌}", "赌}", "one-character term"),
    ("any: 蓝莓赌局 蓝莓牌桌", "any: 蓝莓赌局 藍莓賭局", "藍莓賭局", "same as '蓝莓赌局' before it"),
    ("any: 蓝莓赌局 蓝莓牌桌", "any: [蓝莓赌局, 蓝莓牌桌, 蓝*莓*牌*桌]", "蓝*莓*牌*桌", "same as '蓝莓牌桌'"),
    ("{any: 警示}", "{any: 警示, regex: ['提Ａ醒']}", "'提Ａ醒'", "never stands in normalised text"),
    ("{any: 警示}", "{any: 警示, regex: ['開奖']}", "'開奖'", "write '开'"),
    (
        "near 20 and not warning",
        "near 20 and not warning and not item",
        "item and offer",
        "item must be there and must not",
    ),
    (
        CONDITION,
        "condition: >-\n  item and offer near 20\n  and warning\n  and not warning",
        "item and",
        "warning must be",
    ),
    (CONDITION, 'condition: "item and offer and not (offer or warning)"', "item and", "offer must be there"),
    (CONDITION, "condition: item and offer and (warning or link and not contact)", "link and", "a link is a contact"),
    (
        CONDITION,
        "condition: item and offer and (not warning and not link) near 9",
        "item and",
        "near stands beside not",
    ),
    ("examples:", EXCEPTION % ("赌", "2026-06-01"), "phrase:", "the exception '赌' is so short"),
    ("examples:", EXCEPTION % ("蓝莓杯", "2026-05-31"), "until:", "'蓝莓杯' ended on 2026-05-31"),
    ("version: 1", "version: 1\ndigest: '000000000000'", "version: 1", "the content changed and version is still 1"),
    ("'蓝莓赌局开户即玩，加微信 lanmei_01'", "'蓝莓赌局，加微信 lanmei_01'", "'蓝莓赌局，加", "this rule does not hit"),
    ("'蓝莓赌局开户即玩，加微信 lanmei_01'", "'蓝莓赌局开户即玩'", "'蓝莓赌局开户即玩'", "no_reach"),
    (
        "'蓝莓蛋糕开卖'",
        "'蓝莓赌局开户即玩，加微信 lanmei_99'",
        "'蓝莓赌局开户即玩，加微信 lanmei_99'",
        "by sample-rule.",
    ),
    ("category: gambling", "category: gamblin", "category: gamblin", "是否要写 gambling？"),
    ("author: 测试组", "author: 测试组\nauthor: 乙组", "author: 乙组", "a key stands twice"),
    ("triage: 看是否下注。", "traige: 看是否下注。", "traige:", "Did you mean triage?"),
]


def at(error: InputError) -> str:
    """The rest of the line that an error points at."""
    assert isinstance(error, YamlError)
    return error.path.read_text(encoding="utf-8").splitlines()[error.line - 1][error.column - 1 :]


@pytest.mark.parametrize(("old", "new", "word", "said"), ERRORS, ids=[case[3] for case in ERRORS])
def test_what_is_wrong_is_said_with_its_place(make_rules: MakeRules, old: str, new: str, word: str, said: str) -> None:
    """File, line and column of the very word, a sentence in both languages; and the rule is not counted as sound."""
    count, errors = check(make_rules((old, new)), today=TODAY)
    assert count == 0
    found = [error for error in errors if said in error.en]
    assert found, [error.en for error in errors]
    assert at(found[0]).startswith(word)
    assert found[0].zh.startswith(found[0].en.split(": ")[0])


WARNINGS = [
    ("review_by: 2027-01-01", "review_by: 2026-05-31", "overdue", "review_by", "the review was due on 2026-05-31"),
    ("any: 蓝莓赌局 蓝莓牌桌", "any: 大蓝莓赌局 蓝莓赌局", "nested", "大蓝莓赌局", "'大蓝莓赌局' hits, '蓝莓赌局' of"),
    ("near 20", "near 0", "touching", "offer near 0", "wants two words with nothing between"),
    ("version: 1", "version: 1 ", "unstamped", "version", "there is no digest yet"),
]


@pytest.mark.parametrize(("old", "new", "kind", "word", "said"), WARNINGS, ids=[case[2] for case in WARNINGS])
def test_what_is_worth_a_look_is_a_warning(
    make_rules: MakeRules, old: str, new: str, kind: str, word: str, said: str
) -> None:
    """With its place too; the rule is sound all the same, but for examples that it may spoil."""
    report = inspect(make_rules((old, new)), today=TODAY)
    (warning, *_) = dict(report.warnings)[kind]
    assert said in warning.en
    assert at(warning).startswith(word)
    assert [error for error in report.errors if "example" not in error.en] == []


def kinds(report: Checked) -> set[str]:
    """The kinds of warnings."""
    return {kind for kind, _ in report.warnings}


def test_a_sound_rule_is_counted(make_rules: MakeRules) -> None:
    """And nothing is said but that the tool has not stamped it yet."""
    report = inspect(make_rules(), today=TODAY)
    assert (report.sound, report.errors, kinds(report)) == (1, (), {"unstamped"})


@pytest.mark.parametrize(
    "terms",
    ["[考试cet4, cet]", "[cet4, cet]", "[14级, 4级]", "[第4级了, 14级]", "[4级 cet, cet]", "[蓝莓赌局, 牌桌]"],
)
def test_a_term_that_the_other_does_not_cover_is_no_warning(make_rules: MakeRules, terms: str) -> None:
    """Latin words and numbers are not cut, so a short one within a long one may not hit where the long one does."""
    assert "nested" not in kinds(inspect(make_rules(("any: 蓝莓赌局 蓝莓牌桌", f"any: {terms}"))))


@pytest.mark.parametrize("terms", ["[考4级, 4级]", "[大大蓝莓, 蓝莓]", "[a4级, 4级]", "[第14级, 14级]", "[cet 4, cet]"])
def test_a_term_that_the_other_covers_whatever_stands_around_is_one(make_rules: MakeRules, terms: str) -> None:
    """A number inside words is found wherever the words are."""
    assert "nested" in kinds(inspect(make_rules(("any: 蓝莓赌局 蓝莓牌桌", f"any: {terms}"))))


def test_words_of_the_segmenter_are_not_compared(make_rules: MakeRules) -> None:
    """With ``words`` the longer one may hit where the shorter one is cut out of a word."""
    folder = make_rules((ITEMS, "item: {any: 大蓝莓赌局 蓝莓赌局, words: true}"))
    assert "nested" not in kinds(inspect(folder))


@pytest.mark.parametrize(("today", "sound"), [(date(2026, 6, 30), 1), (date(2026, 7, 1), 0)])
def test_an_exception_holds_to_the_end_of_its_last_day(make_rules: MakeRules, today: date, sound: int) -> None:
    """``until`` is the last day."""
    assert check(make_rules(("examples:", EXCEPTION % ("蓝莓杯", "2026-06-30"))), today=today)[0] == sound


def test_deprecated_rules_are_not_overdue(make_rules: MakeRules) -> None:
    """Nobody waits for them, and nobody counts by them."""
    folder = make_rules(("status: live", "status: deprecated"))
    assert kinds(inspect(folder, today=date(2030, 1, 1))) == set()


@pytest.mark.parametrize("status", ["draft", "background"])
def test_a_rule_that_is_not_live_is_tried_as_if_it_were(make_rules: MakeRules, status: str) -> None:
    """So that it can be written before it counts."""
    assert check(make_rules(("status: live", f"status: {status}"))) == (1, ())


def test_a_deprecated_rule_is_not_tried(make_rules: MakeRules) -> None:
    """Its examples may fail."""
    folder = make_rules(("status: live", "status: deprecated"))
    path = folder / "rule0.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("lanmei_01", ""), encoding="utf-8")
    assert check(folder) == (1, ())


def test_everything_wrong_is_said_at_once(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Not only the first thing."""
    folder = make_rules(("any: 蓝莓赌局 蓝莓牌桌", "any: 蓝莓赌局 蓝莓牌桌 赌 局"), ("slug: sample-rule", "slug: X"))
    assert len(check(folder)[1]) == 3
    assert len(read_files(folder, banks)[0]) == 1


def test_no_folder_is_said_so(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(InputError, match="There is no folder"):
        check(tmp_path / "none")
