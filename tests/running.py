"""Runs the real command in a folder of its own, and looks through all that it left there."""

import gzip
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import warm

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
    with TemporaryDirectory() as beside:
        files = [Path(beside) / name for name in ("in", "out", "err")]
        for file in files:
            file.write_bytes(given if given and file is files[0] else b"")
        code = warm.run(args, home, {**environment(home), **(env or {})}, files, seconds)
        out, err = (file.read_bytes().decode("utf-8") for file in files[1:])
    return Ran(code, out, err)


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
