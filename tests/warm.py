"""Runs the command as a process that is forked off one which holds the code already, since loading takes a second."""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from io import TextIOWrapper
from multiprocessing.context import ForkServerContext
from pathlib import Path

# What the commands load as they need it; a test of the architecture holds which of them loads what.
_LOADED = ("app", "cli.main", "crawlers.together", "classifiers.train", "classifiers.estimator")


def run(args: Sequence[str], folder: Path, env: Mapping[str, str], files: Sequence[Path], seconds: float) -> int:
    """Run it in a folder, with an environment and three files for its streams; gives how it ended.

    A signal is told as its negative number, as subprocess does. Raises TimeoutError.
    """
    process = _context().Process(target=_command, args=(tuple(args), folder, dict(env), tuple(files)))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"lurewatch {' '.join(args)}: not over after {seconds} s: {files[2].read_text('utf-8')}")
    return process.exitcode


@cache
def _context() -> ForkServerContext:
    """One for all, since a process has one server to fork from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


def _command(args: Sequence[str], folder: Path, env: Mapping[str, str], files: Sequence[Path]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None
    sys.dont_write_bytecode = True
    for number, path in enumerate(files):
        os.dup2(os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY), number)
    sys.stdin, sys.stdout = TextIOWrapper(open(0, "rb")), TextIOWrapper(open(1, "wb"))  # noqa: SIM115
    sys.stderr = TextIOWrapper(open(2, "wb"), errors="backslashreplace", line_buffering=True)  # noqa: SIM115
    sys.argv = ["lurewatch", *args]
    from cli.main import main  # noqa: PLC0415 - in the process that has it already

    main()
