"""Which rule an editor means, and what lies beside it."""

from datetime import date
from pathlib import Path

import pytest

from core.errors import InputError, YamlError
from rules.desk import Desk, lay_out
from rules.schema import Status
from tests.rules.conftest import RULES, WRITTEN, MakeRules


def lay(wanted: str | Path, folder: Path, shipped: Path = RULES) -> Desk:
    """A desk as of one day."""
    return lay_out(str(wanted), folder, shipped, date(2026, 11, 22))


def test_a_slug_is_looked_for_in_the_folder(make_rules: MakeRules) -> None:
    """The rule counts as live, whatever it is; alone it has no others and nothing before it."""
    folder = make_rules(("status: live", "status: background"))
    found = lay("sample-rule", folder)
    assert (found.rule.status, found.status) == (Status.LIVE, Status.BACKGROUND)
    assert (found.others, found.before, found.left_out) == ((), None, ())


def test_a_file_outside_stands_for_the_one_inside(make_rules: MakeRules, tmp_path: Path) -> None:
    """The live rule of the same id is what it is compared with, and is not run beside it."""
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "sample-rule.yml").write_text(WRITTEN, "utf-8")
    draft = tmp_path / "draft.yml"
    draft.write_text(WRITTEN.replace("version: 1", "version: 2").replace("status: live", "status: draft"), "utf-8")
    found = lay(draft, folder)
    assert found.before is not None
    assert (found.rule.version, found.before.version, found.others) == (2, 1, ())


def test_a_shipped_rule_is_the_one_before_where_the_folder_has_none(tmp_path: Path) -> None:
    """An office that keeps its rules elsewhere still sees what it changes in a shipped one."""
    shipped = RULES / "gambling" / "gambling-betting-sites.yml"
    (tmp_path / "mine.yml").write_text(shipped.read_text("utf-8").replace("version: 1", "version: 2", 1), "utf-8")
    found = lay(tmp_path / "mine.yml", tmp_path)
    assert found.before is not None
    assert found.before.slug == "gambling-betting-sites"


def test_a_rule_of_the_set_is_tried_among_the_others() -> None:
    """All other live rules are there once."""
    found = lay("gambling-betting-sites", RULES)
    slugs = [rule.slug for rule in found.whole.rules]
    assert slugs == sorted(set(slugs))
    assert len(slugs) == len(found.others) + 1
    assert found.before is None


def test_other_wrong_files_stand_aside_and_are_told(make_rules: MakeRules) -> None:
    """One broken file does not keep another from being tried."""
    found = lay("sample-rule", make_rules(("", ""), ("schema: 1", "schema: x")))
    assert len(found.left_out) == 1


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("sample-rul", "Did you mean sample-rule"), ("zzz", "Give the path"), ("none.yml", "cannot be read")],
)
def test_what_is_not_there_is_said_so(make_rules: MakeRules, wanted: str, said: str) -> None:
    """With the nearest names."""
    with pytest.raises(InputError, match=said):
        lay(wanted, make_rules())


def test_a_wrong_rule_is_refused_with_its_place(make_rules: MakeRules) -> None:
    """By path or by slug: file and line."""
    folder = make_rules(("item and offer near", "itme and offer near"))
    (folder / "rule0.yml").rename(folder / "sample-rule.yml")
    for wanted in (folder / "sample-rule.yml", "sample-rule"):
        with pytest.raises(YamlError, match=r"sample-rule.yml:19:.*itme"):
            lay(wanted, folder)
