"""What RSS, Atom, JSON Feed, sitemaps and described JSON have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from core.types import Page
from crawlers.extract import posts, times, urls
from crawlers.extract.bounds import TITLE
from crawlers.extract.dom import parse, top_of
from crawlers.extract.posts import Title, own_words
from crawlers.extract.render import Rendered, line, render, tidy
from crawlers.extract.types import Entry
from crawlers.sources import Source

_Link = Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True)
class Markup:
    """A text of a feed; ``html`` says that it holds tags and entities."""

    text: str
    html: bool


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as the feed has it: links unresolved, times as text. Who wrote it is not read."""

    key: str | None
    link: str | None
    title: Markup | None
    content: Markup | None
    summary: Markup | None
    published: str | None
    updated: str | None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedPart:
    """The items of one response in order, the base of their links, and where more of them are, or all of an index."""

    items: tuple[FeedItem, ...]
    base: str | None = None
    next_link: str | None = None
    index: bool = False


def entry_of(item: FeedItem, page: Page, source: Source, link: _Link) -> Entry | None:
    """The entry of an item: a whole post where it brings its content; None where nothing can be read of it."""
    url = link(item.link)
    title = _line(item.title)
    body = item.content or (item.summary if source.whole or url is None else None)
    key = item.key or url or " ".join(part for part in (title, body.text if body else None) if part)
    if not key:
        return None
    told = (times.moment(text, source.zone, page.fetched_at) for text in (item.published, item.updated))
    published_at = next((time for time in told if time is not None), None)
    post = None
    if body is not None or url is None:
        shown = _shown(body)
        named = Title.of(title) if title else None
        place = url or urls.canonical(page.url) or page.url
        post = posts.make(link, key, place, named, shown, published_at, [*shown.images, *item.images])
    if post is None and url is None:
        return None
    return Entry(key, url, title or None, changed=item.updated or title, published_at=published_at, post=post)


def _shown(body: Markup | None) -> Rendered:
    if body is None:
        return Rendered("", "", ())
    if body.html:
        return render([top_of(parse(body.text))], own_words(forum=False))
    text = tidy(body.text)
    return Rendered(text, "".join(f"<p>{escape(part, quote=False)}</p>" for part in text.splitlines()), ())


def _line(title: Markup | None) -> str:
    if title is None:
        return ""
    text = line(top_of(parse(title.text)), lambda _: False) if title.html else " ".join(title.text.split())
    return text[:TITLE]
