"""Saved pages of many designs, each beside what must be read from it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from core.types import Page, Post
from crawlers.extract import feeds, pages
from crawlers.extract.types import Detail, Entry, Listing
from crawlers.sources import Source, read_source
from tests.crawlers.extract.saved import PAGES, expected_of, page_of

Reader = Callable[[Page, Source], Listing | Detail]
CASES = sorted(path.parent.relative_to(PAGES).as_posix() for path in PAGES.glob("*/*/expected.json"))


def _read(case: str) -> Listing | Detail:
    expected = expected_of(case)
    page = page_of(PAGES / case, expected)
    readers: dict[str, Reader] = {"listing": pages.listing, "detail": pages.detail, "feed": feeds.feed}
    read = readers[expected["read"]]
    return read(page, read_source(PAGES / case / "source.yml"))


def _time(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None


def _post(post: Post) -> dict[str, Any]:
    return {
        "key": post.key,
        "url": post.url,
        "title": post.title,
        "text": post.text,
        "time": _time(post.published_at),
        "images": list(post.image_urls),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "url": entry.url,
        "title": entry.title,
        "sticky": entry.sticky,
        "changed": entry.changed,
        "time": _time(entry.published_at),
        "post": _post(entry.post) if entry.post else None,
    }


def _posts(found: Listing | Detail) -> list[Post]:
    if isinstance(found, Detail):
        return list(found.posts)
    return [entry.post for entry in found.entries if entry.post is not None]


def test_there_are_many_designs() -> None:
    """At least fourteen saved pages of at least seven sites are read."""
    assert len(CASES) >= 14
    assert len({case.split("/")[0] for case in CASES}) >= 7


@pytest.mark.parametrize("case", CASES)
def test_saved_page(case: str) -> None:
    """What is read from a saved page is what its folder says."""
    expected, found = expected_of(case), _read(case)
    if isinstance(found, Detail):
        assert [_post(post) for post in found.posts] == expected["posts"]
    else:
        assert [_entry(entry) for entry in found.entries] == expected["entries"]
    assert found.next_url == expected["next"]


@pytest.mark.parametrize("case", CASES)
def test_nobody_else_is_kept(case: str) -> None:
    """No name, avatar, signature, quotation, comment or hidden word of the page is in any title, text or fragment."""
    found = _read(case)
    kept = [text for post in _posts(found) for text in (post.title or "", post.text, post.fragment)]
    kept += [entry.title or "" for entry in found.entries] if isinstance(found, Listing) else []
    for word in expected_of(case)["absent"]:
        assert not [text for text in kept if word in text], word


@pytest.mark.parametrize("case", CASES)
def test_fragments_stand_apart(case: str) -> None:
    """The fragment of a post holds its own lines, and no line of another post of the page that it does not share."""
    posts = _posts(_read(case))
    for post in posts:
        words = "".join(post.fragment.split())
        others = {line for other in posts if other is not post for line in other.text.splitlines()}
        assert not [line for line in others - set(post.text.splitlines()) if "".join(line.split()) in words]
