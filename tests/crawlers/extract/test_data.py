"""Entries that stand in JSON, an answer's own or that in a script of the page."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.errors import ExtractError
from crawlers.extract import feeds
from crawlers.extract.types import Listing
from crawlers.sources import Data, Kind, Source
from tests.crawlers.extract.making import page

URL = "https://board.example/api/list?size=2"
POSTS = [
    {"id": 7, "title": "出<b>旧书</b>", "body": {"html": "<p>一箱</p><p>自提</p>"}, "at": 1793711220, "top": True},
    {"id": 6, "title": "问路", "body": {"html": "城东怎么走 a < b"}, "at": "2026-11-03 21:07", "pics": ["/i/1.png", 5]},
]
PATHS = {
    "key": "id",
    "title": "title",
    "text": "body.html",
    "time": "at",
    "sticky": "top",
    "image": "pics",
    "link": "/p/{id}",
}


def read(body: Any, url: str = URL, **data: Any) -> Listing:
    """What is read from a page by the section ``data``."""
    written = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    source = Source(id="board", name="Board", url=url, kind=Kind.DATA, data=Data(**{"link": "url", **data}))
    return feeds.feed(page(written, "application/json; charset=utf-8", url), source)


def test_whole_posts() -> None:
    """Key, address, title, text, time, pictures and whether it is kept on top are read by their paths."""
    first, second = read({"data": {"list": POSTS}}, items="data.list", **PATHS).entries
    assert first.post is not None
    assert second.post is not None
    assert (first.key, first.url, first.sticky, second.sticky) == ("7", "https://board.example/p/7", True, False)
    assert (first.post.title, first.post.text, first.post.key) == ("出旧书", "一箱\n自提", "7")
    assert (second.post.title, second.post.text) == ("问路", "城东怎么走 a < b")
    assert first.published_at == second.published_at
    assert second.post.image_urls == ("https://board.example/i/1.png",)


def test_entries_that_lead_on() -> None:
    """Without a text an entry leads to its post, and says by which text it changes."""
    items = [{"url": "/t/1", "title": "一", "replies": 3}, {"url": "", "title": "无"}, "x", {"url": "/t/1"}]
    (entry,) = read(items, title="title", changed="replies").entries
    assert (entry.url, entry.key, entry.post, entry.changed) == (
        "https://board.example/t/1",
        "https://board.example/t/1",
        None,
        "3",
    )


@pytest.mark.parametrize(
    ("url", "data", "answer", "following"),
    [
        (URL, {"page": "p"}, {}, "https://board.example/api/list?size=2&p=2"),
        (URL + "&p=2", {"page": "p"}, {}, "https://board.example/api/list?size=2&p=3"),
        (URL + "&p=0", {"page": "p"}, {}, "https://board.example/api/list?size=2&p=1"),
        (URL + "&p=x", {"page": "p"}, {}, None),
        (
            URL,
            {"cursor": {"after": "more.next"}},
            {"more": {"next": "文9"}},
            URL.replace("://", "://") + "&after=%E6%96%879",
        ),
        (URL + "&after=8", {"cursor": {"after": "more.next"}}, {"more": {"next": 9}}, URL + "&after=9"),
        (URL, {"cursor": {"after": "more.next"}}, {"more": {"next": None}}, None),
        (URL, {"cursor": {"after": "more.next"}}, {"more": {"next": 0}}, None),
        (URL, {"cursor": {"after": "more.next"}}, {"more": {"next": False}}, None),
        (URL, {"cursor": {"after": "more.next"}}, {}, None),
        (URL, {}, {}, None),
    ],
)
def test_the_next_page(url: str, data: dict[str, Any], answer: dict[str, Any], following: str | None) -> None:
    """A page's number is counted up, a cursor is taken from the answer; none where the answer names none."""
    assert read({"list": POSTS, **answer}, url, items="list", **PATHS, **data).next_url == following


def test_an_endless_list_ends() -> None:
    """A page without entries has no next one."""
    assert read({"list": []}, items="list", page="p") == Listing(())


def test_json_in_a_script_of_the_page() -> None:
    """The JSON that a page carries for its own scripts is read, with nothing of the page around it."""
    body = json.dumps({"props": {"posts": POSTS}}).replace("</", "<\\/")
    html = f'<html><body><p>别的</p><script id="__STATE__" type="application/json">{body}</script></body></html>'
    found = read(html, script="#__STATE__", items="props.posts", **PATHS)
    assert [entry.key for entry in found.entries] == ["7", "6"]


@pytest.mark.parametrize(
    ("body", "data", "said"),
    [
        ("<html>登录</html>", {}, "JSON was promised"),
        ("[" * 100_000, {}, "JSON was promised"),
        ("<html>登录</html>", {"script": "#state"}, "matches nothing"),
        ('{"error": "登录"}', {"items": "data.list"}, "data.list"),
        ('{"list": [{"name": "登录"}]}', {"items": "list"}, "url"),
    ],
)
def test_not_as_described(body: str, data: dict[str, Any], said: str) -> None:
    """No JSON, no such script, no list, no post in the list: an error that says which, without a word of the page."""
    with pytest.raises(ExtractError, match=said) as caught:
        read(body, **data)
    assert "登录" not in caught.value.zh


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "data"},
        {"kind": "list", "data": {"link": "url"}},
        {"kind": "data", "data": {"items": "list"}},
        {"kind": "data", "data": {"link": "url", "page": "p", "cursor": {"after": "next"}}},
    ],
)
def test_sources_that_do_not_fit(given: dict[str, Any]) -> None:
    """The kind and the section go together; a post must be somewhere; pages are counted one way."""
    with pytest.raises(ValidationError):
        Source.model_validate({"id": "board", "name": "Board", "url": URL, **given})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["list", "id", "url", "t"]), inner),
    max_leaves=12,
)


@given(VALUES)
def test_whatever_the_json(value: Any) -> None:
    """Any JSON gives entries or an error of ours."""
    try:
        found = read({"list": value}, items="list", key="id", title="t", text="t", time="id", image="url", page="p")
    except ExtractError:
        return
    assert all(entry.key for entry in found.entries)
