"""Sites that fail, and handling that fails: what is kept, what is said, and what is tried again."""

import gzip
import threading
import time
from collections.abc import Iterator

import pytest

from core.errors import ExtractError, FetchError, LurewatchError, Refused, Retry, StoreError, TooMuch
from core.types import Page, Post
from crawlers.extract.types import Listing
from crawlers.limits import Limits
from crawlers.sources import Source
from crawlers.visit import Extractors
from tests.crawlers.conftest import QUICK, STAND_INS, Answer, Patrol, Site, patrols, source

SMALL = Limits(request_seconds=1.0, back_off_seconds=0.02, page_bytes=100_000, visit_seconds=2.0)


@pytest.fixture
def small() -> Iterator[Patrol]:
    """A patrol with narrow bounds."""
    yield from patrols(SMALL)


@pytest.mark.parametrize(
    ("answer", "kind", "asks", "said"),
    [
        (Answer(status=404), FetchError, 1, "404"),
        (Answer(status=401), Refused, 1, "401"),
        (Answer(status=403), Refused, 1, "403"),
        (Answer(status=429), Refused, 1, "429"),
        (Answer(status=400), FetchError, 1, "400"),
        (Answer(status=500), Retry, 3, "500"),
        (Answer(status=503), Retry, 3, "503"),
        (Answer("<html>not json"), ExtractError, 1, "town"),
        (Answer("<title>安全验证</title>请输入验证码"), Refused, 1, "human"),
        (Answer("x" * 200_000), TooMuch, 1, "0.1 MB"),
        (Answer(gzip.compress(b"x" * 200_000), headers={"Content-Encoding": "gzip"}), TooMuch, 1, "0.1 MB"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), FetchError, None, ""),
        (Answer("{}", slow=1.5), Retry, 1, "1 s"),
        (Answer(status=302, headers={"Location": "/"}), TooMuch, 6, "redirect"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), FetchError, 1, "302"),
        (Answer(status=302, headers={"Location": "http://u:p@127.0.0.1/"}), Refused, 1, "public"),
    ],
)
def test_a_broken_list_page(
    site: Site, small: Patrol, answer: Answer, kind: type[LurewatchError], asks: int | None, said: str
) -> None:
    """Each failure is a problem of its kind, names the list page, and is tried again only where that may help."""
    site.pages["/"] = answer
    report = small.visit(source(site.url + "/"))
    assert isinstance(report.problem, kind)
    assert said in report.problem.en
    assert report.problem.zh
    if asks is not None:
        assert len(site.paths()) == asks
    if not isinstance(report.problem, ExtractError):
        assert site.url in report.problem.en
    assert small.store.kept == {}


def test_a_server_that_is_not_there(small: Patrol) -> None:
    """A connection that is refused is a problem that may pass."""
    assert isinstance(small.visit(source("http://127.0.0.1:1/")).problem, FetchError)


def test_a_failure_that_passes(site: Site, patrol: Patrol) -> None:
    """A server error is tried again in the same visit, and is no problem if it passes."""
    answers = iter([Answer(status=502), Answer('{"entries": [{"key": "1", "text": "a"}], "next": null}')])
    site.pages["/"] = lambda _: next(answers)
    assert patrol.look(source(site.url + "/")) == ["a"]


@pytest.mark.parametrize(("entries", "handled"), [(0, 0), (1, 1), (4, 0)])
def test_too_few_or_too_many_entries(site: Site, patrol: Patrol, entries: int, handled: int) -> None:
    """Fewer entries than expected are handled and reported; more are reported only, since they may be anything."""
    site.listing("/", *({"key": str(n), "text": str(n)} for n in range(entries)))
    report = patrol.visit(source(site.url + "/", expect={"least": 2, "most": 3}))
    assert isinstance(report.problem, ExtractError)
    assert f"{entries} entries, expected 2 to 3" in report.problem.en
    assert len(patrol.handled) == handled


def test_a_lost_post_does_not_stop_the_visit(site: Site, patrol: Patrol) -> None:
    """Posts taken down or closed to guests are dropped for good; a page that failed is asked for again."""
    names = ["gone", "closed", "good", "failing"]
    site.listing("/", *({"key": name, "url": f"{site.url}/{name}"} for name in names))
    site.pages["/gone"] = Answer(status=410)
    site.pages["/closed"] = Answer(status=403)
    site.pages["/failing"] = Answer(status=500)
    site.thread("/good", ("1", "fine"))
    look = source(site.url + "/", bounds={"recheck": 0})
    report = patrol.visit(look)
    assert patrol.handled == ["fine"]
    assert report.dropped == 3
    assert isinstance(report.problem, Retry)
    assert "failing" not in report.problem.en, "the address of a post is named nowhere"
    del site.asked[:]
    site.thread("/failing", ("2", "late"))
    assert patrol.look(look) == ["late"]
    assert site.paths() == ["/", "/failing"]


