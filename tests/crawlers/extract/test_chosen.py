"""Pages of sources that give selectors."""

import pytest

from core.errors import ExtractError

from .making import URL, detail, listing

ROW = '<li class="t" id="t{n}"><a href="/t/{n}?sid=Ab12cd">第{n}个主题</a><i>{n}</i></li>'
LIST = "<ul>" + "".join(ROW.format(n=n) for n in (3, 2, 1)) + "</ul>"
FLOORS = """
<h1>主题</h1>
<div class="p" id="p1"><b class="who">甲</b><div class="c">第一楼</div></div>
<div class="p" id="p2"><b class="who">乙</b><div class="c">第二楼</div></div>
"""


@pytest.mark.parametrize(
    ("selectors", "name"),
    [
        ({"item": ".none", "link": "a"}, "item"),
        ({"item": "li[", "link": "a"}, "item"),
        ({"item": "li", "link": ".none"}, "link"),
        ({"item": "li", "link": "i"}, "link"),
        ({"item": "li", "sticky": "::x"}, "sticky"),
    ],
)
def test_list_is_not_as_said(selectors: dict[str, str], name: str) -> None:
    """A selector that finds nothing, or is no CSS, is an error that names it and its source, and no text."""
    with pytest.raises(ExtractError) as caught:
        listing(LIST, selectors)
    for sentence in (caught.value.zh, caught.value.en):
        assert f"selectors.{name}" in sentence
        assert "board" in sentence
        assert "第" not in sentence.replace("第一", "")


@pytest.mark.parametrize(
    ("selectors", "name"),
    [({"post": ".none"}, "post"), ({"text": ".none"}, "text"), ({"post": ".p", "text": ".x"}, "text")],
)
def test_posts_are_not_as_said(selectors: dict[str, str], name: str) -> None:
    """So is one for posts."""
    with pytest.raises(ExtractError, match=f"selectors.{name}"):
        detail(FLOORS, selectors, kind="forum")


def test_a_source_that_may_be_empty() -> None:
    """Where the source expects no entry at least, an empty list is a list."""
    assert listing("<p>暂无内容</p>", {"item": "li"}, expect={"least": 0}).entries == ()


def test_one_bad_entry() -> None:
    """An entry that leads nowhere is left out, the others stay; one that stands twice is there once."""
    page = LIST + "<ul><li>没有链接</li><li><a href='javascript:;'>空链接</a></li>" + ROW.format(n=3) + "</ul>"
    assert [entry.key for entry in listing(page, {"item": "li"}).entries] == [
        f"https://board.example/t/{n}" for n in (3, 2, 1)
    ]


def test_keys() -> None:
    """The key is the native id where one is given, else the address."""
    assert [entry.key for entry in listing(LIST, {"item": "li", "key": "@id"}).entries] == ["t3", "t2", "t1"]


def test_changed() -> None:
    """What changes is what the selector finds, else the title."""
    assert [entry.changed for entry in listing(LIST, {"item": "li", "changed": "i"}).entries] == ["3", "2", "1"]
    assert listing(LIST, {"item": "li"}).entries[0].changed == "第3个主题"


def test_long_title() -> None:
    """A link whose text is cut short is called by its whole title."""
    cut = '<li><a href="/1" title="一个很长的标题全文">一个很长的...</a></li>'
    page = cut + '<li><a href="/2" title="提示">短标题</a></li>'
    assert [entry.title for entry in listing(page, {"item": "li"}).entries] == ["一个很长的标题全文", "短标题"]


def test_next_is_not_itself() -> None:
    """A link to the page itself is no next page."""
    assert listing(LIST + f'<a class="n" href="{URL}#x">下一页</a>', {"item": "li", "next": ".n"}).next_url is None
    assert listing(LIST + '<a class="n" href="?p=2">&gt;</a>', {"item": "li", "next": ".n"}).next_url == f"{URL}?p=2"


def test_title_belongs_to_the_opening() -> None:
    """The first post of the first page has the thread's title, replies have none."""
    posts = detail(FLOORS, {"post": ".p", "text": ".c", "title": "h1"}, kind="forum").posts
    assert [post.title for post in posts] == ["主题", None]


@pytest.mark.parametrize(
    "mark",
    [
        '<div class="page"><a href="/b/7?x=1">上一页</a></div>',
        '<a rel="prev" href="/b/7?x=1">«</a>',
        '<div class="pg"><a href="/b/7">1</a><strong>2</strong></div>',
    ],
)
def test_later_pages_have_no_opening(mark: str) -> None:
    """On a page that has one before it, the first post is a reply."""
    assert detail(FLOORS + mark, {"post": ".p", "text": ".c", "title": "h1"}, kind="forum").posts[0].title is None


