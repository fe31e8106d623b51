"""Asks sites for pages, through the Scrapy engine of one visit: retries, and answers turned into errors."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from core.errors import Refused, Retry
from core.types import Page
from crawlers import answers
from crawlers.limits import Limits

SHOWN = "lurewatch_shown"  # Request.meta: how sentences name the page
ADDRESSES = "lurewatch_addresses"  # Request.meta: the checked addresses of the host
DELAY = "lurewatch_delay"  # Request.meta: seconds between two requests to the host
ROBOTS = "lurewatch_robots"  # Request.meta: True for a request for robots.txt itself
_PLAIN = {"Accept-Encoding": "identity"}  # so that the first part of a file can be read without the rest
_DROPPED_HEADERS = frozenset({"set-cookie", "set-cookie2"})


def site(url: str) -> str:
    """Scheme and host of a url: the part that may be named where the page itself may not."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class Client:
    """The way to the sites for one visit; every request passes robots, guard and politeness."""

    def __init__(self, crawler: Crawler, limits: Limits) -> None:
        self._crawler = crawler
        self._limits = limits

    async def page(self, url: str, shown: str, headers: Mapping[str, str] | None = None) -> Response:
        """A page (2xx) or 304, after redirects; connection errors and 5xx are tried again, with a growing pause.

        Raises FetchError.
        """
        pause = self._limits.back_off_seconds
        for left in range(self._limits.retries, -1, -1):
            try:
                return _good(await self.answer(url, shown, headers=headers), shown)
            except Retry as problem:
                if not left or isinstance(problem, answers.Slow):
                    raise
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError

    async def answer(
        self,
        url: str,
        shown: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        robots: bool = False,
        most: int | None = None,
        seconds: float | None = None,
    ) -> Response:
        """Whatever a site answers after redirects, asked once; raises FetchError where there is no answer.

        ``most`` bytes and ``seconds`` bound the answer, where these are not those of a page; waiting for the
        host's turn is not counted.
        """
        bounds = {"download_maxsize": most, "download_timeout": seconds}
        meta = {SHOWN: shown, ROBOTS: robots, **{name: bound for name, bound in bounds.items() if bound}}
        sent = {**(headers or {}), **(_PLAIN if robots else {})}
        try:
            request = Request(url, method=method, headers=sent, body=body, meta=meta, dont_filter=True)
        except ValueError as problem:
            raise not_web(shown) from problem
        try:
            return await self._crawler.engine.download_async(request)
        except Exception as problem:  # a site can break a download in any way, and none may end the visit
            raise answers.of_exception(problem, shown, self._limits.named()) from problem


def _good(response: Response, shown: str) -> Response:
    if (error := answers.of_status(response.status, shown)) is not None:
        raise error
    return response


def not_web(shown: str) -> Refused:
    """The error for an address that is not one of the web."""
    return Refused(
        f"{shown} 不是可以公开访问的 http 或 https 网址，未访问。",
        f"{shown} is not a public http or https address, and was not asked.",
    )


def page_of(response: Response, at: datetime) -> Page:
    """The response as a page: headers in lower case and without cookies."""
    redirects = response.request.meta.get("redirect_urls", ()) if response.request else ()
    return Page(
        url=response.url,
        status=response.status,
        headers=tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.decode("latin-1").lower() not in _DROPPED_HEADERS
        ),
        body=response.body,
        fetched_at=at,
        redirects=tuple(redirects),
    )
