"""Drawn pages, by a real Chromium whose every request is asked by the visit's own client."""

import json
import re
from collections.abc import Iterator
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.errors import ExtractError, FetchError, NeedsSetup, Refused
from core.types import Page, Post
from crawlers.extract.types import Detail, Entry, Listing
from crawlers.limits import Limits
from crawlers.sources import Source
from crawlers.visit import Extractors
from tests.crawlers.conftest import AGENT, CHROMIUM, Answer, Patrol, Site, patrols, source

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
_ITEM = re.compile(r'<li id="(\w+)">(.*?)</li>')
_QUICK = Limits(request_seconds=3.0, back_off_seconds=0.05, draw_seconds=5.0)


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
