"""Files that a command writes for a person: they take their name only when they are whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from core.errors import InputError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to; what stands there is ``path`` at the end, unless an error is raised inside.

    Devices and pipes are written to as they are. A file that was not made leaves nothing behind. Raises InputError.
    """
    special = path.exists() and not path.is_file()
    part = path if special else path.with_name(f".{path.name or 'part'}.part")
    try:
        if path.is_dir():
            raise InputError(f"{path} 是目录，请写文件名。", f"{path} is a folder; name a file.")
        yield part
        if not special and part.exists():
            part.replace(path)
    except OSError as problem:
        raise InputError(f"写不了 {path}：{problem.strerror}", f"Cannot write {path}: {problem.strerror}") from problem
    finally:
        if not special:
            with suppress(OSError):
                part.unlink()


@contextmanager
def text(path: Path) -> Iterator[TextIO]:
    """A text file in UTF-8, on disk before it takes its name; raises InputError."""
    with whole(path) as part, part.open("w", encoding="utf-8") as file:
        yield file
        file.flush()
        with suppress(OSError):  # a pipe cannot be synchronised
            os.fsync(file.fileno())
