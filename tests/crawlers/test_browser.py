"""Drawn pages, by a real Chromium whose every request is asked by the visit's own client."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.errors import ExtractError, FetchError, NeedsSetup, Refused, TooMuch
from core.types import Page, Post
from crawlers.extract.types import Detail, Entry, Listing
from crawlers.limits import Limits
from crawlers.sources import Source
from crawlers.visit import Extractors
from tests.crawlers.conftest import AGENT, CHROMIUM, Answer, Patrol, Site, patrols, source

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
_ITEM = re.compile(r'<li id="(\w+)">(.*?)</li>')
_QUICK = Limits(request_seconds=3.0, back_off_seconds=0.05, refused_seconds=0.1, draw_seconds=5.0)


def read_drawn(page: Page, source: Source) -> Listing:
    """Entries are list items, which only a script makes."""
    items = _ITEM.findall(page.body.decode())
    if not items:
        raise ExtractError(f"{source.id} 没有条目", f"no entries in {source.id}")
    return Listing(tuple(Entry(key, None, post=Post(key, page.url, None, text)) for key, text in items))


def read_nothing(_page: Page, _source: Source) -> Detail:
    """These sources hold whole posts."""
    return Detail(())


DRAWN = Extractors(read_drawn, read_nothing, read_drawn)


@pytest.fixture(scope="module")
def patrol() -> Iterator[Patrol]:
    """One fleet and browser for these tests."""
    yield from patrols(_QUICK, DRAWN, browser=CHROMIUM)


def look(site: Site, path: str = "/", **given: Any) -> Source:
    """A source that has to be drawn, of a name of its own, since the patrol is shared."""
    name = f"drawn-{site.url.rpartition(':')[2]}"
    return source(site.url + path, id=name, drawn=True, whole=True, **given)


APP = """
const list = document.querySelector('ul');
const add = (key, text) => {
  const li = document.createElement('li'); li.id = key; li.textContent = text; list.append(li);
};
fetch('/api/posts').then(r => r.json()).then(posts => posts.forEach(([key, text]) => add(key, text)))
  .catch(() => { document.title = 'no posts' });
