"""Reads the times that pages show, from ISO dates to 3分钟前."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_LONGEST = 300  # characters of text that a time is looked for in
_EARLIEST = 1990
_CLOCK = (
    r"(?:[\sT,，]*(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?)?\s*(?P<half>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里)?"
    r"\s*(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})?(?:\s*[:：分]\s*(?P<second>\d{1,2}))?\s*(?P<ampm>[APap][Mm]\b)?)"
)
_FULL = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d|\d\d(?=-\d\d-\d\d\s+\d))\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*"
    rf"(?P<day>\d{{1,2}})(?!\d)\s*日?{_CLOCK}?"
)
_MONTH_DAY = re.compile(rf"(?<![\d/-])(?P<month>\d{{1,2}})\s*(?:[-/]|月)\s*(?P<day>\d{{1,2}})(?![\d/-])\s*日?{_CLOCK}?")
_DAY_WORD = re.compile(
    rf"(?P<word>今[天日早晨晚夜]|昨[天日早晨晚夜]|大前天|前[天日晚]|today|yesterday){_CLOCK}?", re.IGNORECASE
)
_WEEKDAY = re.compile(rf"(?P<last>上个?)?(?:星期|礼拜|周)(?P<weekday>[一二三四五六日天]){_CLOCK}?")
_ONLY_CLOCK = re.compile(_CLOCK)
_AGO = re.compile(
    r"(?P<count>\d+|半|几|[一二两三四五六七八九十]{1,3})\s*个?\s*(?P<unit>秒|分|小时|钟头|天|日|周|星期|礼拜|月|年)钟?\s*(?:之|以)?前"
)
_AGO_EN = re.compile(r"(?P<count>\d+|an?)\s*(?P<unit>sec|min|hour|hr|day|week|month|year)[a-z]*\s+ago", re.IGNORECASE)
_NOW = re.compile(r"刚刚|刚才|片刻之?前|just now", re.IGNORECASE)
_EN_DATE = re.compile(
    r"(?P<a>[A-Za-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)" + _CLOCK + "?"
)
_RFC = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{2,4} \d{1,2}:\d\d(?::\d\d)?(?: (?:[+-]\d{4}|[A-Z]{1,4}))?"
)
_CTIME = re.compile(r"(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?P<clock>\d\d:\d\d:\d\d) (?P<year>20\d\d)")
_STAMP = re.compile(r"\d{10}|\d{13}")
_MILLIS = 10
_DAYS_BACK = {"今": 0, "to": 0, "昨": 1, "ye": 1, "前": 2, "大": 3}  # by how the word begins
_NIGHT = ("晚", "夜")
_DAWN = 5  # o'clock: an earlier hour of a night belongs to the next day
_WEEK = "一二三四五六日"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {
    "秒": 1, "分": 60, "小时": 3600, "钟头": 3600, "天": 86400, "日": 86400, "周": 604800, "星期": 604800,
    "礼拜": 604800, "月": 2592000, "年": 31536000, "sec": 1, "min": 60, "hour": 3600, "hr": 3600, "day": 86400,
    "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}


def moment(text: str | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The time that ``text`` tells, in UTC, or None if it tells none.

    ``zone`` is where times without a zone are told, ``now`` (aware) when the page was fetched. A date without a
    year is the latest that is not ahead of ``now`` by more than a day.
    """
    if not text or not text.strip():
        return None
    short = text.strip()[:_LONGEST]
    here = now.astimezone(zone)
    try:
        found = _standard(short) or _absolute(short, here) or _relative(short, here) or _partial(short, here)
        if found is None:
            return None
        aware = found if found.tzinfo else found.replace(tzinfo=zone)
        told = aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    return told if _EARLIEST <= told.year <= now.year + 1 else None


def _standard(text: str) -> datetime | None:
    """ISO 8601, RFC 2822, or seconds or milliseconds since 1970."""
    if _STAMP.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > _MILLIS else 1), UTC)
    if _RFC.fullmatch(text):
        return parsedate_to_datetime(text)
    try:
        return datetime.fromisoformat(text) if "-" in text else None
    except ValueError:
        return None


def _absolute(text: str, here: datetime) -> datetime | None:
    if match := _FULL.search(text):
        year = int(match["year"])
        return _at(year if year >= _EARLIEST else 2000 + year, int(match["month"]), int(match["day"]), match, here)
    if (match := _CTIME.search(text)) and match["month"].lower() in _MONTHS:
        month = _MONTHS.index(match["month"].lower()) + 1
        return datetime.fromisoformat(f"{match['year']}-{month:02}-{int(match['day']):02}T{match['clock']}")
    if (match := _EN_DATE.search(text)) and match["a"].lower() in _MONTHS:
        return _at(int(match["year"]), _MONTHS.index(match["a"].lower()) + 1, int(match["day"]), match, here)
    return None


def _relative(text: str, here: datetime) -> datetime | None:
    if match := _AGO.search(text) or _AGO_EN.search(text):
        return here - timedelta(seconds=_count(match["count"]) * _UNITS[match["unit"].lower()])
    if match := _DAY_WORD.search(text):
        return _on_day(match["word"].lower(), match, here)
    return here if _NOW.search(text) else None


def _on_day(word: str, match: re.Match[str], here: datetime) -> datetime:
    back = next(days for start, days in _DAYS_BACK.items() if word.startswith(start))
    day = here - timedelta(days=back)
    found = _at(day.year, day.month, day.day, match, here)
    if word.endswith(_NIGHT) and match["hour"] and not match["half"] and found.hour < 12:  # noqa: PLR2004 - noon
        return found + timedelta(days=1) if found.hour < _DAWN else found + timedelta(hours=12)
    return found


def _partial(text: str, here: datetime) -> datetime | None:
    if match := _MONTH_DAY.search(text):
        return _latest_year(match, here)
    if match := _WEEKDAY.search(text):
        wanted = _WEEK.index(match["weekday"].replace("天", "日"))
        back = here.weekday() - wanted + 7 if match["last"] else (here.weekday() - wanted) % 7
        day = here - timedelta(days=back)
        found = _at(day.year, day.month, day.day, match, here)
        return found if found <= here else found - timedelta(days=7)
    if match := _ONLY_CLOCK.search(text):
        found = _at(here.year, here.month, here.day, match, here)
        return found if found <= here + timedelta(hours=1) else found - timedelta(days=1)
    return None


def _latest_year(match: re.Match[str], here: datetime) -> datetime | None:
    for year in range(here.year + 1, here.year - 9, -1):  # nine years back there is a 29 February
        try:
            found = _at(year, int(match["month"]), int(match["day"]), match, here)
        except ValueError:
            continue
        if found <= here + timedelta(days=1):
            return found
    return None


def _at(year: int, month: int, day: int, match: re.Match[str], here: datetime) -> datetime:
    hour = int(match["hour"] or 0)
    late = match["half"] in ("下午", "傍晚", "晚上", "夜里") or (match["ampm"] or "").lower() == "pm"
    early = match["half"] in ("凌晨", "上午", "早上") or (match["ampm"] or "").lower() == "am"
    if late and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    elif early and hour == 12:  # noqa: PLR2004
        hour = 0
    return datetime(year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), tzinfo=here.tzinfo)


def _count(word: str) -> float:
    if word.isdecimal():
        return int(word)
    if word in ("半", "几", "a", "an", "A", "An"):
        return {"半": 0.5, "几": 3}.get(word, 1)
    tens, _, ones = word.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if "十" in word else 0) + _DIGITS.get(ones, 0)
