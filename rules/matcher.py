"""Finds all terms of all rules and banks in one pass over a text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from operator import attrgetter
from typing import Any

import re2
from ahocorasick_rs import AhoCorasick, Implementation

from core.ports import Segmenter
from core.text import normalise
from rules.grammar import Hit

_DIGITS = frozenset("0123456789")
_ALNUM = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyz")
_AT_ONCE = 100_000  # characters; what the automaton finds in a long text is not held all at once
_MOST_HITS = 1_000  # of one regex in one text
_END = attrgetter("end")
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
        # Terms of the same slots share a list of hits: a word that many rules name costs no more than one.
        kinds = {slots: kind for kind, slots in enumerate(dict.fromkeys(map(tuple, wanted.values())))}
        self._kinds = [kinds[tuple(numbers)] for numbers in wanted.values()]
        self._slots = tuple(kinds)
        self._longest = max(map(len, wanted), default=1)
        self._edges = [_edge(term) for term in wanted]
        self._find: Any = AhoCorasick(list(wanted), implementation=Implementation.ContiguousNFA).find_matches_as_indexes

    def __len__(self) -> int:
        """How many different terms there are."""
        return len(self._kinds)

    def scan(self, norm: str) -> Hits:
        """The hits in a normalised text by number of slot; slots without hits are not there."""
        by_kind: dict[int, list[Hit]] = {}
        for term, start, end in self._matches(norm):
            edge = self._edges[term]
            if not edge or not _inside(norm, start, end, edge):
                by_kind.setdefault(self._kinds[term], []).append(Hit(start, end))
        found: dict[int, list[Hit]] = {}
        for kind, hits in by_kind.items():
            for slot in self._slots[kind]:
                found[slot] = sorted([*found[slot], *hits], key=_END) if slot in found else hits
        return self._at_words(norm, found) if self._words and not self._words.isdisjoint(found) else found

    def touched(self, norm: str) -> Iterator[int]:
        """The slots that ``scan`` may have hits of, each as often as its terms stand there, as they are met."""
        for term, start, end in self._matches(norm):
            if not _inside(norm, start, end, self._edges[term]):
                yield from self._slots[self._kinds[term]]

    def _matches(self, norm: str) -> Iterable[tuple[int, int, int]]:
        """The number of a term, its start and end, by end."""
        return self._find(norm, overlapping=True) if len(norm) <= _AT_ONCE else self._piecewise(norm)

    def _piecewise(self, norm: str) -> Iterator[tuple[int, int, int]]:
        """What ``_find`` gives, without ever holding all of it."""
        for first in range(0, len(norm), _AT_ONCE):
            begin = max(0, first - self._longest + 1)
            for term, start, end in self._find(norm[begin : first + _AT_ONCE], overlapping=True):
                if begin + end > first:  # else it was found in the piece before
                    yield term, begin + start, begin + end

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

    def holds(self, norm: str) -> bool:
        """Whether ``find`` finds anything."""
        return any(match.end() > match.start() for match in self._compiled.finditer(norm))

    def find(self, norm: str) -> tuple[Hit, ...]:
        """The first hits that are not empty: each may cost a look at all the rest of a text (``a.*z|a``)."""
        hits = (Hit(*match.span()) for match in self._compiled.finditer(norm) if match.end() > match.start())
        return tuple(islice(hits, _MOST_HITS))
