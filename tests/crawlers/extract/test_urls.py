"""Addresses and their canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.extract.urls import canonical, resolve

CANONICAL = [
    ("HTTP://Board.Example:80", "http://board.example/"),
    ("https://board.example:443/a#top", "https://board.example/a"),
    ("https://board.example:8443/a", "https://board.example:8443/a"),
    ("https://board.example./a", "https://board.example/a"),
    ("https://user:word@board.example/a", "https://board.example/a"),
    ("https://board.example/t?id=3&utm_source=x&UTM_Medium=y&spm=a.b", "https://board.example/t?id=3"),
    ("https://board.example/t?PHPSESSID=ab12&id=3", "https://board.example/t?id=3"),
    ("https://board.example/t?sid=Qx81Zk&id=3", "https://board.example/t?id=3"),
    ("https://board.example/t?s=0123456789abcdef0123456789abcdef", "https://board.example/t"),
    ("https://board.example/t;jsessionid=1F?id=3", "https://board.example/t?id=3"),
    ("https://board.example/t?b=2&a=1", "https://board.example/t?b=2&a=1"),
    ("https://board.example/t?sid=512", "https://board.example/t?sid=512"),
    ("https://board.example/t?s=512", "https://board.example/t?s=512"),
    ("https://[::1]:8000/a", "https://[::1]:8000/a"),
    ("https://中国.example/", "https://xn--fiqs8s.example/"),
]
NOWHERE = [
    "",
    "#top",
    "javascript:void(0)",
    "JavaScript:x",
    "mailto:a@b.example",
    "tel:1",
    "data:text/html,x",
    "ftp://a/",
]
BROKEN = ["http://[::1", "http://a:99999/", "http://", "http://a/" + "x" * 5000]


@pytest.mark.parametrize(("url", "form"), CANONICAL)
def test_canonical(url: str, form: str) -> None:
    """Two addresses of one page have one form: no session, no tracking, no fragment; a numbered sid is an id."""
    assert canonical(url) == form
    assert canonical(form) == form


@pytest.mark.parametrize("link", NOWHERE + BROKEN)
def test_leads_to_no_page(link: str) -> None:
    """Links that lead to no page over HTTP give none, broken ones neither."""
    assert resolve("https://board.example/a", link) is None


def test_resolve() -> None:
    """A link is relative to its page; what is beyond ASCII in a query is escaped in the charset of the page."""
    assert resolve("https://board.example/a/b", "../c") == "https://board.example/c"
    assert resolve("https://board.example/a", "//other.example/x") == "https://other.example/x"
    assert resolve("https://board.example/a", " /b \n c") == "https://board.example/b%20%20c"
    assert resolve("http://a.example/", "/文?q=文", "gb18030") == "http://a.example/%E6%96%87?q=%CE%C4"
    assert resolve("https://board.example/a", None) is None


@pytest.mark.parametrize(
    ("link", "plain", "drawn"),
    [
        ("#/p/3", None, "https://board.example/#/p/3"),
        ("#!/p/3", None, "https://board.example/#!/p/3"),
        ("/a#/p/3", "https://board.example/a", "https://board.example/a#/p/3"),
        ("#top", None, None),
        ("/a#top", "https://board.example/a", "https://board.example/a"),
    ],
)
def test_pages_that_scripts_tell_apart(link: str, plain: str | None, drawn: str | None) -> None:
    """A fragment that begins with / or !/ names a page of a drawn source, and nothing elsewhere."""
    assert resolve("https://board.example/#/p/2", link) == plain
    assert resolve("https://board.example/#/p/2", link, routes=True) == drawn


@given(st.text(max_size=80), st.sampled_from(["", "http://", "https://a.example/", "//", "?"]))
def test_never_fails(text: str, start: str) -> None:
    """Whatever a link says, it gives an address over HTTP or none, and a given one is canonical."""
    found = resolve("https://board.example/x", start + text)
    assert found is None or (found.startswith(("http://", "https://")) and canonical(found) == found)
