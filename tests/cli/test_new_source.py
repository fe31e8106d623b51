"""``lurewatch sources new``: what it drafts for pages of each kind, and what it refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import run
from core.errors import InputError
from core.types import Page
from crawlers.drafting import draft
from crawlers.sources import read_source
from crawlers.writing import as_yaml
from tests.crawlers.conftest import Answer
from tests.crawlers.extract.making import NOW
from tests.desk import Desk

TEXT = "河边的长椅换成了新的，木头还有味道，坐上去比从前高一点，第{number}回来看了。"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def listing(number: int = 6) -> str:
    """A list page with links to posts."""
    rows = "".join(
        f'<li class="row"><a class="t" href="/p/{at}">散步路上看到的第{at}件小事</a>'
        f' <span class="time">11-0{at + 1} 08:00</span></li>'
        for at in range(number)
    )
    return f"<html><head><title>河边闲谈</title></head><body><ul class=list>{rows}</ul></body></html>"


def article(number: int) -> str:
    """A post alone on its page."""
    text = TEXT.format(number=number)
    return f"<html><body><h1>散步路上看到的第{number}件小事</h1><div class=content><p>{text}</p></div></body></html>"


def thread(number: int) -> str:
    """A thread of three floors."""
    floors = "".join(
        f'<div class="floor" id="p{number}{at}"><div class="author">过客</div>'
        f'<div class="text">{TEXT.format(number=at)}</div>'
        f"<div class=time>2026-11-03 08:0{at}</div></div>"
        for at in range(3)
    )
    return f"<html><body><h1>散步路上看到的第{number}件小事</h1>{floors}</body></html>"


def square() -> str:
    """A page whose entries are whole posts; their times lead to each alone."""
    posts = "".join(
        f'<article class="moment" id="m{at}"><a href="/m/{at}">'
        f'<time datetime="2026-11-03T08:0{at}">11-03 08:0{at}</time></a>'
        f"<p class=words>{TEXT.format(number=at)}</p></article>"
        for at in range(5)
    )
    return f"<html><body><main>{posts}</main></body></html>"


FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>河边日报</title>'
    + "".join(
        f"<item><guid>n{at}</guid><link>http://a.test/n/{at}</link><title>第{at}条</title>"
        f"<description>{TEXT.format(number=at)}</description></item>"
        for at in range(4)
    )
    + "</channel></rss>"
)


def fetching(pages: dict[str, str], drawn: dict[str, str] | None = None) -> Callable[..., Page]:
    """Gives pages by path, and what a browser would have drawn of them."""

    def fetch(url: str, *, drawn: bool = False) -> Page:
        path = url.removeprefix("http://a.test")
        found = (after if drawn else pages).get(path)
        if found is None:
            raise InputError("没有", "none")
        kind = "application/xml" if found.startswith("<?xml") else "text/html; charset=utf-8"
        return Page(url, 200, (("content-type", kind),), found.encode(), NOW, drawn=drawn)

    after = drawn or {}
    return fetch


POSTS = {f"/p/{at}": article(at) for at in range(6)}
THREADS = {f"/p/{at}": thread(at) for at in range(6)}
INDEX = "<sitemapindex><sitemap><loc>/map.xml</loc></sitemap></sitemapindex>"
NAMING = listing().replace("<title>", '<link rel=alternate type="application/rss+xml" href="/feed"><title>')


@pytest.mark.parametrize(
    ("pages", "drawn", "expected"),
    [
        ({"/": listing(), **POSTS}, {}, ("list", False, False, 6)),
        ({"/": listing(), **THREADS}, {}, ("forum", False, False, 6)),
        ({"/": square(), "/m/0": article(0)}, {}, ("list", True, False, 5)),
        ({"/": FEED}, {}, ("feed", False, False, 4)),
        ({"/": "<body><script></script></body>"}, {"/": square()}, ("list", True, True, 5)),
        ({"/": INDEX, "/map.xml": FEED}, {}, ("feed", False, False, 4)),
        ({"/": NAMING, "/feed": FEED, **POSTS}, {}, ("list", False, False, 6)),
        (
            {"/": '<link rel=alternate type="application/atom+xml" href="/feed"><p>欢迎', "/feed": FEED},
            {},
            ("feed", False, False, 4),
        ),
    ],
)
def test_what_a_page_is(
    pages: dict[str, str], drawn: dict[str, str], expected: tuple[str, bool, bool, int], tmp_path: Path
) -> None:
    """List, forum, whole posts, feed, drawn by scripts, feed named by the page: told by looking; the file is sound."""
    found = draft("http://a.test/", fetching(pages, drawn), browser=True)
    source = found.source
    assert (source.kind.value, source.whole, source.drawn, found.entries) == expected
    assert any(TEXT[:10] in post.text for sample in found.samples for post in sample.posts) or source.kind == "feed"
    for lang in ("zh", "en"):
        path = tmp_path / f"{lang}.yml"
        path.write_text(as_yaml(found, lang), encoding="utf-8")
        assert read_source(path) == source


def test_what_the_file_says() -> None:
    """Each line says what it means, in the language asked for; feeds that the page names are pointed out."""
    found = draft("http://a.test/", fetching({"/": NAMING, **POSTS}), browser=False)
    assert "# 列表：每条通向一篇" in as_yaml(found, "zh")
    said = as_yaml(found, "en")
    assert "# a list: each entry leads to one post" in said
    assert "The page also names a feed: http://a.test/feed" in said
    assert "expect: {least: 2, most: 50}" in said


def test_an_index_that_does_not_tell_its_newest() -> None:
    """Is not taken for a list: the sentence says what address to give."""
    index = "<sitemapindex><sitemap><loc>/1</loc></sitemap><sitemap><loc>/2</loc></sitemap></sitemapindex>"
    with pytest.raises(InputError, match="does not tell which of them changed last"):
        draft("http://a.test/", fetching({"/": f'<?xml version="1.0"?>{index}'}), browser=False)


@pytest.mark.parametrize("body", ["<p>没有什么", "<a href=/about>关于我们</a>", "<h1>一篇</h1><p>" + TEXT * 5])
def test_a_page_without_posts(body: str) -> None:
    """One sentence says what address to give instead."""
    with pytest.raises(InputError, match="No posts were found"):
        draft("http://a.test/", fetching({"/": body}), browser=False)


def test_what_is_no_page() -> None:
    """A file of another kind is named as such."""

    def fetch(url: str, *, drawn: bool = False) -> Page:
        return Page(url, 200, (("content-type", "application/pdf"),), b"%PDF-1.7", NOW, drawn=drawn)

    with pytest.raises(InputError, match="neither a page nor a feed"):
        draft("http://a.test/", fetch, browser=False)


def test_a_person_accepts(desk: Desk) -> None:
    """The table and the file are shown; nothing is written without a yes, and the written file works as it is."""
    desk.site.pages["/feed"] = Answer(FEED, headers={"Content-Type": "application/rss+xml; charset=utf-8"})
    url = f"{desk.site.url}/feed"
    refused = desk.run("--lang", "en", "sources", "new", url, given=b"n\n")
    assert (refused.code, list((desk.home / "sources").iterdir())) == (0, [])
    assert "4 entries would be seen" in refused.out
    assert "第0条" in refused.out
    assert "No file was written" in refused.err
    assert not (desk.home / "data").exists()
    accepted = desk.run("sources", "new", url, "--yes", "--out", "sources/river.yml")
    assert (accepted.code, "已写 sources/river.yml" in accepted.out) == (0, True), accepted.err
    again = desk.run("sources", "new", url, "--yes", "--out", "sources/river.yml")
    assert (again.code, "已经有了" in again.err) == (2, True)
    assert read_source(desk.home / "sources" / "river.yml").url == url


@pytest.mark.parametrize(
    ("path", "said"),
    [("/none", "HTTP 404"), ("/secret/", "robots.txt")],
)
def test_what_cannot_be(desk: Desk, path: str, said: str) -> None:
    """No page, and one that robots.txt forbids: a sentence and exit code 2, no file."""
    desk.site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /secret/\n")
    desk.site.pages["/secret/"] = Answer(listing(), headers=HTML)
    ran = desk.run("--lang", "en", "sources", "new", desk.site.url + path, "--yes")
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert "Traceback" not in ran.err
    assert list((desk.home / "sources").iterdir()) == []
    assert ("/secret/" in desk.site.paths()) is False


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bbs.example", "Write all of it"),
        ("ftp://a.test/x", "Write all of it"),
        ("http://far.example/", "LUREWATCH_CONTACT"),
    ],
)
def test_addresses_that_are_not_asked(url: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no address of the web, and public ones whose site could not write back."""
    assert run(["--lang", "en", "sources", "new", url]) == 2
    assert said in capsys.readouterr().err
