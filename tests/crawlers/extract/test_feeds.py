"""Feeds of all kinds, whole and damaged."""

import json
import time
from pathlib import Path

import pytest

from core.errors import ExtractError

from .making import feed


def _rss(items: str, start: str = '<?xml version="1.0"?>') -> str:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
    return f'{start}<rss version="2.0" {spaces}><channel><title>x</title>{items}</channel></rss>'


def _json(**feed: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", **feed})


HTML = [
    "<!DOCTYPE html><html><body>登录后查看</body></html>",
    "<!-- x --><html><body>登录后查看</body></html>",
    "<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
]
NO_FEED = ["<?xml version='1.0'?><svg><g/></svg>", '{"error": 403}', "[1, 2]", '{"items": 5}']
DAMAGED = ["", "   ", "登录后查看", "{", '{"items": [' * 30_000, '{"items": [' + "9" * 5000 + "]"]


@pytest.mark.parametrize("body", HTML)
def test_html_instead(body: str) -> None:
    """A web page in place of a feed is an error that says so, without a word of the page."""
    with pytest.raises(ExtractError, match="a web page") as caught:
        feed(body, "text/html")
    assert "登录" not in caught.value.zh


@pytest.mark.parametrize("body", NO_FEED)
def test_no_feed(body: str) -> None:
    """So is anything else that is no feed."""
    with pytest.raises(ExtractError, match="something else"):
        feed(body)


@pytest.mark.parametrize("body", DAMAGED)
def test_damaged(body: str) -> None:
    """What cannot be read at all is an error that says so."""
    with pytest.raises(ExtractError, match="damaged"):
        feed(body)


def test_empty() -> None:
    """A feed without items is a feed."""
    assert feed(_rss("")).entries == ()
    assert feed(_json(items=[])).entries == ()


def test_content_wins() -> None:
    """The whole content is the post, not the description; with a description alone the link is followed."""
    item = "<item><link>https://a.example/1</link><description>摘要</description>{}</item>"
    whole = feed(_rss(item.format("<content:encoded>&lt;p&gt;全文&lt;/p&gt;</content:encoded>"))).entries[0].post
    assert whole is not None
    assert (whole.text, whole.fragment) == ("全文", "<p>全文</p>")
    assert feed(_rss(item.format(""))).entries[0].post is None


def test_descriptions_that_are_whole() -> None:
    """Where the source says that entries are whole, a description is the post."""
    entry = feed(
        _rss("<item><link>https://a.example/1</link><description>全文</description></item>"), whole=True
    ).entries[0]
    assert entry.post is not None
    assert entry.post.text == "全文"


def test_keys() -> None:
    """The key is the guid, else the link in its canonical form; a permanent guid is a link."""
    items = "<item><guid>urn:1</guid><link>https://a.example/1</link></item><item><link>https://a.example/2?utm_source=x#y</link></item><item><guid>https://a.example/3</guid><title>题</title></item>"
    found = [(entry.key, entry.url) for entry in feed(_rss(items)).entries]
    assert found == [
        ("urn:1", "https://a.example/1"),
        ("https://a.example/2", "https://a.example/2"),
        ("https://a.example/3", "https://a.example/3"),
    ]


def test_same_key_once() -> None:
    """An item that stands twice is there once."""
    assert len(feed(_rss("<item><guid>1</guid><title>甲</title></item>" * 2)).entries) == 1


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("A &amp;amp; B", "A & B"),
        ("&lt;b&gt;粗&lt;/b&gt;体", "粗体"),
        ("<![CDATA[甲 & <i>乙</i>]]>", "甲 & 乙"),
        ("甲&nbsp;乙", "甲 乙"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_titles(written: str, title: str) -> None:
    """A title is plain text, however the feed wraps it."""
    assert feed(_rss(f"<item><guid>1</guid><title>{written}</title></item>")).entries[0].title == title


def test_media_is_no_text() -> None:
    """What describes a picture is neither the item's title nor its text; the picture itself is the item's."""
    item = """<item><guid>1</guid><media:title>图名</media:title><title>题</title>
    <media:description>图说</media:description>
    <media:content url="/i.jpg" medium="image"/><description>文</description></item>"""
    (entry,) = feed(_rss(item)).entries
    assert entry.post is not None
    assert (entry.title, entry.post.text, entry.post.image_urls) == ("题", "文", ("https://board.example/i.jpg",))


def test_entities_are_not_followed(tmp_path: Path) -> None:
    """No entity is resolved: not one of a file, not one of the network, not one that grows."""
    secret = tmp_path / "secret"
    secret.write_text("金丝雀")
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    start = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY a0 "哈哈">{bomb}]>'
    began = time.monotonic()
    entries = feed(_rss("<item><guid>1</guid><title>甲&x;乙&a12;</title></item>", start)).entries
    assert time.monotonic() - began < 5
    assert [entry.title for entry in entries] == ["甲乙"]


def test_control_characters() -> None:
    """Characters that XML forbids do not lose the feed."""
    assert feed(_rss("<item><guid>1</guid><title>甲\x08乙</title></item>")).entries[0].title == "甲乙"


@pytest.mark.parametrize("charset", ["gb18030", "gbk", "big5", "utf-16"])
def test_charsets(charset: str) -> None:
    """A feed is read in the charset that it declares."""
    text = "今天的天氣" if charset == "big5" else "今天的天气"
    body = _rss(f"<item><guid>1</guid><title>{text}</title></item>", f'<?xml version="1.0" encoding="{charset}"?>')
    assert feed(body.encode(charset)).entries[0].title == text


def test_items_of_json_that_are_none() -> None:
    """A bad item of a JSON Feed is left out, the others stay."""
    items: list[object] = [
        None,
        5,
        [],
        {},
        {"id": {}, "title": []},
        {"id": 7, "content_text": "好", "attachments": 3, "image": 4},
    ]
    assert [entry.key for entry in feed(_json(items=items), "application/json").entries] == ["7"]


def test_lone_surrogates() -> None:
    """Half a character in JSON becomes a replacement, not an error later on."""
    (entry,) = feed(_json(items=[{"id": "1", "title": "甲\ud800", "content_html": "<p>乙\udfff</p>"}])).entries
    assert entry.post is not None
    "".join((entry.title or "", entry.post.text, entry.post.fragment, entry.key)).encode()


def test_base_of_links() -> None:
    """Links of a feed are relative to its base."""
    start = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/blog/">'
    body = f'{start}<entry><id>1</id><link href="p/1"/></entry></feed>'
    assert feed(body).entries[0].url == "https://board.example/blog/p/1"
