"""The files that commands read line by line: one by name, or standard input."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import InputError


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """The bytes of a file, of standard input for ``-``; raises InputError where it cannot be opened."""
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below; only the opening is guarded
    except OSError as problem:
        raise InputError(f"打不开 {file}：{problem.strerror}", f"Cannot open {file}: {problem.strerror}") from problem
    with stream:
        yield stream
