"""How long a host that says no is left alone: as long as it asks for, and longer each time that it says no again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_HOLD = 86_400.0  # no Retry-After holds a host for more than a day
LONGEST_PAUSE = 3_600.0  # where it does not say how long, it is asked again after an hour at most


def pause(asked: float | None, refusals: int, first: float) -> float:
    """Seconds to leave a host alone after its ``refusals``-th refusal in a row.

    ``asked`` is its Retry-After, which counts alone the first time and is the least from then on; without one
    it is ``first`` seconds, doubled with each refusal.
    """
    grown = min(first * 2.0 ** min(refusals - 1, 30), LONGEST_PAUSE)
    if asked is None:
        return grown
    return min(max(asked, grown) if refusals > 1 else asked, LONGEST_HOLD)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3); None where it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (aware - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):  # all of which its parser knows
        return None
