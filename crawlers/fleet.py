"""All visits of a process: they share politeness, robots.txt, guard, browser and one reactor."""

import asyncio
import copy
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.defaultheaders import DefaultHeadersMiddleware
from scrapy.downloadermiddlewares.downloadtimeout import DownloadTimeoutMiddleware
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.useragent import UserAgentMiddleware
from scrapy.settings import Settings
from scrapy.statscollectors import DummyStatsCollector

from core.pictures import PictureReader
from core.ports import PatrolStore
from core.secret import Keyed
from core.types import Page, Post
from crawlers import escalation, reactor
from crawlers.browser import Browser, no_browser
from crawlers.escalation import Way
from crawlers.guard import Guard, Network
from crawlers.hosts import domain_of
from crawlers.limits import Limits
from crawlers.middleware import Gate, PoliteHandler
from crawlers.names import Resolve, Resolver
from crawlers.novelty import ItemSet
from crawlers.politeness import Politeness, Resting, check_quiet
from crawlers.report import VisitReport
from crawlers.robots import Robots
from crawlers.sources import Kind, Source
from crawlers.spiders.base import PatrolSpider
from crawlers.spiders.feed import FeedSpider
from crawlers.spiders.listing import ListingSpider
from crawlers.spiders.mishaps import unexpected
from crawlers.turns import VISITS_OF_A_HOST
from crawlers.visit import Clock, Extractors, Handle, Shared, Visit

SPIDERS: dict[Kind, type[PatrolSpider]] = {
    Kind.LIST: ListingSpider,
    Kind.FORUM: ListingSpider,
    Kind.FEED: FeedSpider,
    Kind.DATA: FeedSpider,
}
WHOLE_LOOK = 12  # after so many visits without a change the list is read whole, so that edits behind it are seen


def _now() -> datetime:
    return datetime.now(UTC)


class _Shared(Settings):
    """Settings whose copies share their values, which nobody changes: each visit begins by copying them."""

    def copy(self) -> "_Shared":
        """A copy that can be frozen."""
        other = copy.copy(self)
        other.attributes = dict(self.attributes)
        return other


def scrapy_settings(user_agent: str, limits: Limits) -> Settings:
    """Scrapy as this program uses it: one list of what stands between us and a site, and nothing that writes."""
    settings: dict[str, Any] = {
        "DOWNLOADER_MIDDLEWARES_BASE": {
            Gate: 100,
            DownloadTimeoutMiddleware: 350,
            DefaultHeadersMiddleware: 400,
            UserAgentMiddleware: 500,
            HttpCompressionMiddleware: 590,
            RedirectMiddleware: 600,
        },
        "DOWNLOAD_HANDLERS_BASE": {"http": PoliteHandler, "https": PoliteHandler},
        "EXTENSIONS_BASE": {},  # no telnet console, remote control, feed export, statistics or log counting
        "STATS_CLASS": DummyStatsCollector,
        "LOG_ENABLED": False,
        "USER_AGENT": user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        },
        "REFERRER_POLICY": "no-referrer",
        "DOWNLOAD_TIMEOUT": limits.request_seconds,
        "DOWNLOAD_MAXSIZE": limits.page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,  # evidence is of the site that it names, or there is none
        "REDIRECT_MAX_TIMES": limits.redirects,
        "CONCURRENT_REQUESTS": 0,  # no limits of Scrapy's own: Politeness holds hosts, for all visits together
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1000,
        "DOWNLOAD_DELAY": 0,
    }
    return _Shared(settings)


def _thorough(source: Source) -> Source:
    """The source, to be read to its bounds of pages."""
    return source.model_copy(update={"bounds": source.bounds.model_copy(update={"known_in_a_row": sys.maxsize})})


