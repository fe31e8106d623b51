"""Texts and fragments: what is kept of a post's elements, and what is not."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from .making import detail

POST = {"post": ".p", "text": ".c"}

TEXTS = [
    ("一<br>二<br/>三", "一\n二\n三"),
    ("<p>一</p><p>二</p>", "一\n二"),
    ("<div>一<div>二</div>三</div>", "一\n二\n三"),
    ("一 \n\t 二", "一 二"),
    ("<pre>一\n  二</pre>", "一\n二"),
    ("&nbsp;一&emsp;二　三 ", "一 二 三"),
    ("<table><tr><td>名</td><td>价</td></tr><tr><td>甲</td><td>1</td></tr></table>", "名 价\n甲 1"),
    ("<ul><li>一</li><li>二</li></ul>", "一\n二"),
    ("加<b>微</b><i>信</i>", "加微信"),
    ("一<script>x()</script><style>a{}</style><!-- 注 -->二", "一二"),
    ("一<noscript>请开启脚本</noscript><template>模板</template>二", "一二"),
    ("一<span style='DISPLAY : none'>藏</span><i hidden>藏</i><u style='visibility:hidden'>藏</u>二", "一二"),
    ("一<span style='font-size:0px'>藏</span><span style='font-size:0.9em'>显</span>二", "一显二"),
    ("一<textarea>框</textarea><select><option>选</option></select><button>按</button>二", "一二"),
    ("本帖最后由 某甲 于 2026-11-3 21:30 编辑<br>正文", "正文"),
    ("一\x00二", "一二"),
    ("&#xD800;一", "\ufffd一"),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_text(html: str, text: str) -> None:
    """Blocks and breaks end lines, spaces are joined, what nobody sees is left out."""
    assert detail(f'<div class="p"><div class="c">{html}</div></div>', POST).posts[0].text == text


GONE = [
    '<img src="/x.png" onerror="steal()" onclick=steal()>',
    "<script>steal()</script>",
    '<a href="java\nscript:steal()">字</a>',
    '<a href=" JAVASCRIPT:steal()">字</a>',
    '<iframe src="https://steal()"></iframe>',
    '<form action="steal()"><input value="steal()">字</form>',
    '<svg onload="steal()"><a xlink:href="steal()">字</a></svg>',
    '<img src="data:text/html,steal()">',
    "<style>@import 'steal()'</style>",
    '<div style="background:url(steal())">字</div>',
    "<!-- steal() -->",
    '<meta http-equiv="refresh" content="0;steal()">',
    '<p data-user="steal()" title="steal()">字</p>',
]


@pytest.mark.parametrize("html", GONE)
def test_fragment_is_harmless(html: str) -> None:
    """No script, event handler, frame, style or control of the page is in the fragment."""
    fragment = detail(f'<div class="p"><div class="c">正文{html}</div></div>', POST).posts[0].fragment
    assert "正文" in fragment
    assert "steal" not in fragment


PEOPLE = [
    '<span class="author">某甲</span>',
    '<a class="user-name" href="/u/某甲">某甲</a>',
    '<div class="postAuthor">某甲</div>',
    '<img class="avatar" src="/u/某甲.png" alt="某甲">',
    '<div class="signature">某甲的签名</div>',
    '<div class="sign">某甲的签名</div>',
    '<i class="pstatus">某甲编辑过</i>',
    '<span itemprop="author">某甲</span>',
    '<a rel="author">某甲</a>',
    '<span id="zuozhe">某甲</span>',
]


@pytest.mark.parametrize("html", PEOPLE)
def test_nobody_in_the_text(html: str) -> None:
    """Who wrote a post is in neither its text nor its fragment."""
    post = detail(f'<div class="p"><div class="c">{html}正文</div></div>', POST).posts[0]
    assert post.text == "正文"
    assert "某甲" not in post.fragment


def test_a_box_named_after_its_author() -> None:
    """A class that speaks of the author on the box of a whole text does not hide the text."""
    text = "这一段正文很长，" * 30
    post = detail(f'<div class="p"><div class="c"><div class="by-author">{text}</div></div></div>', POST).posts[0]
    assert post.text == text


QUOTES = [
    "<blockquote>别人的话</blockquote>",
    '<div class="quote">某甲：别人的话</div>',
    '<div class="bbcode_quote"><p>别人的话</p></div>',
    '<aside class="quote"><blockquote>别人的话</blockquote></aside>',
    "【 在 jia (某甲) 的大作中提到: 】<br>: 别人的话<br>: 别人的话<br>",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_replies_do_not_quote(quote: str) -> None:
    """A reply in a forum is without the words of others that it repeats, in text and fragment."""
    page = f'<div class="p"><div class="c">开头</div></div><div class="p"><div class="c">{quote}自己的话</div></div>'
    reply = detail(page, POST, kind="forum").posts[1]
    assert reply.text == "自己的话"
    assert "别人" not in reply.fragment
    assert "某甲" not in reply.fragment


def test_the_opening_has_nobody_to_quote() -> None:
    """The first post keeps what it sets off as a quotation, unless it says whose words they are."""
    quotes = "<blockquote>加群领取</blockquote><blockquote>某甲 写道：别人的话</blockquote>"
    page = f'<div class="p"><div class="c">{quotes}正文</div></div>'
    assert detail(page, POST, kind="forum").posts[0].text == "加群领取\n正文"


def test_lists_keep_quotations() -> None:
    """Outside of forums a block quotation is part of the text."""
    assert (
        detail('<div class="p"><div class="c"><blockquote>引</blockquote>文</div></div>', POST).posts[0].text
        == "引\n文"
    )


@pytest.mark.parametrize(
    ("tag", "around"), [("td", "<table><tr>{}</tr></table>"), ("li", "<ul>{}</ul>"), ("dd", "<dl>{}</dl>")]
)
def test_fragment_stands_alone(tag: str, around: str) -> None:
    """The fragment of a table's cell or list's item is HTML by itself: a parser finds the element in it."""
    cell = f'<{tag} class="c" id="c1">一<b>二</b></{tag}>'
    fragment = detail(around.format(cell), {"text": ".c"}, kind="forum").posts[0].fragment
    found = LexborHTMLParser(fragment).css_first(f"{tag}#c1.c")
    assert found is not None
    assert found.html == f'<{tag} class="c" id="c1">一<b>二</b></{tag}>'


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("作者：河边老张", ""),
        ("留言人: 小舟", ""),
        ("（责任编辑：河边老张）", ""),
        (
            "发布时间：2026-11-03 21:07 来源：河湾 作者：河边老张 浏览：12",
            "发布时间：2026-11-03 21:07 来源：河湾 浏览：12",
        ),
        ("这本书的作者：老张，写得好", "这本书的作者：老张，写得好"),
        ("联系人：老张 电话 13800000000", "联系人：老张 电话 13800000000"),
        ("发布人：加微信zheng", "发布人：加微信zheng"),
        ("发布人：老张13800000000", "发布人：老张13800000000"),
    ],
)
def test_who_wrote_it_is_not_said(said: str, left: str) -> None:
    """Who wrote, in plain words beside the text, is left out of text and HTML; a contact that an offer names stays."""
    (post,) = detail(f'<div class="p"><div class="c"><p>{said}</p><p>桥修好了</p></div></div>', POST).posts
    assert post.text == "\n".join(filter(None, [left, "桥修好了"]))
    assert "河边老张" not in post.fragment


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("/member/profile/3/", False),
        ("/people/3", False),
        ("home.php?mod=space&uid=3", False),
        ("/t/3", True),
        ("/usersguide", True),
    ],
)
def test_links_to_people_are_not_shown(href: str, shown: bool) -> None:
    """A short link to somebody's page is a name, whatever it is called; other links are text."""
    (post,) = detail(
        f'<div class="p"><div class="c">说明在 <a href="{href}">河边老张</a> 桥修好了</div></div>', POST
    ).posts
    assert ("河边老张" in post.text + post.fragment) is shown
    assert "桥修好了" in post.text
