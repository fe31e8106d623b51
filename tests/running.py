"""Runs the real command in a folder of its own, and looks through all that it left there."""

import gzip
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment in which everything that could be written lands below ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "tmp").mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    places = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_CACHE_HOME": str(home / "cache")}
    return {**kept, **places, "LUREWATCH_DATA": str(home / "data"), "PYTHONDONTWRITEBYTECODE": "1", **more}


def lurewatch(
    *args: str, home: Path, env: Mapping[str, str] | None = None, given: bytes | None = None, seconds: float = 120
) -> Ran:
    """Run ``lurewatch`` with its working folder, home, temporary files and data below ``home``."""
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cli.main", *args],
        cwd=home,
        env={**environment(home), "PYTHONPATH": str(ROOT), **(env or {})},
        input=given,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8"))


def places_with(mark: str, folder: Path) -> list[str]:
    """The files below ``folder`` that hold ``mark`` in any encoding, packed ones unpacked."""
    needles = [mark.encode(encoding) for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    needles.append(mark.encode("unicode_escape"))
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            if path.suffix == ".gz":
                body += gzip.decompress(body)
            if any(needle in body for needle in needles) or mark in path.name:
                found.append(str(path.relative_to(folder)))
    return found
