"""One request at a time to a host, with a pause after each, and a budget over all hosts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.errors import Refused
from crawlers.backoff import LONGEST_HOLD, LONGEST_PAUSE, pause
from crawlers.hosts import Lane, lanes
from crawlers.quiet import Quiet

PATIENCE = 60.0  # seconds that a visit waits where a host asked for a pause; after that it gives up for now
LONGEST_DELAY = 600.0  # seconds between two requests that a visit waits for; after that it gives up for now
NEIGHBOURLY = 60.0  # seconds of one host's Crawl-delay that others at its address or domain keep as well
_MANY_LANES = 4096
_MANY_HOSTS = 256


class Paused(Refused):
    """The site says no for now, so what was asked for is not given up for good."""


class Resting(Paused):
    """These are hours in which the host is left alone, until ``until``."""

    def __init__(self, zh: str, en: str, until: datetime) -> None:
        super().__init__(zh, en)
        self.until = until


@dataclass(slots=True)
class _Lane:
    """The one way to a host: who is on it, when the last request ended, and what pause follows it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: float = float("-inf")
    delay: float = 0.0
    held_until: float = float("-inf")
    wanted: dict[str, float] = field(default_factory=dict)  # the Crawl-delay of each host
    refusals: int = 0
    quiet: tuple[Quiet, ...] = ()


class Politeness:
    """Turns to ask hosts, shared by all visits of a fleet; used from one event loop.

    Hosts of one registrable domain, and hosts that share an address, count as one. ``budget`` is how many
    requests a minute all hosts together may get (None: no limit); they are spread evenly, a token bucket that
    holds one token.
    """

    def __init__(
        self,
        budget: float | None = None,
        now: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._gap = 60.0 / budget if budget else 0.0
        self._now = now
        self._clock = clock
        self._lanes: dict[Lane, _Lane] = {}
        self._next_token = float("-inf")

    @asynccontextmanager
    async def turn(self, host: str, delay: float, addresses: Iterable[str] = ()) -> AsyncIterator[None]:
        """Hold the host while asking it: from ``delay`` seconds after the last request to the end of this one.

        ``addresses`` are those that the host is asked at. Raises Paused if the host asked, by Retry-After or
        Crawl-delay, for more patience than a visit has, and Resting in its quiet hours.
        """
        taken = self._taken(host, addresses)
        self._check_quiet(host, taken)
        delay = max(delay, *(min(wanted, NEIGHBOURLY) for lane in taken for wanted in lane.wanted.values()), 0.0)
        async with AsyncExitStack() as held:
            for lane in taken:
                await held.enter_async_context(lane.lock)
            while (start := self._start(host, taken, delay)) > self._now():  # a hold may come while it sleeps
                await self._sleep_until(start)
            await self._token()
            self._check_quiet(host, taken)
            for lane in taken:
                lane.delay = delay
            try:
                yield
            finally:
                ended = self._now()
                for lane in taken:
                    lane.ended = ended

    def crawl_delay(self, host: str, seconds: float, addresses: Iterable[str] = ()) -> None:
        """``host`` wants so many seconds between two requests; those that count as one with it keep them too."""
        for lane in self._taken(host, addresses):
            lane.wanted.pop(host, None)
            if seconds and len(lane.wanted) < _MANY_HOSTS:
                lane.wanted[host] = seconds

    def hold(self, host: str, seconds: float, addresses: Iterable[str] = ()) -> None:
        """Ask ``host`` nothing for so long, and others at its address for an hour of it at most."""
        own, *others = self._taken(host, addresses)
        for lane, most in ((own, LONGEST_HOLD), *((other, LONGEST_PAUSE) for other in others)):
            lane.held_until = max(lane.held_until, self._now() + min(seconds, most))

    def refused(self, host: str, asked: float | None, first: float, addresses: Iterable[str] = ()) -> None:
        """``host`` said no for now: leave it alone for as long as it ``asked``, and longer each time (``backoff``)."""
        own, *_ = self._taken(host, addresses)
        own.refusals += 1
        self.hold(host, pause(asked, own.refusals, first), addresses)

    def accepted(self, host: str) -> None:
        """``host`` gave what was asked for, so its refusals are forgotten."""
        self._taken(host, ())[0].refusals = 0

    def rest(self, host: str, quiet: Quiet) -> None:
        """Leave ``host`` alone in these hours from now on."""
        for lane in self._taken(host, ()):
            if quiet not in lane.quiet:
                lane.quiet = (*lane.quiet, quiet)

    def _taken(self, host: str, addresses: Iterable[str]) -> tuple[_Lane, ...]:
        keys = lanes(host, addresses)
        if len(self._lanes) >= _MANY_LANES:
            self._forget(set(keys))
        return tuple(self._lanes.setdefault(key, _Lane()) for key in keys)

    def _forget(self, wanted: set[Lane]) -> None:
        """Drop lanes that nobody is on and that hold nothing back any more."""
        past = self._now() - LONGEST_HOLD
        for key, lane in list(self._lanes.items()):
            idle = not lane.lock.locked() and not lane.quiet and max(lane.ended, lane.held_until) < past
            if idle and key not in wanted:
                del self._lanes[key]

    def _start(self, host: str, taken: Iterable[_Lane], delay: float) -> float:
        """When the host may be asked; raises Paused where that is too far away."""
        now = self._now()
        held = max(lane.held_until for lane in taken) - now
        if held > PATIENCE:
            raise Paused(
                f"{host} 要求 {held:.0f} 秒后再来，本次不再访问；下次巡查会再试。",
                f"{host} asked to come back in {held:.0f} s, so it is left alone; a later visit tries again.",
            )
        wait = max(lane.ended + max(delay, lane.delay) for lane in taken) - now
        if wait > LONGEST_DELAY:
            raise Paused(
                f"{host} 要求两次请求相隔 {delay:.0f} 秒，本次等不了那么久；下次巡查会再试。",
                f"{host} wants {delay:.0f} s between two requests, more than a visit has; a later one tries again.",
            )
        return now + max(held, wait)

    def _check_quiet(self, host: str, taken: Iterable[_Lane]) -> None:
        check_quiet(host, (quiet for lane in taken for quiet in lane.quiet), self._clock())

    async def _token(self) -> None:
        start = max(self._now(), self._next_token)
        self._next_token = start + self._gap
        await self._sleep_until(start)

    async def _sleep_until(self, moment: float) -> None:
        if (left := moment - self._now()) > 0:
            await asyncio.sleep(left)


def check_quiet(host: str, quiet: Iterable[Quiet], now: datetime) -> None:
    """Raise Resting where ``now`` lies in hours in which ``host`` is left alone."""
    for until in (one.until(now) for one in quiet):
        if until is not None:
            raise Resting(
                f"{host} 正处于来源文件写明的安静时段，到 {until:%H:%M %Z} 为止不访问。",
                f"{host} is left alone in the quiet hours that a source's file names, until {until:%H:%M %Z}.",
                until,
            )
