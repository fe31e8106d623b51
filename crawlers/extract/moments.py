"""Guesses when a page's post was published, or one of the blocks on a page."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from crawlers.extract.dom import Node, Skip, Step, attribute, head, unseen, walk
from crawlers.extract.roles import is_beside, is_frame, names_of
from crawlers.extract.sheet import Sheet
from crawlers.sources import Kind

_META_TIMES = (
    "meta[property='article:published_time']", "meta[itemprop=datePublished]", "meta[name=pubdate]",
    "meta[name=publishdate]", "meta[name=PubDate]", "meta[property='og:release_date']", "meta[name=date]",
)  # fmt: skip
_TIME_NAME = re.compile(
    r"(?<![a-z])(?:time|date|pubtime|pubdate|datetime|publish(?:ed|time)?|posted|shijian|riqi)(?![a-z])"
)
_TELLING = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}|\d{1,2}[-/月]\d{1,2}|\d\s*(?:秒|分钟|小时|天)前|昨天|前天|刚刚|今天")
_EXACT = re.compile(  # what is a time wherever it stands, and no word of a sentence
    r"\d{4}\s*[-/.年]\s*\d{1,2}|\d{1,2}[-/月]\d{1,2}日?\s+\d{1,2}:\d|\d\s*(?:秒|分钟|小时|天)前|(?:今|昨|前)\S?\s*\d{1,2}:\d\d"
)
_LONGEST = 120  # characters of what tells a time
_LOOKED_AT = 5_000


def time_of(sheet: Sheet, top: Node | None = None, avoid: Skip = unseen) -> datetime | None:
    """The first time on the page, or in ``top`` without what ``avoid`` names.

    Of ``time`` elements, then of the page's meta tags, of what is named a time, and of texts that tell one.
    """
    beside = is_beside if top is None and sheet.source.kind is not Kind.FORUM else is_frame
    steps = walk(sheet.top if top is None else top, lambda node: unseen(node) or beside(node) or avoid(node))
    met = list(islice(((step, node) for step, node in steps if step is not Step.LEAVE), _LOOKED_AT))
    return next((told for told in _told(sheet, met, whole=top is None) if told is not None), None)


def _told(sheet: Sheet, met: Sequence[tuple[Step, Node]], *, whole: bool) -> Iterator[datetime | None]:
    elements = [node for step, node in met if step is Step.ENTER]
    yield from (sheet.time_of(node) for node in elements if node.tag == "time")
    if whole:
        yield _meta_time(sheet)
    yield from (sheet.time_of(node) for node in elements if _is_named(node))
    yield from (sheet.time(_hinted(node)) for node in elements)
    for telling in (_EXACT, _TELLING):
        yield from (sheet.time(_telling(node, telling)) for step, node in met if step is Step.TEXT)


def _is_named(node: Node) -> bool:
    named = bool(_TIME_NAME.search(names_of(node))) or attribute(node, "itemprop") == "datePublished"
    return named and len(head(node, _LONGEST + 1)) <= _LONGEST


def _hinted(node: Node) -> str | None:
    """What an element says under the pointer, where that tells a time: the full one behind “3 minutes”."""
    said = attribute(node, "title")
    return said if said and len(said) <= _LONGEST and _TELLING.match(said) else None


def _telling(text: Node, telling: re.Pattern[str]) -> str | None:
    said = text.text_content or ""
    return said if len(said) <= _LONGEST and telling.search(said) else None


def _meta_time(sheet: Sheet) -> datetime | None:
    for css in _META_TIMES:
        node = sheet.tree.css_first(css)
        if node is not None and (told := sheet.time(attribute(node, "content"))) is not None:
            return told
    return None
