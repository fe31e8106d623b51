"""Pages that mean harm: what they may cost, and that they never fail in any other way than by ExtractError."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ExtractError
from crawlers.extract import bounds
from crawlers.extract.types import Detail, Entry, Listing

from .making import detail, feed, listing

SECONDS = 20.0  # far above what any of them takes, far below what they took unbounded
ROW = '<li class="t"><a href="/t/{n}">第{n}个主题的标题</a> 11-03 21:07</li>'
FLOOR = '<div class="p" id="p{n}"><time>2026-11-03</time><p>第{n}楼说的话</p></div>'

READERS: dict[str, Callable[[str], Listing | Detail]] = {
    "list": listing,
    "whole list": lambda body: listing(body, whole=True),
    "article": detail,
    "thread": lambda body: detail(body, kind="forum"),
    "chosen list": lambda body: listing(body, {"item": "li, div, td", "link": "a"}),
    "chosen posts": lambda body: detail(body, {"post": "li, div, td"}, kind="forum"),
    "feed": feed,
}
HOSTILE = {
    "deep": "<div>" * 10_000 + "正文" * 20 + "<a href='/1'>一个主题的标题</a>",
    "very deep": "<div>" * 300_000 + "正文",
    "deep in many ways": "<font><b><div>" * 60_000 + "正文",
    "deep and balanced": "<div>" * 100_000 + "正文" + "</div>" * 100_000,
    "deep tables": "<table><tr><td>" * 10_000 + "正文",
    "many rows": "<ul>" + "".join(ROW.format(n=n) for n in range(8_000)) + "</ul>",
    "many floors": "".join(FLOOR.format(n=n) for n in range(4_000)),
    "many attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">正文",
    "many attributes in quotes": "<div " + " ".join(f"a{n}='<'" for n in range(100_000)) + ">正文",
    "one long name": "<a" * 300_000,
    "open scripts": "<script>" * 200_000,
    "open comments": "<!--" * 300_000,
    "many quotations": "<div class=p>2026-11-03<p>话</p></div>" * 2 + "<blockquote>" * 20_000 + "x",
    "many cells": "<table><tr>" + "<td>2026-11-03 21:07<a href=/x>一个主题的标题</a>" * 4_000,
    "one long text": "<div>" + "字" * 500_000 + "</div>",
    "names without end": "<div class=p>2026-11-03<p>" + "作者：甲" * 100_000 + "</p></div>" * 2,
    "links of icons": "<div class=pager><a href=/x><i class=fa-chevron-left></i></a></div>" * 5_000,
    "hints without end": "".join(f"<p title='{n}-11-03'>{n}</p>" for n in range(8_000)),
    "floors of headings": "".join(
        f"<article class=m><h2>{n}</h2><h2>x</h2><p class=text>第{n}句话</p></article>" for n in range(4_000)
    ),
    "a title of dashes": "<title>" + " - " * 100_000 + "</title><p>正文正文</p>",
    "feed of many": "<rss><channel>" + "<item><guid>{}</guid></item>" * 100_000 + "</channel></rss>",
    "feed of pages": "<urlset>" + "<url><loc>http://a.test/{}</loc><lastmod>2026</lastmod></url>" * 60_000,
    "feed of tags": "<rss><channel><item><guid>1</guid><description>" + "&lt;div&gt;" * 100_000,
}


PAIRS = [(reader, name) for name in HOSTILE for reader in READERS if (reader == "feed") == name.startswith("feed")]


@pytest.mark.parametrize(("reader", "name"), PAIRS)
def test_bounded(reader: str, name: str) -> None:
    """No page takes long, however it is built, and none gives more than the bounds."""
    began = time.monotonic()
    with suppress(ExtractError):
        _check(READERS[reader](HOSTILE[name]))
    assert time.monotonic() - began < SECONDS


def test_counts() -> None:
    """A page gives 2,000 entries or posts at most."""
    rows, floors = "".join(ROW.format(n=n) for n in range(100_000)), HOSTILE["many floors"]
    assert len(listing(rows).entries) == bounds.ENTRIES
    assert len(listing(rows, {"item": "li"}).entries) == bounds.ENTRIES
    assert len(detail(floors, kind="forum").posts) == bounds.POSTS
    assert len(detail(floors, {"post": ".p"}, kind="forum").posts) == bounds.POSTS


def test_long_text() -> None:
    """A text is cut at 100,000 characters, its fragment is closed."""
    (post,) = detail(f"<div class=c><b>{'字' * 300_000}</b></div>", {"text": ".c"}).posts
    assert len(post.text) == bounds.TEXT
    assert post.fragment.endswith("字</b></div>")


def test_deep_text_is_kept() -> None:
    """What lies too deep for its tags is still read."""
    assert "正文" in detail("<div>" * 20_000 + "这里是正文", {"text": "body > div"}).posts[0].text


TAGS = """<div> </div> <p> </p> <a~href=/1> </a> <li> <table> <tr> <td> <h1>题目 <blockquote> <time> <pre> <form>
<template> <svg> <math> <select> <frameset> </body> <script> <!-- --> <![CDATA[ ]]> <feed> <entry> <id> <rss><channel>
<item> </item> <guid>1</guid> <title>题</title> <div~class=post~id=p1> <a~href='?p=2'~rel=next> <b~class=author>某甲
<img~src= <base~href= <meta~charset=gbk> <time~datetime=2026-11-03> ' " > < &#xD800; &amp; 正文说的话 昨天 3楼"""
WORDS = [
    '{"items": [',
    '{"id": 1}',
    "]}",
    "\x00",
    "\ud800",
    "2026-11-03 21:07",
    "发信人: a, 信区: b",
    "本帖最后由 甲 编辑",
]
PIECES = st.sampled_from(TAGS.split() + WORDS).map(lambda piece: piece.replace("~", " "))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join), st.sampled_from(sorted(READERS)))
def test_nothing_else_is_raised(body: str, reader: str) -> None:
    """Whatever a page is made of, it is read or refused."""
    with suppress(ExtractError):
        _check(READERS[reader](body))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_bytes(body: bytes) -> None:
    """Any bytes are read or refused."""
    for reader in (listing, detail, feed):
        with suppress(ExtractError):
            _check(reader(body))


def _check(found: Listing | Detail) -> None:
    items = found.posts if isinstance(found, Detail) else found.entries
    assert len({item.key for item in items}) == len(items) <= bounds.ENTRIES
    for item in items:
        post = item.post if isinstance(item, Entry) else item
        if post is not None:
            assert len(post.text) <= bounds.TEXT
            assert "\x00" not in post.text
            "".join((post.key, post.url, post.title or "", post.text, post.fragment)).encode("utf-8")
