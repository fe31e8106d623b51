"""Normalises Chinese text for detection and maps every span back to the original."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from core.types import Field, Span

# NFKC singles worth a table: Latin and symbols, CJK radicals and compatibility forms, full width, styled letters.
_FOLDED_RANGES = ((0x80, 0x3400), (0xF900, 0xFFF0), (0x1D400, 0x1D800), (0x1F100, 0x1F1E6))
# Digits and letters in circles and squares that NFKC leaves alone, though advertisers write contacts with them.
_CIRCLED_RANGES = (
    (0x2776, "123456789"),
    (0x2780, "123456789"),
    (0x278A, "123456789"),
    (0x24F5, "123456789"),
    (0x1F150, "abcdefghijklmnopqrstuvwxyz"),
    (0x1F170, "abcdefghijklmnopqrstuvwxyz"),
)
_EXTRA = {"⓿": "0", "🄋": "0", "🄌": "0", "➕": "+", "﹢": "+", "＋": "+", "⒈": "1", "\r": "\n", "\t": " "}

# Characters that show nothing: joiners, marks of direction, variation selectors, controls, keycap frames, surrogates.
_INVISIBLE = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_INSERTED = r" *·•.\-_|/\\~^=#&%`'\"°※★☆●○◆■□▲△→←↑↓✅✔❌❗🔥✨⭐"
_DROPPED = re.compile(f"[{_INVISIBLE}]")
_SEPARATOR = re.compile(f"(?<=[{_HAN}])[{_INSERTED}]{{1,2}}(?=[{_HAN}])")
_CHANGING = re.compile(f"[{_INVISIBLE}]|(?<=[{_HAN}])[{_INSERTED}]{{1,2}}(?=[{_HAN}])")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and, where lengths differ, the original start and end of each of its characters."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original range behind ``start`` to ``end`` of the normalised text (``end`` exclusive)."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the original range ``start`` to ``end`` stands in the normalised text: ``original`` the other way."""
        if self.starts is None or self.ends is None:
            return start, end
        return bisect_right(self.ends, start), bisect_left(self.starts, end)


def simplified(char: str) -> str:
    """The simplified form of one traditional character, by OpenCC's table; any other character is itself."""
    return _traditional().get(char, char)


def normalise(text: str) -> Normalised:
    """NFKC, lower case, simplified script; invisible characters and signs inserted between Han characters removed.

    Never fails: lone surrogates and NULs are removed like other invisible characters.
    """
    folded = text.translate(_table())
    if unicodedata.is_normalized("NFKC", folded) and not _CHANGING.search(folded):
        return Normalised(folded)
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, piece in _pieces(folded):
        for char in piece:
            chars.append(char)
            starts.append(start)
            ends.append(end)
    return _without_separators("".join(chars), starts, ends)


def _pieces(folded: str) -> Iterator[tuple[int, int, str]]:
    """Each base character with its combining marks, as (start, end, its normal form)."""
    start, size = 0, len(folded)
    while start < size:
        end = start + 1
        while end < size and unicodedata.combining(folded[end]):
            end += 1
        piece = unicodedata.normalize("NFKC", folded[start:end]).translate(_table())
        yield start, end, _DROPPED.sub("", piece)
        start = end


def _without_separators(text: str, starts: list[int], ends: list[int]) -> Normalised:
    kept: list[int] = []
    at = 0
    for match in _SEPARATOR.finditer(text):
        kept.extend(range(at, match.start()))
        at = match.end()
    kept.extend(range(at, len(text)))
    return Normalised(
        "".join([text[i] for i in kept]), tuple([starts[i] for i in kept]), tuple([ends[i] for i in kept])
    )


@cache
def _traditional() -> dict[str, str]:
    lines = (resources.files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {old: new.split(" ")[0] for old, new in pairs if len(old) == 1 and len(new.split(" ")[0]) == 1}


@cache
def _table() -> dict[int, str]:
    """Every change of one character into exactly one: it keeps offsets as they are."""
    table: dict[int, str] = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    for first, last in _FOLDED_RANGES:
        for code in range(first, last):
            folded = unicodedata.normalize("NFKC", chr(code)).lower()
            if len(folded) == 1 and ord(folded) != code and not unicodedata.combining(folded):
                table[code] = simplified(folded)
    for first, letters in _CIRCLED_RANGES:
        table.update({first + offset: letter for offset, letter in enumerate(letters)})
    table.update({ord(old): new for old, new in _EXTRA.items() if len(old) == 1})
    table.update({ord(old): new for old, new in _traditional().items()})
    return table


@dataclass(frozen=True, slots=True)
class Document:
    """A post as detectors read it: title and text normalised as one, with spans back into each.

    ``norm`` is the title, a line break and the text (the text alone where there is no title).
    """

    title: str | None
    text: str
    norm: str
    _title: Normalised | None = field(repr=False)
    _text: Normalised = field(repr=False)

    @classmethod
    def of(cls, text: str, title: str | None = None) -> "Document":
        """Read a text, with its title if it has one."""
        body = normalise(text)
        if not title:
            return cls(None, text, body.text, None, body)
        head = normalise(title)
        return cls(title, text, f"{head.text}\n{body.text}", head, body)

    def span(self, start: int, end: int) -> Span:
        """The original span behind ``norm[start:end]``; one that crosses from title to text ends with the title."""
        if self._title is None:
            return Span(*self._text.original(start, end))
        size = len(self._title.text)
        if start < size:
            return Span(*self._title.original(start, min(end, size)), Field.TITLE)
        return Span(*self._text.original(max(start - size - 1, 0), max(end - size - 1, 0)))

    def place(self, span: Span) -> tuple[int, int]:
        """Where an original span stands in ``norm``: ``span`` the other way."""
        if self._title is None:
            return self._text.place(span.start, span.end)
        if span.field is Field.TITLE:
            return self._title.place(span.start, span.end)
        start, end = self._text.place(span.start, span.end)
        size = len(self._title.text) + 1
        return start + size, end + size

    def at(self, span: Span) -> str:
        """The original characters of a span."""
        source = self.title or "" if span.field is Field.TITLE else self.text
        return source[span.start : span.end]
