"""Sitemaps: pages in the order of their changes."""

import gzip
from datetime import UTC, datetime

import pytest

from core.errors import ExtractError
from tests.crawlers.extract.making import feed

SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.test/old</loc><lastmod>2026-10-01</lastmod></url>
<url><loc>https://a.test/plain</loc></url>
<url><loc>https://a.test/new</loc><lastmod>2026-11-02T08:00:00+08:00</lastmod><news:news>
<news:title>河边的桥修好了</news:title><news:publication_date>2026-11-02T07:00:00+08:00</news:publication_date>
</news:news></url>
<url><loc>mailto:nobody@a.test</loc></url><url/>
</urlset>"""


def test_pages_by_their_changes() -> None:
    """Those first that changed last; when a page changed is what makes it worth another look."""
    found = feed(SITEMAP).entries
    assert [entry.url for entry in found] == ["https://a.test/new", "https://a.test/old", "https://a.test/plain"]
    assert (found[0].title, found[0].published_at) == ("河边的桥修好了", datetime(2026, 11, 1, 23, tzinfo=UTC))
    assert [entry.changed for entry in found] == ["2026-11-02T08:00:00+08:00", "2026-10-01", ""]
    assert all(entry.post is None for entry in found)


def index(*sitemaps: tuple[str, str]) -> str:
    """An index of sitemaps, each with its address and when it changed."""
    named = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for loc, at in sitemaps
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{named}</sitemapindex>'


@pytest.mark.parametrize(
    "sitemaps",
    [
        [("/2.xml", "")],
        [("/1.xml", "2026-10-31"), ("/2.xml", "2026-11-01T09:00:00+08:00"), ("/3.xml", "")],
    ],
    ids=["one", "three"],
)
def test_an_index(sitemaps: list[tuple[str, str]]) -> None:
    """Leads to the one that changed last."""
    found = feed(index(*sitemaps))
    assert (found.entries, found.next_url, found.index) == ((), "https://board.example/2.xml", True)


@pytest.mark.parametrize(
    "sitemaps",
    [[], [("", "2026-11-01")], [("/1.xml", ""), ("/2.xml", "")], [("/1.xml", "2026-11-01"), ("/2.xml", "2026-11-01")]],
    ids=["empty", "no address", "no times", "one time"],
)
def test_an_index_that_does_not_tell(sitemaps: list[tuple[str, str]]) -> None:
    """Which is the newest: the error says what address to give."""
    with pytest.raises(ExtractError, match="does not tell which of them changed last"):
        feed(index(*sitemaps))


def test_packed() -> None:
    """A gzip file is unpacked, also one that is cut short; what it has lost is lost, what is damaged is an error."""
    packed = gzip.compress(SITEMAP.encode())
    assert len(feed(packed, "application/gzip").entries) == 3
    assert len(feed(packed[:-9], "application/gzip").entries) in (2, 3)
    with pytest.raises(ExtractError, match="damaged"):
        feed(packed[:2] + b"no gzip at all", "application/gzip")


def test_packed_beyond_bounds() -> None:
    """A small file that unpacks to more than a sitemap may have is refused, in bounded memory."""
    with pytest.raises(ExtractError, match="over 50 MB"):
        feed(gzip.compress(b" " * (60 << 20), 1), "application/gzip")
