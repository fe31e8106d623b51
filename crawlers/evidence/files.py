"""Writes files so that they are there whole or not at all, and still are after a power cut."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


def write(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``; raises OSError, and then the path is as it was."""
    new = not path.parent.is_dir()
    path.parent.mkdir(parents=True, exist_ok=True)
    if new:
        settle(path.parent.parent)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    settle(path.parent)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one thread of one process at a time work in ``folder`` (made where it is missing); raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def settle(folder: Path) -> None:
    """Have the folder's names on the disk; raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
