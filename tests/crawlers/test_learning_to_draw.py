"""Sources that learn which pages need a browser, patrolled on loopback with a real Chromium and a real store."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.errors import ExtractError, Refused
from tests.crawlers.conftest import SECONDS, Answer, Asked, Site
from tests.crawlers.learning import (
    HTML,
    LIMITS,
    SELECTORS,
    Round,
    asked_by_scripts,
    auto,
    board,
    by_script,
    by_server,
    html,
    rounds,
    town,
    words,
)
from tests.desk import Desk


@pytest.fixture
def patrol(tmp_path: Path) -> Iterator[Round]:
    """A patrol with a browser."""
    yield from rounds(tmp_path)


def test_scripts_fill_the_page_and_then_the_server_does(site: Site, patrol: Round, tmp_path: Path) -> None:
    """Learnt at the first visit, kept over a restart, and given up within ten visits after the site has moved."""
    town(site, by_script, 1, 2)
    one = auto(site, bounds={"recheck": 1})
    assert patrol.look(one) == [words(1), words(2)]
    assert [page.drawn for page in patrol.pages] == [True, True]
    first = patrol.ways(one)
    assert {sort: way.drawn for sort, way in first.items()} == {"list": True, "post": True}
    for later in rounds(tmp_path):
        town(site, by_script, 3, 1, 2)
        assert later.look(one) == [words(3)]
        assert later.ways(one)["list"] == replace(first["list"], left=first["list"].left - 1)
        town(site, by_server, 3, 1, 2)
        visits = 0
        while any(way.drawn for way in later.ways(one).values()):
            assert later.look(one) == [], "nothing is new, however it is fetched"
            visits += 1
            assert visits <= 10
        site.asked.clear()
        town(site, by_server, 4, 3, 1, 2)
        assert later.look(one) == [words(4)]
        assert later.pages[-1].drawn is False
        assert asked_by_scripts(site) == []


def test_posts_alone_may_need_the_browser(site: Site, patrol: Round) -> None:
    """The kinds of pages of a source are learnt apart: its list stays on HTTP, and is asked for on condition."""
    town(site, by_script, 1, 2)
    whole = html(board(1, 2))
    etag = {"ETag": '"v1"'}

    def answer(asked: Asked) -> Answer:
        same = asked.headers.get("If-None-Match") == '"v1"'
        return Answer(status=304, headers=etag) if same else replace(whole, headers={**HTML, **etag})

    site.pages["/board"] = answer
    one = auto(site)
    assert patrol.look(one) == [words(1), words(2)]
    assert {sort: way.drawn for sort, way in patrol.ways(one).items()} == {"list": False, "post": True}
    assert patrol.visit(one).not_modified


REFUSALS = {
    "401": Answer("who", 401),
    "403": Answer("no", 403),
    "429": Answer("slow", 429, {"Retry-After": "1"}),
    "503": Answer("later", 503, {"Retry-After": "1"}),
    "captcha": Answer(
        "<meta charset=utf-8><title>安全验证</title><p>请完成验证<script src=/solve.js></script>", headers=HTML
    ),
    "widget": Answer("<title>城</title><div id=geetest></div><script src=/solve.js></script>", headers=HTML),
}


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_an_answer_is_no_reason_for_a_browser(site: Site, patrol: Round, answer: Answer) -> None:
    """A refusal, a pause or a demand to prove oneself: no browser is started, no script is asked for."""
    site.pages["/board"] = answer
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    assert patrol.visit(auto(site)).problem is not None
    assert set(site.paths()) == {"/board"}
    assert {process.pid for process in psutil.Process().children(recursive=True)} <= before
    assert not any(way.drawn for way in patrol.ways(auto(site)).values())


def test_a_kind_that_is_drawn_is_not_drawn_where_it_is_refused(site: Site, patrol: Round) -> None:
    """What was learnt before does not turn a refusal into something to draw."""
    town(site, by_script, 1, 2)
    patrol.look(auto(site))
    site.asked.clear()
    for refusal in ("403", "widget", "captcha"):
        site.pages["/board"] = REFUSALS[refusal]
        assert isinstance(patrol.visit(auto(site)).problem, Refused)
    assert set(site.paths()) == {"/board"}
    assert patrol.ways(auto(site))["list"].drawn


def test_robots_txt_is_no_reason_for_a_browser(site: Site, patrol: Round) -> None:
    """A page that robots.txt disallows is not asked for in either way."""
    town(site, by_script, 1, 2)
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /board\n")
    assert isinstance(patrol.visit(auto(site)).problem, Refused)
    assert site.paths() == []
    assert patrol.ways(auto(site)) == {}


@pytest.mark.parametrize("browser", [None, Path("/nowhere/chromium")])
def test_without_a_browser_the_source_stays_on_http(site: Site, tmp_path: Path, browser: Path | None) -> None:
    """The report says that a browser might help and what to install; nothing is learnt from it."""
    town(site, by_script, 1, 2)
    for patrol in rounds(tmp_path, browser):
        report = patrol.visit(auto(site))
        assert report.skipped is None
        assert isinstance(report.problem, ExtractError)
        assert "也许要用浏览器" in report.problem.zh
        assert "apt install chromium" in report.problem.en
        assert not any(way.drawn for way in patrol.ways(auto(site)).values())
        town(site, by_server, 1, 2)
        assert patrol.look(auto(site)) == [words(1), words(2)]


def test_a_browser_that_shows_no_more_rests(site: Site, patrol: Round) -> None:
    """A page that is just empty costs one drawing in ten visits, and its own error is told."""
    site.pages["/board"] = html("", "<script src=/app.js></script>")
    site.pages["/app.js"] = Answer("1", headers={"Content-Type": "text/javascript", "Cache-Control": "no-store"})
    for _ in range(4):
        assert isinstance(patrol.visit(auto(site)).problem, ExtractError)
    assert asked_by_scripts(site) == ["/app.js"]


HEAVY = """<img src=/i.png><picture><source srcset=/i.webp><img src=/j.png></picture><video src=/v.mp4 autoplay></video>
<audio src=/a.mp3 autoplay></audio><link rel="shortcut icon" href=/favicon.ico><object data=/o.swf></object>
<style>@font-face{font-family:F;src:url(/f.woff2)} main{font-family:F;background:url(/b.png)}</style>
<script>new FontFace('G', 'url(/g.woff2)').load().catch(() => 0); new Image().src = '/k.png';</script>"""


def test_pictures_fonts_and_media_are_not_asked_for(site: Site, patrol: Round) -> None:
    """Neither by the page's tags and styles nor by its scripts."""
    by_script(site, "/board", "".join(f"<li class=post id=w{n}><p class=words>{words(n)}</p></li>" for n in (1, 2)))
    page = site.pages["/board"]
    assert isinstance(page, Answer)
    site.pages["/board"] = replace(page, body=f"{page.body!s}{HEAVY}")
    assert patrol.look(auto(site, whole=True)) == [words(1), words(2)]
    assert set(site.paths()) == {"/board", "/app.js", "/api/board"}


