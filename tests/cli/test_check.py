"""``rules check`` and ``rules bump`` at the command line."""

import json
from pathlib import Path

import pytest

from tests.rules.conftest import WRITTEN
from tests.running import Ran, lurewatch

FAR = WRITTEN.replace("review_by: 2027-01-01", "review_by: 2099-01-01")
FOUR = FAR.replace("蓝莓赌局 蓝莓牌桌", "蓝莓赌局 蓝莓牌桌 甲蓝莓赌局 乙蓝莓赌局 丙蓝莓赌局 丁蓝莓赌局")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one sound rule."""
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules", FAR)
    return tmp_path / "rules"


def write(folder: Path, text: str) -> None:
    """Write the rule anew."""
    (folder / "rule.yml").write_text(text, encoding="utf-8")


def rules(folder: Path, *args: str) -> Ran:
    """Run a command for rules, in English."""
    return lurewatch("--lang", "en", "rules", *args, home=folder.parent)


def test_check_bump_edit_check_bump(folder: Path) -> None:
    """An editor's round: stamped, changed, complained of, raised; the folder may come from the settings."""
    first = rules(folder, "check", "rules")
    assert (first.code, "1 rules, all sound" in first.out) == (0, True)
    assert "rule.yml:5:1: there is no digest yet" in first.err
    assert rules(folder, "check", "rules", "--strict").code == 2
    assert "version 1, digest written" in rules(folder, "bump", "rules").out
    assert rules(folder, "check", "rules", "--strict").code == 0
    stamped = (folder / "rule.yml").read_text(encoding="utf-8")
    write(folder, stamped.replace("weight: 0.8", "weight: 0.9"))
    wrong = rules(folder, "check", "rules")
    assert (wrong.code, "lurewatch rules bump" in wrong.err) == (2, True)
    raised = lurewatch("rules", "bump", home=folder.parent, env={"LUREWATCH_RULES": "rules"})
    assert "rule.yml：version 1 → 2" in raised.out
    assert "No rule changed" in rules(folder, "bump", "rules").out


def test_few_warnings_are_shown_and_all_on_demand(folder: Path) -> None:
    """Three of a kind, then how many more; as JSON always all."""
    write(folder, FOUR)
    short = rules(folder, "check", "rules")
    assert (short.code, short.err.count("of the same group does"), "1 more places" in short.err) == (0, 3, True)
    assert rules(folder, "check", "rules", "--all").err.count("of the same group does") == 4
    row = json.loads(rules(folder, "check", "rules", "--json").out)
    assert (row["sound"], row["problems"], len(row["warnings"])) == (1, [], 5)
    assert rules(folder, "check", "rules", "--json", "--strict").code == 2


def test_a_review_that_is_due_is_a_warning(folder: Path) -> None:
    """It is said, and lets pass unless strict."""
    write(folder, WRITTEN.replace("2026-01-01", "2020-01-01").replace("2027-01-01", "2021-01-01"))
    ran = rules(folder, "check", "rules")
    assert (ran.code, "rule.yml:12:1: the review was due on 2021-01-01" in ran.err) == (0, True)


def test_bump_leaves_wrong_files_and_says_so(folder: Path) -> None:
    """Done in part: exit code 1."""
    (folder / "bad.yml").write_text("slug: [", encoding="utf-8")
    ran = rules(folder, "bump", "rules")
    assert (ran.code, "bad.yml:1:" in ran.err, "1 files written" in ran.out) == (1, True, True)


@pytest.mark.parametrize("command", ["check", "bump"])
def test_no_folder(folder: Path, command: str) -> None:
    """Wrong input: exit code 2."""
    assert rules(folder, command, "none").code == 2
