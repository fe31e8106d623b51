"""Reads labelled texts, the corpus and rows to evaluate, from JSON lines; says file and line where one is wrong."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InputError
from core.taxonomy import HARM_IDS

NONE = "none"  # the category of a text that offers nothing illegal
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text; ``category`` is a harm's id or ``none``.

    ``near``: the harm that a ``none`` row is a hard one for; ``kind``: what sort of text it is; ``where``: file:line.
    """

    text: str
    category: str
    style: str = ""
    provenance: str = ""
    near: str = ""
    kind: str = ""
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text to judge, and what is right to say of it: ``expect`` is a harm's id or ``none``."""

    id: str | int
    text: str
    expect: str
    group: str = ""
    title: str | None = None


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


def labelled(lines: Iterable[bytes], name: str) -> Iterator[Labelled]:
    """The rows of a stream ``name``, one by one; raises InputError with name and line at the first wrong one."""
    for number, line in enumerate(lines, start=1):
        bare = line.removeprefix(_BOM) if number == 1 else line
        if bare.strip():
            yield _labelled(bare, f"{name}:{number}")


def digest(corpus: Path) -> str:
    """The hash of names and contents of the corpus files, 64 hexadecimal characters."""
    found = hashlib.sha256()
    for path in sorted(corpus.glob("*.jsonl")):
        found.update(f"{path.name}\x00".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def parse(line: bytes, where: str) -> dict[str, object]:
    """The JSON object in a line; raises InputError that begins with ``where``."""
    try:
        value = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise InputError(
            f"{where}：不是合法的 JSON（{problem}）。", f"{where}: not valid JSON ({problem})."
        ) from problem
    if not isinstance(value, dict):
        raise InputError(f"{where}：应是一个 JSON 对象。", f"{where}: should be a JSON object.")
    return value


def _rows(path: Path) -> Iterator[Row]:
    try:
        lines = path.read_bytes().removeprefix(_BOM).split(b"\n")
    except OSError as problem:
        raise InputError(f"{path}：读不了（{problem}）。", f"{path}: cannot be read ({problem}).") from problem
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(line, f"{path}:{number}")


def _row(line: bytes, where: str) -> Row:
    value = parse(line, where)
    text, category = _filled(value, "text", where), _category(value, "category", where)
    style, provenance, near, kind = (_text(value, key, where) for key in ("style", "provenance", "near", "kind"))
    row = Row(text, category, style, provenance, near, kind, where)
    if row.near and row.near not in HARM_IDS:
        raise _unknown(row.near, sorted(HARM_IDS), where)
    return row


def _labelled(line: bytes, where: str) -> Labelled:
    value = parse(line, where)
    known, title = value.get("id"), value.get("title")
    if not isinstance(known, str | int) or isinstance(known, bool):
        raise InputError(f"{where}：缺少 id（文字或整数）。", f"{where}: id is missing (text or whole number).")
    if title is not None and not isinstance(title, str):
        raise InputError(f"{where}：title 应是文字。", f"{where}: title should be a text.")
    text = _filled(value, "text", where)
    return Labelled(known, text, _category(value, "expect", where), _text(value, "group", where), title)


def _filled(value: dict[str, object], key: str, where: str) -> str:
    found = _text(value, key, where, default=None)
    if not found.strip():
        raise InputError(f"{where}：{key} 是空的。", f"{where}: the {key} is empty.")
    return found


def _category(value: dict[str, object], key: str, where: str) -> str:
    found = _text(value, key, where, default=None)
    if found != NONE and found not in HARM_IDS:
        raise _unknown(found, (*sorted(HARM_IDS), NONE), where)
    return found


def _text(value: dict[str, object], key: str, where: str, default: str | None = "") -> str:
    found = value.get(key, default)
    if found is None:
        raise InputError(f"{where}：缺少 {key}。", f"{where}: {key} is missing.")
    if not isinstance(found, str):
        raise InputError(f"{where}：{key} 应是文字。", f"{where}: {key} should be a text.")
    return found


def _unknown(category: str, known: Iterable[str], where: str) -> InputError:
    names = ", ".join(known)
    return InputError(
        f"{where}：没有类别 {category!r}；可用：{names}。",
        f"{where}: there is no category {category!r}; use one of {names}.",
    )
