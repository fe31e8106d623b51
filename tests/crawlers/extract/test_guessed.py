"""Pages of sources that give no selectors."""

import logging

import pytest
from trafilatura.utils import line_processing, trim

from core.errors import ExtractError

from .making import URL, detail, listing

NAV = '<div class="nav"><a href="/">网站首页频道</a><a href="/b">本地论坛频道</a><a href="/c">会员注册登录</a></div>'
FOOT = (
    '<div class="footer"><a href="/about">关于我们的网站</a><a href="/ad">广告投放联系方式</a>'
    '<a href="/job">诚聘各路英才加入</a></div>'
)


def _page(body: str, title: str = "板块 - 网站") -> str:
    return f"<html><head><title>{title}</title></head><body>{NAV}{body}{FOOT}</body></html>"


LISTS = {
    "plain list": "<ul>"
    + "".join(f"<li><a href='/t/{n}'>第{n}个主题的标题</a> 11-03</li>" for n in range(1, 6))
    + "</ul>",
    "cards": "".join(
        f"<div class='cell'><a href='/t/{n}'><img src='/i/{n}.jpg'></a><a class='n' href='/t/{n}'>第{n}个主题的标题</a>"
        f"<a href='/shop/{n}'>某某的小店</a></div>"
        for n in range(1, 6)
    ),
    "whole rows are links": "".join(
        f"<a class='row' href='/t/{n}'><h3>第{n}个主题的标题</h3><p>比标题更长的一段摘要文字</p></a>"
        for n in range(1, 6)
    ),
    "table": "<table>"
    + "".join(
        f"<tr><td>{n}<td><a href='/t/{n}'>第{n}个主题的标题</a><td><a href='/u/{n}'>某甲</a>"
        f"<td><a href='/t/{n}#l'>11-03 21:07</a>"
        for n in range(1, 6)
    )
    + "</table>",
    "hashed classes": "".join(
        f"<div class='css-{n}k{n}'><a href='/t/{n}'>第{n}个主题的标题</a></div>" for n in range(1, 6)
    ),
    "beside a longer list elsewhere": "".join(f"<p><a href='/t/{n}'>第{n}个主题的标题</a></p>" for n in range(1, 6))
    + "<div>"
    + "".join(f"<span><a href='https://other{n}.example/'>友情链接里的某个网站</a></span>" for n in range(7))
    + "</div>",
}


@pytest.mark.parametrize("name", LISTS)
def test_list(name: str) -> None:
    """The list is found, whatever it is made of, in order and without navigation, authors and footers."""
    entries = listing(_page(LISTS[name])).entries
    assert [(entry.url, entry.title) for entry in entries] == [
        (f"https://board.example/t/{n}", f"第{n}个主题的标题") for n in range(1, 6)
    ]


def test_two_entries() -> None:
    """A board with two threads is a list."""
    page = _page("<div><a href='/t/1'>头一个主题的标题</a></div><div><a href='/t/2'>第二个主题的标题</a></div>")
    assert len(listing(page).entries) == 2


@pytest.mark.parametrize("body", ["", "<h1>404</h1><a href='/'>返回首页</a>", "<p>系统维护中，请稍后再来。</p>"])
def test_no_list(body: str) -> None:
    """A page without a list is an error that says what to give in the source file."""
    with pytest.raises(ExtractError, match=r"selectors\.item"):
        listing(body)


def test_sticky_and_replies() -> None:
    """What is kept on top is told by word, class or picture; what changes is the count of replies."""
    rows = [
        "<li class='top'><a href='/t/1'>第一个主题的标题</a></li>",
        "<li><em>[置顶]</em><a href='/t/2'>第二个主题的标题</a> 回复 12</li>",
        "<li><img alt='置顶'><a href='/t/3'>第三个主题的标题</a> <i class='reply'>7</i></li>",
        "<li><a href='/t/4'>置顶一个帖子要多少积分</a> 3条评论</li>",
    ]
    entries = listing(_page(f"<ul>{''.join(rows)}</ul>")).entries
    assert [entry.sticky for entry in entries] == [True, True, True, False]
    assert [entry.changed for entry in entries[1:]] == ["12", "7", "3"]


def test_next_page() -> None:
    """The next page is what says so."""
    for link in (
        "<a href='?p=2'>下一页 &gt;</a>",
        "<a rel='next' href='?p=2'>2</a>",
        "<a class='nxt' href='?p=2'></a>",
    ):
        assert listing(_page(LISTS["plain list"] + link)).next_url == f"{URL}?p=2"
    assert listing(_page(LISTS["plain list"] + "<a href='?p=2'>下一页说明</a>")).next_url is None


