"""What stands between a visit and the sites: the gate (guard, robots) and the polite download."""

import asyncio
from typing import Any, Self, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.web.client import HTTPConnectionPool

from core.errors import FetchError, Refused
from crawlers.client import DELAY, ROBOTS, SHOWN, not_web, site
from crawlers.guard import Guard
from crawlers.politeness import Paused, retry_after
from crawlers.robots import NOTHING, Robots
from crawlers.spiders.base import PatrolSpider

_PAUSES = {429: 60.0, 503: 0.0}  # answers that ask for a pause, and its seconds where they do not say how long
_PORTS = {"http": 80, "https": 443}


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
        shown = request.meta[SHOWN]
        if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            raise not_web(shown)
        await spider.shared.guard.check_host(parts.hostname, parts.port or _PORTS[parts.scheme])
        delay = spider.source.politeness.delay.total_seconds()
        if not request.meta[ROBOTS]:
            delay = max(delay, await self._obey(spider.shared.robots, request, shown))
        request.meta[DELAY] = delay

    async def _obey(self, robots: Robots, request: Request, shown: str) -> float:
        rules = await robots.rules(request.url, self._robots_txt)
        if not rules.allows(request.url):
            raise (Paused if rules is NOTHING else Refused)(
                f"{shown} 的 robots.txt 不允许访问（或暂时读不到），未访问。请换一个来源，或稍后再试。",
                f"{shown} is disallowed by robots.txt (or that cannot be read now). Choose another source, or wait.",
            )
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
        guard = _spider(crawler).shared.guard
        self._pool = _GuardedPool(self._pool, guard)
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
        politeness = spider.shared.politeness
        host = (urlparse_cached(request).hostname or "").rstrip(".")
        async with politeness.turn(host, request.meta[DELAY]):
            spider.visit.requests += 1
            response = await super().download_request(request)
            if response.status in _PAUSES:
                asked = response.headers.get("Retry-After")
                pause = retry_after(asked.decode("latin-1") if asked else None, spider.shared.clock())
                politeness.hold(host, _PAUSES[response.status] if pause is None else pause)
            return response


class _GuardedPool(HTTPConnectionPool):
    """Checks every new connection's real address before anything is sent on it.

    The gate has checked the name already, but a name may lead elsewhere the next time it is resolved.
    """

    def __init__(self, like: HTTPConnectionPool, guard: Guard) -> None:
        # Takes the place of Scrapy's own pool, so it is made like that.
        super().__init__(like._reactor, persistent=True)  # type: ignore[no-untyped-call]  # noqa: SLF001
        self._factory = like._factory  # noqa: SLF001
        self.maxPersistentPerHost = 1
        self._guard = guard

    def getConnection(self, key: Any, endpoint: IStreamClientEndpoint) -> Deferred[Any]:  # noqa: N802 - Twisted's
        """A connection to a checked address."""
        return super().getConnection(key, cast("IStreamClientEndpoint", _GuardedEndpoint(endpoint, self._guard)))


class _GuardedEndpoint:
    """An endpoint whose connections are closed at once where they lead to a refused address."""

    def __init__(self, endpoint: IStreamClientEndpoint, guard: Guard) -> None:
        self._endpoint = endpoint
        self._guard = guard

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        connecting: Deferred[IProtocol] = cast("Any", self._endpoint).connect(factory)
        return connecting.addCallback(self._checked)

    def _checked(self, protocol: IProtocol) -> IProtocol:
        transport = cast("Any", protocol).transport
        address = transport.getPeer().host
        try:
            self._guard.check(address, [address])
        except FetchError:
            transport.abortConnection()
            raise
        return protocol


def _spider(crawler: Crawler) -> PatrolSpider:
    return cast("PatrolSpider", crawler.spider)
