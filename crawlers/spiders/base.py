"""What every spider does: fetch pages, extract in a worker thread, hand posts on, and end with a report."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler

from core.errors import ExtractError, LurewatchError, NeedsSetup, TooMuch
from core.types import Page, Post
from crawlers import answers
from crawlers.challenges import is_challenge, may_be_challenge
from crawlers.client import Client, page_of, site
from crawlers.extract.types import Detail
from crawlers.novelty import ItemSet, Novelty
from crawlers.pictures.gallery import Gallery
from crawlers.politeness import Resting
from crawlers.sources import Source
from crawlers.visit import Shared, Visit

_LOG = logging.getLogger("lurewatch.crawlers")
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
            self.visit.note(_too_long(self.source.url, seconds))
        except Exception as problem:  # noqa: BLE001 - a mistake of ours may not take the patrol down with it
            self.visit.note(unexpected(problem))

    async def fetch(self, url: str, shown: str, ready: str | None = None, *, conditional: bool = False) -> Page | None:
        """A page, or the frame in it that the source names; None if it is as it was at the last visit (304).

        ``ready``: a selector of what a drawn page should show. Raises FetchError and ExtractError.
        """
        page = await self._fetched(url, shown, ready, conditional=conditional and self.source.revalidates)
        if page is None or self.source.selectors.frame is None:
            return page
        inner = await self.extract(self.shared.extractors.frame, page, shown, chosen=True)
        return page if inner is None else await self._fetched(inner, shown, ready, conditional=False)

    async def _fetched(self, url: str, shown: str, ready: str | None, *, conditional: bool) -> Page | None:
        """A page, drawn where the source says so; None for a 304."""
        headers = await self._conditions(url) if conditional else {}
        response = await self.client.page(url, shown, headers)
        if response.status == 304:  # noqa: PLR2004 - not modified
            self.shared.politeness.accepted(urlsplit(response.url).hostname or "")
            return None
        page = page_of(response, self.shared.clock())
        if not self.source.drawn or self.shared.browser is None:
            return page
        if is_challenge(page):  # whose script a browser would run, and so perhaps pass
            raise self._challenged(page, shown)
        drawn, self._withheld = await self.shared.browser.draw(page, url, self.client, shown, ready)
        return drawn

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
        found = _extracted(function, page, self.source)
        withheld = not chosen and is_challenge(page)
        if then is not None and not withheld:
            then(found)
        return found, withheld

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


def _extracted(function: Callable[[Page, Source], _Page], page: Page, source: Source) -> _Page:
    try:
        return function(page, source)
    except LurewatchError:
        raise
    except Exception as problem:
        where = place(problem)
        raise ExtractError(
            f"来源 {source.id} 的网页解析失败（{where}）。请检查来源文件的选择器。",
            f"A page of source {source.id} cannot be read ({where}). Check the selectors in the source's file.",
        ) from problem


def place(problem: BaseException) -> str:
    """Kind and place of an exception; never its message, which may quote a page."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code.co_filename.rpartition("/")[2] if trace else "?"
    return f"{type(problem).__name__}, {code}:{trace.tb_lineno if trace else 0}"


def unexpected(problem: Exception) -> LurewatchError:
    """The error for a mistake in the program itself; logs kind and place."""
    where = place(problem)
    _LOG.error("unexpected %s", where)
    return LurewatchError(
        f"程序内部出错（{where}），本次巡查中止。请报告这个问题。",
        f"The program failed ({where}) and the visit ended. Please report this.",
    )


def _too_long(url: str, seconds: float) -> TooMuch:
    return TooMuch(
        f"{url} 的巡查超过 {seconds / 60:.0f} 分钟，已中止，做完的部分已保留。可以减少 bounds 中的页数。",
        f"The visit to {url} took more than {seconds / 60:.0f} min and was ended; what was done is kept. "
        "Fewer pages in its bounds would help.",
    )
