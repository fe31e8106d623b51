"""From a feed (RSS 0.9 to 2.0, Atom, JSON Feed, sitemap) or described JSON to its entries."""

import zlib
from dataclasses import replace

from core.types import Page
from crawlers.extract import data, feedjson, feedxml, problems, urls
from crawlers.extract.bounds import UNPACKED
from crawlers.extract.decode import decode
from crawlers.extract.feeditem import entry_of
from crawlers.extract.types import Entry, Listing
from crawlers.sources import Source

_GZIP = b"\x1f\x8b"


def feed(page: Page, source: Source) -> Listing:
    """The items of a feed, each key once; an item that brings its content is a whole post.

    A summary alone makes a post only where the source says that entries are whole, or where nothing else can be
    read. Of an index of sitemaps the next page is the one that changed last. Raises ExtractError for HTML or
    anything else that is no feed, and for a feed that cannot be read.
    """
    if source.data is not None:
        return data.listing(page, source, source.data)
    decoded = decode(_unpacked(page, source.id))
    text = decoded.text.lstrip("\ufeff \t\r\n")
    part = (feedjson if text.startswith(("{", "[")) else feedxml).read(text, source.id)
    base = urls.resolve(page.url, part.base) or page.url

    def link(href: str | None) -> str | None:
        return urls.resolve(base, href, decoded.encoding)

    entries: dict[str, Entry] = {}
    for item in part.items:
        entry = entry_of(item, page, source, link)
        if entry is not None:
            entries.setdefault(entry.key, entry)
    following = link(part.next_link)
    next_url = following if following != urls.canonical(page.url) else None
    return Listing(tuple(entries.values()), next_url, index=part.index)


def _unpacked(page: Page, source_id: str) -> Page:
    """The page, or what is packed in it: sitemaps often stand as gzip files."""
    if not page.body.startswith(_GZIP):
        return page
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = unpacking.decompress(page.body, UNPACKED)
    except zlib.error:
        raise problems.broken_feed(source_id) from None
    if unpacking.unconsumed_tail:
        raise problems.too_large(source_id, UNPACKED)
    return replace(page, body=body)
