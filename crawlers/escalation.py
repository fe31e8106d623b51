"""Decides, for a kind of page, whether HTTP is enough or a browser is needed: by what was found, never by the HTML."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from core import codec
from crawlers.extract.types import Detail, Listing

LOOK_AGAIN = 10  # of so many pages one is looked at the other way as well
MOST_KINDS = 40  # that are remembered of a source
_LONGEST_WORD = 24  # characters of a part of an address that names a kind of page; what is longer names one page
_ID = re.compile(r"[0-9a-z]*\d[0-9a-z]*", re.IGNORECASE)
_SLUG = re.compile(r"[-_].*[-_]")
_NO_TEXT = re.compile(
    r"(?:正在)?(?:加载|载入|加載|載入)中?|请稍[候等]|請稍[候等]|loading|please wait"
    r"|.{0,30}(?:启用|开启|打开|啟用|開啟|enable|turn on|requires?) ?java ?script.{0,30}",
    re.IGNORECASE,
)
_EDGES = " \t\r\n.…。!！,，~"


class Sort(StrEnum):
    """What a page is for its source."""

    LIST = "list"
    POST = "post"


class Step(Enum):
    """What to do with a page that HTTP has given."""

    HTTP = "http"  # use it; where it lacks something, ask ``tries``
    DRAW = "draw"
    LOOK = "look"  # draw it, and compare


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of page is fetched, since when; after ``left`` more pages the other way is worth a look."""

    drawn: bool
    since: datetime
    left: int = 0


Found = frozenset[tuple[str, str]]  # what a page gave: keys and texts without blanks; in memory only


def of_listing(listing: Listing) -> Found:
    """The entries of a list: by key, and by text where they hold the whole post."""
    return frozenset((entry.key, _bare(entry.post.text) if entry.post else "") for entry in listing.entries)


def of_detail(detail: Detail) -> Found:
    """The posts of a page that have a text; one that only asks to wait, or for JavaScript, has none."""
    texts = (post.text.strip(_EDGES) for post in detail.posts)
    return frozenset(("", _bare(text)) for text in texts if text and not _NO_TEXT.fullmatch(text))


def lacks(found: Found, least: int) -> bool:
    """Whether something is missing where it should be; nothing at all always is."""
    return len(found) < max(1, least)


def gives_more(drawn: Found, plain: Found) -> bool:
    """Whether the browser showed more than HTTP."""
    return len(drawn) > len(plain)


def is_enough(plain: Found, drawn: Found, least: int) -> bool:
    """Whether HTTP gives all that the browser does, and all that there should be."""
    return drawn <= plain and not lacks(plain, least)


def step(way: Way | None) -> Step:
    """What to do with the next page of this kind."""
    if way is None or not way.drawn:
        return Step.HTTP
    return Step.DRAW if way.left > 0 else Step.LOOK


def tries(way: Way | None) -> bool:
    """Whether a page that lacks something is worth a browser: not shortly after one was of no use."""
    return way is None or way.left == 0


def passed(way: Way | None, at: datetime) -> Way:
    """After a page that was fetched in the usual way."""
    return Way(drawn=False, since=at) if way is None else replace(way, left=max(0, way.left - 1))


def changed(way: Way | None, at: datetime, *, drawn: bool) -> Way:
    """After a comparison: ``drawn`` is the way that it speaks for."""
    since = way.since if way is not None and way.drawn is drawn else at
    return Way(drawn, since, LOOK_AGAIN - 1 if drawn else 0)


def fruitless(way: Way | None, at: datetime) -> Way:
    """After a browser that showed no more than HTTP, or nothing."""
    return Way(False, at if way is None or way.drawn else way.since, LOOK_AGAIN - 1)


def template(url: str) -> str:
    """The address with what tells one page from another made equal: numbers, ids, slugs, values that are no word."""
    parts = urlsplit(url)
    query = sorted((name, _folded(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True))
    asked = "&".join(f"{_folded(name)}={value}" for name, value in dict(query).items())
    return f"{parts.netloc.lower()}{_path(parts.path)}?{asked}#{_path(parts.fragment)}"


def as_text(ways: Mapping[str, Way]) -> str:
    """As short JSON; of too many kinds those that HTTP serves, and then those known longest, are let go."""
    kept = sorted(ways.items(), key=lambda pair: (pair[1].drawn, pair[1].since), reverse=True)[:MOST_KINDS]
    rows = {kind: [int(way.drawn), codec.time_out(way.since), way.left] for kind, way in sorted(kept)}
    return json.dumps(rows, separators=(",", ":"))


def from_text(text: str | None) -> dict[str, Way]:
    """As written by ``as_text``; empty where nothing was."""
    rows = json.loads(text) if text else {}
    return {kind: Way(bool(drawn), codec.time_in(since), left) for kind, (drawn, since, left) in rows.items()}


def key_of(sort: Sort, digest: str) -> str:
    """The name of a kind of page: its sort, and a keyed hash of its template, since an address may name a person."""
    return f"{sort.value}:{digest[:16]}"


@dataclass(frozen=True, slots=True)
class Course:
    """How pages of one sort are fetched: how many kinds of them in this way, the first since when."""

    sort: Sort
    drawn: bool
    since: datetime
    kinds: int


def courses(ways: Mapping[str, Way]) -> tuple[Course, ...]:
    """What was learnt, for people: by sort and way."""
    grouped: dict[tuple[str, bool], list[datetime]] = {}
    for kind, way in ways.items():
        grouped.setdefault((kind.partition(":")[0], way.drawn), []).append(way.since)
    return tuple(Course(Sort(sort), drawn, min(at), len(at)) for (sort, drawn), at in sorted(grouped.items()))


def _path(path: str) -> str:
    return "/".join(map(_folded, path.split("/")))


def _folded(part: str) -> str:
    stem, dot, ending = unquote(part).rpartition(".") if part.count(".") == 1 else (unquote(part), "", "")
    if len(stem) > _LONGEST_WORD or not stem.isascii() or _SLUG.search(_ID.sub("0", stem).replace("-0", "")):
        return f"*{dot}{ending}"
    return f"{_ID.sub('0', stem)}{dot}{ending}"


def _bare(text: str) -> str:
    return "".join(text.split())
