"""The command itself: languages, help, usage errors, settings and self-test."""

import json
from pathlib import Path

import pytest

from cli.main import run
from tests.desk import Desk
from tests.running import lurewatch

COMMANDS = ("patrol", "detect", "search", "review", "export", "evidence", "sources", "rules", "train", "demo", "doctor")


def test_help_speaks_chinese_by_default_and_english_when_asked(tmp_path: Path) -> None:
    """All commands are listed in both languages, by option and by environment."""
    zh = lurewatch("--help", home=tmp_path)
    for en in (
        lurewatch("--lang", "en", "--help", home=tmp_path),
        lurewatch("--help", home=tmp_path, env={"LUREWATCH_LANG": "en"}),
    ):
        assert en.code == 0
        assert "a person decide" in en.out
    assert zh.code == 0
    assert "昼夜巡查公开网页" in zh.out
    for command in COMMANDS:
        assert command in zh.out


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str, lang: str) -> None:
    """``--help`` of each command works in both languages and ends with 0."""
    assert run(["--lang", lang, command, "--help"]) == 0
    said = capsys.readouterr()
    assert len(said.out) > 100
    assert said.err == ""
    assert ("选项" in said.out) == (lang == "zh")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("patrol", "--nonsense"), "--nonsense"),
        (("nonsense",), "nonsense"),
        (("detect",), "FILE"),
        (("search", "--min-score", "5"), "min-score"),
        (("review", "list", "--state", "lost"), "state"),
    ],
)
def test_wrong_usage_is_a_sentence_and_code_2(tmp_path: Path, args: tuple[str, ...], expected: str) -> None:
    """It names what was wrong and where the usage stands, in Chinese, without a traceback."""
    ran = lurewatch(*args, home=tmp_path)
    assert ran.code == 2
    assert expected in ran.err
    assert "--help" in ran.err
    assert "用法" in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    """By environment and by file alike, with exit code 2."""
    env = lurewatch("doctor", home=tmp_path, env={"LUREWATCH_VISITS_AT_ONCE": "many"})
    assert (env.code, "LUREWATCH_VISITS_AT_ONCE" in env.err) == (2, True)
    (tmp_path / "lurewatch.toml").write_text("visits_at_once = 'many'\n", "utf-8")
    file = lurewatch("doctor", home=tmp_path)
    assert (file.code, "VISITS_AT_ONCE" in file.err) == (2, True)
    (tmp_path / "lurewatch.toml").write_text("visits = [", "utf-8")
    assert lurewatch("doctor", home=tmp_path).code == 2


def test_doctor_says_what_is_there_and_what_is_missing(desk: Desk) -> None:
    """Each part is listed; a missing contact is advice, a missing model is fatal and says what to run."""
    rows = [json.loads(line) for line in desk.run("doctor", "--json").out.splitlines()]
    found = {row["name"]: row["good"] for row in rows}
    assert {"Python", "data folder", "rules", "model", "sources", "browser", "contact"} <= set(found)
    assert found["rules"]
    assert found["model"]
    assert not found["contact"]
    ran = desk.run("doctor", LUREWATCH_MODEL=str(desk.home / "nowhere"))
    assert ran.code == 1
    assert "lurewatch train" in ran.out


def test_sources_check_gives_file_line_and_column(desk: Desk) -> None:
    """Every kind of mistake is pointed at; sound files are counted."""
    desk.source("jobs", "/jobs")
    assert desk.run("sources", "check").code == 0
    folder = desk.home / "sources"
    (folder / "a.yml").write_text("id: aa\nname: 甲\nurl: ftp://x.test/\n", "utf-8")
    (folder / "b.yml").write_text("id: bb\nname: 乙\nname: 丙\nurl: http://x.test/\n", "utf-8")
    (folder / "c.yml").write_text("id: cc\nname: 丙\nurl: http://x.test/\nselectors: {author: .by}\n", "utf-8")
    (folder / "z.yml").write_text("id: jobs\nname: 丁\nurl: http://x.test/\n", "utf-8")
    ran = desk.run("sources", "check")
    assert ran.code == 2
    for place in ("a.yml:3:1", "b.yml:3:1", "c.yml:4:13", "z.yml:1:1"):
        assert place in ran.err


def test_a_rule_outside_the_closed_list_is_refused(desk: Desk) -> None:
    """A rule file that names another category is pointed at, and nothing is judged with it."""
    source = next((Path(__file__).parent.parent.parent / "rules" / "keywords").rglob("*.yml")).read_text("utf-8")
    folder = desk.home / "rules"
    folder.mkdir()
    lines = ["category: rumour" if line.startswith("category:") else line for line in source.splitlines()]
    (folder / "rumour.yml").write_text("\n".join(lines), "utf-8")
    at = 1 + next(number for number, line in enumerate(lines) if line.startswith("category:"))
    ran = desk.run("rules", "check", str(folder))
    assert (ran.code, f"rumour.yml:{at}:" in ran.err) == (2, True)
    detect = desk.run("detect", "-", given=b'{"id": 1, "text": "x"}\n', LUREWATCH_RULES=str(folder))
    assert (detect.code, "rumour.yml" in detect.err, detect.out) == (2, True, "")