ARTICLES = {
    "a long text": (
        "<div class='box'><h1>题目</h1>{}</div>",
        ["这一段写得比较长，讲的是同一件事情的来龙去脉。" * 3] * 3,
    ),
    "a short text": (
        "<div id='content'><h1>题目</h1><div class='meta'>2026-11-03 21:07 浏览:5</div><div>{}</div></div>",
        ["旧书十本。"],
    ),
    "a table": (
        "<table><tr><td><h1>题目</h1></td></tr><tr><td>{}</td></tr></table>",
        ["月入三万，包吃住，", "联系 QQ 10001。"],
    ),
    "a text below others": (
        "<h1>题目</h1><div class='hot-list'>热门</div><div class='text'>{}</div>",
        ["只有一行的正文。"],
    ),
}
COMMENTS = """<div class="comments"><div class="item"><span class="nick">某乙</span>
<p>我觉得这个人是骗子，大家不要相信他说的话。</p></div></div>
<div class="related"><ul><li><a href="/x">另一篇相似的文章标题</a></li></ul></div>"""


@pytest.mark.parametrize("name", ARTICLES)
def test_article(name: str) -> None:
    """The text of a page is found, without its title, comments, links elsewhere and frame."""
    around, lines = ARTICLES[name]
    body = around.format("".join(f"<p>{line}</p>" for line in lines))
    (post,) = detail(_page(body + COMMENTS, "题目 - 板块 - 网站")).posts
    assert (post.key, post.title, post.text.splitlines()) == (URL, "题目", lines)
    for word in ("某乙", "骗子", "另一篇", "频道", "英才"):
        assert word not in post.fragment


@pytest.mark.parametrize(
    "head", ["<title>题目_板块_网站</title>", '<meta property="og:title" content="题目"><title>别的</title>']
)
def test_title(head: str) -> None:
    """The title is that of og:title, else of the page, without the names of section and site."""
    assert detail(f"<head>{head}</head><p>正文正文正文。</p>").posts[0].title == "题目"


def test_no_text() -> None:
    """A page without any text is an error."""
    with pytest.raises(ExtractError, match=r"selectors\.text"):
        detail("<html><script>draw()</script><div id=root></div></html>")


def _floor(n: int, text: str) -> str:
    told = f'<time datetime="2026-11-0{n}T10:00:00+08:00">x</time>'
    return f'<div class="reply" id="r{n}"><span class="nick">某{n}</span>{told}<p>{text}</p></div>'


def test_thread() -> None:
    """Blocks that repeat and show a time are the floors of a thread."""
    floors = "".join(_floor(n, text) for n, text in enumerate(("第一楼说的话", "第二楼", "顶"), 1))
    posts = detail(_page(f"<h1>题目</h1>{floors}"), kind="forum").posts
    assert [(post.url, post.title, post.text) for post in posts] == [
        (f"{URL}#r1", "题目", "第一楼说的话"),
        (f"{URL}#r2", None, "第二楼"),
        (f"{URL}#r3", None, "顶"),
    ]
    assert [post.published_at.day for post in posts if post.published_at] == [1, 2, 3]


TALK = ("先说的那句话", "后来有人接的话", "最后的一句")


def test_floors_without_time() -> None:
    """Blocks that repeat and show who speaks are floors, though they tell no time: nobody speaks for another."""
    floors = "".join(
        f'<div class="post" id="pid{n}"><div class="author">某{n}</div><div class="content">{text}</div></div>'
        for n, text in enumerate(TALK)
    )
    posts = detail(f"<h1>题目</h1>{floors}", kind="forum").posts
    assert [post.text for post in posts] == list(TALK)


OPENINGS = {
    "named": """<div class="box"><div class="header"><h1>题目</h1><small>某甲 · 2026-11-03 10:00</small></div>
    <div class="topic_content"><p>楼主在这里问了一个比较长的问题。</p></div></div>""",
    "article": """<article><h1>题目</h1><p>楼主在这里问了一个比较长的问题。</p></article>""",
}


@pytest.mark.parametrize("name", OPENINGS)
def test_an_opening_of_its_own_build(name: str) -> None:
    """A first post that is built differently from the replies is the opening, and has the title."""
    replies = "".join(_floor(n, f"第{n}个回答") for n in (1, 2))
    posts = detail(_page(f"{OPENINGS[name]}<div class=box>{replies}</div>"), kind="forum").posts
    assert [(post.title, post.text) for post in posts] == [
        ("题目", "楼主在这里问了一个比较长的问题。"),
        (None, "第1个回答"),
        (None, "第2个回答"),
    ]


