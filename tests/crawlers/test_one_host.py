"""What counts as one host, as the sites see it: names of one domain, and names that share an address."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from core.errors import Refused, Retry
from crawlers.backoff import LONGEST_HOLD, LONGEST_PAUSE, pause, retry_after
from crawlers.hosts import domain, lanes
from crawlers.limits import Limits
from crawlers.politeness import LONGEST_DELAY, Paused, Politeness
from tests.crawlers.conftest import LOOPBACK, SECONDS, Answer, Asked, Patrol, Site, patrols, source
from tests.crawlers.test_polite_visits import assert_doubled_and_forgiven, gaps, threads

QUICK = Limits(request_seconds=2.0, back_off_seconds=0.2, refused_seconds=0.2, retries=0)


@pytest.mark.parametrize(
    ("host", "registrable"),
    [
        ("bbs.a.com.cn", "a.com.cn"),
        ("A.COM.CN.", "a.com.cn"),
        ("a.gov.cn", "a.gov.cn"),
        ("m.bbs.a.example.com", "example.com"),
        ("one.github.io", "github.io"),
        ("www.食狮.公司.cn", "食狮.公司.cn"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("com.cn", "com.cn"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_registrable_domains(host: str, registrable: str) -> None:
    """By the Public Suffix List, without asking the network for it."""
    assert domain(host) == registrable


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("a.example.com", ["8.8.8.8"]), ("b.example.com", ["8.8.4.4"]), True),
        (("a.com", ["8.8.8.8", "8.8.4.4"]), ("b.com", ["8.8.4.4"]), True),
        (("a.com", ["8.8.8.8"]), ("8.8.8.8", ["8.8.8.8"]), True),
        (("a.com", ["::ffff:8.8.8.8"]), ("b.com", ["8.8.8.8"]), True),
        (("a.com", ["2400:3200::1"]), ("b.com", ["2400:3200:0::0001"]), True),
        (("a.com.cn", ["8.8.8.8"]), ("b.com.cn", ["8.8.4.4"]), False),
        (("a.com", []), ("b.com", []), False),
    ],
)
def test_what_two_hosts_share(
    one: tuple[str, Sequence[str]], other: tuple[str, Sequence[str]], *, shared: bool
) -> None:
    """A domain or an address, however it is written."""
    assert bool(set(lanes(*one)) & set(lanes(*other))) is shared


def named(names: Mapping[str, str], limits: Limits = QUICK, **given: Any) -> Iterator[Patrol]:
    """A patrol for whom names lead to addresses of loopback."""

    async def resolver(host: str, _port: int) -> Sequence[str]:
        return [names.get(host, host)]

    yield from patrols(limits, resolver=resolver, allowed=LOOPBACK, **given)


def at(site: Site, host: str) -> str:
    """The site under another name."""
    return f"http://{host}:{site.url.rpartition(':')[2]}"


def together(patrol: Patrol, *urls: str, delay: str = "0.1s") -> None:
    """Visit several sources at the same time."""
    looks = [source(url, id=f"s{n}", politeness={"delay": delay}) for n, url in enumerate(urls)]
    for future in [patrol.fleet.visit(look, patrol.handle) for look in looks]:
        assert future.result(SECONDS).problem is None


def linked(site: Site, base: str, path: str, names: str) -> None:
    """A list page whose threads lie at ``base``, each of which takes a while."""
    site.listing(path, *({"key": name, "url": f"{base}/{name}"} for name in names))
    for name in names:
        site.pages[f"/{name}"] = Answer(json.dumps({"posts": [[name, name]], "next": None}), slow=0.05)


@pytest.mark.parametrize(
    ("names", "hosts"),
    [
        ({"bbs.a.com.cn": "127.0.0.1", "www.a.com.cn": "127.0.0.2"}, ("bbs.a.com.cn", "www.a.com.cn")),
        ({"a.com": "127.0.0.1", "b.com": "127.0.0.1"}, ("a.com", "b.com")),
        ({"a.com": "127.0.0.1"}, ("a.com", "127.0.0.1")),
    ],
)
def test_one_request_at_a_time(site: Site, names: dict[str, str], hosts: tuple[str, str]) -> None:
    """Sources of one domain at two addresses, or of two domains at one, never overlap and keep the delay."""
    for host, path, threads_ in zip(hosts, ("/", "/other"), ("abc", "def"), strict=True):
        linked(site, at(site, host), path, threads_)
    for patrol in named(names):
        together(patrol, at(site, hosts[0]) + "/", at(site, hosts[1]) + "/other")
        assert sorted(patrol.handled) == list("abcdef")
    assert len(site.asked) == 10
    assert {asked.headers["Host"].partition(":")[0] for asked in site.asked} == set(hosts)
    assert min(gaps(site.asked)) >= 0.099


def test_hosts_that_share_nothing_do_not_wait(site: Site) -> None:
    """Two domains at two addresses are asked at the same time."""
    linked(site, at(site, "a.com"), "/", "abc")
    linked(site, at(site, "b.com"), "/other", "def")
    for patrol in named({"a.com": "127.0.0.1", "b.com": "127.0.0.2"}):
        together(patrol, at(site, "a.com") + "/", at(site, "b.com") + "/other")
    assert min(gaps(site.asked)) < 0.09


def test_crawl_delay_holds_for_the_domain(site: Site) -> None:
    """A Crawl-delay that one name of a domain asks for is kept between all of its names."""
    threads(site, "/", "ab")
    threads(site, "/other", "cd")
    site.pages["/robots.txt"] = lambda asked: Answer(
        "User-agent: *\nCrawl-delay: 0.25\n" if "bbs" in asked.headers["Host"] else ""
    )
    names = {"bbs.a.com": "127.0.0.1", "www.a.com": "127.0.0.1"}
    for patrol in named(names):
        patrol.look(source(at(site, "bbs.a.com") + "/"))
        patrol.look(source(at(site, "www.a.com") + "/other", id="other"))
    assert gaps(site.asked)[3] >= 0.249, "the first request to www after the last one to bbs"


def test_a_crawl_delay_beyond_reason(site: Site, patrol: Patrol) -> None:
    """A visit does not wait for hours, nor hold a place while it does: it says so and ends."""
    threads(site, "/", "ab")
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 86400\n")
    problem = patrol.visit(source(site.url + "/")).problem
    assert isinstance(problem, Paused)
    assert "86400 s between two requests" in problem.en
    assert site.paths() == []


def answers_in_turn(site: Site, path: str, *answers: Answer) -> None:
    """Each request gets the next answer, the last one from then on."""
    left = list(answers)

    def following(_asked: Asked) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    site.pages[path] = following


GOOD = Answer('{"entries": [{"key": "1", "text": "a"}], "next": null}')


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept(site: Site, status: int, form: str) -> None:
    """The host is asked nothing before the time it named, be that seconds or a date, whichever source comes next."""
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    value = "1" if form == "seconds" else format_datetime(now + timedelta(seconds=1), usegmt=True)
    site.pages["/busy"] = Answer(status=status, headers={"Retry-After": value})
    site.pages["/"] = GOOD
    for patrol in named({"a.com": "127.0.0.1"}, clock=lambda: now):
        kind = Refused if status == 429 else Retry
        assert isinstance(patrol.visit(source(at(site, "a.com") + "/busy", id="busy")).problem, kind)
        assert patrol.look(source(site.url + "/", id="same-address")) == ["a"]
    busy = next(asked for asked in site.asked if asked.path == "/busy")
    following = site.asked[site.asked.index(busy) + 1]
    assert following.started - busy.ended >= 0.99


@pytest.mark.parametrize("status", [429, 503])
def test_refusals_in_a_row_double_the_pause(site: Site, status: int) -> None:
    """A host that goes on refusing is left alone for longer each time, and for as long as at first once it relents."""
    site.pages["/robots.txt"] = Answer(status=404)
    no = Answer(status=status)
    answers_in_turn(site, "/", no, no, no, GOOD, no, GOOD)
    for patrol in named({}):
        for _ in range(6):
            patrol.visit(source(site.url + "/"))
    waited = gaps([asked for asked in site.asked if asked.path == "/"])
    assert_doubled_and_forgiven(waited)


@pytest.mark.parametrize(
    ("asked", "refusals", "seconds"),
    [
        (None, 1, 60.0),
        (None, 2, 120.0),
        (None, 50, LONGEST_PAUSE),
        (0.0, 1, 0.0),
        (5.0, 1, 5.0),
        (5.0, 3, 240.0),
        (900.0, 3, 900.0),
        (1e12, 1, LONGEST_HOLD),
        (float("inf"), 2, LONGEST_HOLD),
    ],
)
def test_pauses(asked: float | None, refusals: int, seconds: float) -> None:
    """What a host asks for counts, doubling from the second refusal on, within a bound."""
    assert pause(asked, refusals, 60.0) == seconds


@pytest.mark.parametrize("value", ["9" * 5000, "Sun, 99 Nov 99999 99:99:99 GMT", "=?x?=", ",", "\x00", "1e9", "nan"])
def test_any_retry_after_is_read(value: str) -> None:
    """Whatever a site writes there is a number of seconds, or nothing."""
    found = retry_after(value, datetime(2026, 11, 22, tzinfo=UTC))
    assert found is None or found >= 0


def test_long_delays_and_turns_that_cross() -> None:
    """Hosts that share addresses crosswise get their turns; one that wants too long a delay is given up."""

    async def ask(politeness: Politeness, host: str, addresses: Sequence[str]) -> None:
        async with politeness.turn(host, 0.0, addresses):
            await asyncio.sleep(0.001)

    async def run() -> None:
        politeness = Politeness()
        hosts = [("a.com", ["1.1.1.1", "2.2.2.2"]), ("b.com", ["2.2.2.2", "1.1.1.1"]), ("c.com", ["2.2.2.2"])]
        await asyncio.wait_for(asyncio.gather(*(ask(politeness, *hosts[n % 3]) for n in range(60))), 5)
        async with politeness.turn("d.com", 0.0):
            pass
        with pytest.raises(Paused):
            async with politeness.turn("d.com", LONGEST_DELAY + 100):
                pass

    asyncio.run(run())
