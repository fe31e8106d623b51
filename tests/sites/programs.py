"""Runs a program in its own environment and asks it for threads, replies and edits."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.running import ROOT

HERE = Path(__file__).parent
INSTALLED = ROOT / "build" / "sites"
PYTHON = INSTALLED / "venv" / "bin" / "python"


class Program:
    """A program that listens on loopback; ``ask`` makes it do one thing."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{self._answer()['port']}"

    def ask(self, do: str, **given: Any) -> Any:
        """What the program's act ``do`` gives."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self._process.stdin.flush()
        return self._answer()["gives"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the program ended; what it said is above"
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def running(name: str, home: Path) -> Iterator[Program]:
    """The program of ``tests/sites/NAME/serve.py`` with its data in ``home``, ended with the block."""
    home.mkdir()
    process = subprocess.Popen(  # noqa: S603 - our own script
        [PYTHON, HERE / name / "serve.py", home],
        cwd=home,
        env={"PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home), "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield Program(process)
    finally:
        process.communicate(timeout=20)  # its standard input is closed, so it ends
