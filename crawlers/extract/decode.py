"""Turns the bytes of a page into text, whatever charset it declares."""

import codecs
import re
from dataclasses import dataclass

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from core.types import Page

_SAMPLE = 60_000  # bytes that a charset is judged by
_FEW = 12  # bytes beyond ASCII; with fewer, chance decides and the declaration is believed
_NEAR = 0.15  # a declared charset is believed if it is not worse than the best by more than this
_CHINESE = 0.6  # from this share of common characters on, a text is taken for Chinese
_WRONG = 0.05  # a charset under which more of the text is no text is not believed
_WEB = re.compile(  # Python knows codecs beside these that are none for text, or fail on bytes they do not know
    r"utf-8|utf-(?:16|32)(?:-[lb]e)?|gb18030|big5(?:hkscs)?|hz|cp1?\d{3}|iso8859-\d+|koi8-[ru]|mac-roman|mac-cyrillic|ascii"
    r"|euc[-_](?:jp|kr)|iso2022[-_]jp|shift[-_]jis"
)
_WIDE = ("utf-16", "utf-32")
_HIGH = re.compile(rb"[\x80-\xff]")
_NUL_SHARE = 0.2
_LEVEL_ONE = ((0xB0, 0xD7), (0xA4, 0xC6))  # first bytes of the commonest characters in GB 2312 and in Big5


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text, and the charset that it was read with."""

    text: str
    encoding: str


def decode(page: Page) -> Decoded:
    """The text of ``page``: by BOM, else by what is declared unless the bytes speak against it, else by its bytes.

    gb2312 and gbk are read as gb18030. Bytes that cannot be decoded become U+FFFD, NULs are dropped.
    """
    if page.drawn:
        return _read(page.body, "utf-8")
    named, mark = read_bom(page.body)
    if named is not None and mark is not None:
        return _read(page.body[len(mark) :], named)
    return _read(page.body, _choose(page.body, page.header("content-type")))


def sound(text: str) -> str:
    """The text with U+FFFD for each half of a character that stands alone, which cannot be written anywhere."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read(body: bytes, encoding: str) -> Decoded:
    return Decoded(to_unicode(body, encoding).replace("\x00", ""), encoding)


def _choose(body: bytes, content_type: str | None) -> str:
    declared = [
        name
        for name in (http_content_type_encoding(content_type), html_body_declared_encoding(body))
        if name is not None and _possible(name, body)
    ]
    first = _HIGH.search(body)
    if first is None:
        return declared[0] if declared else "utf-8"
    sample = body[max(0, first.start() - 1) :][:_SAMPLE]
    if _is_utf8(sample) and (not declared or len(_HIGH.findall(sample)) >= _FEW):
        return "utf-8"
    return _best(sample, declared)


def _possible(name: str, body: bytes) -> bool:
    """Whether it is a charset of the web, and not one of two or four bytes where the body has hardly a NUL."""
    if not _WEB.fullmatch(name):
        return False
    return not name.startswith(_WIDE) or body[:400].count(0) > len(body[:400]) * _NUL_SHARE


def _is_utf8(sample: bytes) -> bool:
    """Whether the sample is UTF-8; its last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _best(sample: bytes, declared: list[str]) -> str:
    names = list(dict.fromkeys([*declared, "gb18030", "big5hkscs", "utf-8"]))
    scores = {name: _judge(sample, name) for name in names}
    top = max(names, key=lambda name: scores[name][0])
    for name in declared:
        common, wrong = scores[name]
        if wrong <= _WRONG and (common >= scores[top][0] - _NEAR or scores[top][0] < _CHINESE):
            return name
    return top if scores[top][0] >= _CHINESE else min(names, key=lambda name: scores[name][1])


def _judge(sample: bytes, name: str) -> tuple[float, float]:
    """Of the characters beyond ASCII: the share of common Chinese ones less that of wrong ones, and that share."""
    chars = [char for char in to_unicode(sample, name) if ord(char) > 0x7F]  # noqa: PLR2004 - the end of ASCII
    if not chars:
        return 0.0, 0.0
    wrong = sum(_is_wrong(char) for char in chars) / len(chars)
    return sum(_is_common(char) for char in chars) / len(chars) - wrong, wrong


def _is_wrong(char: str) -> bool:
    return char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff"


def _is_common(char: str) -> bool:
    """Whether it is a common Chinese character or sign: level one of GB 2312 or of Big5, CJK or full-width signs."""
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" or "\u2010" <= char <= "\u2026":
        return True
    for codec, (low, high) in zip(("gb2312", "big5"), _LEVEL_ONE, strict=True):
        try:
            if low <= char.encode(codec)[0] <= high:
                return True
        except UnicodeEncodeError:
            continue
    return False
