"""Finds all terms of all rules and banks in one pass over a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import re2
from ahocorasick_rs import AhoCorasick, Implementation

from core.ports import Segmenter
from core.text import normalise
from rules.grammar import Hit

_DIGITS = frozenset("0123456789")
_ALNUM = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyz")
Hits = Mapping[int, Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Slot:
    """Terms that stand for each other; with ``words``, hits that cut a word in two do not count."""

    terms: tuple[str, ...]
    words: bool = False


class Matcher:
    """One automaton over the terms of all slots; compiled once, then read by any number of threads.

    Terms are normalised as documents are. Terms of ASCII letters and digits match whole words only, and
    other terms that begin or end with a digit do not cut a number.
    """

    def __init__(self, slots: Sequence[Slot], segment: Segmenter) -> None:
        wanted: dict[str, list[int]] = {}
        for number, slot in enumerate(slots):
            for term in dict.fromkeys(normalise(term).text for term in slot.terms):
                wanted.setdefault(term, []).append(number)
        self._segment = segment
        self._words = frozenset(number for number, slot in enumerate(slots) if slot.words)
        self._slots = [tuple(numbers) for numbers in wanted.values()]
        self._edges = [_edge(term) for term in wanted]
        self._automaton = AhoCorasick(list(wanted), implementation=Implementation.ContiguousNFA)

    def __len__(self) -> int:
        """How many different terms there are."""
        return len(self._slots)

    def scan(self, norm: str) -> Hits:
        """The hits in a normalised text by number of slot; slots without hits are not there."""
        found: dict[int, list[Hit]] = {}
        for term, start, end in self._automaton.find_matches_as_indexes(norm, overlapping=True):
            edge = self._edges[term]
            if edge and _inside(norm, start, end, edge):
                continue
            hit = Hit(start, end)
            for slot in self._slots[term]:
                found.setdefault(slot, []).append(hit)
        return self._at_words(norm, found) if self._words and not self._words.isdisjoint(found) else found

    def _at_words(self, norm: str, found: dict[int, list[Hit]]) -> Hits:
        edges = {0, *accumulate(len(word) for word in self._segment(norm))}
        for slot in self._words & found.keys():
            kept = [hit for hit in found[slot] if hit.start in edges and hit.end in edges]
            if kept:
                found[slot] = kept
            else:
                del found[slot]
        return found


def _edge(term: str) -> frozenset[str]:
    """The characters that may not continue a term: letters and digits for ASCII terms, digits for those with digits."""
    if term.isascii():
        return _ALNUM
    return _DIGITS if term[0] in _DIGITS or term[-1] in _DIGITS else frozenset()


def _inside(norm: str, start: int, end: int, edge: frozenset[str]) -> bool:
    """Whether a hit is only a piece of a longer word or number."""
    before = start > 0 and norm[start - 1] in edge and norm[start] in edge
    return before or (end < len(norm) and norm[end] in edge and norm[end - 1] in edge)


class Regex:
    """An RE2 pattern; raises ValueError, with RE2's reason, for what RE2 refuses (look-around, backreferences)."""

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        try:
            self._compiled: Any = re2.compile(pattern, options)
        except re2.error as problem:
            said = problem.args[0]
            raise ValueError(said.decode() if isinstance(said, bytes) else str(said)) from problem

    def find(self, norm: str) -> tuple[Hit, ...]:
        """All hits that are not empty."""
        return tuple(Hit(*match.span()) for match in self._compiled.finditer(norm) if match.end() > match.start())
