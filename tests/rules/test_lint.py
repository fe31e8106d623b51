"""``rules check``: what it says of a folder, and that the examples are really run."""

from pathlib import Path

import pytest

from core.errors import InputError, YamlError
from rules.lint import check
from tests.rules.conftest import MakeRules


def test_a_sound_rule_is_counted(make_rules: MakeRules) -> None:
    """And nothing is said."""
    assert check(make_rules()) == (1, ())


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("any: 蓝莓赌局 蓝莓牌桌", "any: 蓝莓赌局 蓝莓牌桌 赌", 16, "one-character term"),
        ("{any: 警示}", "{any: 警示, regex: ['提Ａ醒']}", 18, "never stands in normalised text"),
        ("{any: 警示}", "{any: 警示, regex: ['開奖']}", 18, "write '开'"),
        ("'蓝莓赌局开户即玩，加微信 lanmei_01'", "'蓝莓赌局，加微信 lanmei_01'", 21, "this rule does not hit"),
        ("'蓝莓赌局开户即玩，加微信 lanmei_01'", "'蓝莓赌局开户即玩'", 21, "no_reach"),
        ("'蓝莓蛋糕开卖'", "'蓝莓赌局开户即玩，加微信 lanmei_01'", 22, "by sample-rule"),
        ("category: gambling", "category: fraud", 7, "closed list"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(make_rules: MakeRules, old: str, new: str, line: int, said: str) -> None:
    """File, line, both languages; the rule is not counted as sound."""
    count, errors = check(make_rules((old, new)))
    assert count == 0
    assert isinstance(errors[0], YamlError)
    assert errors[0].line == line
    assert said in errors[0].en
    assert errors[0].zh.startswith(str(errors[0].path))


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


def test_no_folder_is_said_so(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(InputError, match="There is no folder"):
        check(tmp_path / "none")
