"""Times as pages show them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.extract.times import moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai

TOLD = [
    ("2026-11-03T21:07:00+08:00", "2026-11-03T13:07"),
    ("2026-11-03T13:07:00Z", "2026-11-03T13:07"),
    ("Tue, 03 Nov 2026 13:07:00 GMT", "2026-11-03T13:07"),
    ("Tue, 3 Nov 2026 21:07:00 +0800", "2026-11-03T13:07"),
    ("Tue Nov  3 21:07:11 2026", "2026-11-03T13:07:11"),
    ("Nov 3, 2026 9:07 PM", "2026-11-03T13:07"),
    ("1793711220", "2026-11-03T13:07"),
    ("1793711220000", "2026-11-03T13:07"),
    ("2026-11-03 21:07", "2026-11-03T13:07"),
    ("2026/11/3 21:07:33", "2026-11-03T13:07:33"),
    ("2026.11.03", "2026-11-02T16:00"),
    ("2026年11月3日", "2026-11-02T16:00"),
    ("2026年11月3日 星期二 下午9时07分", "2026-11-03T13:07"),
    ("2026-11-3 12:30 am", "2026-11-02T16:30"),
    ("26-11-03 21:07", "2026-11-03T13:07"),
    ("发表于 2026-11-3 21:07:33 | 只看该作者", "2026-11-03T13:07:33"),
    ("2026-11-03 21:07（3天前）", "2026-11-03T13:07"),
    ("11-03 21:07", "2026-11-03T13:07"),
    ("11月3日", "2026-11-02T16:00"),
    ("12-31 08:00", "2025-12-31T00:00"),
    ("11-04 23:00", "2026-11-04T15:00"),
    ("02-29", "2024-02-28T16:00"),
    ("刚刚", "2026-11-04T02:00"),
    ("3分钟前", "2026-11-04T01:57"),
    ("3 分钟前", "2026-11-04T01:57"),
    ("2小时前", "2026-11-04T00:00"),
    ("半小时前", "2026-11-04T01:30"),
    ("十五分钟前", "2026-11-04T01:45"),
    ("两个小时前", "2026-11-04T00:00"),
    ("3天前", "2026-11-01T02:00"),
    ("1个月前", "2026-10-05T02:00"),
    ("3 hours ago", "2026-11-03T23:00"),
    ("昨天 21:07", "2026-11-03T13:07"),
    ("昨天", "2026-11-02T16:00"),
    ("前天", "2026-11-01T16:00"),
    ("今天 09:00", "2026-11-04T01:00"),
    ("周一", "2026-11-01T16:00"),
    ("周三 20:00", "2026-10-28T12:00"),
    ("星期日 08:00", "2026-11-01T00:00"),
    ("09:30", "2026-11-04T01:30"),
    ("23:30", "2026-11-03T15:30"),
    ("今天 08:30", "2026-11-04T00:30"),
    ("3月5日", "2026-03-04T16:00"),
    ("3月5日 晚上8点", "2026-03-05T12:00"),
    ("昨晚 9:07", "2026-11-03T13:07"),
    ("昨晚21:07", "2026-11-03T13:07"),
    ("今早 8:30", "2026-11-04T00:30"),
    ("今晨6点", "2026-11-03T22:00"),
    ("上周五 18:00", "2026-10-30T10:00"),
    ("上周一", "2026-10-25T16:00"),
    ("昨晚1点", "2026-11-03T17:00"),
    ("前天 21:07", "2026-11-02T13:07"),
    ("大前天", "2026-10-31T16:00"),
    ("上周日", "2026-10-31T16:00"),
    ("本周一", "2026-11-01T16:00"),
    ("一周前", "2026-10-28T02:00"),
    ("刚才", "2026-11-04T02:00"),
    ("发布于 3分钟前 · 来自网页", "2026-11-04T01:57"),
]
UNTOLD = ["", " ", "无", "暂无回复", "2026-13-45", "13800138000", "138-0013-8000", "第 3 楼", "¥1200", "0001-01-01"]


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_told(text: str, told: str) -> None:
    """A time is read in the zone of its source, relative to when the page was fetched, and told in UTC."""
    found = moment(text, SHANGHAI, NOW)
    assert found == datetime.fromisoformat(told).replace(tzinfo=UTC)
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", UNTOLD)
def test_untold(text: str) -> None:
    """What tells no time gives none."""
    assert moment(text, SHANGHAI, NOW) is None


def test_zone() -> None:
    """The same words mean another time in another zone."""
    assert moment("2026-11-03 21:07", ZoneInfo("Asia/Tokyo"), NOW) == datetime(2026, 11, 3, 12, 7, tzinfo=UTC)


def test_missing() -> None:
    """No text, no time."""
    assert moment(None, SHANGHAI, NOW) is None


@given(st.text(alphabet="0123456789-/:. 年月日时分秒前天昨今周一三十T+Z几半个", max_size=40) | st.text(max_size=60))
def test_never_fails(text: str) -> None:
    """Whatever the text, a time is given or not, and one that is given is aware and near."""
    found = moment(text, SHANGHAI, NOW)
    assert found is None or (found.tzinfo is UTC and 1990 <= found.year <= 2027)