def test_later_page_by_its_address() -> None:
    """So it is on a page whose address says that it is not the first."""
    found = detail(FLOORS, {"post": ".p", "text": ".c", "title": "h1"}, url=f"{URL}?page=2", kind="forum")
    assert found.posts[0].title is None


def test_places_of_floors() -> None:
    """A floor's address has its anchor; a floor without one has the page's address and a key by its place."""
    page = '<div class="p"><a name="f7"></a><p>甲</p></div><div class="p"><p>乙</p></div>'
    posts = detail(page, {"post": ".p", "text": "p"}, kind="forum").posts
    assert [(post.key, post.url) for post in posts] == [(f"{URL}#f7", f"{URL}#f7"), (f"{URL}#1", URL)]


def test_nested_posts() -> None:
    """A post within a post is a post of its own, and no part of the outer one."""
    page = '<div class="p" id="a1"><p>外面的话</p><div class="p" id="a2"><p>里面的话</p></div></div>'
    for selectors in ({"post": ".p", "text": "p"}, {"post": ".p"}):
        posts = detail(page, selectors, kind="forum").posts
        assert [post.text for post in posts] == ["外面的话", "里面的话"]
        assert "里面" not in posts[0].fragment


def test_several_texts() -> None:
    """All that the text selector finds in a post is its text, once."""
    page = '<div class="p"><div class="c">一<p class="c">二</p></div><i>别的</i><div class="c">三</div></div>'
    assert detail(page, {"post": ".p", "text": ".c"}).posts[0].text == "一\n二\n三"


def test_one_bad_post() -> None:
    """A post without the text that the others have is left out."""
    page = FLOORS + '<div class="p" id="p3"><b>广告位</b></div>'
    assert len(detail(page, {"post": ".p", "text": ".c"}, kind="forum").posts) == 2


def test_text_alone() -> None:
    """With a text selector alone a forum's page has one post for each match, any other page has one post."""
    page = "<h1>标题</h1><div class=c id=c1>甲</div><div class=c id=c2>乙</div>"
    assert [post.text for post in detail(page, {"text": ".c"}, kind="forum").posts] == ["甲", "乙"]
    one = detail(page, {"text": ".c", "title": "h1"}).posts
    assert [(post.key, post.title, post.text) for post in one] == [(URL, "标题", "甲\n乙")]


def test_native_keys_of_posts() -> None:
    """A post is known by its native id where the source says which."""
    page = '<div class="p" data-id="900">甲</div><div class="p" data-id="901">乙</div>'
    assert [post.key for post in detail(page, {"post": ".p", "post_key": "@data-id"}, kind="forum").posts] == [
        "900",
        "901",
    ]


def test_pictures() -> None:
    """Pictures are absolute, the large one where there are two; smileys are none; a selector finds others."""
    page = """<div class="p"><div class="c">图 <img src="blank.gif" data-original="/big.jpg"><img src="/smilies/1.gif">
    <img src="data:image/png;base64,AAAA"></div><a class="att" href="/zip/qr.png">附件</a></div>"""
    found = detail(page, {"post": ".p", "text": ".c"}).posts[0].image_urls
    assert found == ("https://board.example/big.jpg", "data:image/png;base64,AAAA")
    chosen = detail(page, {"post": ".p", "text": ".c", "image": ".att@href"}).posts[0].image_urls
    assert chosen == ("https://board.example/zip/qr.png",)


def test_picture_without_words() -> None:
    """A post of nothing but a picture is a post."""
    posts = detail('<div class="p"><div class="c"><img src="/qr.png"></div></div>', {"post": ".p", "text": ".c"}).posts
    assert [(post.text, post.image_urls) for post in posts] == [("", ("https://board.example/qr.png",))]


def test_base() -> None:
    """Links are relative to the base that the page declares."""
    page = '<head><base href="https://other.example/x/"></head><li><a href="1">一个主题</a></li>'
    assert listing(page, {"item": "li"}).entries[0].url == "https://other.example/x/1"


def test_whole_entries() -> None:
    """Entries that hold the whole post bring it, with the place they stand at."""
    page = '<div class="m" id="m5"><h3><a href="/s/5">题</a></h3><p>正文</p></div><div class="m"><p>没有编号</p></div>'
    first, second = listing(page, {"item": ".m", "title": "h3", "text": "p"}, whole=True).entries
    assert first.post is not None
    assert second.post is not None
    assert (first.key, first.url, first.post.title, first.post.text) == (
        *["https://board.example/s/5"] * 2,
        "题",
        "正文",
    )
    assert (second.url, second.post.url, second.post.text) == (None, URL, "没有编号")
