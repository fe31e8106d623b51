"""Hot reload: when a changed folder is looked at, what is handed on, and what is refused."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.errors import YamlError
from core.folder import digest, stamp
from core.text import Document
from rules.lint import plain_segment
from rules.reload import Loaded, Refused, Reload, Reloader
from tests.rules.conftest import WRITTEN, MakeRules

TODAY = date(2026, 11, 22)
OFFER = "紫薯赌局，开户即玩，加微信 lanmei_01"


class Days:
    """A calendar that a test turns."""

    def __init__(self) -> None:
        self.today = TODAY

    def __call__(self) -> date:
        """The day."""
        return self.today


def watch(folder: Path) -> Reloader:
    """A reloader that has seen the folder as it is."""
    return Reloader(folder, plain_segment, lambda: TODAY)


def edit(folder: Path, old: str, new: str) -> Path:
    """Change one text of the rule file."""
    path = folder / "rule0.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def hits(found: Reload | None, text: str) -> bool:
    """Whether the set that was handed on hits a text."""
    assert isinstance(found, Loaded)
    return any(signal.rule for signal in found.engine.detect(Document.of(text)))


def test_an_untouched_folder_is_left_alone(make_rules: MakeRules) -> None:
    """And so is one whose files only got a new time."""
    folder = make_rules()
    reloader = watch(folder)
    assert reloader.poll() is None
    os.utime(folder / "rule0.yml", ns=(1, 1))
    assert stamp(folder)[0][1] == 1
    assert reloader.poll() is None


def test_an_edit_is_compiled_and_handed_on_once(make_rules: MakeRules) -> None:
    """The new set hits the new word; the next poll has nothing to say."""
    folder = make_rules()
    reloader = watch(folder)
    edit(folder, "蓝莓赌局 蓝莓牌桌", "蓝莓赌局 蓝莓牌桌 紫薯赌局")
    found = reloader.poll()
    assert hits(found, OFFER)
    assert isinstance(found, Loaded)
    assert [rule.slug for rule in found.rules.rules] == ["sample-rule"]
    assert reloader.poll() is None


def test_an_edit_of_the_same_length_and_time_is_seen_by_its_time(make_rules: MakeRules) -> None:
    """Names, times and sizes tell that something changed, the content what."""
    folder = make_rules()
    reloader = watch(folder)
    before = digest(folder)
    edit(folder, "蓝莓牌桌", "紫薯赌局")
    edit(folder, "蓝莓牌桌", "紫薯赌局")
    assert digest(folder) != before
    assert hits(reloader.poll(), OFFER)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("status: live", "status: alive", 6, "status"),
        ("any: 警示", "any: [警示", 18, "not valid YAML"),
        ("'蓝莓赌局开户即玩，加微信 lanmei_01'", "'蓝莓赌局开户，祝好'", 21, "no_reach"),
        ("'蓝莓蛋糕开卖'", "'蓝莓赌局开户即玩，加微信 lanmei_01'", 22, "by sample-rule"),
    ],
)
def test_a_wrong_set_is_refused_once_with_its_place(
    make_rules: MakeRules, old: str, new: str, line: int, said: str
) -> None:
    """File and line; not again until the files change; mended, it comes into force."""
    folder = make_rules()
    reloader = watch(folder)
    before = (folder / "rule0.yml").read_text(encoding="utf-8")
    path = edit(folder, old, new)
    found = reloader.poll()
    assert isinstance(found, Refused)
    (problem,) = found.problems
    assert isinstance(problem, YamlError)
    assert (problem.path, problem.line) == (path, line)
    assert said in problem.en
    assert reloader.poll() is None
    path.write_text(before, encoding="utf-8")
    assert isinstance(reloader.poll(), Loaded)


def test_one_wrong_file_among_good_ones_refuses_all(make_rules: MakeRules) -> None:
    """A set is taken whole or not at all."""
    folder = make_rules()
    reloader = watch(folder)
    (folder / "other.yml").write_text(WRITTEN.replace("schema: 1", "schema: x"), encoding="utf-8")
    assert isinstance(reloader.poll(), Refused)
    (folder / "other.yml").unlink()
    assert isinstance(reloader.poll(), Loaded)


def test_a_set_without_a_live_rule_is_refused(make_rules: MakeRules) -> None:
    """Whoever empties the folder by mistake does not blind the patrol."""
    folder = make_rules()
    reloader = watch(folder)
    edit(folder, "status: live", "status: draft")
    found = reloader.poll()
    assert isinstance(found, Refused)
    assert "no live rule" in found.problems[0].en


def test_a_folder_that_goes_is_refused_and_taken_when_it_is_back(make_rules: MakeRules, tmp_path: Path) -> None:
    """The sentence says that there is no such folder."""
    folder = tmp_path / "moved"
    shutil.copytree(make_rules(), folder)
    reloader = watch(folder)
    folder.rename(tmp_path / "away")
    found = reloader.poll()
    assert isinstance(found, Refused)
    assert "There is no folder" in found.problems[0].en
    (tmp_path / "away").rename(folder)
    assert isinstance(reloader.poll(), Loaded)


def test_a_folder_written_to_while_it_is_read_is_left_to_the_next_poll(make_rules: MakeRules) -> None:
    """Half of an edit is not judged."""
    folder = make_rules()
    path = folder / "rule0.yml"
    writing = [True]

    def segment(text: str) -> list[str]:
        if writing:
            path.touch()
        return plain_segment(text)

    reloader = Reloader(folder, segment, lambda: TODAY)
    edit(folder, "{any: 警示}", "{any: 警示, words: true}")
    edit(folder, "蓝莓赌局是警示故事", "蓝莓赌局开户即玩是警示故事")
    assert reloader.poll() is None
    writing.clear()
    assert isinstance(reloader.poll(), Loaded)


def test_a_new_day_is_a_change(make_rules: MakeRules) -> None:
    """What a rule says of days takes effect without a restart."""
    days = Days()
    reloader = Reloader(make_rules(), plain_segment, days)
    assert reloader.poll() is None
    days.today += timedelta(days=1)
    assert isinstance(reloader.poll(), Loaded)
    assert reloader.poll() is None


def test_files_of_other_kinds_do_not_count(make_rules: MakeRules) -> None:
    """An editor's backup is no rule."""
    folder = make_rules()
    reloader = watch(folder)
    (folder / "rule0.yml~").write_text("x", encoding="utf-8")
    (folder / ".rule0.yml.swp").write_text("x", encoding="utf-8")
    assert reloader.poll() is None
