"""Chooses between what HTTP gave and what the browser shows, for sources that learn it; remembers what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from core.errors import ExtractError, FetchError, LurewatchError, NeedsSetup
from core.types import Page
from crawlers import escalation
from crawlers.challenges import may_be_challenge
from crawlers.escalation import Found, Sort, Step, Way
from crawlers.extract.types import Detail, Listing
from crawlers.sources import Source
from crawlers.visit import Clock

Extract = Callable[[Page, Source], Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a page will be read: what it is, the function that reads it, and the fewest items that it should have."""

    sort: Sort
    function: Extract
    least: int = 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """The page to read, and what kept the browser from showing more, if anything did."""

    page: Page
    withheld: LurewatchError | None = None


def found_in(read: Listing | Detail | None) -> Found:
    """What a page gave; None gives nothing."""
    if read is None:
        return frozenset()
    return escalation.of_listing(read) if isinstance(read, Listing) else escalation.of_detail(read)


class Ways:
    """The kinds of pages of one source.

    ``ways`` is changed as pages are compared; ``read`` gives None for a page that cannot be read.
    """

    def __init__(
        self,
        source: Source,
        ways: dict[str, Way],
        clock: Clock,
        read: Callable[[Extract, Page], Awaitable[Listing | Detail | None]],
    ) -> None:
        self._source = source
        self._ways = ways
        self._clock = clock
        self._read = read

    def by_http(self, kind: str) -> bool:
        """Whether pages of this kind are fetched by HTTP alone, as far as is known."""
        return escalation.step(self._ways.get(kind)) is Step.HTTP

    async def choose(
        self,
        kind: str,
        plain: Page,
        reading: Reading,
        draw: Callable[[], Awaitable[tuple[Page, LurewatchError | None]]],
    ) -> Chosen:
        """``plain``, or what ``draw`` makes of it; raises FetchError where only the browser would do, and fails.

        A page that may ask for proof of being human is never drawn: that is an answer.
        """
        if may_be_challenge(plain):
            return Chosen(plain)
        way = self._ways.get(kind)
        step = escalation.step(way)
        before = frozenset() if step is Step.DRAW else await self._found(reading, plain)
        short = escalation.lacks(before, reading.least)
        if step is Step.HTTP and not (short and escalation.tries(way)):
            self._ways[kind] = escalation.passed(way, self._clock())
            return Chosen(plain)
        try:
            drawn, withheld = await draw()
        except NeedsSetup as problem:
            return Chosen(plain, without_browser(self._source.id, problem))
        except FetchError as problem:
            return self._undrawn(kind, plain, problem, usable=step is Step.HTTP or not short)
        if step is Step.DRAW:
            self._ways[kind] = escalation.passed(way, self._clock())
            return Chosen(drawn, withheld)
        after = await self._found(reading, drawn)
        return Chosen(self._compared(kind, reading, (plain, before), (drawn, after)), withheld)

    def _undrawn(self, kind: str, plain: Page, problem: FetchError, *, usable: bool) -> Chosen:
        if not usable:
            raise problem
        if self.by_http(kind):
            self._ways[kind] = escalation.fruitless(self._ways.get(kind), self._clock())
        return Chosen(plain, problem)

    def _compared(self, kind: str, reading: Reading, plain: tuple[Page, Found], drawn: tuple[Page, Found]) -> Page:
        """The page to read, and with it what is remembered of its kind."""
        way, now = self._ways.get(kind), self._clock()
        if escalation.step(way) is Step.LOOK:
            enough = escalation.is_enough(plain[1], drawn[1], reading.least)
            self._ways[kind] = escalation.changed(way, now, drawn=not enough)
            return plain[0] if enough else drawn[0]
        if escalation.gives_more(drawn[1], plain[1]):
            self._ways[kind] = escalation.changed(way, now, drawn=True)
            return drawn[0]
        self._ways[kind] = escalation.fruitless(way, now)
        asks = escalation.lacks(drawn[1], 1) and may_be_challenge(drawn[0])
        return drawn[0] if asks else plain[0]

    async def _found(self, reading: Reading, page: Page) -> Found:
        return found_in(await self._read(reading.function, page))


def without_browser(source: str, problem: NeedsSetup) -> ExtractError:
    """The error for a page on which something is missing that a browser might show, where there is none."""
    return ExtractError(
        f"来源 {source}：用 HTTP 看不到应有的内容，也许要用浏览器，所以先留在 HTTP。{problem.zh}",
        f"Source {source}: HTTP does not show what should be there; a browser might. It stays on HTTP. {problem.en}",
    )
