"""Finds web, mail and Telegram addresses in normalised text, with their dots and at signs disguised or not."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from core.types import ContactKind


class Hit(NamedTuple):
    """A contact in normalised text; ``value`` is its plain form."""

    start: int
    end: int
    kind: ContactKind
    value: str


_ENDINGS = (
    "com|cn|net|org|top|xyz|vip|cc|club|shop|info|site|online|wang|me|tv|co|io|pw|icu|win|bid|life|live|fun|work|app|"
    "link|pro|biz|ltd|store|asia|mobi|ink|red|ren|hk|tw|us|in|la|ru|to|im|gg|ws|space|website|tech|"
    "example|test|invalid|c0m|cm2|c〇m|c○m"
)
_COMMON = "com|cn|net|org|top|xyz|vip|cc|club|shop|me|c0m"  # what follows a dot that is spelled, or a host of digits
_DOT = r"(?:\.| ?[\[({] ?(?:\.|点|dot) ?[\])}] ?)"
_SPELLED_DOT = r"(?: ?点 ?|[。·]| dot )"
_BLANKS = r" \. (?:com|cn|net|top|xyz|vip|cc|example|test)"
_DISGUISED_COM = re.compile(r"\.(?:c0m|cm2|c〇m|c○m)$")  # cm2: the sign for a square centimetre, normalised
_IN_PATH = r"[a-z0-9\-._~:/?#@$&*+=%]"
_ENDING = re.compile(
    rf"(?:{_DOT}(?:{_ENDINGS})(?:{_DOT}(?:{_ENDINGS})){{0,2}}|{_SPELLED_DOT}(?:{_COMMON})(?:{_SPELLED_DOT}cn)?|{_BLANKS})"
    rf"(?![a-z0-9\-_@]|\.[a-z0-9])(?::\d{{2,5}})?(?:[/?#]{_IN_PATH}{{0,2000}}+)?"
)
_MAY_END = re.compile(r"[.点。·\])}] ?[\])}]? ?[a-z][a-z0〇○]")
# Read from right to left, from the ending back to the start of the host.
_LABEL = r"[a-z0-9][a-z0-9\-_]{0,40}+"
_HOST = re.compile(rf"{_LABEL}(?:(?:\.|[点·]| ?[\])}}] ?(?:\.|点|tod) ?[\[({{] ?){_LABEL}){{0,4}}")
_LONGEST_HOST = 120
_WITH_SCHEME = re.compile(rf"h[tx]{{2}}p(s?)://({_IN_PATH}{{3,2000}}+)")
_DISGUISED_DOT = re.compile(r" ?[\[({] ?(?:\.|点|dot) ?[\])}] ?| ?点 ?|[。·]| dot | \. ")
_LETTER_OR_COMMON = re.compile(rf"[a-z].*\.|\.(?:{_COMMON})$")
_NAMES = frozenset({"asp.net", "ado.net", "vb.net", "t.me", "telegram.me"})  # look like addresses and lead nowhere
_TELEGRAM = re.compile(r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/|joinchat/)?([a-z+][a-z0-9_\-]{2,40})")

_AT = r" ?[\[({#] ?(?:@|at) ?[\])}#] ?"
_SPELLED_AT = r"#| ?艾特 ?| at "
_MAIL_HOST = r"(?:qq|vip|163|126|139|189|gmail|sina|sohu|foxmail|outlook|hotmail|yahoo|aliyun|yeah|live|icloud|proton)"
_MAIL = re.compile(
    rf"([a-z0-9][a-z0-9._+\-]{{1,40}}+)(?:(?:@|{_AT})|(?:{_SPELLED_AT})(?={_MAIL_HOST}))"
    rf"([a-z0-9\-]{{1,40}}+(?:(?:{_DOT}|{_SPELLED_DOT})[a-z0-9\-]{{1,20}}+){{0,3}}(?:{_DOT}|{_SPELLED_DOT})[a-z]{{2,10}})"
)
_MAY_HOLD_AT = re.compile(r"at[ \])}#]")
_TRAILING = ".:?*~@#&"


def without_blanks(text: str) -> str | None:
    """The address that a text with a blank between all its letters amounts to, or None where it is none."""
    joined = text.replace(" ", "")
    whole = next((hit for hit in _without_scheme(joined) if hit.start == 0 and hit.kind is ContactKind.URL), None)
    return whole.value if whole else None


def addresses(norm: str) -> Iterator[Hit]:
    """Mail addresses first, then web and Telegram addresses; the latter may lie inside the former."""
    if "@" in norm or "#" in norm or "艾" in norm or _MAY_HOLD_AT.search(norm):
        for found in _MAIL.finditer(norm):
            value = f"{found[1]}@{_DISGUISED_DOT.sub('.', found[2])}"
            yield Hit(found.start(), found.end(), ContactKind.EMAIL, value)
    if "://" in norm:
        for found in _WITH_SCHEME.finditer(norm):
            rest = found[2].rstrip(_TRAILING)
            yield _address(found.start(), found.start(2) + len(rest), f"http{found[1]}://{rest}")
    if " dot " in norm or _MAY_END.search(norm):
        yield from _without_scheme(norm)


def _without_scheme(norm: str) -> Iterator[Hit]:
    for ending in _ENDING.finditer(norm):
        before = norm[max(0, ending.start() - _LONGEST_HOST) : ending.start()]
        host = _HOST.match(before[::-1])
        if host is None:
            continue
        start = ending.start() - host.end()
        if start and norm[start - 1] == "@":
            continue  # what a masked mail address leaves
        whole = norm[start : ending.end()].rstrip(_TRAILING)
        name, path = _parted(whole)
        if path or (name not in _NAMES and _LETTER_OR_COMMON.search(name)):
            yield _address(start, start + len(whole), name + path)


def _parted(whole: str) -> tuple[str, str]:
    """The host with plain dots, and what follows it."""
    at = min((place for sign in "/?#" if (place := whole.find(sign)) >= 0), default=len(whole))
    return _DISGUISED_COM.sub(".com", _DISGUISED_DOT.sub(".", whole[:at])), whole[at:]


def _address(start: int, end: int, value: str) -> Hit:
    telegram = _TELEGRAM.match(value)
    if telegram:
        return Hit(start, end, ContactKind.TELEGRAM, telegram[1])
    return Hit(start, end, ContactKind.URL, value)