def test_comments_are_no_article() -> None:
    """Blocks that repeat and show who speaks and when are no part of an article, whatever their names."""
    said = "".join(
        f'<div class="x7"><span class="nick">某{n}</span><i>2026-11-03 10:0{n}</i>'
        f"<div>我说了一句跟正文无关的长话。</div></div>"
        for n in range(3)
    )
    text = "这一段写得比较长，讲的是同一件事情的来龙去脉。" * 3
    (post,) = detail(_page(f"<div><h1>题目</h1><div><p>{text}</p><p>{text}</p></div><div>{said}</div></div>")).posts
    assert post.text == f"{text}\n{text}"
    assert "我说" not in post.fragment


def test_a_thread_taken_for_a_list() -> None:
    """On a thread's page of a source that does not say it is a forum, the post is the first floor alone."""
    floors = "".join(_floor(n, f"第{n}楼说的一句话") for n in (1, 2, 3))
    (post,) = detail(_page(f"<h1>题目</h1>{floors}")).posts
    assert (post.title, post.text) == ("题目", "第1楼说的一句话")


def test_paragraphs_are_no_floors() -> None:
    """The paragraphs of a thread with one post are one post."""
    page = _page("<h1>题目</h1><div class=main>" + "<div>这一段讲的是同一件事情的经过。</div>" * 5 + "</div>")
    assert len(detail(page, kind="forum").posts) == 1


def test_columns_are_no_floors() -> None:
    """Columns of a layout that show dates are not taken for floors when they are built differently."""
    page = """<div class="col"><h1>题目</h1><article><p>正文说的是一件事，时间是 2026-11-03。</p></article></div>
    <div class="col"><ul><li><a href="/x">2026-11-01 旧闻</a></li></ul></div>"""
    (post,) = detail(page, kind="forum").posts
    assert post.text == "正文说的是一件事，时间是 2026-11-03。"


def test_whole_list() -> None:
    """Where entries are whole, blocks that repeat are the posts; their time leads to them."""
    blocks = "".join(
        f'<div class="m"><b class="nick">某甲</b><a href="/s/{n}"><time datetime="2026-11-03T10:00">x</time></a>'
        f'<div class="txt">第{n}条说的话</div></div>'
        for n in range(3)
    )
    entries = listing(_page(blocks), whole=True).entries
    assert [entry.url for entry in entries] == [f"https://board.example/s/{n}" for n in range(3)]
    assert [entry.post.text for entry in entries if entry.post] == [f"第{n}条说的话" for n in range(3)]
    with pytest.raises(ExtractError, match=r"selectors\.item"):
        listing("<p>什么也没有</p>", whole=True)


def test_nothing_is_logged_or_cached(caplog: pytest.LogCaptureFixture) -> None:
    """No word of a page is in a log, even with debugging on, nor in a cache of the library that reads articles."""
    with caplog.at_level(logging.DEBUG):
        detail(_page("<div><p>金丝雀说了一句很长的话<custom>金丝雀</custom>，用来看它会不会留下。</p></div>" * 3))
    assert "金丝雀" not in caplog.text
    assert trim.cache_info().currsize == 0
    assert line_processing.cache_info().currsize == 0


def test_whole_posts_with_headings() -> None:
    """The heading of a post that stands in the list belongs to it; a heading that names who wrote does not."""
    posts = "".join(
        f"<article class='m' id='m{at}'><h3 class='username'>过客{at}</h3><h2>城东第{at}盏路灯</h2>"
        f"<p class='text'>今晚走过去又亮了，第{at}回看见，记下来。</p>"
        f"<time datetime='2026-11-03T08:0{at}'>8点</time></article>"
        for at in range(4)
    )
    entries = listing(_page(f"<main>{posts}</main>"), whole=True).entries
    assert [entry.post.title for entry in entries if entry.post] == [f"城东第{at}盏路灯" for at in range(4)]
    assert not any("过客" in entry.post.fragment for entry in entries if entry.post)


def test_a_text_in_two_named_parts() -> None:
    """Where two elements are named as the text, none is taken for all of it; where one is, labels beside it are not."""
    first, second = "清早的河面上有一层薄雾，船还没有出来。" * 3, "傍晚雾散了，对岸的灯一盏一盏亮起来。" * 3
    both = (
        f"<h1>河边一日</h1><div class='body-1 summary desc'><p>{first}</p></div><div class='txt'><p>{second}</p></div>"
    )
    (post,) = detail(f"<html><body><div class=a>{both}</div></body></html>").posts
    assert first in post.text
    assert second in post.text
