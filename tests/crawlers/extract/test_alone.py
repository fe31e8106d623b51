"""A thread without replies, of a source without selectors: nothing repeats, and the one post is read all the same."""

import pytest

from .making import URL, detail

TEXT = "急售闲置电动车一辆，骑了两年，电池去年换的，价格好商量"
FLOOR = """<article class="floor" id="pid{n}">
<div class="who"><a class="name" href="/u/{n}">{who}</a><img class="avatar" src="/a/{n}.png">
<p class="rank">金牌街坊</p><p>帖子 409　积分 4130</p></div>
<div class="what"><div class="bar">发表于 <em>{when}</em><a href="#pid{n}">{place}</a></div>
<div class="message"><div class="say">{text}</div></div>
<div class="acts"><a href="/l">回复</a> 赞 8 举报</div></div></article>"""


def _thread(*texts: str, when: str = "刚刚") -> str:
    floors = "".join(
        FLOOR.format(n=n, who=f"石桥晚钟{n}", when=when, place="楼主" if n == 0 else f"{n} 楼", text=text)
        for n, text in enumerate(texts)
    )
    return (
        '<html><head><title>转让 - 论坛</title></head><body><div class="top">论坛 自己的街坊，自己的事</div>'
        '<section class="panel topic" id="thread-6102"><div class="topichead"><h1>转让</h1><p>查看 874 回复 0'
        f'<a href="/p">打印</a></p></div><div id="postlist">{floors}</div>'
        f'<div class="reply"><a href="/l">登录</a> 后才能回帖</div></section></body></html>'
    )


def test_the_one_post_alone() -> None:
    """Its own words, without who wrote it and the page around it."""
    (post,) = detail(_thread(TEXT), kind="forum").posts
    assert (post.key, post.title, post.text) == (f"{URL}#pid0", "转让", TEXT)
    assert "石桥晚钟" not in (post.fragment)


@pytest.mark.parametrize("when", ["刚刚", "3 分钟前", "昨天 09:58"])
def test_it_stays_the_same_post(when: str) -> None:
    """As time goes by, and once others reply, it is no other post and no edited one."""
    (first,) = detail(_thread(TEXT), kind="forum").posts
    later = detail(
        _thread(TEXT, "还在吗？我想周末过来看看车", "多少钱能出，电池有发票吗", when=when), kind="forum"
    ).posts
    assert len(later) == 3
    assert (later[0].key, later[0].title, later[0].text) == (first.key, first.title, first.text)


def test_a_card_beside_an_article_is_not_the_post() -> None:
    """Where most of the text stands elsewhere, what looks like a post is not taken for all there is."""
    article = f'<div class="content"><p>{TEXT}</p><p>{"这里写着很长的一段正文，说的是镇上的旧事。" * 12}</p></div>'
    card = FLOOR.format(n=1, who="某甲", when="刚刚", place="沙发", text="好文")
    (post,) = detail(f"<html><body><h1>旧事</h1>{article}{card}</body></html>", kind="forum").posts
    assert TEXT in post.text
