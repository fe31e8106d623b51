"""Sites that mean harm: each costs bounded time and memory, and ends as a problem that says what it was."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import ExtractError, FetchError, LurewatchError, Refused, Retry, TooMuch
from core.types import Page
from crawlers.extract import feeds, pages
from crawlers.extract.types import Listing
from crawlers.limits import Limits
from crawlers.report import VisitReport
from crawlers.sources import Source
from crawlers.visit import Extractors
from tests.crawlers import hostile
from tests.crawlers.conftest import Patrol, patrols, source
from tests.crawlers.hostile import CHUNKED, START, Behave, Hostile, answer, chunk, elsewhere, forever, silent, wire

REAL = Extractors(pages.listing, pages.detail, feeds.feed)
BOUNDS = Limits(request_seconds=2.0, back_off_seconds=0.02, refused_seconds=0.1, visit_seconds=60.0)
SECONDS = 25.0  # against a hang; most take under three
MEGABYTES = 400  # what a visit may take beyond what was there, of which the page itself may be 10
STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


@pytest.fixture
def server() -> Iterator[Hostile]:
    """A hostile server."""
    yield from hostile.running()


@pytest.fixture
def patrol() -> Iterator[Patrol]:
    """A patrol that reads pages as the product does."""
    yield from patrols(BOUNDS, REAL)


def memory(name: str) -> int:
    """A line of this process's memory, in megabytes: VmRSS now, VmHWM at its highest."""
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    assert found is not None
    return int(found[1]) // 1024


def bounded(patrol: Patrol, look: Source) -> VisitReport:
    """A visit, which has to end in time and without taking much memory."""
    CLEAR.write_text("5")  # the highest point is measured from here on
    before, began = memory("VmRSS"), time.monotonic()
    report = patrol.visit(look)
    assert time.monotonic() - began < SECONDS
    assert memory("VmHWM") - before < MEGABYTES
    return report


def told(report: VisitReport, kind: type[LurewatchError], said: str) -> None:
    """The report has a problem of this kind, in both languages."""
    assert isinstance(report.problem, kind), report.problem
    assert said in report.problem.en
    assert re.search("[一-鿿]", report.problem.zh)


BOMBS: dict[str, Callable[[int], bytes]] = {
    "gzip": hostile.gzip_bomb,
    "deflate": lambda size: hostile.gzip_bomb(size, 15),
    "br": hostile.brotli_bomb,
    "zstd": hostile.zstd_bomb,
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_bombs(server: Hostile, patrol: Patrol, encoding: str) -> None:
    """A small answer that unpacks to 300 MB is given up at the bound of a page."""
    bomb = BOMBS[encoding](300)
    assert len(bomb) < 2_000_000
    server.answers["/"] = answer(bomb, Content_Encoding=encoding)
    server.answers["/robots.txt"] = hostile.missing
    told(bounded(patrol, source(server.url + "/")), TooMuch, "10 MB")
    assert server.paths() == ["/"]


def test_a_bomb_in_a_bomb(server: Hostile, patrol: Patrol) -> None:
    """An answer that is compressed over and over is not unpacked at all."""
    body = hostile.gzip_bomb(1)
    server.answers["/list"] = answer(body, Content_Encoding=", ".join(["gzip"] * 1000))
    told(bounded(patrol, source(server.url + "/list")), TooMuch, "compressed many times")


FLOODS: dict[str, tuple[Behave, type[LurewatchError], str]] = {
    "a body without end": (forever(CHUNKED, chunk(bytes(65536))), TooMuch, "10 MB"),
    "a body without end or length": (forever(START + b"\r\n", bytes(65536)), TooMuch, "10 MB"),
    "a promise of too much": (wire(START + b"Content-Length: 99999999999\r\n\r\nx"), TooMuch, "10 MB"),
    "headers without end": (forever(START, b"X-Filler: " + b"y" * 900 + b"\r\n"), TooMuch, "without end"),
    "short headers without end": (forever(START, b"a:b\r\n" * 1000), TooMuch, "without end"),
    "one header without end": (forever(START + b"X-Filler: ", b"y" * 65536), FetchError, ""),
    "interim answers without end": (forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500), TooMuch, "without end"),
    "pieces of one byte": (forever(CHUNKED, chunk(b"x", b";" + b"y" * 500) * 100), TooMuch, ""),
    "cookies without end": (forever(START, b"Set-Cookie: a=" + b"y" * 4000 + b"\r\n"), TooMuch, "without end"),
}


@pytest.mark.parametrize("case", FLOODS)
def test_floods(server: Hostile, patrol: Patrol, case: str) -> None:
    """What a site sends without end is cut off, and is no reason to ask again."""
    behave, kind, said = FLOODS[case]
    server.answers["/list"] = behave
    told(bounded(patrol, source(server.url + "/list")), kind, said)
    assert len(server.paths()) <= 3


