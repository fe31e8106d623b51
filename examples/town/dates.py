"""Times as Chinese sites show them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def stamp(at: datetime) -> str:
    """The time in full to the minute, such as 2026-11-22 09:05."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def day(at: datetime) -> str:
    """The date in words, such as 2026年11月2日."""
    local = at.astimezone(ZONE)
    return f"{local.year}年{local.month}月{local.day}日"


def spoken(at: datetime, now: datetime) -> str:
    """The time as one says it: 刚刚, 3分钟前, 2小时前, 昨天 21:07, 前天 08:12, and in full when older."""
    local, today = at.astimezone(ZONE), now.astimezone(ZONE)
    passed = today - local
    if passed < timedelta(minutes=1):
        return "刚刚"
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60}分钟前"
    days = (today.date() - local.date()).days
    if days == 0:
        return f"{passed.seconds // 3600}小时前"
    word = {1: "昨天", 2: "前天"}.get(days)
    return f"{word} {local:%H:%M}" if word else stamp(at)
