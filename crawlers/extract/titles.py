"""Guesses the title of a page that holds one post or thread."""

import re

from crawlers.extract.dom import Node, attribute
from crawlers.extract.posts import Title
from crawlers.extract.render import line
from crawlers.extract.roles import names_of
from crawlers.extract.sheet import Sheet

_SUFFIX = re.compile(r"\s*(?:[-–—_|｜·»]|\s-\s)\s*[^-–—_|｜·»]{1,40}$")


def title_of(sheet: Sheet) -> Title | None:
    """The heading that says what og:title says, else og:title, else the first heading, else the page's title."""
    given = sheet.tree.css_first("meta[property='og:title'][content]")
    shared = Title.of(attribute(given, "content") or "") if given is not None else None
    headings = [title for node in sheet.top.css("h1")[:10] if not _is_logo(node) and (title := Title.at(node))]
    if shared is not None:
        return next((title for title in headings if title.text in shared.text), shared)
    if headings:
        return headings[0]
    named = sheet.tree.css_first("head title")
    return Title.of(_without_site(line(named, lambda _: False))) if named is not None else None


def _is_logo(node: Node) -> bool:
    return "logo" in names_of(node) or node.css_first("img[class*=logo]") is not None


def _without_site(title: str) -> str:
    """A page's title without the name of the section and site at its end."""
    shorter = _SUFFIX.sub("", title)
    while shorter and shorter != title:
        title, shorter = shorter, _SUFFIX.sub("", shorter)
    return title