DRIPS: dict[str, Behave] = {
    "the body": forever(CHUNKED, chunk(b"x"), 0.1),
    "the headers": forever(START, b"X-Filler: y\r\n", 0.1),
    "the status": forever(b"", b"H", 0.1),
    "nothing": silent,
    "a body that stops short": wire(START + b"Content-Length: 100\r\n\r\nx", b"y"),
}


@pytest.mark.parametrize("case", list(DRIPS)[:-1])
def test_drips(server: Hostile, patrol: Patrol, case: str) -> None:
    """An answer that comes drop by drop ends with the time of a request, however often a drop comes."""
    server.answers["/list"] = DRIPS[case]
    began = time.monotonic()
    told(bounded(patrol, source(server.url + "/list")), Retry, "2 s")
    assert time.monotonic() - began < 8
    assert server.paths() == ["/list"], "a slow site is not asked again in the same visit"


LISTED = "<ul>" + "".join(f'<li><a href="/p/{n}">第{n}个主题的标题</a> 11-03</li>' for n in range(9)) + "</ul>"
LENGTHS: dict[str, tuple[bytes, type[LurewatchError] | None]] = {
    "longer than the body": (b"Content-Length: 99999\r\n\r\n<p>", Retry),
    "shorter than the body": (b"Content-Length: 10\r\n\r\n" + LISTED.encode(), ExtractError),
    "two that differ": (b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n<html>", FetchError),
    "below nought": (b"Content-Length: -5\r\n\r\n<html>", FetchError),
    "no number": (b"Content-Length: many\r\n\r\n<html>", FetchError),
    "beyond all numbers": (b"Content-Length: " + b"9" * 400 + b"\r\n\r\n<html>", FetchError),
    "beside chunks": (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nxyz", FetchError),
}


@pytest.mark.parametrize("case", LENGTHS)
def test_wrong_lengths(server: Hostile, patrol: Patrol, case: str) -> None:
    """A Content-Length that is wrong costs the page, not the patrol."""
    rest, kind = LENGTHS[case]
    server.answers["/list"] = wire(START + rest)
    told(bounded(patrol, source(server.url + "/list")), kind or FetchError, "")
    assert len(server.paths()) <= 3


GARBAGE = {
    "no HTTP": b"\x00\xff\xfe garbage\r\n\r\n",
    "an old one": b"<html>an answer of HTTP/0.9</html>",
    "nothing": b"",
    "a status of letters": b"HTTP/1.1 OK fine\r\n\r\n",
    "a status beyond all": b"HTTP/1.1 999999999 x\r\nContent-Length: 0\r\n\r\n",
    "a header of NULs": START + b"X\x00Y: \x00\x00\r\nContent-Length: 1\r\n\r\nx",
    "broken chunks": CHUNKED + b"zz\r\nabc\r\n",
    "a chunk beyond all": CHUNKED + b"f" * 64 + b"\r\nabc\r\n",
    "bad gzip": START + b"Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\nnogzip",
    "bad brotli": START + b"Content-Encoding: br\r\nContent-Length: 6\r\n\r\nnobrot",
    "a Location that is none": b"HTTP/1.1 302 x\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    "a port that is none": b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage(server: Hostile, patrol: Patrol, case: str) -> None:
    """What is no answer at all is a problem of the source, told in both languages."""
    server.answers["/list"] = wire(GARBAGE[case])
    report = bounded(patrol, source(server.url + "/list"))
    told(report, LurewatchError, "")
    assert not isinstance(report.problem, ExtractError) or case in {"a header of NULs", "a status beyond all"}
    assert len(server.paths()) <= 3
    assert "program failed" not in str(report.problem)


def test_redirects_without_end(server: Hostile, patrol: Patrol) -> None:
    """Redirects that always lead somewhere new are followed five times."""
    server.answers["/r/"] = elsewhere(lambda path: f"/r/{int(path.rpartition('/')[2]) + 1}")
    told(bounded(patrol, source(server.url + "/r/0")), TooMuch, "redirects more than 5 times")
    assert len(server.paths()) == 6


def test_lists_without_end(server: Hostile, patrol: Patrol) -> None:
    """A list whose every page is full of new posts, and leads to another, is read to the bounds of the source."""

    def page(to: hostile.Wire, call: hostile.Call) -> None:
        at = int(call.path.rpartition("/")[2])
        rows = "".join(f'<li class="t"><a href="/none/{at}-{n}">第{n}个主题的标题</a></li>' for n in range(20))
        answer(f'<ul>{rows}</ul><a class="next" href="/list/{at + 1}">下一页</a>')(to, call)

    server.answers["/list/"] = page
    selectors = {"item": "li.t", "link": "a", "next": "a.next"}
    report = bounded(patrol, source(server.url + "/list/0", selectors=selectors, bounds={"list_pages": 4}))
    assert [path for path in server.paths() if path.startswith("/list/")] == [f"/list/{n}" for n in range(4)]
    assert report.entries == 80


def test_a_calendar_without_end(server: Hostile, patrol: Patrol) -> None:
    """A calendar, where every day leads to the next and each is an empty page, ends with the bounds as well."""

    def day(to: hostile.Wire, call: hostile.Call) -> None:
        at = int(call.path.rpartition("=")[2] or 0)
        links = "".join(f'<td><a href="/day?d={at + n}">{n}</a></td>' for n in range(1, 31))
        answer(f'<table><tr>{links}</tr></table><a rel="next" href="/cal?d={at + 30}">下个月</a>')(to, call)

    server.answers["/cal"] = server.answers["/day"] = day
    look = source(server.url + "/cal?d=0", bounds={"list_pages": 3, "post_pages": 2})
    report = bounded(patrol, look)
    assert 1 <= len(server.paths()) <= 3 + 3 * 30 * 2
    assert report.entries <= 3 * 31


HUGE = {
    "a list of 100,000": "".join(f'<li class="t"><a href="/p/{n}">一个主题的标题</a></li>' for n in range(100_000)),
    "deep": "<div>" * 300_000 + "正文",
    "deep and balanced": "<div>" * 100_000 + "正文" + "</div>" * 100_000,
    "deep tables": "<table><tr><td>" * 100_000 + "正文",
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(300_000)) + ">正文",
    "open tags": "<a" * 2_000_000,
    "one long line": "字" * 3_000_000,
}


@pytest.mark.parametrize("chosen", [True, False])
@pytest.mark.parametrize("case", HUGE)
def test_huge_pages(server: Hostile, patrol: Patrol, case: str, chosen: bool) -> None:
    """Pages built to be hard to read are read to a bound, or refused; the event loop is never held for long."""
    server.answers["/list"] = answer(HUGE[case])
    selectors = {"item": "li.t", "link": "a", "next": "a.next"} if chosen else {}
    report = bounded(patrol, source(server.url + "/list", selectors=selectors))
    told(report, LurewatchError, "")
    assert report.entries <= 2000


def test_a_page_of_many_posts(server: Hostile, patrol: Patrol) -> None:
    """A list of 100,000 items that hold whole posts gives no post, since it may be anything."""
    rows = "".join(f'<li class="t" id="{n}"><b>题目</b><p>正文正文</p></li>' for n in range(100_000))
    server.answers["/list"] = answer(f"<ul>{rows}</ul>")
    selectors = {"item": "li.t", "key": "@id", "title": "b", "text": "p"}
    report = bounded(patrol, source(server.url + "/list", whole=True, selectors=selectors))
    told(report, ExtractError, "expected 1 to 500")
    assert patrol.handled == []


FEEDS = {
    "a billion laughs": '<!DOCTYPE x [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><rss><channel><item><guid>1</guid><title>&j;</title></item></channel></rss>",
    "one from a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    "<rss><channel><item><guid>1</guid><title>t</title><description>&a;</description></item></channel></rss>",
    "many items": "<rss><channel>" + "<item><guid>1</guid><title>t</title></item>" * 100_000 + "</channel></rss>",
    "deep json": "[" * 1_000_000,
}


@pytest.mark.parametrize("case", FEEDS)
def test_feeds(server: Hostile, patrol: Patrol, case: str) -> None:
    """A feed unfolds no entities, reads no files, and gives no more than a list does."""
    server.answers["/feed"] = answer(FEEDS[case])
    report = bounded(patrol, source(server.url + "/feed", kind="feed"))
    assert report.entries <= 2000
    hostname = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else "no such thing"
    assert not any("hahahaha" * 100 in text or hostname in text for text in patrol.handled)


def test_the_worst_does_not_hold_the_loop(server: Hostile) -> None:
    """While huge pages are read in worker threads, another source is visited as if there were none."""
    body = HUGE["deep and balanced"]
    server.answers["/list"] = answer(body)
    server.answers["/good"] = answer(LISTED)

    def slow(page: Page, look: Source) -> Listing:
        if "good" in look.url:
            return Listing(())
        return pages.listing(page, look)

    for patrol in patrols(BOUNDS, Extractors(slow, pages.detail, feeds.feed)):
        bad = patrol.fleet.visit(source(server.url + "/list", id="bad"), patrol.handle)
        began = time.monotonic()
        assert isinstance(patrol.visit(source(server.url + "/good", id="good")).problem, ExtractError | Refused)
        assert time.monotonic() - began < 5
        assert bad.result(SECONDS).problem is not None
