"""The guides for rule editors: every file, snippet and command in them is run as it stands."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules.lint import inspect
from tests.running import ROOT, environment

GUIDES = ("rules.md", "rules.zh.md")
RULE = Path("my-rules/gambling/gambling-cricket-fights.yml")
_FENCE = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TOP_KEY = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_COMMAND = re.compile(r"lurewatch rules ([a-z]+)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that it is (or edits), and what stands in it."""

    language: str
    file: str
    text: str


def blocks(guide: str) -> list[Block]:
    """The fenced blocks of a guide, in order."""
    return [Block(*found.groups()) for found in _FENCE.finditer((ROOT / "docs" / guide).read_text(encoding="utf-8"))]


def edited(text: str, change: str) -> str:
    """A rule with the top-level keys of ``change`` put in place of its own, or at its end."""
    for part in filter(None, _TOP_KEY.split(change)):
        key = part.split(":")[0]
        old = next((one for one in _TOP_KEY.split(text) if one.startswith(f"{key}:")), None)
        text = text.replace(old, part, 1) if old else text + part
    return text


class Desk:
    """An editor's working folder: what a guide says is done there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said = ""
        self._exports: list[str] = []
        shutil.copytree(ROOT / "rules" / "keywords", home / "rules" / "keywords")
        command = home / "bin" / "lurewatch"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m cli.main "$@"\n')
        command.chmod(0o755)

    def write(self, block: Block) -> None:
        """Save a file, or edit it."""
        path = self.home / block.file
        whole = block.text.startswith("schema:")
        text = block.text if whole else edited(path.read_text(encoding="utf-8"), block.text)
        path.write_text(text, encoding="utf-8")

    def run(self, script: str) -> None:
        """Run the lines of a block; a line may name its exit code in a comment."""
        wanted = re.search(r"(?:exit code|退出码) (\d)", script)
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        ran = subprocess.run(  # noqa: S603 - the guides are ours
            ["bash", "-euc", "\n".join([*self._exports, script])],  # noqa: S607 - the bash of the PATH
            cwd=self.home,
            env={**environment(self.home), "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self._exports += re.findall(r"^export .*$", script, re.MULTILINE)
        self.said = ran.stdout + ran.stderr
        assert ran.returncode == (int(wanted[1]) if wanted else 0), self.said

    def expect(self, lines: Sequence[str]) -> None:
        """Each of these lines was said, with anything at all in place of an ellipsis."""
        for line in filter(None, lines):
            assert re.search(".*".join(map(re.escape, line.split("…"))), self.said), f"{line!r}: {self.said!r}"


@pytest.mark.parametrize("guide", GUIDES)
def test_the_worked_example_works(guide: str, tmp_path: Path) -> None:
    """From nothing to live: the files are saved, the commands run, and what the guide shows is what is said."""
    desk = Desk(tmp_path)
    for block in blocks(guide):
        if block.language == "sh":
            desk.run(block.text)
        elif block.language == "text":
            desk.expect(block.text.splitlines())
        elif block.file:
            desk.write(block)
    assert inspect(tmp_path / "my-rules").errors == ()
    final = (tmp_path / RULE).read_text(encoding="utf-8")
    assert "\nversion: 2\n" in final
    assert "\nstatus: live\n" in final


@pytest.mark.parametrize("guide", GUIDES)
def test_every_snippet_is_sound_in_the_example(guide: str, tmp_path: Path) -> None:
    """Pieces of YAML that stand alone are put into the example's rule, one after the other, and checked."""
    parts = [block for block in blocks(guide) if block.language == "yaml"]
    whole = next(block.text for block in parts if block.file)
    pieces = [block.text for block in parts if not block.file]
    assert len(pieces) >= 3
    path = tmp_path / "rule.yml"
    path.write_text(whole, encoding="utf-8")
    for piece in pieces:
        path.write_text(edited(path.read_text(encoding="utf-8"), piece), encoding="utf-8")
        assert [error.en for error in inspect(tmp_path).errors if "example" not in error.en] == [], piece


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_that_is_named_is_also_run(guide: str) -> None:
    """No command stands in the text alone; all six are there."""
    run = {name for block in blocks(guide) if block.language == "sh" for name in _COMMAND.findall(block.text)}
    assert run == {"check", "try", "backtest", "bump", "list", "suggest"}
    assert set(_COMMAND.findall((ROOT / "docs" / guide).read_text(encoding="utf-8"))) == run


def conditions(guide: str) -> Iterator[str]:
    """The conditions in the table of the grammar."""
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    table = text.split("`condition`\n", 1)[1].split("```", 1)[0]
    yield from re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_condition_in_the_table_can_be_read(guide: str, tmp_path: Path) -> None:
    """And uses the groups of the example."""
    whole = next(block.text for block in blocks(guide) if block.file)
    found = list(conditions(guide))
    assert len(found) == 5
    for condition in found:
        rule = edited(whole, f"condition: fight and offer and show and ({condition})\n")
        (tmp_path / "rule.yml").write_text(rule, encoding="utf-8")
        errors = [error.en for error in inspect(tmp_path).errors]
        assert [error for error in errors if "example" not in error and "can never hold" not in error] == [], condition
