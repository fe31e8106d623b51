"""Turns what a person types into what each store looks for, and a flag into the words it is found by."""

import re
from dataclasses import dataclass

from core.ports import Segmenter
from core.text import normalise

_PHRASE = re.compile(r'"([^"]*)"|“([^”]*)”|(\S+)')
_NOT_WORD = re.compile(r"(?: ?(?:[^\w ]|_)| {2})[\W_]*")  # a single blank stays as it is, which is quicker
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"  # characters that are found one by one
_HAN = re.compile(f"{HAN}+")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must occur: ``word`` among the words or ``chars`` among the characters, both as phrases.

    ``word`` is None for quoted text, which is looked for among the characters alone.
    """

    word: str | None
    chars: str


def whole(text: str, shown: str) -> str:
    """All that can be searched beside the title: the text, and what the pictures show."""
    return f"{text}\n{shown}" if shown else text


def words_of(title: str | None, text: str, segment: Segmenter) -> tuple[str, str]:
    """The two indexed forms of a flag: its words, and its single characters (so that a phrase is a substring)."""
    norm = normalise(f"{title or ''}\n{text}").text
    return _plain(" ".join(segment(norm))), characters(norm)


def terms(typed: str, segment: Segmenter) -> tuple[Term, ...]:
    """What must occur, all of it and in any order, for what was typed; nothing where nothing can be looked for.

    Text in quotes must occur as it stands; what is not in quotes is cut into words as the flags were.
    """
    found: list[Term] = []
    for quoted, chinese, word in _PHRASE.findall(typed):
        phrase = quoted or chinese
        if phrase:
            found.append(Term(None, characters(normalise(phrase).text)))
        else:
            tokens = segment(normalise(word).text)
            found += [Term(_plain(token), characters(token)) for token in tokens]
    return tuple(term for term in found if term.chars)


def match(typed: str, segment: Segmenter) -> str | None:
    """An FTS5 query for what was typed, or None if nothing in it can be looked for."""
    return " AND ".join(f"({_fts5(term)})" for term in terms(typed, segment)) or None


def characters(norm: str) -> str:
    """A normalised text with blanks between its Chinese characters and in place of its signs."""
    return _plain(_HAN.sub(lambda run: f" {' '.join(run[0])} ", norm))


def _fts5(term: Term) -> str:
    among_characters = f'chars : "{term.chars}"'
    return among_characters if term.word is None else f'words : "{term.word}" OR {among_characters}'


def _plain(text: str) -> str:
    """Runs of letters and figures with one blank between, so that every store cuts at the same places."""
    return _NOT_WORD.sub(" ", text).strip()
