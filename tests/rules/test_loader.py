"""Rule files: what is refused, and where the finger points."""

from pathlib import Path

import pytest

from core.errors import InputError, YamlError
from rules.loader import read_banks, read_rules
from rules.schema import Bank
from tests.rules.conftest import MakeRules

CASES = [
    ("category: gambling", "category: gamblin", 7, "closed list of harms"),
    ("category: gambling", "category: rumour", 7, "closed list of harms"),
    ("schema: 1", "schema: 2", 1, "schema"),
    ("slug: sample-rule", "slug: Sample Rule", 3, "slug"),
    ("level: high", "level: fatal", 8, "level"),
    ("weight: 0.8", "weight: 1.8", 9, "weight"),
    ("weight: 0.8", "weight: 0.8\nwieght: 0.8", 10, "Did you mean weight"),
    ("author: 测试组", "author: 测试组\nauthor: 测试组", 11, "twice"),
    ("review_by: 2027-01-01", "review_by: 2025-01-01", 12, "review_by must be after"),
    ("bank: bet", "bank: bett", 17, "Did you mean 'bet'"),
    ("  item:", "  contact:", 15, "word of conditions"),
    ("  item:", "  exceptions:", 15, "word of conditions"),
    ("any: 蓝莓赌局 蓝莓牌桌", "regex: ['(?<=a)b']", 16, "RE2 refuses"),
    ("any: 蓝莓赌局 蓝莓牌桌", "words: true", 16, "empty group"),
    ("item and offer near", "itme and offer near", 19, "Did you mean 'item'"),
    ("near 20 and", "near 20 nad", 19, "missing before 'nad'"),
    ("item and offer near 20", "offer", 16, "does not use the group 'item'"),
    ("item and offer near 20 and not warning", "(item or offer) and not warning", 19, "without any keyword"),
    ("match: ['蓝莓赌局开户即玩，加微信 lanmei_01', ", "match: [", 21, "at least 2"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), CASES, ids=[case[1] for case in CASES])
def test_a_wrong_rule_is_refused_where_it_is_wrong(
    make_rules: MakeRules, banks: tuple[Bank, ...], old: str, new: str, line: int, said: str
) -> None:
    """One error, with file and line, in both languages; and the rule is not among the good ones."""
    rules, errors = read_rules(make_rules((old, new)), banks)
    assert rules.rules == ()
    error = errors[0]
    assert isinstance(error, YamlError)
    assert (error.path.name, error.line) == ("rule0.yml", line)
    assert said in error.en
    assert error.zh


def test_an_error_in_a_condition_points_at_the_word(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Line and column of the name that is not known."""
    _, errors = read_rules(make_rules(("not warning", "not warnign")), banks)
    assert isinstance(errors[0], YamlError)
    line = errors[0].path.read_text(encoding="utf-8").splitlines()[errors[0].line - 1]
    assert line[errors[0].column - 1 :].startswith("warnign")


def test_doubled_ids_and_slugs_are_refused(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """The first file keeps them, the second is told which file has them."""
    rules, errors = read_rules(make_rules(("", ""), ("slug: sample-rule", "slug: other-rule"), ("", "")), banks)
    assert [rule.slug for rule in rules.rules] == ["sample-rule"]
    assert ["rule0.yml" in error.en for error in errors] == [True, True, True]


def test_a_good_rule_beside_a_bad_one_is_read(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """One broken file does not take the others with it."""
    rules, errors = read_rules(make_rules(("", ""), ("schema: 1", "schema: x")), banks)
    assert len(rules.rules) == len(errors) == 1


def test_no_folder_is_said_so(tmp_path: Path, banks: tuple[Bank, ...]) -> None:
    """With the setting that names it."""
    with pytest.raises(InputError, match="LUREWATCH_RULES"):
        read_rules(tmp_path / "none", banks)


def test_the_digest_is_of_the_content_not_of_the_layout(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Comments and order of keys do not change it; a weight does."""
    first = read_rules(make_rules(("", "")), banks)[0]
    same = read_rules(make_rules(("weight: 0.8", "weight: 0.80  # as before")), banks)[0]
    other = read_rules(make_rules(("weight: 0.8", "weight: 0.81")), banks)[0]
    assert len(first.rules[0].digest) == 12
    assert first.digest == same.digest != other.digest
    assert first.rules[0].ref.digest == first.rules[0].digest


def test_the_digest_of_a_set_tells_statuses_too(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """A draft that goes live is no other rule, and yet another set."""
    live = read_rules(make_rules(("", "")), banks)[0]
    draft = read_rules(make_rules(("status: live", "status: draft")), banks)[0]
    assert live.rules[0].digest == draft.rules[0].digest
    assert live.digest != draft.digest


BANK = "schema: 1\nname: bank\nrole: offer\ntitle: {zh: 甲乙, en: ab}\ntiers: [{score: 1, %s}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BANK.replace("name: bank", "name: other") % "any: 甲乙", "named as its file"),
        (BANK % "regex: [a]", "keywords in after"),
        (BANK % "words: true", "empty tier"),
        (BANK % "after: 甲乙, regex: ['(a']", "RE2 refuses"),
    ],
)
def test_a_wrong_bank_stops_everything(tmp_path: Path, text: str, said: str) -> None:
    """Every rule may rest on it."""
    (tmp_path / "bank.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_banks(tmp_path)
