"""Turns what a person types into a full-text query, and a flag into the words it is found by."""

import re

from core.ports import Segmenter
from core.text import normalise

_PHRASE = re.compile(r'"([^"]*)"|“([^”]*)”|(\S+)')
_WORDLIKE = re.compile(r"\w")
_HAN = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f])")


def words_of(title: str | None, text: str, segment: Segmenter) -> tuple[str, str]:
    """The two indexed forms of a flag: its words, and its single characters (so that a phrase is a substring)."""
    norm = normalise(f"{title or ''}\n{text}").text
    return " ".join(_tokens(norm, segment)), _characters(norm)


def match(typed: str, segment: Segmenter) -> str | None:
    """An FTS5 query for what was typed, or None if nothing in it can be looked for.

    Every word must occur, in any order; “quoted” text must occur as it stands.
    """
    parts: list[str] = []
    for quoted, chinese, word in _PHRASE.findall(typed):
        phrase = quoted or chinese
        if phrase:
            characters = _characters(normalise(phrase).text)
            parts += [f"chars : {_quoted(characters)}"] if _WORDLIKE.search(characters) else []
        else:
            parts += [_word(token) for token in _tokens(normalise(word).text, segment)]
    return " AND ".join(f"({part})" for part in parts) or None


def _word(token: str) -> str:
    return f"words : {_quoted(token)} OR chars : {_quoted(_characters(token))}"


def _tokens(norm: str, segment: Segmenter) -> list[str]:
    return [token for token in segment(norm) if _WORDLIKE.search(token)]


def _characters(norm: str) -> str:
    return " ".join(_HAN.sub(r" \1 ", norm).split())


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'
