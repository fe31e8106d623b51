"""One request at a time to a host, with a pause after each, and a budget over all hosts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.errors import Refused

PATIENCE = 60.0  # seconds that a visit waits where a host asked for a pause; after that it gives up for now
LONGEST_HOLD = 86_400.0  # no Retry-After holds a host for more than a day
_MANY_LANES = 4096


class Paused(Refused):
    """The site says no for now, so what was asked for is not given up for good."""


@dataclass(slots=True)
class _Lane:
    """The one way to a host: who is on it, when the last request ended, and what pause follows it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: float = float("-inf")
    delay: float = 0.0
    held_until: float = float("-inf")


class Politeness:
    """Turns to ask hosts, shared by all visits of a fleet; used from one event loop.

    ``budget`` is how many requests a minute all hosts together may get (None: no limit); they are spread
    evenly, a token bucket that holds one token.
    """

    def __init__(self, budget: float | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._gap = 60.0 / budget if budget else 0.0
        self._now = now
        self._lanes: dict[str, _Lane] = {}
        self._next_token = float("-inf")

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Hold the host while asking it: from ``delay`` seconds after the last request to the end of this one.

        Raises Paused if the host asked, by Retry-After, for more patience than a visit has.
        """
        lane = self._lane(host)
        async with lane.lock:
            self._check_hold(host, lane)
            await self._sleep_until(max(lane.ended + max(delay, lane.delay), lane.held_until))
            await self._token()
            lane.delay = delay
            try:
                yield
            finally:
                lane.ended = self._now()

    def hold(self, host: str, seconds: float) -> None:
        """Ask ``host`` nothing for so long."""
        lane = self._lane(host)
        lane.held_until = max(lane.held_until, self._now() + min(seconds, LONGEST_HOLD))

    def _lane(self, host: str) -> _Lane:
        if host not in self._lanes and len(self._lanes) >= _MANY_LANES:
            self._forget()
        return self._lanes.setdefault(host, _Lane())

    def _forget(self) -> None:
        """Drop lanes that nobody is on and that hold nothing back any more."""
        past = self._now() - LONGEST_HOLD
        for host, lane in list(self._lanes.items()):
            if not lane.lock.locked() and max(lane.ended, lane.held_until) < past:
                del self._lanes[host]

    def _check_hold(self, host: str, lane: _Lane) -> None:
        left = lane.held_until - self._now()
        if left > PATIENCE:
            raise Paused(
                f"{host} 要求 {left:.0f} 秒后再来，本次不再访问；下次巡查会再试。",
                f"{host} asked to come back in {left:.0f} s, so it is left alone; a later visit tries again.",
            )

    async def _token(self) -> None:
        start = max(self._now(), self._next_token)
        self._next_token = start + self._gap
        await self._sleep_until(start)

    async def _sleep_until(self, moment: float) -> None:
        if (left := moment - self._now()) > 0:
            await asyncio.sleep(left)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3); None where it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
