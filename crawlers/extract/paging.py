"""Finds the next page of a list or thread, and tells whether a thread's page is its first."""

import re
from urllib.parse import parse_qsl, urlsplit

from crawlers.extract.dom import Node, ancestors, attribute, head
from crawlers.extract.roles import names_of
from crawlers.extract.sheet import Sheet

_NEXT = re.compile(r"(?:下一?[页頁]|后一?[页頁]|next(?: page)?|older(?: posts)?)?[\s>›»→⟩〉]*", re.IGNORECASE)
_PREVIOUS = re.compile(r"[\s<‹«←⟨〈]*(?:上一?[页頁]|前一?[页頁]|previous|prev|newer(?: posts)?)?", re.IGNORECASE)
_PREVIOUS_NAME = re.compile(r"(?<![a-z])(?:prev|previous)(?![a-z])")
_NEXT_NAME = re.compile(r"(?<![a-z])(?:nxt|next|next-?page)(?![a-z])")
_ICON = "(?:chevron|arrow|angle|caret)"  # as icon fonts name what points there; a doubled one leads to the end
_NEXT_ICON = re.compile(rf"(?<![a-z]){_ICON}-(?:right|next|forward)(?![a-z])|(?<![a-z])(?:icon|fa)-next(?![a-z])")
_PREVIOUS_ICON = re.compile(rf"(?<![a-z]){_ICON}-(?:left|prev|back)(?![a-z])|(?<![a-z])(?:icon|fa)-prev(?![a-z])")
_PAGER_NAME = re.compile(r"(?<![a-z])(?:pg|pager|paginator|pages|pagination|paging|page-?nav|pagebar)(?![a-z])")
_NUMBERS = ("page", "p", "pn", "pg", "pageno", "pageindex")
_MOST_LINKS = 20_000
_ICONS = 3  # elements of a link that may be its icon
_AROUND = 4  # elements around a link that may be the pager
_LONGEST = 20  # characters of a link to another page


def next_page(sheet: Sheet, name: str) -> str | None:
    """The next page by the selector ``name``, else by ``rel=next`` or a link that says so; never the page itself."""
    if sheet.gives(name):
        found = sheet.address(sheet.top, name)
    else:
        found = _declared(sheet, "next") or _linked(sheet, _NEXT, _NEXT_NAME, _NEXT_ICON)
    return found if found != sheet.url else None


def is_first(sheet: Sheet) -> bool:
    """Whether a thread's page is its first: no page before it, no higher number in its address or its pager."""
    for name, value in parse_qsl(urlsplit(sheet.url).query):
        if name.lower() in _NUMBERS and value.isdecimal() and int(value[:9]) > 1:
            return False
    if _declared(sheet, "prev") or _linked(sheet, _PREVIOUS, _PREVIOUS_NAME, _PREVIOUS_ICON):
        return False
    return not any(_is_pager(node) and _current(node) > 1 for node in sheet.top.css("div, ul, nav, span, p"))


def _declared(sheet: Sheet, rel: str) -> str | None:
    node = sheet.tree.css_first(f"link[rel~={rel}][href], a[rel~={rel}][href]")
    return sheet.link(attribute(node, "href")) if node is not None else None


def _linked(sheet: Sheet, words: re.Pattern[str], named: re.Pattern[str], icon: re.Pattern[str]) -> str | None:
    """The first link that says so, or that says nothing and is named so, or shows nothing but such an icon."""
    for node in sheet.top.css("a[href]")[:_MOST_LINKS]:
        said = " ".join(head(node, _LONGEST * 5).split())
        wanted = bool(said) and len(said) <= _LONGEST and words.fullmatch(said)
        if wanted or (not said and (named.search(names_of(node)) or _shows(node, icon))):
            url = sheet.link(attribute(node, "href"))
            if url is not None and url != sheet.url:
                return url
    return None


def _shows(link: Node, icon: re.Pattern[str]) -> bool:
    """Whether a link without text shows the icon, among the links to other pages."""
    if not any(icon.search(names_of(inner)) for inner in link.css("[class]")[:_ICONS]):
        return False
    return any(_is_pager(node) for node in ancestors(link, _AROUND))


def _is_pager(node: Node) -> bool:
    return bool(_PAGER_NAME.search(names_of(node)))


def _current(pager: Node) -> int:
    for node in pager.css("strong, b, em, .current, .active, .cur, .on, [aria-current]"):
        said = head(node, _LONGEST).strip()
        if said.isdecimal() and len(said) < _LONGEST // 2:
            return int(said)
    return 0
