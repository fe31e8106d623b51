"""``rules bump``: versions follow the content, and the rest of a file stays as it was written."""

from pathlib import Path

import pytest

from core import yamlfile
from core.errors import InputError
from rules.lint import check
from rules.schema import Rule
from rules.versions import bump
from tests.rules.conftest import WRITTEN, MakeRules

FLOW = """\
{schema: 1, id: 6f2c1d9e-5a0b-4c53-9a52-0d2a1f3b7c11, slug: flow-rule, title: {zh: 样例, en: Sample}, version: 4,
status: draft, category: gambling, level: high, weight: 0.8, author: 测试组, created: 2026-01-01,
review_by: 2027-01-01, false_positives: [桌游], triage: 看是否下注。, terms: {item: {any: 蓝莓赌局},
offer: {bank: bet}}, condition: item and offer, examples: {match: ['蓝莓赌局开户，加微信 lanmei_01',
'蓝莓赌局送彩金，QQ 123456789'], no_match: [蓝莓蛋糕, 蓝莓酱]}}
"""


def read(path: Path) -> Rule:
    """The rule in a file."""
    return yamlfile.load(path, Rule)[0]


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as an editor would."""
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_the_first_bump_stamps_and_the_next_raises(make_rules: MakeRules) -> None:
    """A stamped rule that changes is an error until its version is raised."""
    path = make_rules() / "rule0.yml"
    (first,), _ = bump(path.parent)
    assert (first.path, first.slug, first.before, first.after) == (path, "sample-rule", 1, 1)
    assert bump(path.parent) == ((), ())
    edit(path, "weight: 0.8", "weight: 0.7")
    assert "version is still 1" in check(path.parent)[1][0].en
    (second,), _ = bump(path.parent)
    assert (second.before, second.after) == (1, 2)
    assert check(path.parent) == (1, ())
    assert (read(path).version, read(path).stamp) == (2, read(path).digest)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: live", "status: background"),
        ("review_by: 2027-01-01", "review_by: 2028-01-01"),
        ("weight: 0.8", "weight: 0.80  # as agreed"),
        ("triage: 看是否下注。", 'triage: "看是否下注。"'),
        ("examples:", "references: []\nexceptions: []\nexamples:"),
    ],
)
def test_what_is_no_content_raises_nothing(make_rules: MakeRules, old: str, new: str) -> None:
    """Status, dates, comments, quotation marks, and what is as by default anyway."""
    path = make_rules() / "rule0.yml"
    bump(path.parent)
    edit(path, old, new)
    assert bump(path.parent) == ((), ())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_two_lines_change(tmp_path: Path, end: str) -> None:
    """Comments, order, blanks and line ends stay, byte for byte."""
    path = tmp_path / "rule.yml"
    text = f"# 我们的规则\n{WRITTEN}".replace("version: 1", "version:  1   # 首版").replace("\n", end)
    path.write_bytes(text.encode())
    bump(tmp_path)
    digest = read(path).digest
    stamped = text.replace("首版", f"首版{end}digest: '{digest}'")
    assert path.read_bytes().decode() == stamped
    edit(path, "weight: 0.8", "weight: 0.9  # 更确定")
    bump(tmp_path)
    wanted = stamped.replace("version:  1", "version:  2").replace("weight: 0.8", "weight: 0.9  # 更确定")
    assert path.read_bytes().decode() == wanted.replace(digest, read(path).digest)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "digest: ''\nversion: '1'"),
        ("version: 1", 'digest: "abc"  # old\nversion: 1'),
        ("version: 1", 'digest: 0abc\n"version": 1'),
        ("version: 1\n", ""),
    ],
)
def test_layouts(make_rules: MakeRules, old: str, new: str) -> None:
    """Quoted, reordered, or at the end of the file: the same comes out."""
    path = make_rules((old, new)) / "rule0.yml"
    if not new:
        path.write_text(path.read_text(encoding="utf-8") + "version: 1", encoding="utf-8")
    done, bad = bump(path.parent)
    assert (len(done), bad) == (1, ())
    assert read(path).stamp == read(path).digest


def test_a_file_on_one_line(tmp_path: Path) -> None:
    """YAML with braces is edited in place as well."""
    path = tmp_path / "flow.yml"
    path.write_text(FLOW, encoding="utf-8")
    bump(tmp_path)
    assert read(path).version == 4
    assert path.read_text(encoding="utf-8") == FLOW.replace("version: 4", f"version: 4, digest: '{read(path).digest}'")


def test_a_layout_that_cannot_be_edited_is_left_alone(make_rules: MakeRules) -> None:
    """It is said what to write, and nothing is left behind."""
    path = make_rules(("version: 1", "? version\n: 1")) / "rule0.yml"
    before = path.read_bytes()
    done, (problem,) = bump(path.parent)
    assert done == ()
    assert "write two lines by hand: version: 1 and digest: '" in problem.en
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["rule0.yml"]


def test_wrong_files_are_left_alone_and_named(make_rules: MakeRules) -> None:
    """The others are done."""
    folder = make_rules(("", ""), ("level: high", "level: x"))
    before = (folder / "rule1.yml").read_bytes()
    done, bad = bump(folder)
    assert ([one.path.name for one in done], len(bad)) == (["rule0.yml"], 1)
    assert (folder / "rule1.yml").read_bytes() == before


def test_no_folder_is_said_so(tmp_path: Path) -> None:
    """As everywhere."""
    with pytest.raises(InputError, match="There is no folder"):
        bump(tmp_path / "none")
