"""Finds the next page of a list or thread, and tells whether a thread's page is its first."""

import re
from urllib.parse import parse_qsl, urlsplit

from crawlers.extract.dom import Node, attribute, head
from crawlers.extract.roles import names_of
from crawlers.extract.sheet import Sheet

_NEXT = re.compile(r"(?:下一?[页頁]|后一?[页頁]|next(?: page)?|older(?: posts)?)?[\s>›»→⟩〉]*", re.IGNORECASE)
_PREVIOUS = re.compile(r"[\s<‹«←⟨〈]*(?:上一?[页頁]|前一?[页頁]|previous|prev|newer(?: posts)?)?", re.IGNORECASE)
_PREVIOUS_NAME = re.compile(r"(?<![a-z])(?:prev|previous)(?![a-z])")
_NEXT_NAME = re.compile(r"(?<![a-z])(?:nxt|next|next-?page)(?![a-z])")
_PAGER_NAME = re.compile(r"(?<![a-z])(?:pg|pager|pages|pagination|paging|page-?nav|pagebar)(?![a-z])")
_NUMBERS = ("page", "p", "pn", "pg", "pageno", "pageindex")
_MOST_LINKS = 20_000
_LONGEST = 20  # characters of a link to another page


def next_page(sheet: Sheet, name: str) -> str | None:
    """The next page by the selector ``name``, else by ``rel=next`` or a link that says so; never the page itself."""
    if sheet.gives(name):
        found = sheet.address(sheet.top, name)
    else:
        found = _declared(sheet, "next") or _linked(sheet, _NEXT, _NEXT_NAME)
    return found if found != sheet.url else None


def is_first(sheet: Sheet) -> bool:
    """Whether a thread's page is its first: no page before it, no higher number in its address or its pager."""
    for name, value in parse_qsl(urlsplit(sheet.url).query):
        if name.lower() in _NUMBERS and value.isdecimal() and int(value[:9]) > 1:
            return False
    if _declared(sheet, "prev") or _linked(sheet, _PREVIOUS, _PREVIOUS_NAME):
        return False
    return not any(_is_pager(node) and _current(node) > 1 for node in sheet.top.css("div, ul, nav, span, p"))


def _declared(sheet: Sheet, rel: str) -> str | None:
    node = sheet.tree.css_first(f"link[rel~={rel}][href], a[rel~={rel}][href]")
    return sheet.link(attribute(node, "href")) if node is not None else None


def _linked(sheet: Sheet, words: re.Pattern[str], named: re.Pattern[str]) -> str | None:
    for node in sheet.top.css("a[href]")[:_MOST_LINKS]:
        said = " ".join(head(node, _LONGEST * 5).split())
        wanted = bool(said) and len(said) <= _LONGEST and words.fullmatch(said)
        if wanted or (not said and named.search(names_of(node))):
            url = sheet.link(attribute(node, "href"))
            if url is not None and url != sheet.url:
                return url
    return None


def _is_pager(node: Node) -> bool:
    return bool(_PAGER_NAME.search(names_of(node)))


def _current(pager: Node) -> int:
    for node in pager.css("strong, b, em, .current, .active, .cur, .on, [aria-current]"):
        said = head(node, _LONGEST).strip()
        if said.isdecimal() and len(said) < _LONGEST // 2:
            return int(said)
    return 0
