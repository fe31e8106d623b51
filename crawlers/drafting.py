"""Looks at a page and drafts the source file that would patrol it: what kind it is, where its list and posts are."""

import re
from collections.abc import Callable
from contextlib import suppress
from statistics import median
from urllib.parse import urlsplit

from core.errors import ExtractError, InputError
from core.types import Page, Post
from crawlers.drafted import Draft, Sample
from crawlers.extract import feeds, pages, threads
from crawlers.extract.decode import decode
from crawlers.extract.dom import attribute, parse
from crawlers.extract.render import line
from crawlers.extract.roles import letters
from crawlers.extract.sheet import Sheet
from crawlers.extract.types import Entry, Listing
from crawlers.sources import Kind, Source

Fetch = Callable[..., Page]

_READABLE = re.compile(r"text/|application/(?:[\w.+-]*\+)?(?:xml|json)|application/(?:xhtml|rss|atom)", re.IGNORECASE)
_FEEDS = "link[rel~=alternate][type*=rss], link[rel~=alternate][type*=atom], link[rel~=alternate][type*=json]"
_SAMPLES = 3  # posts' pages that are looked at
_LEAST_ENTRIES = 2
_A_TITLE = 2  # letters beside a time; a link with fewer is no title
_LEAST_TEXT = 8  # characters of a text that counts as one
_REPLIES_COUNT = 3  # an article is no thread if it is so many times longer than all that follows it
_MOST_FACTOR, _LEAST_FACTOR, _MOST = 3, 3, 50
_NAME = 40
_FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|urlset|sitemapindex)\b")  # never a page to look for posts in
_NO_ID = re.compile(r"[^a-z0-9]+")


def draft(url: str, fetch: Fetch, *, browser: bool) -> Draft:
    """Draft a source for ``url``.

    ``fetch(url, drawn=...)`` gives a page or raises InputError, ``browser`` says whether it can draw. Raises
    InputError where the address gives no page, or a page without posts.
    """
    page = fetch(url)
    _check_readable(page, url)
    named = _feeds_of(page, url)
    found = _as_feed(page, url, fetch) or _as_pages(page, url, fetch, drawn=False)
    if found is None:
        for address in named[:1]:
            with suppress(InputError):
                found = _as_feed(fetch(address), address, fetch)
    if found is None and browser:
        found = _as_pages(fetch(url, drawn=True), url, fetch, drawn=True)
    if found is None:
        raise InputError(
            f"{url} 上没有找到帖子。请给出版块的列表页或订阅源的网址；内容由脚本生成的，请先安装 Chromium。",
            f"No posts were found at {url}. Give the address of a section's list page or feed; "
            "where scripts make the content, install Chromium first.",
        )
    return Draft(found.source, found.samples, found.entries, found.next_url, named)


def _check_readable(page: Page, url: str) -> None:
    kind = (page.header("content-type") or "text/html").partition(";")[0].strip()
    if not _READABLE.match(kind):
        raise InputError(
            f"{url} 不是网页也不是订阅源（{kind}）。请给出版块列表页的网址。",
            f"{url} is neither a page nor a feed ({kind}). Give the address of a section's list page.",
        )


def _source(url: str, page: Page, **given: object) -> Source:
    parts = urlsplit(url)
    words = _NO_ID.sub("-", f"{parts.hostname or ''}{parts.path}".lower()).strip("-")[:_NAME].strip("-")
    title = parse(decode(page).text).css_first("title")
    name = line(title, lambda _: False)[:_NAME] if title is not None else ""
    return Source.model_validate(
        {"id": words if len(words) > 1 else f"{words}-source", "name": name or words, "url": url, **given}
    )


def _feeds_of(page: Page, url: str) -> tuple[str, ...]:
    """The feeds that a page names, in its order."""
    sheet = Sheet.of(page, _source(url, page))
    found = (sheet.link(attribute(node, "href")) for node in sheet.tree.css(_FEEDS))
    return tuple(dict.fromkeys(address for address in found if address is not None))


