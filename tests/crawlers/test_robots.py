"""robots.txt is read as RFC 9309 says, kept for a time, and asked for once."""

import asyncio
import gc
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from protego import Protego

from core.errors import Retry
from crawlers.robots import READ_BYTES, TOKEN, Robots, origin, read

FILE = b"""\xef\xbb\xbfUser-agent: *
Disallow: /private/
Crawl-delay: 7

User-agent: lurewatch
Disallow: /hidden
Allow: /hidden/but-this
Crawl-delay: 2.5
"""


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, True), (404, True), (401, True), (403, True), (429, False), (500, False), (503, False), (301, False)],
)
def test_status(status: int, *, allowed: bool) -> None:
    """No file allows everything; an error, or too many redirects, allows nothing."""
    assert read(status, b"").allows("http://a.test/x") is allowed


@pytest.mark.parametrize(
    ("path", "allowed"), [("/", True), ("/private/x", True), ("/hidden/x", False), ("/hidden/but-this", True)]
)
def test_our_group_counts(path: str, *, allowed: bool) -> None:
    """The group for our name counts, whatever its case, and not the one for all; the longest rule wins."""
    assert read(200, FILE).allows(f"http://a.test{path}") is allowed


def test_crawl_delay() -> None:
    """The Crawl-delay of our group."""
    assert read(200, FILE).delay == 2.5
    assert read(404, b"").delay == 0


