"""Pages and sources as the tests of extraction need them."""

from datetime import UTC, datetime
from typing import Any

from core.types import Page
from crawlers.extract import feeds, pages
from crawlers.extract.types import Detail, Listing
from crawlers.sources import Kind, Selectors, Source

NOW = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
URL = "https://board.example/b/7"
HTML = "text/html; charset=utf-8"


def page(body: str | bytes, content_type: str = HTML, url: str = URL, *, drawn: bool = False) -> Page:
    """A page that was fetched on 4 November 2026 at 10:00 in Shanghai."""
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return Page(url, 200, (("content-type", content_type),), data, NOW, drawn=drawn)


def source(kind: str = "list", selectors: dict[str, str] | None = None, **more: Any) -> Source:
    """A source with selectors given as a mapping."""
    return Source(id="board", name="Board", url=URL, kind=Kind(kind), selectors=Selectors(**selectors or {}), **more)


def listing(body: str | bytes, selectors: dict[str, str] | None = None, **more: Any) -> Listing:
    """The list that is read from a page."""
    return pages.listing(page(body), source(selectors=selectors, **more))


def detail(body: str | bytes, selectors: dict[str, str] | None = None, url: str = URL, **more: Any) -> Detail:
    """The posts that are read from a page."""
    return pages.detail(page(body, url=url), source(selectors=selectors, **more))


def feed(body: str | bytes, content_type: str = "application/xml", **more: Any) -> Listing:
    """The entries that are read from a feed."""
    return feeds.feed(page(body, content_type), source("feed", **more))
