"""Normalises Chinese text for detection and maps every span back to the original."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.characters import CONTINUING, DIACRITICS, FOLDING, HAN, INSERTED, INVISIBLE, PLAIN, TABLE
from core.offsets import Edit, Edits, edit
from core.types import Field, Span

T = TypeVar("T")
_NUMERALS = "零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_LONGEST_CLUSTER = 20  # a character with its marks; more marks say nothing, and sorting them would take long
_LONG, _MANY = 10_000, 24  # characters of a text, and different ones that change, from which a table is faster
_ROUNDS = 4  # NFKC, lower case and script can each call for another; all known characters settle in three

_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_DIACRITICS = re.compile(f"[{DIACRITICS}]+")
_ODD = re.compile(f"[^{PLAIN}{INSERTED}]+")
_CLUSTER = re.compile(f".[{CONTINUING}{INVISIBLE}]*", re.DOTALL)
_STARTS_CONTINUING = re.compile(f"[{INVISIBLE}]*[{CONTINUING}]")
# A small circle between numerals is a nought.
_SIGNS = INSERTED.replace("○", "")
_INSERTED = f"[{_SIGNS}]{{1,2}}|[{_SIGNS}]○|○[{_SIGNS}]|(?<![{_NUMERALS}])○{{1,2}}(?![{_NUMERALS}])"
_SEPARATOR = re.compile(f"(?<=[{HAN}])(?:{_INSERTED})(?=[{HAN}])")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_FOLDING = re.compile(f"[{FOLDING}]")
# Begins with one class of characters, so that the search runs through plain text without trying anything.
_CHANGING = re.compile(f"[^{PLAIN}](?:(?<=[^{PLAIN}{INSERTED}])|(?<=[{HAN}].)[{INSERTED}]?(?=[{HAN}]))")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and, where lengths differ, the edits that led to it, in the order they were made."""

    text: str
    layers: tuple[Edits, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original range behind ``start`` to ``end`` of the normalised text (``end`` exclusive)."""
        for layer in reversed(self.layers):
            start, end = layer.original(start, end)
        return start, end

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the original range ``start`` to ``end`` stands in the normalised text: ``original`` the other way."""
        for layer in self.layers:
            start, end = layer.place(start, end)
        return start, end


def normalise(text: str) -> Normalised:
    """NFKC, lower case, simplified script; invisible characters and signs inserted between Han characters removed.

    Strokes and accents that make no letter with what they stand on are removed too. Never fails: lone surrogates
    and NULs are removed like other invisible characters. Linear in time.
    """
    folded = _folded(text)
    if not _CHANGING.search(folded):
        return Normalised(folded)
    composed, first = edit(folded, _compositions(folded))
    joined, second = edit(composed, ((found.start(), found.end(), "") for found in _SEPARATOR.finditer(composed)))
    return Normalised(joined, tuple(layer for layer in (first, second) if layer))


def _folded(text: str) -> str:
    """``text.translate(TABLE)``, four times as fast where few different characters change, as in most texts."""
    if len(text) > _LONG or _ASTRAL.search(text):
        return text.translate(TABLE)
    folded = text.replace("，", ",").replace("：", ":")  # every other text holds these
    changing = set(_FOLDING.findall(folded))
    if len(changing) > _MANY:
        return text.translate(TABLE)
    for char in changing:
        folded = folded.replace(char, TABLE[ord(char)])
    return folded


def _compositions(folded: str) -> Iterator[Edit]:
    """The edits that bring all characters outside the plain ones to their normal form."""
    done = 0
    for run in _ODD.finditer(folded):
        start, end = run.span()
        if _INVISIBLE.fullmatch(folded, start, end):
            yield start, end, ""
            continue
        if start > done and _STARTS_CONTINUING.match(folded, start, end):
            start -= 1
        for cluster in _CLUSTER.finditer(folded, start, end):
            new = _normal(cluster[0])
            if new != cluster[0]:
                yield cluster.start(), cluster.end(), new
        done = end


def _normal(cluster: str) -> str:
    new = _INVISIBLE.sub("", cluster)[:_LONGEST_CLUSTER]
    for _ in range(_ROUNDS):
        new = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", new).lower())
        new = _INVISIBLE.sub("", _DIACRITICS.sub("", new).translate(TABLE))
        if unicodedata.is_normalized("NFKC", new):
            break
    return new


@dataclass(frozen=True, slots=True)
class Document:
    """A post as detectors read it: title, text and what its pictures show normalised as one, with spans back into each.

    ``norm`` is those of them that there are, with a line break between; the text is always there. ``codes`` are the
    places of QR codes' targets in it.
    """

    title: str | None
    text: str
    norm: str
    _title: Normalised | None = field(repr=False)
    _text: Normalised = field(repr=False)
    shown: str = ""
    codes: tuple[tuple[int, int], ...] = ()
    _shown: tuple[int, Normalised] | None = field(default=None, repr=False)
    _once: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, text: str, title: str | None = None, shown: str = "", codes: Iterable[tuple[int, int]] = ()
    ) -> "Document":
        """Read a text, with its title if it has one, and what its pictures show; ``codes`` are places in ``shown``."""
        body = normalise(text)
        head = normalise(title) if title else None
        norm = f"{head.text}\n{body.text}" if head else body.text
        if not shown:
            return cls(title or None, text, norm, head, body)
        more, start = normalise(shown), len(norm) + 1
        placed = tuple((start + first, start + end) for first, end in (more.place(*code) for code in codes))
        return cls(title or None, text, f"{norm}\n{more.text}", head, body, shown, placed, (start, more))

    def once(self, key: object, make: Callable[["Document"], T]) -> T:
        """What ``make`` finds in this document, found once for each ``key`` and kept for as long as the document is.

        So that several parts may ask for the same thing without knowing of each other; nothing outlives the document.
        """
        found: T = self._once[key] if key in self._once else self._once.setdefault(key, make(self))
        return found

    def span(self, start: int, end: int) -> Span:
        """The original span behind ``norm[start:end]``; one that crosses into the next part ends with its own."""
        if self._shown is not None:
            first, more = self._shown
            if start >= first:
                return Span(*more.original(start - first, end - first), Field.PICTURES)
            end = min(end, first - 1)
        if self._title is None:
            return Span(*self._text.original(start, end))
        size = len(self._title.text)
        if start < size:
            return Span(*self._title.original(start, min(end, size)), Field.TITLE)
        return Span(*self._text.original(max(start - size - 1, 0), max(end - size - 1, 0)))

    def place(self, span: Span) -> tuple[int, int]:
        """Where an original span stands in ``norm``: ``span`` the other way."""
        if span.field is Field.PICTURES and self._shown is not None:
            first, more = self._shown
            start, end = more.place(span.start, span.end)
            return first + start, first + end
        if self._title is None:
            return self._text.place(span.start, span.end)
        if span.field is Field.TITLE:
            return self._title.place(span.start, span.end)
        start, end = self._text.place(span.start, span.end)
        size = len(self._title.text) + 1
        return start + size, end + size

    def at(self, span: Span) -> str:
        """The original characters of a span."""
        return self.part(span.field)[span.start : span.end]

    def part(self, field_: Field) -> str:
        """The original of one part, empty where there is none."""
        return {Field.TITLE: self.title or "", Field.TEXT: self.text, Field.PICTURES: self.shown}[field_]
