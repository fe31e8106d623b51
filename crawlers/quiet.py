"""Hours of the day in which a host is left alone."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``start`` to ``end`` of every day by the clocks of ``zone``, over midnight where ``end`` is the earlier."""

    start: time
    end: time
    zone: ZoneInfo

    def until(self, now: datetime) -> datetime | None:
        """When the quiet that reigns at ``now`` ends; None where there is none."""
        local = now.astimezone(self.zone)
        at = local.time()
        over_midnight = self.end < self.start
        if not (self.start <= at or at < self.end if over_midnight else self.start <= at < self.end):
            return None
        day = local.date() if at < self.end else local.date() + timedelta(days=1)
        # Built from the wall clock of that day, so that a change to summer time in between counts.
        return datetime.combine(day, self.end, self.zone)


def hours(written: str) -> tuple[time, time]:
    """Start and end of a window such as ``23:00-06:00``; raises ValueError."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None or found[1] + found[2] == found[3] + found[4]:
        raise ValueError(
            "quiet is two different times of the day such as 23:00-06:00 / quiet 写作两个不同的钟点，例如 23:00-06:00"
        )
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
