"""robots.txt as sites really serve it: missing, broken, moved, huge, odd in its bytes, or without an end."""

from collections.abc import Iterator

import pytest

from core.errors import Refused
from crawlers.limits import Limits
from crawlers.robots import READ_BYTES, read
from tests.crawlers import hostile
from tests.crawlers.conftest import Answer, Patrol, Site, patrols, source
from tests.crawlers.hostile import CHUNKED, START, Behave, Hostile, answer, chunk, forever, silent, wire
from tests.crawlers.test_hostile import bounded

LIST = '{"entries": [{"key": "1", "text": "a"}], "next": null}'
NO = "User-agent: *\nDisallow: /\n"


@pytest.fixture
def server() -> Iterator[Hostile]:
    """A hostile server with one list."""
    for made in hostile.running():
        made.answers["/list"] = answer(LIST)
        yield made


@pytest.fixture
def patrol() -> Iterator[Patrol]:
    """A patrol in a hurry."""
    yield from patrols(Limits(request_seconds=1.5, back_off_seconds=0.02, refused_seconds=0.05))


CASES: dict[str, tuple[Behave, bool]] = {
    "404": (answer("", "404 Not Found"), True),
    "410": (answer("", "410 Gone"), True),
    "401": (answer("", "401 Unauthorized"), True),
    "403": (answer(NO, "403 Forbidden"), True),
    "418": (answer("", "418 Teapot"), True),
    "429": (answer("", "429 Too Many Requests"), False),
    "500": (answer("", "500 Oops"), False),
    "502": (answer("", "502 Oops"), False),
    "503": (answer("", "503 Oops"), False),
    "599": (answer("", "599 Oops"), False),
    "empty": (answer(""), True),
    "204": (wire(b"HTTP/1.1 204 No Content\r\n\r\n"), True),
    "a page": (answer("<!doctype html><title>Disallow: /</title>"), True),
    "a picture": (answer(bytes(range(256)) * 40, Content_Type="image/png"), True),
    "a BOM": (answer(b"\xef\xbb\xbf" + NO.encode()), False),
    "two BOMs": (answer(b"\xef\xbb\xbf\xef\xbb\xbf# x\n" + NO.encode()), False),
    "UTF-16": (answer(NO.encode("utf-16")), False),
    "GBK": (answer(("# 禁止抓取\nUser-agent: *\n# 全部\nDisallow: /\n").encode("gbk")), False),
    "CR alone": (answer(NO.replace("\n", "\r")), False),
    "odd spaces": (answer("  user-AGENT :  *  \n\t disallow :\t/ # all\n"), False),
    "NULs": (answer(b"\x00\x00\n" + NO.encode() + b"\x00"), False),
    "broken UTF-8": (answer(b"# \xe4\xb8\n" + NO.encode()), False),
    "a path in Chinese": (answer("User-agent: *\nDisallow: /*列\nDisallow: /li\n"), False),
    "gzip": (answer(hostile.gzip_bomb(0) + b"", Content_Encoding="identity"), True),
    "broken gzip": (answer(NO, Content_Encoding="gzip"), False),
    "a bomb": (answer(hostile.gzip_bomb(100), Content_Encoding="gzip"), False),
    "never": (silent, False),
    "in drips": (forever(CHUNKED, chunk(b"#"), 0.1), False),
    "headers without end": (forever(START, b"X-Filler: y\r\n" * 1000), False),
    "long, and forbidding at first": (forever(CHUNKED + chunk(NO.encode()), chunk(b"# filler\n" * 7000)), False),
    "long, and forbidding too late": (
        wire(CHUNKED + chunk(b"User-agent: *\n" + b"# filler\n" * 60_000), chunk(b"Disallow: /\n"), b"0\r\n\r\n"),
        True,
    ),
    "without end, and allowing": (forever(CHUNKED + chunk(b"User-agent: *\nAllow: /\n"), chunk(b"#\n" * 9000)), True),
    "not whole": (wire(START + b"Content-Length: 999\r\n\r\n" + NO.encode()), False),
    "many rules": (answer("User-agent: *\n" + "".join(f"Allow: /*{n}*a*b*c$\n" for n in range(25_000))), True),
    "many stars": (answer("User-agent: *\nDisallow: /" + "*l" * 200_000 + "$\n"), True),
    "many agents": (answer("User-agent: a\n" * 30_000 + "Disallow: /\n"), True),
}


@pytest.mark.parametrize("case", CASES)
def test_served(server: Hostile, patrol: Patrol, case: str) -> None:
    """4xx allows everything; errors and what cannot be read allow nothing; the rest is read to 500 KiB and obeyed."""
    behave, allowed = CASES[case]
    server.answers["/robots.txt"] = behave
    report = bounded(patrol, source(server.url + "/list"))
    assert server.paths() == (["/list"] if allowed else [])
    assert patrol.handled == (["a"] if allowed else [])
    if not allowed:
        assert isinstance(report.problem, Refused)
        assert "robots.txt" in report.problem.en + report.problem.zh


def test_nothing_is_read_beyond_the_bound(server: Hostile, patrol: Patrol) -> None:
    """A robots.txt that never ends is read to its bound; who waits for the rest finds nothing before time is up."""
    server.answers["/robots.txt"] = forever(CHUNKED, chunk(b"#" * (READ_BYTES // 4) + b"\n"), 0.05)
    assert patrol.look(source(server.url + "/list")) == ["a"]


@pytest.mark.parametrize(("hops", "allowed"), [(1, True), (5, True), (6, False)])
def test_moved(site: Site, patrol: Patrol, hops: int, allowed: bool) -> None:
    """Redirects are followed, to other hosts as well, but not more than five; then nothing is allowed."""
    site.pages["/list"] = Answer(LIST)
    for hop in range(hops):
        here = "/robots.txt" if hop == 0 else f"/r{hop}"
        site.pages[here] = Answer(status=301, headers={"Location": f"{site.elsewhere}/r{hop + 1}"})
    site.pages[f"/r{hops}"] = Answer("User-agent: *\nAllow: /\n")
    patrol.visit(source(site.url + "/list"))
    assert ("/list" in site.paths()) is allowed


def test_what_is_moved_is_obeyed(site: Site, patrol: Patrol) -> None:
    """The rules at the end of redirects are those of the origin that was asked."""
    site.pages["/list"] = Answer(LIST)
    site.pages["/robots.txt"] = Answer(status=302, headers={"Location": "/elsewhere/robots.txt"})
    site.pages["/elsewhere/robots.txt"] = Answer(NO)
    assert isinstance(patrol.visit(source(site.url + "/list")).problem, Refused)
    assert "/list" not in site.paths()


def test_a_server_that_is_not_there(patrol: Patrol) -> None:
    """Where not even robots.txt can be had, nothing else is asked."""
    assert isinstance(patrol.visit(source("http://127.0.0.1:1/list")).problem, Refused)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"\xff\xfe\x00", b"\xfe\xff", b":" * 9999, b"\n" * 99999, b"Disallow: /"]
)
def test_any_bytes_are_read(body: bytes) -> None:
    """What speaks to nobody allows everything."""
    assert read(200, body).allows("http://a.test/x")


@pytest.mark.parametrize("delay", ["nan", "inf", "-5", "1e999", "many", "", "1,5", "9" * 400])
def test_odd_crawl_delays(delay: str) -> None:
    """A Crawl-delay that is no number of seconds says nothing; the rules beside it count."""
    rules = read(200, f"User-agent: *\nCrawl-delay: {delay}\nDisallow: /no\n".encode())
    assert 0 <= rules.delay < float("inf")
    assert not rules.allows("http://a.test/no")
