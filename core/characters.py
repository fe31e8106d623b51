"""What normalisation knows of single characters: which fold into which, which show nothing, which are plain."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib import resources

# NFKC singles worth a table: Latin and symbols, CJK radicals and compatibility forms, full width, styled letters,
# and the capitals of rarer scripts.
_FOLDED_RANGES = (
    *((0x80, 0x3400), (0xA640, 0xAC00), (0xF900, 0xFFF0)),
    *((0x10400, 0x10600), (0x10C80, 0x10D00), (0x118A0, 0x118E0), (0x16E40, 0x16E80)),
    *((0x1D400, 0x1D800), (0x1E900, 0x1E944), (0x1F100, 0x1F1E6)),
)
# Digits and letters in circles and squares that NFKC leaves alone, though advertisers write contacts with them.
_CIRCLED_RANGES = (
    (0x2776, "123456789"),
    (0x2780, "123456789"),
    (0x278A, "123456789"),
    (0x24F5, "123456789"),
    (0x3021, "123456789"),
    (0x1F150, "abcdefghijklmnopqrstuvwxyz"),
    (0x1F170, "abcdefghijklmnopqrstuvwxyz"),
)
_EXTRA = {"⓿": "0", "🄋": "0", "🄌": "0", "➕": "+", "➖": "-", "◯": "○", "⭕": "○", "ᐯ": "v", "∨": "v", "\t": " "}
_LINE_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"

_ASTRAL = 0x10000  # beyond the basic plane
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# What advertisers put between Han characters to break a word up.
INSERTED = r" *·•.\-_|/\\~^=#&%`'\"°※★☆●○◆■□▲△→←↑↓✅✔❌❗🔥✨⭐丶"
# Characters that show nothing: joiners, marks of direction, variation selectors, controls, keycap frames, surrogates.
# With them, marks that strike through or decorate what they stand on and make no letter with anything.
INVISIBLE = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff"
    "\u0305\u030d\u030e\u0310\u0312\u0315-\u031a\u031c-\u0322\u0329-\u032c\u032f\u0332-\u0337\u0339-\u033f"
    "\u0346-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
# Accents that make a letter with some characters; they are dropped from the others.
DIACRITICS = "\u0300-\u036f"
# Vowel signs and letters (Indic, Hangul) that make one character with the one before, though they are no marks.
_JOINING = (
    "\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u0f73\u0f75\u0f81\u102e"
    "\u1161-\u1175\u11a8-\u11c2\u1b35\u3131-\u3163\uff9e\uff9f\uffa1-\uffdc"
    "\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930"
)
# Blocks that may hold marks, and blocks whose characters may be plain: looked at one by one.
_MARKED_RANGES = ((0x300, 0x3100), (0xA600, 0xAC00), (0xFB00, 0xFF00), (0x10000, 0x11E00), (0x16000, 0x1E950))
_PLAIN_RANGES = (
    *((0xA, 0xB), (0x20, 0x7F), (0xA0, 0xAD), (0xAE, 0x300), (0x370, 0x483), (0x48A, 0x1AB0)),
    *((0x2010, 0x2028), (0x2030, 0x2060), (0x2070, 0x20D0), (0x2100, 0x3131), (0x3190, 0x3400)),
    *((0xAC00, 0xD7A4), (0xE000, 0xF900), (0x1F000, 0x1FB00)),
)
_PLAIN_HAN = "\u3400-\u4e35\u4e37-\u9fff\U00020000-\U0002a6df\U0002a700-\U0002ebef\U00030000-\U000323af"


def _simplified() -> Iterator[tuple[str, str]]:
    lines = (resources.files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8").splitlines()
    for line in lines:
        old, _, new = line.partition("\t")
        chosen = new.split(" ")[0]
        if len(old) == len(chosen) == 1 and old != chosen:
            yield old, chosen


def _table() -> dict[int, str]:
    """Every change of one character into exactly one: it keeps offsets as they are."""
    script = dict(_simplified())
    table: dict[int, str] = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    for first, last in _FOLDED_RANGES:
        for code in range(first, last):
            folded = unicodedata.normalize("NFKC", chr(code)).lower()
            if len(folded) == 1 and ord(folded) != code and not unicodedata.combining(folded):
                table[code] = folded
    for first, letters in _CIRCLED_RANGES:
        table.update({first + offset: letter for offset, letter in enumerate(letters)})
    table.update(_other_digits())
    table.update(dict.fromkeys(map(ord, _LINE_BREAKS), "\n"))
    table.update({ord(old): new for old, new in _EXTRA.items()})
    table = {code: script.get(new, new) for code, new in table.items()}
    table.update({ord(old): script.get(new, new) for old, new in script.items()})
    return table


def _other_digits() -> Iterator[tuple[int, str]]:
    """The decimal digits of other scripts."""
    for first, last in ((0x660, 0x1A9A), (0x1B50, 0x1C5A), (0xA620, 0xABFA), (0x104A0, 0x11DAA), (0x1FBF0, 0x1FBFA)):
        for code in range(first, last):
            digit = unicodedata.decimal(chr(code), None)
            if digit is not None:
                yield code, str(digit)


def _ranges(codes: Iterable[int]) -> str:
    """Codes in rising order as the inside of a character class."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


def _within(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last)


def _is_plain(code: int) -> bool:
    char = chr(code)
    return (
        code not in TABLE
        and not _SPECIAL.match(char)
        and not unicodedata.combining(char)
        and unicodedata.normalize("NFKC", char) == char == char.lower()
    )


TABLE = _table()
# The characters that the table changes, up to U+FFFF: beyond, the search for a class is slow.
FOLDING = _ranges(sorted(code for code in TABLE if code < _ASTRAL))
_SPECIAL = re.compile(f"[{INSERTED}{INVISIBLE}{_JOINING}]")
# Characters that belong to the one before.
CONTINUING = _JOINING + _ranges(code for code in _within(_MARKED_RANGES) if unicodedata.combining(chr(code)))
# Characters that stay as they are wherever they stand; what is left out only takes longer.
PLAIN = _PLAIN_HAN + _ranges(code for code in _within(_PLAIN_RANGES) if _is_plain(code))
