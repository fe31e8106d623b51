"""The town's own source files, read with the crawlers' extraction: every post, whole, and nobody's name."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.types import Page, Post
from crawlers.extract import feeds, pages
from crawlers.sources import Kind, Source, read_sources
from examples.town import people
from examples.town.posts import FOLDER, Moment, TownPost, shown
from examples.town.score import Finder
from examples.town.site import answer
from examples.town.sources import PLACEHOLDER, write_sources
from tests.town.conftest import END, OPENED

SOURCES, _ = read_sources(FOLDER / "sources")
PLAIN = [source for source in SOURCES if not source.drawn]
SECTIONS = {"town-account": "account", "town-classifieds": "classifieds", "town-square": "square", "town-wall": "wall"}


def section(source: Source) -> str:
    """The part of the town that a source looks at."""
    return SECTIONS.get(source.id) or f"forum/{source.id.rpartition('-')[2]}"


def fetch(posts: tuple[TownPost, ...], url: str) -> Page:
    """A page of the town at its end, without a server."""
    parts = urlsplit(url)
    moment = Moment(OPENED, END)
    found = answer(f"{parts.path}?{parts.query}", posts, moment, PLACEHOLDER)
    assert found.status == 200, url
    return Page(url, 200, (("content-type", found.content_type),), found.body, moment.now)


def extracted(posts: tuple[TownPost, ...], source: Source) -> list[Post]:
    """All posts that extraction takes from a source, following lists and threads to their ends."""
    found: list[Post] = []
    list_url: str | None = source.url
    while list_url:
        read = feeds.feed if source.kind is Kind.FEED else pages.listing
        listing = read(fetch(posts, list_url), source)
        found += [entry.post for entry in listing.entries if entry.post]
        for entry in listing.entries:
            url = None if entry.post else entry.url
            while url:
                detail = pages.detail(fetch(posts, url), source)
                found += detail.posts
                url = detail.next_url
        list_url = listing.next_url
    return found


@pytest.mark.parametrize("source", PLAIN, ids=lambda source: source.id)
def test_a_source_yields_every_post_whole(posts: tuple[TownPost, ...], source: Source) -> None:
    """Each post of the section comes out once, with its own words alone, at an address that leads back to it."""
    finder = Finder(posts)
    wanted = {
        one.id: "".join(one.text.split())
        for one in shown(posts, Moment(OPENED, END))
        if one.post.section == section(source)
    }
    found = extracted(posts, source)
    assert len(found) == len(wanted)
    assert {finder.post_id(post.url): "".join(post.text.split()) for post in found} == wanted
    assert all(post.published_at for post in found)
    titles = {(one.title or "") for one in posts}
    assert all(post.title in titles for post in found if post.title)


@pytest.mark.parametrize("source", PLAIN, ids=lambda source: source.id)
def test_no_name_comes_out(posts: tuple[TownPost, ...], source: Source) -> None:
    """Neither the names nor the signatures that pages show beside posts reach a post's text or evidence."""
    told = "\n".join(f"{post.title}{post.text}{post.fragment}{post.image_urls}" for post in extracted(posts, source))
    assert not [name for name in (*people.NICKNAMES, *filter(None, people.SIGNATURES)) if name in told]
    assert "/avatar/" not in told


def test_sources_are_written_with_the_real_address(tmp_path: Path) -> None:
    """The copies are valid, cover every site, ask for no more delay than robots.txt, and leave some to the defaults."""
    written = write_sources(tmp_path / "sources", "http://127.0.0.1:4321")
    sources, errors = read_sources(tmp_path / "sources")
    assert not errors
    assert len(sources) == len(written) == 10
    assert all(source.url.startswith("http://127.0.0.1:4321/") for source in sources)
    assert {source.kind for source in sources} == set(Kind) - {Kind.DATA}
    assert [source.id for source in sources if source.drawn] == ["town-square"]
    bare = {source.id for source in sources if not source.selectors.model_dump(exclude_none=True)}
    assert bare == {"town-account", "town-classifieds", "town-forum-chat"}
    assert all(source.politeness.delay.total_seconds() <= 0.2 for source in sources)
