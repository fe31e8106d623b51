"""Reads the corpus: JSON lines of text, category, style and provenance; says file and line where one is wrong."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.taxonomy import HARM_IDS

NONE = "none"  # the category of a text that offers nothing illegal


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text; ``category`` is a harm's id or ``none``."""

    text: str
    category: str
    style: str = ""
    provenance: str = ""


def read(corpus: Path) -> tuple[Row, ...]:
    """All rows of the ``*.jsonl`` files of a folder, files in order of their names.

    Raises InputError with file and line for bad JSON, a wrong or missing value, an empty text or an unknown
    category, and where there is no row at all.
    """
    rows = tuple(row for path in sorted(corpus.glob("*.jsonl")) for row in _rows(path))
    if not rows:
        raise InputError(
            f"{corpus}：没有语料（*.jsonl）。请用 --corpus 指明语料目录。",
            f"{corpus}: there is no corpus (*.jsonl) here. Name its folder with --corpus.",
        )
    return rows


def digest(corpus: Path) -> str:
    """The hash of names and contents of the corpus files, 64 hexadecimal characters."""
    found = hashlib.sha256()
    for path in sorted(corpus.glob("*.jsonl")):
        found.update(f"{path.name}\x00".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _rows(path: Path) -> Iterator[Row]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}：读不了（{problem}）。", f"{path}: cannot be read ({problem}).") from problem
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(line, f"{path}:{number}")


def _row(line: str, where: str) -> Row:
    try:
        value = json.loads(line)
    except ValueError as problem:
        raise InputError(
            f"{where}：不是合法的 JSON（{problem}）。", f"{where}: not valid JSON ({problem})."
        ) from problem
    if not isinstance(value, dict):
        raise InputError(f"{where}：应是一个 JSON 对象。", f"{where}: should be a JSON object.")
    row = Row(*(_text(value, key, where) for key in ("text", "category", "style", "provenance")))
    if not row.text.strip():
        raise InputError(f"{where}：text 是空的。", f"{where}: the text is empty.")
    if row.category != NONE and row.category not in HARM_IDS:
        known = ", ".join((*sorted(HARM_IDS), NONE))
        raise InputError(
            f"{where}：没有类别 {row.category!r}；可用：{known}。",
            f"{where}: there is no category {row.category!r}; use one of {known}.",
        )
    return row


def _text(value: dict[str, object], key: str, where: str) -> str:
    found = value.get(key, None if key in ("text", "category") else "")
    if not isinstance(found, str):
        raise InputError(f"{where}：{key} 应是文字。", f"{where}: {key} should be a text.")
    return found
