"""What stands between a visit and the sites: the gate (guard, robots, quiet hours) and the polite download."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, cast

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from core.errors import Refused
from crawlers.answers import wrapped_too_often
from crawlers.backoff import retry_after
from crawlers.client import ADDRESSES, DELAY, ROBOTS, SHOWN, not_web, site
from crawlers.connections import CheckedPool
from crawlers.politeness import Paused, check_quiet
from crawlers.robots import NOTHING, READ_BYTES, Robots
from crawlers.spiders.base import PatrolSpider

_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = 503
_PORTS = {"http": 80, "https": 443}
_WRAPPINGS = 3  # encodings of one answer; each has to be undone, so more of them only cost time


class Gate:
    """Lets a request through if it is for the public web, and if the site's robots.txt allows it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused; otherwise sets the delay that the request keeps. Redirects pass by here as well."""
        spider = _spider(self._crawler)
        parts = urlparse_cached(request)
        meta = request.meta
        shown = meta[SHOWN]
        if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            raise not_web(shown)
        check_quiet(site(spider.source.url), spider.source.quiet, spider.shared.clock())
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
        meta[ADDRESSES] = await spider.shared.guard.addresses(parts.hostname, port)
        delay = spider.source.politeness.delay.total_seconds()
        if not meta[ROBOTS]:
            delay = max(delay, await self._obey(spider.shared.robots, request, shown))
        meta[DELAY] = delay

    async def _obey(self, robots: Robots, request: Request, shown: str) -> float:
        rules = await robots.rules(request.url, self._robots_txt)
        if not await rules.allow(request.url):
            raise (Paused if rules is NOTHING else Refused)(
                f"{shown} 的 robots.txt 不允许访问（或暂时读不到），未访问。请换一个来源，或稍后再试。",
                f"{shown} is disallowed by robots.txt (or that cannot be read now). Choose another source, or wait.",
            )
        host = urlparse_cached(request).hostname or ""
        _spider(self._crawler).shared.politeness.crawl_delay(host, rules.delay, request.meta[ADDRESSES])
        return rules.delay

    async def _robots_txt(self, url: str) -> tuple[int, bytes]:
        response = await _spider(self._crawler).client.answer(url, site(url), robots=True)
        return response.status, response.body


class PoliteHandler(HTTP11DownloadHandler):
    """Downloads in turn: the host is held from before the request until its whole answer has come.

    Scrapy's own delays and slots count for one crawler each, so they cannot hold a host for all visits.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        raw = 2 * _spider(crawler).shared.limits.page_bytes
        # Takes the place of Scrapy's own pool, which looks names up again and bounds no headers.
        self._pool: CheckedPool = CheckedPool(self._pool._reactor, self._contextFactory, raw)  # noqa: SLF001
        self._under_way: set[asyncio.Task[Any]] = set()

    async def download_request(self, request: Request) -> Response:
        """The response; raises Refused where the host is not to be asked now."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._under_way.add(task)
        try:
            return await self._in_turn(request)
        finally:
            self._under_way.discard(task)

    async def close(self) -> None:
        """End what is under way, so that a stopped visit does not hold a host until its answer times out."""
        for task in self._under_way:
            task.cancel()
        await super().close()

    async def _in_turn(self, request: Request) -> Response:
        spider = _spider(self.crawler)
        host = urlparse_cached(request).hostname or ""
        addresses = request.meta[ADDRESSES]
        self._pool.pin(host, addresses)
        async with spider.shared.politeness.turn(host, request.meta[DELAY], addresses):
            spider.visit.requests += 1
            response = await self._download(request)
            if response.status in {_TOO_MANY_REQUESTS, _UNAVAILABLE}:
                self._refused(host, response, addresses)
            if _wrappings(response) > _WRAPPINGS:
                raise wrapped_too_often(request.meta[SHOWN])
            return response

    async def _download(self, request: Request) -> Response:
        if not request.meta[ROBOTS]:
            return await super().download_request(request)
        with _only_the_first_part(self.crawler, request):
            return await super().download_request(request)

    def _refused(self, host: str, response: Response, addresses: tuple[str, ...]) -> None:
        shared = _spider(self.crawler).shared
        limits = shared.limits
        asked = response.headers.get("Retry-After")
        seconds = retry_after(asked.decode("latin-1") if asked else None, shared.clock())
        first = limits.refused_seconds if response.status == _TOO_MANY_REQUESTS else limits.back_off_seconds
        shared.politeness.refused(host, seconds, first, addresses)


@contextmanager
def _only_the_first_part(crawler: Crawler, wanted: Request) -> Iterator[None]:
    """A robots.txt is read to its bound and no further, so one that never ends is one that is long."""
    read = 0

    def enough(data: bytes, request: Request) -> None:
        nonlocal read
        if request is wanted:
            read += len(data)
            if read >= READ_BYTES:
                raise StopDownload(fail=False)

    crawler.signals.connect(enough, signals.bytes_received, weak=False)
    try:
        yield
    finally:
        crawler.signals.disconnect(enough, signals.bytes_received)


def _wrappings(response: Response) -> int:
    return sum(value.count(b",") + 1 for value in response.headers.getlist("Content-Encoding"))


def _spider(crawler: Crawler) -> PatrolSpider:
    return cast("PatrolSpider", crawler.spider)
