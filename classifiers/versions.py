"""The versions of a model in one folder, and which of them is in force; a change of it is one file taking its place.

::

    current.json                     the names of the versions that were in force, the one in force last
    versions/DATE-TIME-VERSION/      a whole model each (classifiers/files.py)
    candidate/                       a model that was no better, for people to look at

A folder that holds a model's files themselves is read as well, until the first version comes to lie beside them.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifiers import files
from classifiers.card import FIGURES
from core.errors import InputError, NeedsSetup

CURRENT, VERSIONS, CANDIDATE = "current.json", "versions", "candidate"
KEPT = 5  # versions, the one in force among them
_DATE = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when it was made, what it learnt from, and its report (empty where there is none)."""

    path: Path
    version: str
    at: datetime
    corpus: str
    report: dict[str, Any]
    in_force: bool


def current(folder: Path) -> Path | None:
    """The folder of the model in force, or None; stays whole while others change what is in force."""
    history = _history(folder)
    if history:
        return folder / VERSIONS / history[-1]
    return folder if (folder / files.MANIFEST).exists() or (folder / files.WEIGHTS).exists() else None


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A place below ``folder`` to make a model in; what is left there at the end is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as place:
            yield Path(place) / "model"
    finally:
        with suppress(OSError):  # not empty: there is a model
            folder.rmdir()


def install(folder: Path, new: Path, at: datetime, former: Path | None) -> Path:
    """Put the model ``new`` in force in ``folder``, and give its place.

    ``former`` is the model that was in force until now, if it is not one of the folder's versions; it is copied, so
    that it can come back.
    """
    history = _history(folder)
    (folder / VERSIONS).mkdir(exist_ok=True)
    if not history and former:
        history = [_adopt(folder, former)]
    name = _free(folder, at, _manifest(new)["version"])
    new.rename(folder / VERSIONS / name)
    _point(folder, [*history, name][-KEPT:])
    _tidy(folder)
    return folder / VERSIONS / name


def set_aside(folder: Path, new: Path) -> Path:
    """Keep the model ``new`` where people can look at it, in place of the one that lay there."""
    place = folder / CANDIDATE
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)
    return place


def rollback(folder: Path) -> Version:
    """Put the version before the one in force back, as it was; raises InputError where there is none."""
    history = _history(folder)
    if len(history) < 2:  # noqa: PLR2004 - one in force and one before
        raise InputError(
            f"{folder}：没有更早的模型可以恢复。用 lurewatch model list 查看。",
            f"{folder}: there is no earlier model to go back to. See lurewatch model list.",
        )
    _point(folder, history[:-1])
    return _read(folder / VERSIONS / history[-2], in_force=True)


def listed(folder: Path) -> list[Version]:
    """All versions in ``folder``, the newest first."""
    now = current(folder)
    if now == folder:
        return [_read(folder, in_force=True)]
    found = sorted((folder / VERSIONS).glob("*"), reverse=True) if now else []
    return [_read(path, in_force=path == now) for path in found if (path / files.MANIFEST).exists()]


def described(model: Path) -> Version:
    """One model in a folder of its own, which is in force."""
    return _read(model, in_force=True)


def _history(folder: Path) -> list[str]:
    try:
        found = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as problem:
        raise _damaged(folder / CURRENT) from problem
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise _damaged(folder / CURRENT)
    return found


def _point(folder: Path, history: Sequence[str]) -> None:
    """Say what is in force, whole or not at all."""
    _sync(folder / VERSIONS)
    part = folder / f".{CURRENT}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(list(history)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / CURRENT)
    _sync(folder)


def _sync(folder: Path) -> None:
    """Have the names in ``folder`` on the disk before anything refers to them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _adopt(folder: Path, former: Path) -> str:
    """A copy of ``former`` as a version, made whole before it has its name."""
    name = _free(folder, _made(former), _manifest(former)["version"])
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as place:
        copy = Path(place) / name
        copy.mkdir()
        for path in former.iterdir():
            if path.is_file():
                shutil.copy2(path, copy)
        copy.rename(folder / VERSIONS / name)
    return name


def _free(folder: Path, at: datetime, version: str) -> str:
    """A name that no version has yet."""
    first = f"{at.astimezone(UTC):{_DATE}}-{version}"
    names = (first, *(f"{first}-{count}" for count in range(2, 1000)))
    return next(name for name in names if not (folder / VERSIONS / name).exists())


def _tidy(folder: Path) -> None:
    """Remove the versions that were in force long ago, and those that were rolled back from."""
    kept = _history(folder)
    for path in (folder / VERSIONS).iterdir():
        if path.name not in kept and (path / files.MANIFEST).exists():
            shutil.rmtree(path, ignore_errors=True)


def _read(model: Path, *, in_force: bool) -> Version:
    manifest = _manifest(model)
    try:
        at = datetime.strptime(model.name[:15], _DATE).replace(tzinfo=UTC)
    except ValueError:
        at = _made(model)
    try:
        report = json.loads((model / FIGURES).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # models of an earlier version of the program have none
        report = {}
    return Version(model, manifest["version"], at, manifest["corpus"], report, in_force)


def _made(model: Path) -> datetime:
    return datetime.fromtimestamp((model / files.MANIFEST).stat().st_mtime, UTC)


def _manifest(model: Path) -> dict[str, str]:
    try:
        found: dict[str, Any] = json.loads((model / files.MANIFEST).read_text(encoding="utf-8"))
        return {key: str(found[key]) for key in ("version", "corpus")}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise _damaged(model) from problem


def _damaged(path: Path) -> NeedsSetup:
    return NeedsSetup(
        f"{path}：模型文件已损坏。请运行 lurewatch train 重新训练。",
        f"{path}: the model's files are damaged. Run lurewatch train to build it.",
    )
