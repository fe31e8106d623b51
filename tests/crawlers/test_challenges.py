"""A page that answers 200 and asks for proof of being human is an answer: told, left alone for longer, never solved."""

from collections.abc import Iterator

import pytest

from core.errors import Refused
from core.types import Page
from crawlers.challenges import is_challenge, may_be_challenge
from crawlers.extract import feeds, pages
from crawlers.limits import Limits
from crawlers.visit import Extractors
from tests.crawlers.conftest import Answer, Patrol, Site, at, patrols, source
from tests.crawlers.test_polite_visits import assert_doubled_and_forgiven, gaps

REAL = Extractors(pages.listing, pages.detail, feeds.feed)
LIMITS = Limits(request_seconds=2.0, back_off_seconds=0.05, refused_seconds=0.2)

CAPTCHAS = {
    "slider": "<title>滑动验证页面</title><script src='/aliyun_waf.js'></script><p>请完成安全验证后继续访问</p>",
    "letters": "<title>验证码</title><form action=/check><img src=/captcha.png><input name=code></form>",
    "search": "<title>百度安全验证</title><div>网络不给力，请稍后重试</div><a href=/help>问题反馈</a>",
    "box": "<title>Just a moment...</title><div id=cf-chl-widget></div><noscript>Enable JavaScript</noscript>",
    "words": "<div class=geetest_box></div><p>请拖动下方滑块，确认您是真人</p>",
    "english": "<div class=g-recaptcha></div><p>Please verify you are a human to continue.</p>",
    "traditional": "<title>安全驗證</title><p>請完成下列驗證</p>",
}
PAGES = {
    "an offer of codes": "<title>接码平台 - 小镇论坛</title><h1>接码平台</h1><p>代收验证码，五毛一条，加 QQ</p>",
    "a form below": "<title>求购</title><p>收旧自行车，镇上自提。</p><form>验证码<img src=/captcha.png></form>",
    "a talk of it": "<title>这个验证码怎么过</title><p>登录时滑动验证总是失败，大家遇到过吗？换了浏览器也不行。</p>",
    "a warning": "<title>不要把验证码告诉别人</title><p>请完成学习并转告家人：任何人索要验证码都是诈骗。</p>",
    "nothing of it": "<title>卖萝卜</title><p>自家种的</p>",
}


def page(body: str | bytes, **headers: str) -> Page:
    """A page with this body."""
    raw = body.encode() if isinstance(body, str) else body
    pairs = {"content-type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Page("http://a.test/", 200, tuple(pairs.items()), raw, at())


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("case", CAPTCHAS)
def test_captchas_are_known(case: str, charset: str) -> None:
    """By what they say of themselves, in any charset."""
    found = page(f"<meta charset={charset}>{CAPTCHAS[case]}".encode(charset))
    assert is_challenge(found)
    assert may_be_challenge(found)


@pytest.mark.parametrize("case", PAGES)
def test_posts_are_not_taken_for_captchas(case: str) -> None:
    """A post that speaks of codes, sells them, or stands above a form with one, is a post."""
    assert not is_challenge(page(PAGES[case]))


def test_bounds() -> None:
    """A header says it whatever the page holds; a large page is none; and no page takes long to judge."""
    assert is_challenge(page("<p>x</p>" * 9000, cf_mitigated="challenge"))
    assert not is_challenge(page(CAPTCHAS["slider"] + "<p>正文</p>" * 9000))
    for body in ("<" * 29_000, "<title>" * 4000, "<script>" * 3500, "<!--" * 7000, "captcha请完成" * 1500):
        assert not is_challenge(page("captcha" + body))


@pytest.fixture
def patrol() -> Iterator[Patrol]:
    """A patrol that reads real pages, and leaves a host that says no alone for a short while."""
    yield from patrols(LIMITS, REAL)


LISTED = "<ul>" + "".join(f'<li><a href="/p/{n}">第{n}个主题的标题</a> 2026-11-03</li>' for n in range(9)) + "</ul>"


@pytest.mark.parametrize("case", CAPTCHAS)
@pytest.mark.parametrize("chosen", [True, False])
def test_a_list_behind_a_captcha(site: Site, patrol: Patrol, case: str, chosen: bool) -> None:
    """Is refused, with a sentence that says so in both languages, and nothing of the captcha is asked for."""
    site.pages["/"] = Answer(CAPTCHAS[case], headers={"Content-Type": "text/html; charset=utf-8"})
    selectors = {"item": "li.topic", "link": "a"} if chosen else {}
    problem = patrol.visit(source(site.url + "/", selectors=selectors)).problem
    assert isinstance(problem, Refused)
    assert "proof of being human" in problem.en
    assert "人机验证" in problem.zh
    assert site.paths() == ["/"]


def test_a_post_behind_a_captcha(site: Site, patrol: Patrol) -> None:
    """Ends the visit, and the post is asked for again another time, since nobody has seen it yet."""
    site.pages["/"] = Answer(LISTED, headers={"Content-Type": "text/html; charset=utf-8"})
    html = {"Content-Type": "text/html; charset=utf-8"}
    for n in range(9):
        site.pages[f"/p/{n}"] = Answer(CAPTCHAS["slider"], headers=html)
    look = source(site.url + "/")
    assert isinstance(patrol.visit(look).problem, Refused)
    assert (site.paths(), patrol.handled) == (["/", "/p/0"], [])
    for n in range(9):
        site.pages[f"/p/{n}"] = Answer(
            f"<h1>题{n}</h1><p>这里是第{n}个帖子的正文，写得足够长，算一段话。</p>", headers=html
        )
    patrol.visit(look)
    assert len(patrol.handled) == 9


def test_it_is_left_alone_for_longer_each_time(site: Site, patrol: Patrol) -> None:
    """Each further captcha doubles the pause; a page without one ends that."""
    site.pages["/robots.txt"] = Answer(status=404)
    html = {"Content-Type": "text/html; charset=utf-8"}
    no = Answer(CAPTCHAS["slider"], headers=html)
    left = [no, no, no, Answer("<li class=t>a</li>", headers=html), no]
    site.pages["/"] = lambda _: left.pop(0) if left else no
    look = source(site.url + "/", whole=True, selectors={"item": "li.t", "text": "@class"})
    for _ in range(6):
        patrol.visit(look)
    waited = gaps([asked for asked in site.asked if asked.path == "/"])
    assert_doubled_and_forgiven(waited)
