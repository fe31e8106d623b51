"""The town as a server: robots, conditions, charsets, what it remembers of requests, and that it goes away."""

import socket
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from examples.town.posts import TownPost
from examples.town.server import MOST_THREADS, Town
from tests.town.conftest import OPENED, Get, HandClock

ITEM, FEED = "/classifieds/item-51.html", "/account/feed.xml"


@pytest.mark.parametrize("path", [ITEM, FEED, "/account/a/1.html"])
def test_an_unchanged_page_answers_304_to_its_validators(get: Get, path: str) -> None:
    """ETag and Last-Modified work each alone; the answer has no body and repeats the ETag."""
    first = get(path)
    assert first.status == 200
    for condition in ({"If_None_Match": first.headers["etag"]}, {"If_Modified_Since": first.headers["last-modified"]}):
        again = get(path, **condition)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": '"other"'}, 200),
        ({"If_None_Match": '"other", W/{etag}'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_Modified_Since": "Thu, 01 Jan 2026 00:00:00 GMT"}, 200),
        ({"If_Modified_Since": "not a date"}, 200),
        ({"If_None_Match": '"other"', "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
    ],
)
def test_conditions_are_read_as_http_says(get: Get, headers: dict[str, str], status: int) -> None:
    """Lists and weak tags match, broken dates are ignored, a tag goes before a date."""
    etag = get(ITEM).headers["etag"]
    assert get(ITEM, **{name: value.replace("{etag}", etag) for name, value in headers.items()}).status == status


@pytest.mark.parametrize(("path", "changes_at"), [(ITEM, 210), (FEED, 160)])
def test_validators_change_with_the_page(get: Get, clock: HandClock, path: str, changes_at: float) -> None:
    """An edit changes an advert, and a new article the feed: new ETag, later Last-Modified, a whole answer."""
    first = get(path)
    clock.now += changes_at - 1
    assert get(path, If_None_Match=first.headers["etag"]).status == 304
    clock.now += 1
    changed = get(path, If_None_Match=first.headers["etag"], If_Modified_Since=first.headers["last-modified"])
    assert changed.status == 200
    assert changed.headers["etag"] != first.headers["etag"]
    before, after = (parsedate_to_datetime(one.headers["last-modified"]) for one in (first, changed))
    assert before < after
    assert (after - OPENED).total_seconds() == changes_at


def test_robots_speaks_to_all(get: Get) -> None:
    """The private part and the print views are off limits, the square's data is not, and requests keep a distance."""
    rules = Protego.parse(get("/robots.txt").text)
    agent = "Lurewatch/0.1"
    assert rules.crawl_delay(agent) == 0.2
    allowed = {
        path: rules.can_fetch(path, agent) for path in ("/private/x", "/forum/print/t1.html", "/square/data.json")
    }
    assert allowed == {"/private/x": False, "/forum/print/t1.html": False, "/square/data.json": True}


def test_the_traps_stand_in_the_pages_and_hold_an_offer(get: Get) -> None:
    """Every site links to the private part, threads to print views; both would answer."""
    for path in ("/forum/life/", "/forum/life/t1002.html", "/classifieds/", ITEM, "/account/", "/square/"):
        assert 'href="/private/' in get(path).text, path
    assert 'href="/forum/print/t1002.html"' in get("/forum/life/t1002.html").text
    assert "加微信" in get("/private/lounge.html").text
    assert get("/forum/print/t1002.html").status == 200


def test_the_study_board_names_its_charset_only_in_the_page(get: Get, posts: tuple[TownPost, ...]) -> None:
    """Its bytes are GB 18030, its header names no charset; other boards are UTF-8."""
    opener = next(post for post in posts if post.id == "study-001-0")
    for path in ("/forum/study/", "/forum/study/t3001.html"):
        reply = get(path)
        assert reply.headers["content-type"] == "text/html"
        assert b'<meta charset="gb18030">' in reply.body[:200]
        assert (opener.title or "") in reply.body.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            reply.body.decode("utf-8")
    assert get("/forum/life/").headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/forum/none/", "/forum/life/t9999.html", "/forum/jobs/t1002.html", "/forum/life/?page=9",
        "/forum/life/?page=x", "/forum/life/t1002.html?page=0", "/classifieds/item-999.html", "/classifieds/?page=99",
        "/account/a/999.html", "/square/m/999", "/avatar/999.svg", "/static/none.css", "/static/../posts.jsonl",
        "/forum/print/t1.html", "/favicon.ico",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_404(get: Get, path: str) -> None:
    """Unknown pages answer 404 with a page for people."""
    reply = get(path)
    assert reply.status == 404
    assert "页面不存在" in reply.text


@pytest.mark.parametrize(("path", "kind"), [("/avatar/3.svg", "image/svg+xml"), ("/static/forum.css", "text/css")])
def test_pictures_and_styles_are_served(get: Get, path: str, kind: str) -> None:
    """What a browser asks for beside a page is there."""
    reply = get(path)
    assert (reply.status, reply.headers["content-type"].split(";")[0]) == (200, kind)


def test_every_link_of_the_town_leads_somewhere(get: Get) -> None:
    """Followed from the portal, no link, style or picture of the public pages is broken."""
    todo, seen = ["/"], {"/"}
    while todo:
        reply = get(todo.pop())
        assert reply.status == 200
        if "html" not in reply.headers["content-type"]:
            continue
        charset = "gb18030" if b"gb18030" in reply.body[:200] else "utf-8"
        tree = LexborHTMLParser(reply.body.decode(charset))
        links = {node.attributes.get("href") or node.attributes.get("src") or "" for node in tree.css("[href],[src]")}
        fresh = {link.partition("#")[0] for link in links if link.startswith("/")} - seen
        seen |= fresh
        todo.extend(fresh)
    assert len(seen) > 150


def test_head_gives_the_headers_alone(get: Get) -> None:
    """HEAD answers like GET, without the body."""
    reply = get(ITEM, method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["etag"] == get(ITEM).headers["etag"]


def test_requests_are_remembered(town: Town, get: Get, clock: HandClock) -> None:
    """Of each request its time, path with query, agent and conditions are kept."""
    clock.now = 512.5
    get("/forum/life/?page=1", User_Agent="Lurewatch/0.1", If_None_Match='"x"')
    last = town.requests[-1]
    assert (last.at, last.path, last.user_agent) == (512.5, "/forum/life/?page=1", "Lurewatch/0.1")
    assert (last.if_none_match, last.if_modified_since) == ('"x"', None)


def test_the_list_of_requests_is_bounded(town: Town) -> None:
    """A town that runs for days does not grow."""
    assert town.requests.maxlen is not None


def test_closing_cuts_open_connections_and_frees_the_port() -> None:
    """A visitor who keeps its connection open does not keep the town from closing."""
    town = Town().start()
    port = urlsplit(town.url).port or 0
    idle = HTTPConnection("127.0.0.1", port, timeout=10)
    idle.request("GET", "/robots.txt")
    idle.getresponse().read()
    town.close()
    town.close()
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    assert idle.sock.recv(1) == b""  # the other end hung up
    idle.close()
    with Town(port) as again:
        assert again.url.endswith(f":{port}")


def test_a_town_that_never_opened_can_be_closed() -> None:
    """``close`` without ``start`` frees the port for the next one."""
    idle = Town()
    port = urlsplit(idle.url).port or 0
    idle.close()
    with Town(port) as again:
        assert again.url.endswith(f":{port}")


def test_many_visitors_at_once_are_served(town: Town) -> None:
    """More connections than threads are all answered, since each gives its place to the next."""
    port = urlsplit(town.url).port or 0

    def visit(_: int) -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/forum/chat/", headers={"Connection": "close"})
        status = connection.getresponse().status
        connection.close()
        return status

    with ThreadPoolExecutor(MOST_THREADS + 8) as pool:
        assert set(pool.map(visit, range(2 * MOST_THREADS))) == {200}


def test_a_wrong_speed_is_refused() -> None:
    """Time does not stand still or run backwards."""
    with pytest.raises(ValueError, match="speed"):
        Town(speed=0)


def test_one_patrol_takes_few_requests(get: Get) -> None:
    """All that a first patrol asks for, lists, threads with their pages, adverts, feed and square, stays under 135."""
    paths = {"/robots.txt", FEED, "/square/", "/static/square.css"}
    lists = [f"/forum/{board}/" for board in ("life", "jobs", "study", "trade", "money", "chat")]
    lists += [f"/classifieds/?page={number}" for number in (1, 2, 3)]
    for path in lists:
        tree = LexborHTMLParser(get(path).body.decode("gb18030" if "study" in path else "utf-8"))
        paths |= {path} | {node.attributes.get("href") or "" for node in tree.css(".subject, .more a, .card h3 a")}
    assert len(paths) < 135
