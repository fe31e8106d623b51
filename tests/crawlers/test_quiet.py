"""Hours in which a host is left alone: none of its sources is visited then, and a visit under way ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.errors import InputError
from crawlers.politeness import Resting
from crawlers.quiet import Quiet, hours
from crawlers.sources import read_source
from tests.crawlers.conftest import LOOPBACK, Answer, Asked, Patrol, Site, patrols, source

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("window", "now", "ends"),
    [
        ("23:00-06:00", "2026-11-22 22:59", None),
        ("23:00-06:00", "2026-11-22 23:00", "2026-11-23 06:00"),
        ("23:00-06:00", "2026-11-23 05:59", "2026-11-23 06:00"),
        ("23:00-06:00", "2026-11-23 06:00", None),
        ("08:30-18:00", "2026-11-22 08:29", None),
        ("08:30-18:00", "2026-11-22 12:00", "2026-11-22 18:00"),
        ("08:30-18:00", "2026-11-22 18:00", None),
        ("00:00-07:00", "2026-11-22 00:00", "2026-11-22 07:00"),
        ("07:00-00:00", "2026-11-22 23:59", "2026-11-23 00:00"),
    ],
)
def test_windows(window: str, now: str, ends: str | None) -> None:
    """By the clocks of the source's zone, over midnight too; the first minute is inside, the last is not."""
    quiet = Quiet(*hours(window), SHANGHAI)
    moment = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI).astimezone(UTC)
    expected = datetime.fromisoformat(ends).replace(tzinfo=SHANGHAI) if ends else None
    assert quiet.until(moment) == expected


def test_summer_time() -> None:
    """A night in which the clocks change ends by the new time."""
    berlin = ZoneInfo("Europe/Berlin")
    quiet = Quiet(*hours("23:00-06:00"), berlin)
    evening = datetime(2026, 3, 28, 23, 30, tzinfo=berlin)
    assert quiet.until(evening.astimezone(UTC)) == datetime(2026, 3, 29, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["23-6", "24:00-06:00", "23:00", "23:00-23:00", "6:00-7:00", "[1, 2]", "true"])
def test_what_is_no_window(tmp_path: Path, written: str) -> None:
    """A source file with another thing there is refused, with file, line, and how to write it."""
    path = tmp_path / "town.yml"
    path.write_text(f"id: town\nname: 小镇\nurl: http://a.test/\npoliteness:\n  quiet: {written}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"town\.yml:5.*23:00-06:00"):
        read_source(path)


def test_a_window_in_a_file(tmp_path: Path) -> None:
    """In the zone that the file names."""
    path = tmp_path / "town.yml"
    path.write_text(
        "id: town\nname: 小镇\nurl: http://a.test/\ntimezone: Asia/Urumqi\npoliteness: {quiet: 23:00-06:00}\n",
        encoding="utf-8",
    )
    assert read_source(path).quiet == (Quiet(*hours("23:00-06:00"), ZoneInfo("Asia/Urumqi")),)


class Clock:
    """A clock that the test sets: noon in Shanghai at first."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI).astimezone(UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def patrol(clock: Clock) -> Iterator[Patrol]:
    """A patrol by that clock, for whom two names lead to one site."""

    async def resolver(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    yield from patrols(clock=clock, resolver=resolver, allowed=LOOPBACK)


NIGHT = {"delay": "0s", "quiet": "23:00-06:00"}


def test_nothing_is_asked_at_night(site: Site, patrol: Patrol, clock: Clock) -> None:
    """The visit does not happen, is no problem of the source, and says when it will."""
    site.listing("/", {"key": "1", "text": "a"})
    look = source(site.url + "/", politeness=NIGHT)
    clock.now += timedelta(hours=12)
    report = patrol.visit(look)
    assert report.problem is None
    assert isinstance(report.skipped, Resting)
    assert "06:00" in report.skipped.zh
    assert report.resumes == datetime(2026, 11, 23, 6, tzinfo=SHANGHAI)
    assert site.asked == []
    clock.now = report.resumes
    assert patrol.look(look) == ["a"]


def test_a_visit_ends_when_the_night_comes(site: Site, patrol: Patrol, clock: Clock) -> None:
    """What was done is kept, and the next visit goes on."""
    site.listing("/", *({"key": str(n), "url": f"{site.url}/{n}"} for n in range(4)))

    def second(_asked: Asked) -> Answer:
        clock.now += timedelta(hours=12)
        return Answer('{"posts": [["1", "1"]], "next": null}')

    for n in (0, 2, 3):
        site.thread(f"/{n}", (str(n), str(n)))
    site.pages["/1"] = second
    look = source(site.url + "/", politeness=NIGHT)
    report = patrol.visit(look)
    assert (patrol.handled, report.problem) == (["0", "1"], None)
    assert report.resumes is not None
    assert site.paths() == ["/", "/0", "/1"]
    clock.now = report.resumes
    assert patrol.look(look) == ["2", "3"]


def test_it_holds_for_the_whole_host(site: Site, patrol: Patrol, clock: Clock) -> None:
    """Another source of the domain that names no hours of its own is left alone in these too."""
    site.listing("/", {"key": "1", "text": "a"})
    port = site.url.rpartition(":")[2]
    patrol.look(source(f"http://bbs.a.com:{port}/", politeness=NIGHT))
    clock.now += timedelta(hours=12)
    site.asked.clear()
    assert isinstance(patrol.visit(source(f"http://www.a.com:{port}/", id="www")).skipped, Resting)
    assert site.asked == []
    assert patrol.look(source(f"http://www.b.com:{port}/", id="other")) == ["a"]
