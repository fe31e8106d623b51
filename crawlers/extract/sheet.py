"""A page as extraction reads it: its tree, the base of its links, and the selectors of its source."""

import re
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import SelectolaxError

from core.types import Page
from crawlers.extract import problems, times, urls
from crawlers.extract.decode import decode
from crawlers.extract.dom import Node, Tree, attribute, head, parse, top_of, unseen
from crawlers.extract.render import line, picture
from crawlers.sources import Source

_PARTS = re.compile(r"(.*?)(?:@([A-Za-z_][\w:.-]*))?\s*", re.DOTALL)
_LONGEST_TIME = 300  # characters of a text that a time is looked for in
_TIMES = ("datetime", "data-time", "data-timestamp", "title")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. ``url`` is canonical; ``base`` is what links are relative to."""

    source: Source
    url: str
    base: str
    encoding: str
    tree: Tree
    top: Node
    fetched_at: datetime

    @classmethod
    def of(cls, page: Page, source: Source) -> "Sheet":
        """Read the bytes of ``page``."""
        decoded = decode(page)
        tree = parse(decoded.text)
        given = tree.css_first("base[href]")
        base = urls.resolve(page.url, attribute(given, "href"), decoded.encoding) if given is not None else None
        url = urls.canonical(page.url, routes=bool(source.drawn)) or page.url
        return cls(source, url, base or page.url, decoded.encoding, tree, top_of(tree), page.fetched_at)

    def link(self, href: str | None) -> str | None:
        """The canonical address behind a link, or None."""
        return urls.resolve(self.base, href, self.encoding, routes=bool(self.source.drawn))

    def time(self, text: str | None) -> datetime | None:
        """The time that a text tells, in UTC, or None."""
        return times.moment(text, self.source.zone, self.fetched_at)

    def gives(self, name: str) -> bool:
        """Whether the source gives the selector ``name``."""
        return bool(self._selector(name))

    def nodes(self, top: Node, name: str) -> list[Node]:
        """What the selector ``name`` finds in ``top``, itself included; nothing if the source does not give it.

        Raises ExtractError if it is not valid CSS.
        """
        selector = self._selector(name)
        css, _ = _split(selector)
        if not selector or not css:
            return [top] if selector else []
        try:
            return top.css(css)
        except SelectolaxError as problem:
            raise problems.bad_selector(self.source.id, name, selector) from problem

    def has(self, top: Node, name: str) -> bool:
        """Whether the selector ``name`` finds anything in ``top``."""
        _, wanted = _split(self._selector(name))
        return any(wanted is None or wanted in node.attributes for node in self.nodes(top, name))

    def value(self, top: Node, name: str) -> str | None:
        """The first value of the selector ``name`` in ``top``: its attribute if it names one, else its text."""
        _, wanted = _split(self._selector(name))
        for node in self.nodes(top, name):
            found = attribute(node, wanted) if wanted else line(node, unseen)
            if found:
                return found
        return None

    def address(self, top: Node, name: str) -> str | None:
        """The first link of the selector ``name`` in ``top`` that leads to a page."""
        _, wanted = _split(self._selector(name))
        found = (self.link(attribute(node, wanted or "href")) for node in self.nodes(top, name))
        return next((url for url in found if url is not None), None)

    def time_at(self, top: Node, name: str = "time") -> datetime | None:
        """The first time of the selector ``name`` in ``top``."""
        _, wanted = _split(self._selector(name))
        for node in self.nodes(top, name):
            told = self.time(attribute(node, wanted)) if wanted else self.time_of(node)
            if told is not None:
                return told
        return None

    def time_of(self, node: Node) -> datetime | None:
        """The time that an element tells, in its attributes or its text."""
        told = (self.time(attribute(node, name)) for name in _TIMES)
        return next((found for found in told if found is not None), None) or self.time(
            " ".join(head(node, _LONGEST_TIME).split())
        )

    def pictures(self, top: Node, name: str = "image") -> list[str]:
        """The addresses of pictures that the selector ``name`` finds in ``top``, as the page has them."""
        _, wanted = _split(self._selector(name))
        found = (attribute(node, wanted) if wanted else picture(node) for node in self.nodes(top, name))
        return [value for value in found if value]

    def _selector(self, name: str) -> str:
        return getattr(self.source.selectors, name) or ""


def _split(selector: str) -> tuple[str, str | None]:
    match = _PARTS.fullmatch(selector)
    return (match[1].strip(), match[2]) if match else (selector, None)
