"""Files that commands write: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from cli.files import text, whole
from core.errors import InputError


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    """What stood there before stays until then, and no piece is left where the writing failed."""
    path = tmp_path / "rows.jsonl"
    path.write_text("old", encoding="utf-8")
    with suppress(KeyError), text(path) as file:
        file.write("half")
        raise KeyError
    assert path.read_text("utf-8") == "old"
    with text(path) as file:
        file.write("新")
    assert path.read_text("utf-8") == "新"
    assert [*tmp_path.iterdir()] == [path]


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """A device or pipe is written to, never replaced."""
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    with text(pipe) as file:
        file.write("行")
    reader.join(10)
    assert read == ["行"]
    assert pipe.is_fifo()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder, and a place that is not there."""
    for path in (tmp_path, Path(), tmp_path / "no" / "rows.jsonl"):
        with pytest.raises(InputError, match=r"folder|Cannot write"), text(path):
            pass
    with whole(tmp_path / "nothing"):
        pass
    assert [*tmp_path.iterdir()] == []
