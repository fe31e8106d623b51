"""Reads a local folder of texts: one text a ``.txt`` file, one a line of ``.jsonl`` files (field ``text``)."""

import json
from collections.abc import Iterator
from pathlib import Path

from core.errors import InputError
from core.text import Document

_SUFFIXES = frozenset({".txt", ".jsonl"})


def read_texts(folder: Path) -> Iterator[tuple[str, Document]]:
    """Every text of a folder and its subfolders with where it stands, file by file in order; blank ones left out.

    A row may have a ``title`` too. Raises InputError with file and line, and never repeats the text.
    """
    if not folder.is_dir():
        raise InputError(f"没有文本目录 {folder}。", f"There is no folder of texts {folder}.")
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file()):
        try:
            if path.suffix == ".txt":
                yield from _whole(path)
            else:
                yield from _rows(path)
        except UnicodeDecodeError:
            raise InputError(f"{path}：不是 UTF-8 文本。", f"{path}: not UTF-8 text.") from None
        except OSError as problem:
            raise InputError(
                f"{path}：读不了（{problem.strerror}）。", f"{path}: cannot be read ({problem.strerror})."
            ) from problem


def _whole(path: Path) -> Iterator[tuple[str, Document]]:
    text = path.read_text(encoding="utf-8-sig")
    if text.strip():
        yield str(path), Document.of(text)


def _rows(path: Path) -> Iterator[tuple[str, Document]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                where = f"{path}:{number}"
                text, title = _fields(line, where)
                if text.strip():
                    yield where, Document.of(text, title)


def _fields(line: str, where: str) -> tuple[str, str | None]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{where}：不是合法的 JSON。", f"{where}: not valid JSON.") from None
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise InputError(
            f'{where}：应是一个 JSON 对象，含文字字段 "text"。',
            f'{where}: should be a JSON object with a string "text".',
        )
    title = row.get("title")
    return text, title if isinstance(title, str) else None
