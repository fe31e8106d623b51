"""Hosts are asked one request at a time, after a pause, and within the budget."""

import asyncio
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from crawlers.backoff import retry_after
from crawlers.politeness import PATIENCE, Paused, Politeness

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Span = tuple[str, float, float]


async def ask(politeness: Politeness, spans: list[Span], host: str, delay: float, busy: float = 0.0) -> None:
    """Hold a host for ``busy`` seconds and note when."""
    async with politeness.turn(host, delay):
        start = time.monotonic()
        await asyncio.sleep(busy)
        spans.append((host, start, time.monotonic()))


def test_one_at_a_time_with_a_pause_after_each() -> None:
    """The pause counts from the end of one request to the start of the next, whoever asks."""
    spans: list[Span] = []

    async def run() -> None:
        politeness = Politeness()
        await asyncio.gather(*(ask(politeness, spans, "a.test", 0.05, busy=0.03) for _ in range(4)))

    asyncio.run(run())
    gaps = [after[1] - before[2] for before, after in pairwise(spans)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.05


def test_hosts_do_not_wait_for_each_other() -> None:
    """A slow host holds up nobody else."""
    spans: list[Span] = []

    async def run() -> None:
        politeness = Politeness()
        await asyncio.gather(ask(politeness, spans, "slow.test", 9.0, busy=0.2), ask(politeness, spans, "b.test", 9.0))

    asyncio.run(run())
    assert spans[0][0] == "b.test"


def test_the_longer_of_two_delays_counts() -> None:
    """Two sources on one host: the pause that one of them granted holds for the other."""
    spans: list[Span] = []

    async def run() -> None:
        politeness = Politeness()
        await ask(politeness, spans, "a.test", 0.1)
        await ask(politeness, spans, "a.test", 0.0)

    asyncio.run(run())
    assert spans[1][1] - spans[0][2] >= 0.1


def test_the_budget_is_over_all_hosts() -> None:
    """1200 a minute is one each 50 ms, whichever the hosts."""
    spans: list[Span] = []

    async def run() -> None:
        politeness = Politeness(budget=1200)
        await asyncio.gather(*(ask(politeness, spans, f"{name}.test", 0.0) for name in range(5)))

    began = time.monotonic()
    asyncio.run(run())
    starts = sorted(start for _, start, _ in spans)
    assert all(start >= began + 0.05 * number for number, start in enumerate(starts))


def test_a_turn_is_given_back_when_it_fails() -> None:
    """An error, or a visit that is stopped, does not keep a host held."""
    spans: list[Span] = []

    async def fail(politeness: Politeness) -> None:
        async with politeness.turn("a.test", 0.0):
            raise ZeroDivisionError

    async def run() -> None:
        politeness = Politeness()
        with pytest.raises(ZeroDivisionError):
            await fail(politeness)
        stopped = asyncio.ensure_future(ask(politeness, spans, "a.test", 0.0, busy=9.0))
        await asyncio.sleep(0.01)
        stopped.cancel()
        await asyncio.wait_for(ask(politeness, spans, "a.test", 0.0), 1.0)

    asyncio.run(run())
    assert len(spans) == 1


def test_a_short_hold_is_waited_for_and_a_long_one_is_not() -> None:
    """Retry-After sets when the host may be asked again; a visit waits a minute at most."""
    spans: list[Span] = []

    async def run() -> None:
        politeness = Politeness()
        politeness.hold("a.test", 0.1)
        began = time.monotonic()
        await ask(politeness, spans, "a.test", 0.0)
        assert spans[0][1] - began >= 0.1
        politeness.hold("a.test", PATIENCE + 60)
        with pytest.raises(Paused, match=r"a\.test"):
            await ask(politeness, spans, "a.test", 0.0)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("１２０", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """A number or a date; anything else says nothing."""
    assert retry_after(value, NOW) == seconds