def chromium() -> set[int]:
    """The processes of our browsers."""
    ours = psutil.Process().children(recursive=True)
    return {one.pid for one in ours if one.is_running() and "chrom" in one.name()}


def settled(most: int) -> int:
    """How many processes our browsers have, once those that are ending have ended: ``most``, or more after 5 s."""
    until = time.monotonic() + 5
    while len(chromium()) > most and time.monotonic() < until:
        time.sleep(0.05)
    return len(chromium())


def test_many_pages_leave_no_processes(site: Site, tmp_path: Path) -> None:
    """Forty pages, two at a time, contexts and browsers renewed on the way: no more processes, and none at the end."""
    for number in range(40):
        by_script(site, f"/t/{number}", f"<p class=words>{words(number)}</p>")
    for patrol in rounds(tmp_path, limits=replace(LIMITS, context_pages=10, browser_pages=25)):
        browsers, most = set(), 99
        for first in range(0, 40, 20):
            site.pages["/a"], site.pages["/b"] = (html(board(*range(at, at + 10))) for at in (first, first + 10))
            both = (
                auto(site, "/a", id="aa"),
                auto(site, "/b", id="bb").model_copy(update={"url": f"{site.elsewhere}/b"}),
            )
            for future in [patrol.fleet.visit(one, patrol.handle) for one in both]:
                assert future.result(SECONDS).problem is None
            most = len(chromium()) if first == 0 else most
            assert settled(most) <= most
            browsers.add(min(chromium()))
        left = [psutil.Process(pid) for pid in chromium()]
        assert sorted(patrol.handled) == sorted(map(words, range(40)))
        assert len(browsers) > 1, "the first browser was worn after 25 pages"
    assert psutil.wait_procs(left, timeout=5)[1] == []
    assert chromium() == set()


def test_why(desk: Desk) -> None:
    """After a real patrol ``sources why`` names the way of each kind of page, in both languages and as JSON."""
    town(desk.site, by_script, 1, 2)
    by_server(desk.site, "/board", board(1, 2))
    text = (
        f"id: learns\nname: 镇口\nurl: {desk.site.url}/board\ndrawn: auto\npoliteness: {{delay: 0s}}\n"
        f"expect: {{least: 2}}\nselectors: {json.dumps(SELECTORS)}\n"
    )
    (desk.home / "sources" / "learns.yml").write_text(text, encoding="utf-8")
    assert "现在还没有巡查结果" in desk.run("sources", "why", "learns").out
    assert desk.run("patrol", "--once").code == 0
    zh, en = desk.run("sources", "why", "learns").out, desk.run("--lang", "en", "sources", "why", "learns").out
    assert "列表页：自 20" in zh
    assert "起用浏览器（1 种），因为 HTTP 看不到正文；每 10 次再比一次 HTTP。" in zh
    assert "List pages: HTTP since 20" in en
    assert "Posts' pages: the browser since 20" in en
    row = json.loads(desk.run("sources", "why", "learns", "--json").out)["fetching"]
    assert row["drawn"] == "auto"
    assert [(one["pages"], one["drawn"], one["kinds"]) for one in row["learnt"]] == [
        ("list", False, 1),
        ("post", True, 1),
    ]