def test_only_the_first_500_kib_are_read() -> None:
    """What stands behind the bound does not count."""
    long = b"User-agent: *\nDisallow: /a\n" + b"#" * READ_BYTES + b"\nDisallow: /b\n"
    rules = read(200, long)
    assert not rules.allows("http://a.test/a")
    assert rules.allows("http://a.test/b")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://a.test/x?y", "http://a.test:80"),
        ("https://a.test/", "https://a.test:443"),
        ("http://a.test:8080/", "http://a.test:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_origin(url: str, place: str) -> None:
    """One file speaks for one scheme, host and port."""
    assert origin(url) == place


class Origin:
    """An origin whose robots.txt answers by script, at a time that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        self.asked: list[str] = []
        self.answer: tuple[int, bytes] | None = (200, b"")
        self.robots = Robots(lambda: self.now)

    async def fetch(self, url: str) -> tuple[int, bytes]:
        """Answer, or fail."""
        self.asked.append(url)
        await asyncio.sleep(0)
        if self.answer is None:
            raise Retry("断了", "broke off")
        return self.answer

    def allows(self, url: str = "http://a.test/x", after: timedelta = timedelta()) -> bool:
        """Whether a url is allowed, some time later."""
        self.now += after
        return asyncio.run(self.robots.rules(url, self.fetch)).allows(url)


def test_kept_for_a_day() -> None:
    """A file is asked for again after a day, and its change counts then."""
    place = Origin()
    assert place.allows()
    place.answer = (200, b"User-agent: *\nDisallow: /\n")
    assert place.allows(after=timedelta(hours=23))
    assert not place.allows(after=timedelta(hours=1))
    assert place.asked == ["http://a.test:80/robots.txt"] * 2


def test_an_error_is_kept_for_half_a_minute() -> None:
    """An origin that cannot be reached is asked nothing, and its robots.txt again soon."""
    place = Origin()
    place.answer = None
    assert not place.allows()
    assert not place.allows(after=timedelta(seconds=29))
    place.answer = (404, b"")
    assert place.allows(after=timedelta(seconds=1))
    assert len(place.asked) == 2


def test_errors_in_a_row_are_kept_for_longer() -> None:
    """Each one for twice as long as the one before, ten minutes at most; an answer ends that."""
    place = Origin()
    place.answer = (503, b"")
    minutes = [0.5, 1, 2, 4, 8, 10, 10]
    assert not place.allows()
    for number, pause in enumerate(minutes, 1):
        assert not place.allows(after=timedelta(minutes=pause, seconds=-1))
        assert len(place.asked) == number
        assert not place.allows(after=timedelta(seconds=1))
        assert len(place.asked) == number + 1
    place.answer = (404, b"")
    assert place.allows(after=timedelta(minutes=10))
    place.answer = (503, b"")
    assert not place.allows(after=timedelta(days=1))
    place.answer = (404, b"")
    assert place.allows(after=timedelta(seconds=30))


def test_visits_at_the_same_time_ask_once() -> None:
    """Those who come while the file is on its way wait for it."""
    place = Origin()

    async def run() -> None:
        await asyncio.gather(*(place.robots.rules(f"http://a.test/{n}", place.fetch) for n in range(5)))

    asyncio.run(run())
    assert len(place.asked) == 1


def test_origins_are_apart() -> None:
    """Another port is another origin."""
    place = Origin()
    place.allows("http://a.test/x")
    place.allows("http://a.test:8080/x")
    assert place.asked == ["http://a.test:80/robots.txt", "http://a.test:8080/robots.txt"]


NAMES = [
    "User-agent: lurewatch",
    "USER-AGENT:LureWatch # us",
    "useragent: lure",
    "user agent lurewatch",
    "User \t agent lurewatch",
    "User-agent lure*",
    "User-agent: lurewatch*",
    "User-agent: *lure*watch*",
    "User-agent: watch",
    "User-agent: lurewatcher",
    "User-agent: lurewatch/1.0",
    "User-agent: other\nUser-agent: lurewatch",
    "User-agent: lurewatch\nUser-agent: other",
    "User-agent: *",
    "User-agent: **",
    "User-agent:",
    "User-agent lurewatch: no",
    "User-agent lurewatch:no",
    "  # nobody",
    "User-agent: other\nDisallow: /y\nUser-agent: lurewatch",
    "User-agent: lurewatch\nSitemap: http://a.test/s\nUser-agent: other\nAllow: /",
    "User-agent: 识饵",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "before", ["", "User-agent: *\nDisallow: /x\nDisallow: /z\n", "User-agent: other\nAllow: /x\n"]
)
def test_names_of_groups(before: str, name: str) -> None:
    """Groups count as they do where each name is kept apart."""
    text = f"{before}{name}\nDisallow: /x\nCrawl-delay: 3\n"
    whole, rules = Protego.parse(text), read(200, text.encode())
    for path in "/x", "/y", "/z":
        assert rules.allows(f"http://a.test{path}") is whole.can_fetch(f"http://a.test{path}", TOKEN)
    assert rules.delay == (whole.crawl_delay(TOKEN) or 0)


def test_many_names_before_many_rules() -> None:
    """Rules are not kept once for each name of their group: half a file of names needs no memory but its own."""
    names = b"".join(b"User-agent: a%d\n" % n for n in range(2000))
    rules = b"".join(b"Disallow: /%d\n" % n for n in range(2000))
    tracemalloc.start()
    try:
        found = read(200, names + b"User-agent: lurewatch\n" + rules)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not found.allows("http://a.test/7")
    assert peak < 20_000_000


def test_a_long_file_holds_up_nobody() -> None:
    """While 50,000 rules are read and asked, others go on with their work, in a process that holds much."""
    much = [[number] for number in range(50_000)]  # as words and models do; what looks for garbage looks at it
    body = b"User-agent: *\n" + b"".join(b"allow:%x\n" % n for n in range(50_000))

    async def fetch(_url: str) -> tuple[int, bytes]:
        return 200, body

    async def ask() -> bool:
        rules = await Robots(lambda: datetime(2026, 11, 22, tzinfo=UTC)).rules("http://a.test/", fetch)
        return rules.long and await rules.allow("http://a.test/x")

    async def held() -> float:
        """The longest that others waited, as a part of all the time that it took."""
        asking = asyncio.create_task(ask())
        began = last = time.perf_counter()
        longest = 0.0
        while not asking.done():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            last, longest = now, max(longest, now - last)
        assert asking.result()
        return longest / (last - began)

    assert sorted(asyncio.run(held()) for _ in range(5))[2] < 0.25
    del much
    assert gc.isenabled()
