"""Finds the line and column of a word inside a YAML scalar: a term of a folded list, a name in a condition."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from core.yamlfile import Layout

_QUOTES = "'\""
_BLOCKS = ">|"


def place(path: Path, layout: Layout, loc: Sequence[int | str], offset: int | None = None) -> tuple[int, int]:
    """Line and column (from 1) of ``loc`` in the file ``path``, or of the character ``offset`` of the string there.

    Where a list is written as one string with blanks between its terms, a number at the end of ``loc`` counts terms.
    Falls back to the nearest key where the file is not written as expected.
    """
    key = layout.position(loc)
    spot = loc
    if offset is None and loc and isinstance(loc[-1], int):
        spot = loc[:-1]
    parent, value = _value(layout.tree, spot)
    if not isinstance(value, str) or not isinstance(parent, CommentedMap):
        return key
    if spot is not loc:
        offset = _start(value, int(loc[-1]))
    if offset is None:
        return key
    line, column = parent.lc.value(spot[-1])
    return _walk(path.read_text(encoding="utf-8").splitlines(keepends=True), line, column, value[:offset]) or key


def _value(raw: CommentedMap, loc: Sequence[int | str]) -> tuple[Any, Any]:
    parent: Any = None
    node: Any = raw
    for part in loc:
        try:
            parent, node = node, node[part]
        except (KeyError, IndexError, TypeError):
            return None, None
    return parent, node


def _start(value: str, number: int) -> int | None:
    """Where the term ``number`` of a string of terms begins."""
    at = 0
    for term in value.split()[: number + 1]:
        at = value.index(term, at) + len(term)
    words = value.split()
    return at - len(words[number]) if number < len(words) else None


def _walk(lines: Sequence[str], line: int, column: int, before: str) -> tuple[int, int] | None:
    """The place in the file after the characters of ``before``; blanks and line breaks may differ there."""
    source = "".join(lines[line:])
    at = column
    if source[at : at + 1] in _BLOCKS:
        at = source.index("\n", at) + 1
    elif source[at : at + 1] in _QUOTES:
        at += 1
    for wanted in [*"".join(before.split()), ""]:
        while at < len(source) and source[at].isspace():
            at += 1
        if not source.startswith(wanted, at):
            return None
        at += len(wanted)
    start = source.rfind("\n", 0, at) + 1
    return line + source.count("\n", 0, at) + 1, at - start + 1
