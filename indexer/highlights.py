"""Shows where the words of a query stand in a flag, in the original characters; the same for every store."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.ports import Segmenter
from core.text import Document
from core.types import Flag, Span
from indexer.words import HAN, Term, terms

_WORD = re.compile(r"[^\W_]+")
_CHARACTER = re.compile(rf"{HAN}|(?:(?!{HAN})[^\W_])+")


@dataclass(frozen=True, slots=True)
class _Token:
    """One token of an indexed form, and where it stands in the normalised text."""

    text: str
    start: int
    end: int


class Highlighter:
    """Finds again in a flag what a query was found by."""

    def __init__(self, typed: str, segment: Segmenter) -> None:
        self._segment = segment
        self._terms = terms(typed, segment)

    def spans(self, flag: Flag) -> tuple[Span, ...]:
        """Where the words and phrases stand, in order, none overlapping another; empty without any."""
        if not self._terms:
            return ()
        document = Document.of(flag.text, flag.title, flag.shown)
        return tuple(dict.fromkeys(document.span(*place) for place in _joined(self._places(document.norm))))

    def misses(self, flag: Flag) -> int:
        """How many of the words and phrases stand nowhere in the flag: none in one that a search found."""
        norm = Document.of(flag.text, flag.title, flag.shown).norm
        words, characters = self._tokens(norm)
        return sum(not any(True for _ in _occurrences(term, words, characters)) for term in self._terms)

    def _places(self, norm: str) -> Iterator[tuple[int, int]]:
        words, characters = self._tokens(norm)
        for term in self._terms:
            yield from _occurrences(term, words, characters)

    def _tokens(self, norm: str) -> tuple[list[_Token], list[_Token]]:
        words: list[_Token] = []
        at = 0
        for piece in self._segment(norm):
            words += [_Token(found[0], at + found.start(), at + found.end()) for found in _WORD.finditer(piece)]
            at += len(piece)
        return words, [_Token(found[0], *found.span()) for found in _CHARACTER.finditer(norm)]


def _occurrences(term: Term, words: Sequence[_Token], characters: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    yield from _phrases(term.chars.split(), characters)
    if term.word is not None:
        yield from _phrases(term.word.split(), words)


def _phrases(phrase: Sequence[str], tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    size = len(phrase)
    for at in range(len(tokens) - size + 1 if size else 0):
        if all(tokens[at + step].text == word for step, word in enumerate(phrase)):
            yield tokens[at].start, tokens[at + size - 1].end


def _joined(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places in order, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return iter(merged)
