"""What every spider does: fetch pages, extract in a worker thread, hand posts on, and end with a report."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler

from core.errors import ExtractError, LurewatchError, NeedsSetup
from core.types import Page, Post
from crawlers import answers
from crawlers.browser import no_browser
from crawlers.challenges import is_challenge, may_be_challenge
from crawlers.client import Client, page_of, site
from crawlers.escalation import Sort
from crawlers.extract.types import Detail, Listing
from crawlers.novelty import ItemSet, Novelty
from crawlers.pictures.gallery import Gallery
from crawlers.politeness import Resting
from crawlers.sources import Source
from crawlers.spiders.mishaps import extracted, too_long, unexpected
from crawlers.spiders.ways import Extract, Reading, Ways
from crawlers.visit import Shared, Visit

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Page = TypeVar("_Page")


class Halt(Exception):
    """A post could not be handled or marked: the visit ends, and nothing more is marked."""

    def __init__(self, problem: LurewatchError) -> None:
        super().__init__()
        self.problem = problem


class PatrolSpider(scrapy.Spider):
    """One visit. A subclass says in ``patrol`` which pages it looks at, as one straight coroutine.

    Pages are asked for one after the other, since the order of posts matters and a host gets one request
    at a time anyway; so requests go to the engine directly, and neither items nor callbacks are used.
    """

    def __init__(self, visit: Visit, items: ItemSet, shared: Shared) -> None:
        super().__init__(name=visit.source.id)
        self.visit = visit
        self.source: Source = visit.source
        self.items = items
        self.shared = shared
        self.client: Client
        self._withheld: LurewatchError | None = None
        self._leaving = False
        self._ways = Ways(visit.source, visit.ways, shared.clock, self._probe)
        self._probed: tuple[Extract, Page, Any] | None = None  # what was read of a page to choose it

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PatrolSpider":
        """As Scrapy builds it."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        shared, visit = spider.shared, spider.visit
        spider.client = Client(crawler, shared.limits)
        if spider.source.pictures and shared.reader is not None:
            gallery = Gallery(spider.client, shared.reader, visit, shared.limits, asyncio.get_running_loop())
            spider.items.look_by(gallery.look)
        return spider

    async def patrol(self) -> None:
        """Look at the source; raises LurewatchError where that cannot go on."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """Run the visit to its end; never raises, and gives Scrapy nothing to schedule."""
        if not self.visit.stopped:
            self.visit.task = asyncio.create_task(self._whole())
            await asyncio.wait([self.visit.task])
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item

    async def _whole(self) -> None:
        try:
            await self._bounded()
        finally:
            try:
                await self.work(self.items.flush)
            except LurewatchError as problem:
                self.visit.note(problem)

    async def _bounded(self) -> None:
        seconds = self.shared.limits.visit_seconds
        try:
            async with asyncio.timeout(seconds):
                await self.patrol()
        except Halt as halt:
            self.visit.note(halt.problem)
        except NeedsSetup as problem:
            self.visit.skipped = problem
        except Resting as resting:
            self.visit.rest(resting)
        except LurewatchError as problem:
            self.visit.note(problem)
        except TimeoutError:
            self.visit.note(too_long(self.source.url, seconds))
        except Exception as problem:  # noqa: BLE001 - a mistake of ours may not take the patrol down with it
            self.visit.note(unexpected(problem))

    async def fetch(
        self, url: str, shown: str, reading: Reading, ready: str | None = None, *, conditional: bool = False
    ) -> Page | None:
        """A page, or the frame in it that the source names; None if it is as it was at the last visit (304).

        ``ready``: a selector of what a drawn page should show. Raises FetchError and ExtractError.
        """
        framed = self.source.selectors.frame is not None
        conditional = conditional and self.source.revalidates and self._still_by_http(url, reading)
        page = await self._fetched(url, shown, ready, None if framed else reading, conditional=conditional)
        if page is None or not framed:
            return page
        inner = await self.extract(self.shared.extractors.frame, page, shown, chosen=True)
        return page if inner is None else await self._fetched(inner, shown, ready, reading, conditional=False)

    def _still_by_http(self, url: str, reading: Reading) -> bool:
        """Whether an answer by HTTP held all of such a page at the last visit."""
        if not self.source.learns:
            return True
        return reading.sort is Sort.LIST and self._ways.by_http(self.items.kind_of(reading.sort, url))

    async def _fetched(
        self, url: str, shown: str, ready: str | None, reading: Reading | None, *, conditional: bool
    ) -> Page | None:
        """A page, drawn where the source says so, or where that was learnt; None for a 304."""
        headers = await self._conditions(url) if conditional else {}
        response = await self.client.page(url, shown, headers)
        if response.status == 304:  # noqa: PLR2004 - not modified
            self.shared.politeness.accepted(urlsplit(response.url).hostname or "")
            return None
        page = page_of(response, self.shared.clock())
        self._withheld = self._probed = None
        if self.source.learns and reading is not None:
            kind = self.items.kind_of(reading.sort, url)
            chosen = await self._ways.choose(kind, page, reading, lambda: self._drawn(page, url, shown, ready))
            self._withheld = chosen.withheld
            return chosen.page
        if self.source.drawn is not True:
            return page
        if is_challenge(page):  # whose script a browser would run, and so perhaps pass
            raise self._challenged(page, shown)
        drawn, self._withheld = await self._drawn(page, url, shown, ready)
        return drawn

    async def _drawn(self, page: Page, url: str, shown: str, ready: str | None) -> tuple[Page, LurewatchError | None]:
        if self.shared.browser is None:
            raise no_browser()
        return await self.shared.browser.draw(page, url, self.client, shown, ready)

    async def _probe(self, function: Extract, page: Page) -> Listing | Detail | None:
        """What a page holds, kept for ``extract``; None where it cannot be read."""
        try:
            found: Listing | Detail = await self.work(extracted, function, page, self.source)
        except ExtractError:
            return None
        self._probed = (function, page, found)
        return found

    async def extract(
        self,
        function: Callable[[Page, Source], _Page],
        page: Page,
        shown: str,
        *,
        chosen: bool = False,
        then: Callable[[_Page], None] | None = None,
    ) -> _Page:
        """What a page holds; raises ExtractError, or Refused where the site withheld it.

        ``chosen``: the source's selectors say where it is. Where it is only guessed, a page that asks for proof
        of being human could pass for a post. ``then`` is called with what was found, in the same thread.
        """
        try:
            found, withheld = await self.work(self._extracted, function, page, chosen, then)
        except ExtractError as problem:
            raise self.explained(problem, page, shown) from problem
        if withheld:
            raise self._challenged(page, shown)
        self.shared.politeness.accepted(urlsplit(page.url).hostname or "")
        return found

    def _extracted(
        self,
        function: Callable[[Page, Source], _Page],
        page: Page,
        chosen: bool,
        then: Callable[[_Page], None] | None,
    ) -> tuple[_Page, bool]:
        """What a page holds, and whether that is only a demand to prove oneself human."""
        found = self._read(function, page)
        withheld = not chosen and is_challenge(page)
        if then is not None and not withheld:
            then(found)
        return found, withheld

    def _read(self, function: Callable[[Page, Source], _Page], page: Page) -> _Page:
        probed = self._probed
        if probed is not None and probed[0] is function and probed[1] is page:
            known: _Page = probed[2]
            return known
        return extracted(function, page, self.source)

    async def posts(self, page: Page, shown: str, *, chosen: bool) -> Detail:
        """The posts of a page, each handed on as by ``take``; one trip to a worker thread for all of them.

        A visit that is stopped meanwhile handles the post at hand to its end, and no further one.
        """

        def hand_on(detail: Detail) -> None:
            for post in detail.posts:
                if not self._leaving:
                    self._taken(post, page)

        return await self.extract(self.shared.extractors.detail, page, shown, chosen=chosen, then=hand_on)

    def explained(self, problem: ExtractError, page: Page, shown: str) -> LurewatchError:
        """Why a page does not hold what it should: the site withheld it, or else the problem itself."""
        return self._challenged(page, shown) if may_be_challenge(page) else self._withheld or problem

    def _challenged(self, page: Page, shown: str) -> LurewatchError:
        """The site wants no program here: it is left alone, for longer each time."""
        host, first = urlsplit(page.url).hostname or "", self.shared.limits.refused_seconds
        self.shared.politeness.refused(host, None, first)
        return answers.challenged(shown)

    async def take(self, post: Post, page: Page) -> Novelty:
        """Hand a post on if it is new or edited; raises Halt if that fails."""
        return await self.work(self._taken, post, page)

    def _taken(self, post: Post, page: Page) -> Novelty:
        try:
            novelty = self.items.take(post, page)
        except LurewatchError as problem:
            raise Halt(problem) from problem
        except Exception as problem:
            raise Halt(unexpected(problem)) from problem
        self.visit.new += novelty is Novelty.NEW
        self.visit.edited += novelty is Novelty.CHANGED
        return novelty

    async def store(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Ask the item set; raises Halt if it fails."""
        try:
            return await self.work(call, *args, **kwargs)
        except LurewatchError as problem:
            raise Halt(problem) from problem

    async def work(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run ``call`` in a worker thread; a visit that is stopped meanwhile waits for its end."""
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self.shared.workers, lambda: call(*args, **kwargs))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._leaving = True
            while not running.done():  # who asks twice to stop is not to be told half of it
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])
            raise

    def shown(self, url: str, *, listing: bool) -> str:
        """How sentences name a page: a list page by its address, a post's page by its site alone."""
        return url if listing else site(url)

    async def _conditions(self, url: str) -> dict[str, str]:
        known = await self.store(self.items.validators, url)
        pairs = (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)) if known else ()
        return {name: value for name, value in pairs if value}
