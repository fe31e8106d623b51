"""From a feed (RSS 0.9 to 2.0, Atom, JSON Feed) to its entries."""

from collections.abc import Callable
from html import escape

from core.types import Page
from crawlers.extract import feedjson, feedxml, posts, times, urls
from crawlers.extract.bounds import TITLE
from crawlers.extract.decode import decode
from crawlers.extract.dom import parse, top_of
from crawlers.extract.feeditem import FeedItem, Markup
from crawlers.extract.posts import Title, own_words
from crawlers.extract.render import Rendered, line, render, tidy
from crawlers.extract.types import Entry, Listing
from crawlers.sources import Source

_Link = Callable[[str | None], str | None]


def feed(page: Page, source: Source) -> Listing:
    """The items of a feed, each key once; an item that brings its content is a whole post.

    A summary alone makes a post only where the source says that entries are whole, or where nothing else can be
    read. Raises ExtractError for HTML or anything else that is no feed, and for a feed that cannot be read.
    """
    decoded = decode(page)
    text = decoded.text.lstrip("\ufeff \t\r\n")
    part = (feedjson if text.startswith(("{", "[")) else feedxml).read(text, source.id)
    base = urls.resolve(page.url, part.base) or page.url

    def link(href: str | None) -> str | None:
        return urls.resolve(base, href, decoded.encoding)

    entries: dict[str, Entry] = {}
    for item in part.items:
        entry = _entry(item, page, source, link)
        if entry is not None:
            entries.setdefault(entry.key, entry)
    following = link(part.next_link)
    return Listing(tuple(entries.values()), following if following != urls.canonical(page.url) else None)


def _entry(item: FeedItem, page: Page, source: Source, link: _Link) -> Entry | None:
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
