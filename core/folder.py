"""Notices that the YAML files of a folder changed: by names, times and sizes first, by their contents then."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_SUFFIXES = frozenset({".yml", ".yaml"})
Stamp = tuple[tuple[str, int, int], ...]  # path below the folder, time of change in ns, bytes


def stamp(folder: Path) -> Stamp:
    """Names, times and sizes of the YAML files of a folder and its subfolders, in order."""
    return tuple(_stamps(folder))


def digest(folder: Path) -> str:
    """The sha256 over names and contents of the YAML files, 64 hexadecimal characters."""
    found = sha256()
    for path in _files(folder):
        try:
            content = path.read_bytes()
        except OSError:
            continue  # whoever reads the file for its sense will say so, with the reason
        found.update(f"{path.relative_to(folder)}\x00".encode() + sha256(content).digest())
    return found.hexdigest()


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in _files(folder):
        try:
            found = path.stat()
        except OSError:
            continue  # gone since the folder was listed
        yield str(path.relative_to(folder)), found.st_mtime_ns, found.st_size


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)
