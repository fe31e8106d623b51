"""The digest counts what there is, comes once a local day, and holds no word of a page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from classifiers.tokens import make_segmenter
from core.ports import SourceState
from core.types import Decision, Review, Verdict
from core.words import Lang
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag
from upkeep.digest import Daily, figures, told

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            [
                "Daily digest, 11-21 12:00 to 11-22 12:00",
                "11 new flags: Forged documents and invoices 10, Scam advert 1",
                "All flags: open 11, confirmed 0, dismissed 1, appealed 0",
                "From published to flagged: median 11m, nine in ten within 18m (10 with a time of publication)",
                "1 of 3 sources are broken: 版块乙",
            ],
        ),
        (
            "zh",
            [
                "每日摘要 11-21 12:00 至 11-22 12:00",
                "新标记 11 条：假证假票 10、诈骗广告 1",
                "全部标记：待复核 11、已确认 0、已驳回 1、申诉中 0",
                "从发布到标记：中位数 11m，九成在 18m 以内（10 条有发布时间）",
                "3 个来源中 1 个有问题：版块乙",
            ],
        ),
    ],
)
def test_it_counts_the_day(tmp_path: Path, make_flag: MakeFlag, lang: Lang, lines: list[str]) -> None:
    """Harms of the day, states of all, delays, broken sources; not other days, nor sources that are not on patrol."""
    store = SqliteFlags(tmp_path / "l.db", make_segmenter())
    for number in range(10):
        minutes = timedelta(minutes=2 * (number + 1))
        flag = make_flag(f"办理各类证件加微信 zheng_{number}", hours=-1 - number, url=f"http://town.test/{number}")
        store.put(replace(flag, published_at=flag.seen_at - minutes))
    fraud = make_flag("刷单", hours=-2, url="http://town.test/fraud")
    decision = Decision(flagged=True, category="fraud_ad", score=0.9)
    store.put(replace(fraud, decision=decision))
    old = make_flag("旧", hours=-30, url="http://town.test/old")
    store.put(old)
    store.add_review(Review(old.id, Verdict.DISMISS, "li", NOON, "a joke"))
    states = [
        SourceState("a", NOON),
        SourceState("b", NOON, broken_since=NOON, failures=2),
        SourceState("gone", NOON, broken_since=NOON, failures=2),
    ]
    names = {"a": "版块甲", "b": "版块乙", "c": "版块丙"}
    text = told(figures(store, states, names, NOON - timedelta(days=1), NOON), lang)
    assert text.splitlines() == lines
    store.close()


def test_a_quiet_day_is_told_as_well(tmp_path: Path) -> None:
    """No flags and no broken sources are news, too: the patrol lives."""
    store = SqliteFlags(tmp_path / "l.db", make_segmenter())
    text = told(figures(store, [], {"a": "甲"}, NOON - timedelta(days=1), NOON), "en")
    assert "0 new flags: none" in text
    assert "All 1 sources are well" in text
    store.close()


class Wall:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self.now.astimezone(UTC)


def moments(daily: Daily, wall: Wall, hour: int, hours: float) -> list[datetime]:
    """When digests are told over so many hours, looked for every minute, in UTC."""
    found = []
    for _ in range(int(hours * 60)):
        if daily.due(hour) is not None:
            daily.done()
            found.append(wall.now)
        wall.now += timedelta(minutes=1)
    return found


@pytest.mark.parametrize(
    ("zone", "begin", "hour", "local"),
    [
        (SHANGHAI, datetime(2026, 11, 22, 1, 30, tzinfo=UTC), 8, ["23 08:00", "24 08:00", "25 08:00"]),
        (SHANGHAI, datetime(2026, 11, 21, 18, 0, tzinfo=UTC), 8, ["22 08:00", "23 08:00", "24 08:00"]),
        # The night of 2026-10-25 in Berlin has the hour from two to three twice, that of 2026-03-29 has none.
        (BERLIN, datetime(2026, 10, 23, 22, 0, tzinfo=UTC), 2, ["24 02:00", "25 02:00", "26 02:00"]),
        (BERLIN, datetime(2026, 3, 27, 23, 0, tzinfo=UTC), 2, ["28 02:00", "29 03:00", "30 02:00"]),
        (BERLIN, datetime(2026, 3, 27, 23, 0, tzinfo=UTC), 0, ["28 00:00", "29 00:00", "30 00:00", "31 00:00"]),
    ],
)
def test_it_comes_once_a_local_day(
    tmp_path: Path, zone: ZoneInfo, begin: datetime, hour: int, local: list[str]
) -> None:
    """At its hour, or the next one where there is no such hour, and once where there are two of them."""
    wall = Wall(begin)
    found = moments(Daily(tmp_path / "digest", wall, zone), wall, hour, 72)
    assert [f"{at.astimezone(zone):%d %H:%M}" for at in found] == local


def test_a_restart_tells_no_digest_twice_and_makes_up_for_one(tmp_path: Path) -> None:
    """The day is written down; a digest missed while nothing ran is told at the start, and reaches back to the last."""
    wall = Wall(datetime(2026, 11, 21, 18, 0, tzinfo=UTC))
    path = tmp_path / "digest"
    assert len(moments(Daily(path, wall, SHANGHAI), wall, 8, 12)) == 1
    assert Daily(path, wall, SHANGHAI).due(8) is None
    wall.now += timedelta(days=2, hours=4)
    span = Daily(path, wall, SHANGHAI).due(8)
    assert span is not None
    assert [f"{at:%d %H:%M}" for at in span] == ["22 08:00", f"{wall.now.astimezone(SHANGHAI):%d %H:%M}"]


def test_a_clock_that_was_years_ahead_does_not_silence_it(tmp_path: Path) -> None:
    """The day that was written down then is forgotten."""
    (tmp_path / "digest").write_text("2031-01-01\n", "utf-8")
    wall = Wall(datetime(2026, 11, 21, 18, 0, tzinfo=UTC))
    assert len(moments(Daily(tmp_path / "digest", wall, SHANGHAI), wall, 8, 48)) == 2


def test_a_full_disk_gives_one_digest(tmp_path: Path) -> None:
    """Where the day cannot be written down it is known meanwhile."""
    (tmp_path / "data").write_text("in the way", "utf-8")
    wall = Wall(datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    daily = Daily(tmp_path / "data" / "digest", wall, SHANGHAI)
    assert daily.due(8) is None
    wall.now += timedelta(hours=2)
    assert daily.due(8) is not None
    with pytest.raises(OSError, match="data"):
        daily.done()
    assert daily.due(8) is None