class Fleet:
    """Visits sources, several at a time.

    ``store``, ``handle`` of a visit and ``extractors`` are called in worker threads, one call at a time for
    a visit. ``allowed`` are private networks that may be patrolled, ``browser`` is Chromium's executable,
    ``budget`` is requests a minute over all hosts. ``user_agent`` says honestly who asks; where it names nobody
    who can be reached (``reachable``), no public address is asked. ``resolver`` gives the addresses of a name
    (default: the system's); they are checked, and no others are connected to. ``reader`` reads pictures (default: none
    are asked for).
    """

    def __init__(
        self,
        store: PatrolStore,
        keyed: Keyed,
        extractors: Extractors,
        *,
        user_agent: str,
        clock: Clock = _now,
        allowed: Iterable[Network] = (),
        browser: Path | None = None,
        budget: float | None = None,
        visits_at_once: int = 8,
        limits: Limits | None = None,
        resolver: Resolve | None = None,
        reachable: bool = True,
        reader: PictureReader | None = None,
    ) -> None:
        bounds = limits or Limits()
        self._names = Resolver()
        self._store = store
        self._keyed = keyed
        self._workers = ThreadPoolExecutor(visits_at_once, thread_name_prefix="lurewatch-visit")
        self._shared = Shared(
            politeness=Politeness(budget, clock=clock),
            robots=Robots(clock),
            guard=Guard(allowed, resolver or self._names, public=reachable),
            extractors=extractors,
            limits=bounds,
            clock=clock,
            workers=self._workers,
            browser=Browser(browser, bounds, user_agent) if browser else None,
            reader=reader,
        )
        self._settings = scrapy_settings(user_agent, bounds)
        self._at_once = asyncio.Semaphore(visits_at_once)
        self._of_host: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._visits: dict[asyncio.Task[Any], Visit] = {}
        self._unchanged: dict[str, int] = {}
        self._stopped = False

    def visit(self, source: Source, handle: Handle, *, thorough: bool = False) -> "Future[VisitReport]":
        """Visit a source: each new or edited post, with its page, goes to ``handle``, in order.

        A ``thorough`` visit reads on beyond known entries and unchanged pages: after one that did not end well,
        what is known stands before what was not reached.

        A post counts as seen once ``handle`` has returned; an error from it ends the visit. The report
        says what went wrong: the future itself holds no error.
        """
        return reactor.submit(self._visit(_thorough(source) if thorough else source, handle, thorough))

    def shoot(self, post: Post, page: Page) -> bytes | None:
        """A PNG of the offer alone in a page that was drawn, None where it cannot be had; for worker threads."""
        browser = self._shared.browser
        return reactor.submit(browser.shoot(post, page)).result() if browser is not None else None

    def stop(self, timeout: float) -> bool:
        """End all visits, and those that are asked for later at once; gives whether all ended in ``timeout`` seconds.

        A post that is being handled is handled to its end.
        """
        return reactor.submit(self._stop(timeout)).result()

    def close(self) -> None:
        """Stop, if that was not done, and release the browser and the threads."""
        self.stop(10.0)
        if self._shared.browser is not None:
            reactor.submit(self._shared.browser.close()).result()
        if self._shared.reader is not None:
            self._shared.reader.close()
        self._names.close()
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _visit(self, source: Source, handle: Handle, thorough: bool) -> VisitReport:
        visit = Visit(source, self._shared.clock(), conditional=not thorough, stopped=self._stopped)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._visits[task] = visit
        try:
            of_host = self._of_host.setdefault(domain_of(source.url), asyncio.Semaphore(VISITS_OF_A_HOST))
            async with of_host, self._at_once:
                visit.started = self._shared.clock()
                await self._go(visit, handle)
        except Exception as problem:  # noqa: BLE001 - whoever waits for a visit gets its report, come what may
            visit.note(unexpected(problem))
        finally:
            del self._visits[task]
        return visit.report(self._shared.clock())

    async def _go(self, visit: Visit, handle: Handle) -> None:
        source, host = visit.source, urlsplit(visit.source.url).hostname or ""
        for quiet in source.quiet:
            self._shared.politeness.rest(host, quiet)
        try:
            check_quiet(host, source.quiet, self._shared.clock())
        except Resting as resting:
            visit.rest(resting)
        if source.drawn is True and self._shared.browser is None:
            visit.skipped = no_browser()
        if visit.skipped is not None or visit.stopped:
            return
        visit.conditional = visit.conditional and self._unchanged.get(source.id, 0) < WHOLE_LOOK
        if source.learns:
            visit.ways = await self._learnt(source.id)
        items = ItemSet(self._store, self._keyed, source.id, self._shared.clock, handle)
        crawler = Crawler(SPIDERS[source.kind], self._settings)
        await crawler.crawl_async(visit=visit, items=items, shared=self._shared)
        self._unchanged[source.id] = self._unchanged.get(source.id, 0) + 1 if visit.not_modified else 0

    async def _learnt(self, source: str) -> dict[str, Way]:
        """Which kinds of the source's pages needed a browser so far; raises StoreError."""
        loop = asyncio.get_running_loop()
        state = await loop.run_in_executor(self._workers, self._store.state, source)
        return escalation.from_text(state.fetching if state else None)

    async def _stop(self, seconds: float) -> bool:
        self._stopped = True
        for visit in self._visits.values():
            visit.stop()
        if not self._visits:
            return True
        _, late = await asyncio.wait(list(self._visits), timeout=seconds)
        return not late