def _as_feed(page: Page, url: str, fetch: Fetch) -> Draft | None:
    source = _source(url, page, kind=Kind.FEED)
    try:
        listing = feeds.feed(page, source)
        if listing.index:
            listing = feeds.feed(fetch(listing.next_url), source)
    except ExtractError as problem:
        if _FEED.match(page.body):
            raise InputError(problem.zh, problem.en) from problem
        return None
    if not listing.entries:
        return None
    return _drafted(source, listing, tuple(Sample(entry, _own(entry)) for entry in listing.entries))


def _as_pages(page: Page, url: str, fetch: Fetch, *, drawn: bool) -> Draft | None:
    """A list whose entries lead to posts, or else one that holds them whole."""
    led = _leading(page, url, fetch, drawn=drawn)
    if led is not None:
        return led
    source = _source(url, page, drawn=drawn, whole=True)
    try:
        listing = threads.listing(Sheet.of(page, source))
    except ExtractError:
        return None
    if listing is None or len(listing.entries) < _LEAST_ENTRIES:
        return None
    texts = [len(post.text) for entry in listing.entries for post in _own(entry)]
    if not texts or median(texts) < _LEAST_TEXT:
        return None
    return _drafted(source, listing, tuple(Sample(entry, _own(entry)) for entry in listing.entries))


def _leading(page: Page, url: str, fetch: Fetch, *, drawn: bool) -> Draft | None:
    source = _source(url, page, drawn=drawn)
    try:
        listing = pages.listing(page, source)
    except ExtractError:
        return None
    if 2 * sum(letters(entry.title or "") < _A_TITLE for entry in listing.entries) > len(listing.entries):
        return None  # links that say when: each leads from a whole post to the same post alone
    samples: list[Sample] = []
    kinds: list[Kind] = []
    for entry in _looked_at(listing):
        with suppress(InputError, ExtractError):
            behind = fetch(entry.url, drawn=drawn)
            kind = _kind_of(behind, source)
            kinds.append(kind)
            posts = pages.detail(behind, source.model_copy(update={"kind": kind})).posts
            samples.append(Sample(entry, posts))
    if not any(len(post.text) >= _LEAST_TEXT for sample in samples for post in sample.posts):
        return None
    kind = Kind.FORUM if Kind.FORUM in kinds else Kind.LIST
    looked = {sample.entry.key: sample for sample in samples}
    shown = tuple(looked.get(entry.key, Sample(entry)) for entry in listing.entries)
    return _drafted(source.model_copy(update={"kind": kind}), listing, shown)


def _looked_at(listing: Listing) -> list[Entry]:
    """The entries whose pages are fetched: with most replies first, since these show what a thread is like."""
    leading = [entry for entry in listing.entries if entry.url is not None]
    plain = [entry for entry in leading if not entry.sticky] or leading
    replies = {entry.key: int(entry.changed[:9]) for entry in plain if entry.changed.isdecimal()}
    return sorted(plain, key=lambda entry: -replies.get(entry.key, 0))[:_SAMPLES]


def _kind_of(page: Page, source: Source) -> Kind:
    """Whether posts follow each other on a post's page: replies, and not remarks below a long article."""
    thread = threads.detail(Sheet.of(page, source.model_copy(update={"kind": Kind.FORUM})))
    if thread is None or len(thread.posts) < _LEAST_ENTRIES:
        return Kind.LIST
    first, *others = (len(post.text) for post in thread.posts)
    return Kind.LIST if first > _REPLIES_COUNT * sum(others) else Kind.FORUM


def _drafted(source: Source, listing: Listing, samples: tuple[Sample, ...]) -> Draft:
    count = len(listing.entries)
    expect = {"least": max(1, count // _LEAST_FACTOR), "most": max(_MOST, count * _MOST_FACTOR)}
    whole = Source.model_validate({**source.model_dump(exclude={"expect", "interval", "politeness"}), "expect": expect})
    return Draft(whole, samples, count, listing.next_url)


def _own(entry: Entry) -> tuple[Post, ...]:
    return (entry.post,) if entry.post is not None else ()
