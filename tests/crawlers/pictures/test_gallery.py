"""Pictures are asked for as politely as pages, within budgets, and a visit that is stopped looks again later."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.pictures import Mark, Picture
from core.types import Page, Post
from crawlers.extract import feeds, pages
from crawlers.report import VisitReport
from crawlers.sources import Source
from crawlers.visit import Extractors
from tests.crawlers.conftest import QUICK, SECONDS, Answer, Asked, Patrol, Site, patrols, source

REAL = Extractors(pages.listing, pages.detail, feeds.feed)
LIMITS = replace(QUICK, picture_bytes=1000, picture_seconds=0.5, post_pictures=3, visit_pictures=5)
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Scribe:
    """Stands in for what reads: a picture shows its own bytes."""

    def __init__(self) -> None:
        self.closed = False

    def read(self, url: str, data: bytes) -> Picture:
        """Its bytes as text."""
        return Picture(url, data.decode(), (Mark(0, len(data), ()),), data)

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


@pytest.fixture
def patrol() -> Iterator[Patrol]:
    """A patrol that reads pictures, within small budgets."""
    yield from patrols(LIMITS, REAL, reader=Scribe())


def _board(site: Site, *posts: tuple[str, ...], delay: str = "0s") -> Source:
    items = "".join(
        f'<li class="post" id="p{at}"><p>帖子 {at}{"".join(f"<img src={image!r}>" for image in images)}</p></li>'
        for at, images in enumerate(posts)
    )
    site.pages["/"] = Answer(f"<ul>{items}</ul>", headers=HTML)
    selectors = {"item": "li.post", "key": "@id", "text": "p"}
    return source(site.url + "/", whole=True, pictures=True, selectors=selectors, politeness={"delay": delay})


def _visit(patrol: Patrol, one: Source) -> tuple[dict[str, list[str]], VisitReport]:
    """What each post's pictures show, or why they do not, and the report."""
    seen: dict[str, list[str]] = {}

    def handle(post: Post, page: Page) -> None:
        seen[post.key] = [one.unread.en if one.unread else one.text for one in post.pictures]

    return seen, patrol.fleet.visit(one, handle).result(SECONDS)


def test_what_they_show_comes_with_the_post(site: Site, patrol: Patrol) -> None:
    """In order, redirects followed, pictures within the page as well; a known post's are not asked for again."""
    site.pages["/a.png"] = Answer("甲")
    site.pages["/b.png"] = Answer(status=302, headers={"Location": "/c.png"})
    site.pages["/c.png"] = Answer("丙")
    one = _board(site, ("/a.png", "/b.png", "data:image/png;base64,5LiB"), ())
    seen, report = _visit(patrol, one)
    assert seen == {"p0": ["甲", "丙", "丁"], "p1": []}
    assert (report.pictures, report.unread, report.problem) == (3, 0, None)
    asked = len(site.asked)
    assert _visit(patrol, one)[0] == {}
    assert len(site.asked) == asked + 1


def _endless(asked: Asked) -> Answer:
    return Answer("x", slow=3)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(status=404), "HTTP 404"),
        (Answer(status=403), "HTTP 403"),
        (Answer(status=503), "HTTP 503"),
        (Answer("x" * 2000), "larger"),
        (Answer(status=302, headers={"Location": "/x.png"}), "redirects"),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/x.png"}), "private"),
        (_endless, "too slow"),
    ],
)
def test_one_that_cannot_be_had(
    site: Site, patrol: Patrol, answer: Answer | Callable[[Asked], Answer], said: str
) -> None:
    """It says why; the post, the others and the visit go on, and nothing is a problem of the source."""
    site.pages["/x.png"] = answer
    site.pages["/y.png"] = Answer("乙")
    seen, report = _visit(patrol, _board(site, ("/x.png", "/y.png"), ("/y.png",)))
    assert said in seen["p0"][0]
    assert seen["p0"][1:] == seen["p1"] == ["乙"]
    assert (report.pictures, report.unread, report.problem) == (2, 1, None)


def test_budgets(site: Site, patrol: Patrol) -> None:
    """Three of a post and five of a visit; those beyond are not asked for."""
    for at in range(12):
        site.pages[f"/{at}.png"] = Answer(str(at))
    images = [f"/{at}.png" for at in range(12)]
    seen, report = _visit(patrol, _board(site, tuple(images[:5]), tuple(images[5:8]), tuple(images[8:])))
    assert seen["p0"][:3] == ["0", "1", "2"]
    assert seen["p1"][:2] == ["5", "6"]
    assert all("budget" in words for words in (*seen["p0"][3:], seen["p1"][2], *seen["p2"]))
    assert (report.pictures, report.unread) == (5, 7)
    assert len([path for path in site.paths() if path.endswith(".png")]) == 5


def test_politeness_and_robots(site: Site, patrol: Patrol) -> None:
    """The source's delay lies between pictures too, and what robots.txt shuts is not asked for."""
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /shut/\n")
    site.pages["/a.png"] = site.pages["/b.png"] = site.pages["/shut/c.png"] = Answer("图")
    seen, _ = _visit(patrol, _board(site, ("/a.png", "/shut/c.png", "/b.png"), delay="0.3s"))
    assert "robots.txt" in seen["p0"][1]
    assert "/shut/c.png" not in site.paths()
    first, second = (one for one in site.asked if one.path in ("/a.png", "/b.png"))
    assert second.started - first.ended >= 0.29


def test_a_visit_that_is_stopped_looks_again(site: Site) -> None:
    """A post whose pictures were not all looked at is not handled, and not marked: the next visit does so."""
    asking, going = threading.Event(), threading.Event()

    def held(_: Asked) -> Answer:
        asking.set()
        going.wait(SECONDS)
        return Answer("甲")

    site.pages["/a.png"], site.pages["/b.png"] = held, Answer("乙")
    one = _board(site, ("/a.png", "/b.png"))
    limits = replace(LIMITS, picture_seconds=SECONDS, request_seconds=SECONDS)
    for patrol in patrols(limits, REAL, reader=Scribe()):
        visit = patrol.fleet.visit(one, patrol.handle)
        assert asking.wait(SECONDS)
        assert patrol.fleet.stop(5.0)
        report = visit.result(SECONDS)
        going.set()
        assert (patrol.handled, report.new, report.problem) == ([], 0, None)
        assert patrol.store.items == {}
        assert report.skipped is not None
    for patrol in patrols(limits, REAL, reader=Scribe()):
        assert patrol.look(one) == ["帖子 0"]


def test_a_source_that_does_not_ask(site: Site, patrol: Patrol) -> None:
    """Its pictures are left alone."""
    one = _board(site, ("/a.png",)).model_copy(update={"pictures": False})
    seen, report = _visit(patrol, one)
    assert (seen, report.pictures, report.unread) == ({"p0": []}, 0, 0)
    assert site.paths() == ["/"]
