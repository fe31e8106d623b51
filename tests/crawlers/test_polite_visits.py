"""What sites see of the patrol's manners: pauses, one request at a time, robots.txt, private addresses."""

import json
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

import pytest

from core.errors import FetchError, Refused
from crawlers.sources import Source
from tests.crawlers.conftest import SECONDS, Answer, Asked, Patrol, Site, patrols, source


def gaps(asked: Sequence[Asked]) -> list[float]:
    """Seconds from the end of each request to the start of the next; negative where they overlap."""
    ordered = sorted(asked, key=lambda one: one.started)
    return [after.started - before.ended for before, after in pairwise(ordered)]


def assert_doubled_and_forgiven(waited: Sequence[float]) -> None:
    """After three refusals, a good answer, a refusal: 0.2 s, 0.4, 0.8, none, 0.2, and what a busy machine adds."""
    assert all(gap >= least - 0.01 for gap, least in zip(waited, (0.2, 0.4, 0.8, 0.0, 0.2), strict=True))
    assert max(waited[3:]) < 0.8


def threads(site: Site, path: str, names: str, **answer: Any) -> None:
    """A list page with a thread each."""
    site.listing(path, *({"key": name, "url": f"{site.url}/{name}"} for name in names))
    for name in names:
        site.pages[f"/{name}"] = Answer(json.dumps({"posts": [[name, name]], "next": None}), **answer)


def test_one_request_at_a_time_with_the_delay(site: Site, patrol: Patrol) -> None:
    """Visits that share a host take turns: each request begins the delay after the end of the last one."""
    threads(site, "/", "ab", slow=0.05)
    threads(site, "/other", "cd", slow=0.05)
    delay = {"delay": "0.1s"}
    looks = [source(site.url + path, id=f"s{n}", politeness=delay) for n, path in enumerate(("/", "/other"))]
    for future in [patrol.fleet.visit(look, patrol.handle) for look in looks]:
        assert future.result(SECONDS).problem is None
    assert sorted(patrol.handled) == list("abcd")
    assert len(site.asked) == 7
    assert min(gaps(site.asked)) >= 0.099


def test_the_budget(site: Site) -> None:
    """The budget counts every request of every visit."""
    threads(site, "/", "abcd")
    began = time.monotonic()
    for patrol in patrols(budget=1200):
        patrol.look(source(site.url + "/"))
    starts = [asked.started for asked in site.asked]
    assert len(starts) == 6
    assert all(start >= began + 0.05 * number for number, start in enumerate(starts))


def test_crawl_delay_is_obeyed(site: Site, patrol: Patrol) -> None:
    """A longer Crawl-delay wins over the source's own."""
    threads(site, "/", "ab")
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.2\n")
    patrol.look(source(site.url + "/"))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/", "/a", "/b"]
    assert min(gaps(site.asked)) >= 0.199


def test_robots_txt_comes_first_and_once(site: Site, patrol: Patrol) -> None:
    """Several visits ask for robots.txt once, before anything else."""
    threads(site, "/", "ab")
    for n in range(3):
        patrol.look(source(site.url + "/", id=f"town-{n}"))
    assert [asked.path for asked in site.asked].index("/robots.txt") == 0
    assert sum(asked.path == "/robots.txt" for asked in site.asked) == 1


@pytest.mark.parametrize(
    ("robots", "asked"),
    [
        (Answer("User-agent: *\nDisallow: /\n"), []),
        (Answer("User-agent: Lurewatch\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), []),
        (Answer("User-agent: Lurewatch\nAllow: /\n\nUser-agent: *\nDisallow: /\n"), ["/", "/a", "/b"]),
        (Answer("User-agent: *\nDisallow: /a\n"), ["/", "/b"]),
        (Answer(status=403), ["/", "/a", "/b"]),
        (Answer("oops", status=503), []),
        (Answer(status=302, headers={"Location": "/moved"}), []),
        (Answer(slow=2.5), []),
    ],
)
def test_robots_txt_is_obeyed(site: Site, patrol: Patrol, robots: Answer, asked: list[str]) -> None:
    """Nothing that robots.txt disallows is asked for, and nothing at all where it cannot be read."""
    threads(site, "/", "ab")
    site.pages["/moved"] = Answer("User-agent: *\nDisallow: /\n")
    site.pages["/robots.txt"] = robots
    report = patrol.visit(source(site.url + "/"))
    assert [path for path in site.paths() if path != "/moved"] == asked
    assert isinstance(report.problem, Refused) is (asked == [])
    if report.problem is not None:
        assert "robots.txt" in report.problem.zh


def test_redirects_are_checked_and_recorded(site: Site, patrol: Patrol) -> None:
    """The page knows the way to it; a redirect to what robots.txt disallows is not followed."""
    site.listing("/", {"key": "a", "url": f"{site.url}/a"}, {"key": "b", "url": f"{site.url}/b"})
    site.pages["/a"] = Answer(status=301, headers={"Location": "/a2"})
    site.thread("/a2", ("a", "moved"))
    site.pages["/b"] = Answer(status=302, headers={"Location": "/private/b"})
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/\n")
    report = patrol.visit(source(site.url + "/"))
    assert patrol.handled == ["moved"]
    assert (patrol.pages[0].url, patrol.pages[0].redirects) == (f"{site.url}/a2", (f"{site.url}/a",))
    assert "/private/b" not in site.paths()
    assert report.dropped == 1


def test_a_host_that_asks_for_a_long_pause_is_left_alone(site: Site, patrol: Patrol) -> None:
    """Retry-After holds for all visits to the host; they end with Refused and ask nothing."""
    threads(site, "/", "ab")
    site.pages["/busy"] = Answer(status=503, headers={"Retry-After": "3600"})
    assert isinstance(patrol.visit(source(site.url + "/busy", id="busy")).problem, FetchError)
    del site.asked[:]
    assert isinstance(patrol.visit(source(site.url + "/")).problem, Refused)
    assert site.asked == []


@pytest.fixture
def strict() -> Iterator[Patrol]:
    """A patrol that may ask one loopback address only."""
    yield from patrols(allowed=[ip_network("127.0.0.1/32")])


def to_private(site: Site, how: str) -> Source:
    """A source that leads to a private address: by itself, by a redirect, or by a link."""
    private = f"http://localhost:{site.url.rpartition(':')[2]}/x" if how == "name" else site.elsewhere + "/x"
    site.listing("/x", {"key": "1", "text": "inside"})
    site.pages["/to"] = Answer(status=302, headers={"Location": private})
    site.listing("/", {"key": "1", "url": private})
    return source({"direct": private, "name": private, "redirect": site.url + "/to"}.get(how, site.url + "/"))


@pytest.mark.parametrize("how", ["direct", "redirect", "link"])
def test_private_addresses_are_not_asked(site: Site, strict: Patrol, how: str) -> None:
    """Neither a source, nor a redirect, nor a link in a page leads inside a private network."""
    report = strict.visit(to_private(site, how))
    assert "/x" not in site.paths()
    assert strict.handled == []
    if how != "link":
        assert isinstance(report.problem, Refused)
        assert "LUREWATCH_ALLOW_PRIVATE" in report.problem.en
    assert report.dropped == (how == "link")


def test_nothing_private_without_leave(site: Site) -> None:
    """Without networks that are allowed, loopback is refused by name as well, and robots.txt is not asked for."""
    for patrol in patrols(allowed=[]):
        assert isinstance(patrol.visit(to_private(site, "name")).problem, Refused)
        assert isinstance(patrol.visit(source(site.url + "/")).problem, Refused)
    assert site.asked == []