def test_a_row_of_failures_ends_the_following(site: Site, patrol: Patrol) -> None:
    """After three pages of posts in a row the rest is left for later, and it is a problem."""
    site.listing("/", *({"key": str(n), "url": f"{site.url}/{n}"} for n in range(9)))
    for n in range(9):
        site.pages[f"/{n}"] = Answer("<html>")
    report = patrol.visit(source(site.url + "/"))
    assert isinstance(report.problem, ExtractError)
    assert site.paths() == ["/", "/0", "/1", "/2"]


def test_a_429_ends_the_visit(site: Site, patrol: Patrol) -> None:
    """A site that asks for patience gets it: nothing more is asked in this visit, nothing is given up."""
    site.listing("/", *({"key": str(n), "url": f"{site.url}/{n}"} for n in range(3)))
    for n in range(3):
        site.pages[f"/{n}"] = Answer(status=429, headers={"Retry-After": "0"})
    look = source(site.url + "/")
    assert isinstance(patrol.visit(look).problem, Refused)
    assert site.paths() == ["/", "/0"]
    for n in range(3):
        site.thread(f"/{n}", (str(n), str(n)))
    assert patrol.look(look) == ["0", "1", "2"]


@pytest.mark.parametrize("problem", [StoreError("磁盘已满", "the disk is full"), ZeroDivisionError("secret words")])
def test_what_was_not_handled_is_not_marked(site: Site, patrol: Patrol, problem: Exception) -> None:
    """An error in handling ends the visit; posts before it are marked, it and those after it are not."""
    site.listing("/", *({"key": str(n), "text": str(n)} for n in range(4)))
    look = source(site.url + "/")

    def handle(post: Post, page: Page) -> None:
        if post.key == "2":
            raise problem
        patrol.handle(post, page)

    report = patrol.fleet.visit(look, handle).result(30)
    assert patrol.handled == ["0", "1"]
    assert report.new == 2
    assert report.problem is not None
    assert "secret" not in report.problem.en + report.problem.zh
    if isinstance(problem, StoreError):
        assert report.problem is problem
    assert patrol.look(look) == ["2", "3"]


def test_a_mistake_in_extraction_is_a_broken_source(site: Site) -> None:
    """Whatever an extractor trips over, the report says where and not what; other sources go on."""

    def trip(page: Page, _: Source) -> Listing:
        raise KeyError(page.body.decode())

    site.pages["/"] = Answer("secret words")
    for patrol in patrols(QUICK, Extractors(trip, STAND_INS.detail, STAND_INS.feed)):
        problem = patrol.visit(source(site.url + "/")).problem
        assert isinstance(problem, ExtractError)
        assert "KeyError" in problem.en
        assert "secret" not in problem.en + problem.zh


def test_a_visit_has_an_end(site: Site, small: Patrol) -> None:
    """A visit that takes too long is ended; what it did is kept."""
    site.listing("/", *({"key": str(n), "url": f"{site.url}/{n}"} for n in range(20)))
    for n in range(20):
        site.pages[f"/{n}"] = Answer(f'{{"posts": [["{n}", "{n}"]], "next": null}}', slow=0.3)
    report = small.visit(source(site.url + "/"))
    assert isinstance(report.problem, TooMuch)
    assert 2 <= report.new < 20
    assert small.handled == [str(n) for n in range(report.new)]


def test_an_ended_visit_lets_go_of_the_host(site: Site) -> None:
    """The request that a visit was ended in is dropped, so the next visit to the host need not wait for it."""
    site.pages["/"] = Answer("{}", slow=3.0)
    site.listing("/quick", {"key": "1", "text": "a"})
    for patrol in patrols(Limits(visit_seconds=0.3, request_seconds=20.0)):
        assert isinstance(patrol.visit(source(site.url + "/")).problem, TooMuch)
        assert patrol.look(source(site.url + "/quick", id="quick")) == ["a"]


def test_stop_finishes_the_post_at_hand(site: Site, patrol: Patrol) -> None:
    """A stopped visit handles and marks the post at hand, nothing after it, and is no problem of the source."""
    site.listing("/", *({"key": str(n), "text": str(n)} for n in range(3)))
    began, go = threading.Event(), threading.Event()

    def handle(post: Post, page: Page) -> None:
        began.set()
        go.wait(10)
        patrol.handle(post, page)

    future = patrol.fleet.visit(source(site.url + "/"), handle)
    began.wait(10)
    assert not patrol.fleet.stop(0.1), "the handling is still going on"
    go.set()
    assert patrol.fleet.stop(5)
    report = future.result(5)
    assert report.problem is None
    assert report.skipped is not None
    assert (report.new, patrol.handled, len(patrol.store.items)) == (1, ["0"], 1)


def test_stop_does_not_wait_for_a_slow_site(site: Site, patrol: Patrol) -> None:
    """A request that is under way is dropped."""
    site.pages["/"] = Answer("{}", slow=1.8)
    future = patrol.fleet.visit(source(site.url + "/"), patrol.handle)
    while not site.paths():
        time.sleep(0.01)
    began = time.monotonic()
    assert patrol.fleet.stop(5)
    assert time.monotonic() - began < 1
    assert future.result(1).skipped is not None