"""


def app(site: Site, body: str = "", script: str = APP, path: str = "/", src: str = "/app.js") -> None:
    """A page that shows its posts by script."""
    site.pages[path] = Answer(
        f'<meta charset="utf-8"><link rel="stylesheet" href="/style.css"><ul></ul>{body}<script src="{src}"></script>',
        headers={"Content-Type": "text/html", "Set-Cookie": "who=you"},
    )
    site.pages[src] = Answer(script, headers={"Content-Type": "text/javascript"})
    site.pages["/api/posts"] = Answer(json.dumps([["p1", "帖子一"], ["p2", "two"]]))


@needs_chromium
def test_a_drawn_page(site: Site, patrol: Patrol) -> None:
    """The document as scripts made it is handed on; pictures, fonts, styles and frames are not asked for."""
    app(site, '<img src="/i.png"><iframe src="/frame"></iframe><video src="/v.mp4"></video>')
    assert patrol.look(look(site)) == ["帖子一", "two"]
    page = patrol.pages[-1]
    assert page.drawn
    assert page.url == site.url + "/"
    assert "帖子一" in page.body.decode()
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/", "/app.js", "/api/posts"]
    assert {asked.headers["User-Agent"] for asked in site.asked} == {AGENT}
    assert not any({"Cookie", "Referer"} & set(asked.headers) for asked in site.asked)
    assert patrol.look(look(site)) == []
    assert site.paths() == ["/", "/app.js", "/api/posts", "/", "/api/posts"], "scripts are kept in memory"


@needs_chromium
def test_manners_hold_in_the_browser(site: Site, patrol: Patrol) -> None:
    """What a page asks for waits its turn as any other request does."""
    more = "for (let n = 0; n < 3; n++) fetch('/api/' + n);"
    app(site, script=APP + more)
    patrol.look(look(site, politeness={"delay": "0.15s"}))
    assert len(site.asked) == 7
    ordered = sorted(site.asked, key=lambda asked: asked.started)
    assert min(b.started - a.ended for a, b in pairwise(ordered)) >= 0.149


@needs_chromium
@pytest.mark.parametrize("disallowed", ["/api/", "/app.js"])
def test_robots_txt_holds_in_the_browser(site: Site, patrol: Patrol, disallowed: str) -> None:
    """A script does not get what robots.txt disallows, and the report says that this is why nothing was found."""
    app(site)
    site.pages["/robots.txt"] = Answer(f"User-agent: *\nDisallow: {disallowed}\n")
    report = patrol.visit(look(site))
    assert isinstance(report.problem, Refused)
    assert "robots.txt" in report.problem.en
    assert not any(path.startswith(disallowed) for path in site.paths())


ESCAPES = """
const there = '%s';
const tries = [
  () => fetch(there + '/fetch', {mode: 'no-cors'}),
  () => fetch('/hop', {mode: 'no-cors'}),
  () => navigator.sendBeacon(there + '/beacon', 'x'),
  () => new WebSocket(there.replace('http', 'ws') + '/socket'),
  () => new EventSource(there + '/events'),
  () => { new Image().src = there + '/image' },
  () => window.open(there + '/popup'),
  () => navigator.serviceWorker.register('/worker.js'),
  () => new Worker(URL.createObjectURL(new Blob([`fetch('${there}/worker', {mode: 'no-cors'})`]))),
  () => { const link = document.createElement('link'); link.rel = 'preload'; link.as = 'fetch';
          link.href = there + '/preload'; document.head.append(link) },
  () => { const frame = document.createElement('iframe'); frame.src = there + '/frame'; document.body.append(frame) },
  () => new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.2:3478'}]}).createDataChannel('x'),
];
for (const one of tries) { try { one() } catch (e) {} }
"""


@needs_chromium
def test_no_page_reaches_a_private_address(site: Site) -> None:
    """Whatever way a script tries, nothing of it arrives at an address that is not allowed."""
    for strict in patrols(_QUICK, DRAWN, browser=CHROMIUM, allowed=[ip_network("127.0.0.1/32")]):
        there = site.elsewhere
        app(site, script=APP + ESCAPES % there)
        site.pages["/hop"] = Answer(status=302, headers={"Location": there + "/hopped"})
        assert strict.look(look(site)) == ["帖子一", "two"]
        assert {asked.path for asked in site.asked} <= {"/robots.txt", "/", "/app.js", "/api/posts", "/hop"}
        assert all("127.0.0.2" not in asked.headers["Host"] for asked in site.asked)


@needs_chromium
def test_redirects_and_fragments(site: Site, patrol: Patrol) -> None:
    """A redirected document is drawn where it was found, so its links are right, and a fragment is kept for scripts."""
    app(site)
    site.pages["/d/"] = site.pages["/"]
    site.pages["/app.js"] = Answer(APP + "add('p3', location.pathname + location.hash)")
    site.pages["/old"] = Answer(status=301, headers={"Location": "/d/"})
    assert "/d/#/board" in patrol.look(look(site, "/old#/board"))
    assert patrol.pages[-1].redirects[0].startswith(site.url + "/old")


@needs_chromium
def test_a_page_that_hangs(site: Site, patrol: Patrol) -> None:
    """A script without end costs the time to draw and is a problem of its source; the next page is drawn."""
    app(site, script="for (;;) {}")
    assert isinstance(patrol.visit(look(site)).problem, FetchError)
    app(site, path="/fresh", src="/fresh.js")
    assert patrol.look(look(site, "/fresh")) == ["帖子一", "two"]


HUGE = "const s = 'x'.repeat(1 << 20); for (let n = 0; n < 12; n++) document.body.append(s + n);"
HUNGRY = "const all = []; for (;;) all.push(new Array(1 << 16).fill(Math.random()).map(n => ({n})));"
LYING = "Object.defineProperty(Element.prototype, 'outerHTML', {get: () => '<ul><li id=\"p9\">a lie</li></ul>'});"
POPUPS = "setInterval(() => { window.open('/'); location.hash = Math.random() }, 5);"
DIALOGS = "alert('stop'); confirm('stop'); print(); onbeforeunload = () => 'stay';"
LOADS = "for (let n = 0; n < 5000; n++) fetch('/api/more/' + n);"


@needs_chromium
@pytest.mark.parametrize("script", [HUGE, HUNGRY])
def test_pages_that_fill_the_memory(site: Site, patrol: Patrol, script: str) -> None:
    """A page that draws without end, or whose script takes all memory, costs its source only."""
    app(site, script=APP + script)
    before = psutil.Process().memory_info().rss
    assert isinstance(patrol.visit(look(site)).problem, FetchError)
    assert psutil.Process().memory_info().rss - before < 200_000_000
    app(site, path="/fresh", src="/fresh.js")
    assert patrol.look(look(site, "/fresh")) == ["帖子一", "two"]


@needs_chromium
def test_a_page_that_draws_too_much(site: Site) -> None:
    """Is measured in the browser, and not read."""
    app(site, script=APP + "document.body.append('x'.repeat(100000))")
    for small in patrols(replace(_QUICK, page_bytes=50_000), DRAWN, browser=CHROMIUM):
        problem = small.visit(look(site)).problem
        assert isinstance(problem, TooMuch)
        assert "as drawn is larger than 0.05 MB" in problem.en


@needs_chromium
@pytest.mark.parametrize("script", [LYING, POPUPS, DIALOGS])
def test_pages_that_resist(site: Site, patrol: Patrol, script: str) -> None:
    """Neither what a script redefines nor what it opens or asks keeps its posts from being read."""
    app(site, script=script + APP, src="/resist.js")
    assert patrol.look(look(site)) == ["帖子一", "two"]


@needs_chromium
def test_pages_that_ask_without_end(site: Site, patrol: Patrol) -> None:
    """A page gets a hundred answers and no more, each in its turn."""
    app(site, script=APP + LOADS, src="/loads.js")
    patrol.visit(look(site))
    assert len(site.paths()) <= 102
    ordered = sorted(site.asked, key=lambda asked: asked.started)
    assert all(after.started >= before.ended for before, after in pairwise(ordered))


@needs_chromium
def test_a_captcha_is_not_drawn(site: Site, patrol: Patrol) -> None:
    """A page that asks for proof of being human is refused before any script of it has run."""
    site.pages["/"] = Answer(
        "<title>Just a moment...</title><div id=cf-chl-widget></div><script src=/solve.js></script>",
        headers={"Content-Type": "text/html"},
    )
    problem = patrol.visit(look(site)).problem
    assert isinstance(problem, Refused)
    assert "proof of being human" in problem.en
    assert site.paths() == ["/"]


@needs_chromium
def test_a_pause_holds_in_the_browser(site: Site, patrol: Patrol) -> None:
    """What a script asks for waits for as long as an answer to it has told the patrol to wait."""
    app(site, script=APP.replace("/api/posts')", "/api/busy').then(() => fetch('/api/posts'))"), src="/busy.js")
    site.pages["/api/busy"] = Answer(status=429, headers={"Retry-After": "1"})
    assert patrol.look(look(site)) == ["帖子一", "two"]
    busy, posts = (next(one for one in site.asked if one.path == path) for path in ("/api/busy", "/api/posts"))
    assert posts.started - busy.ended >= 0.99


@needs_chromium
def test_no_process_is_left() -> None:
    """Closing a fleet ends its browser and all that came with it."""
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    made = Site()
    app(made)
    for patrol in patrols(_QUICK, DRAWN, browser=CHROMIUM):
        patrol.look(look(made))
        ours = [one for one in psutil.Process().children(recursive=True) if one.pid not in before]
        assert any("chrom" in process.name() for process in ours)
    made.close()
    gone, alive = psutil.wait_procs(ours, timeout=5)
    assert len(gone) > 1
    assert alive == []


@pytest.mark.parametrize("browser", [None, Path("/nowhere/chromium")])
def test_without_a_browser_the_source_is_skipped(site: Site, browser: Path | None) -> None:
    """A drawn source without a browser is no broken source: the report says what to install."""
    app(site)
    for patrol in patrols(_QUICK, DRAWN, browser=browser):
        report = patrol.visit(look(site))
        assert report.problem is None
        assert isinstance(report.skipped, NeedsSetup)
        assert "Chromium" in report.skipped.zh
        assert (site.asked == []) is (browser is None)
