"""One page in a browser's tab: what it asks for is asked by the visit's own client, and handed to it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as Tab
from playwright.async_api import Route
from scrapy.http import Response

from core.errors import FetchError, LurewatchError
from core.types import Page
from crawlers.client import Client, site

_ASKED = frozenset({"document", "script", "xhr", "fetch"})
_METHODS = frozenset({"GET", "HEAD", "POST"})
_PASSED_ON = frozenset({"accept", "content-type", "x-requested-with"})
_KEPT_BACK = frozenset(
    {"set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
)
_REQUESTS = 100  # a page that asks for more is given no more
_IDLE_SHARE = 0.7  # of the time to draw, waiting for the page to be quiet; then for what it should show
_CLOSING_SECONDS = 5.0
_SCRIPTS = 200
_SCRIPT_BYTES = 1_000_000
_SCRIPT_SECONDS = 3600.0


class Scripts:
    """Scripts that pages share, kept in memory for an hour, so that a site is not asked for them with every page."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: dict[str, tuple[float, Response]] = {}

    def get(self, url: str) -> Response | None:
        """A script that was fetched lately."""
        at, response = self._kept.get(url, (float("-inf"), None))
        return response if self._now() - at < _SCRIPT_SECONDS else None

    def keep(self, url: str, response: Response) -> None:
        """Keep a good answer, in the place of the oldest one if there are many."""
        if response.status != 200 or len(response.body) > _SCRIPT_BYTES:  # noqa: PLR2004 - OK
            return
        self._kept.pop(url, None)
        if len(self._kept) >= _SCRIPTS:
            del self._kept[next(iter(self._kept))]
        self._kept[url] = (self._now(), response)


# Run in a world of its own, where no script of the page has changed what things are called.
_CONTENT = """(() => {
  const html = document.documentElement ? document.documentElement.outerHTML : "";
  const type = document.doctype ? "<!DOCTYPE " + document.doctype.name + ">" : "";
  return html.length > %d ? null : type + html;
})()"""


class Oversized(Exception):
    """A page that has drawn more than is read of any page."""


class Drawing:
    """A document that was fetched, being drawn; ``withheld`` is the first error that kept something from it."""

    def __init__(self, tab: Tab, page: Page, client: Client, scripts: Scripts, most: int) -> None:
        self._tab = tab
        self._most = most
        self._page = page
        self._client = client
        self._scripts = scripts
        self._given = False
        self._requests = 0
        self._under_way: set[asyncio.Task[Any]] = set()
        self.withheld: LurewatchError | None = None

    async def draw(self, url: str, ready: str | None, seconds: float) -> Page:
        """The page as it stands when it is quiet and shows ``ready``, or when the time is over; raises Oversized."""
        await self._tab.route("**/*", self._answer)
        await self._tab.route_web_socket("**/*", lambda socket: socket.close())
        self._tab.on("popup", _close)
        await self._tab.goto(_with_fragment(self._page.url, url), wait_until="domcontentloaded", timeout=seconds * 1000)
        with suppress(PlaywrightError):
            await self._tab.wait_for_load_state("networkidle", timeout=seconds * _IDLE_SHARE * 1000)
        selector = (ready or "").partition("@")[0]
        if selector:
            with suppress(PlaywrightError):
                left = seconds * (1 - _IDLE_SHARE) * 500
                await self._tab.wait_for_selector(selector, state="attached", timeout=left)
        body = (await self._content()).encode("utf-8", "replace")
        now_at = self._tab.url
        return replace(self._page, url=now_at if now_at.startswith("http") else self._page.url, body=body, drawn=True)

    async def _content(self) -> str:
        """The document, if it is not too large: it is measured in the browser, before any of it is handed over."""
        session = await self._tab.context.new_cdp_session(self._tab)
        frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        world = await session.send("Page.createIsolatedWorld", {"frameId": frame})
        asked = {"expression": _CONTENT % self._most, "contextId": world["executionContextId"], "returnByValue": True}
        found = (await session.send("Runtime.evaluate", asked))["result"].get("value")
        if not isinstance(found, str):
            raise Oversized
        return found

    async def end(self) -> bool:
        """Drop what the tab still asks for, and close it; gives whether it did close."""
        for task in list(self._under_way):
            task.cancel()
        await _close(self._tab)
        return self._tab.is_closed()

    async def _answer(self, route: Route) -> None:
        """Hand the page what it asks for, or nothing; the hook of every request."""
        asking = asyncio.ensure_future(self._decide(route))
        self._under_way.add(asking)
        try:
            await asyncio.wait([asking])
        finally:
            self._under_way.discard(asking)
        problem = None if asking.cancelled() else asking.exception()
        if isinstance(problem, FetchError):
            self._note(problem, route)
        elif problem is not None and not isinstance(problem, PlaywrightError):
            raise problem
        if problem is not None or asking.cancelled():
            with suppress(PlaywrightError):  # the tab may be closed by now
                await route.abort()

    def _note(self, problem: FetchError, route: Route) -> None:
        """A foreign script (a counter, an advert) that is refused does not explain what a page lacks."""
        request = route.request
        if request.resource_type != "script" or site(request.url) == site(self._page.url):
            self.withheld = self.withheld or problem

    async def _decide(self, route: Route) -> None:
        request = route.request
        main = request.is_navigation_request() and request.frame == self._tab.main_frame
        if main and not self._given:
            self._given = True
            await _give(route, self._page.status, dict(self._page.headers), self._page.body)
        elif request.resource_type == "stylesheet":
            # It draws no text, but some scripts wait for it.
            await _give(route, 200, {"content-type": "text/css"}, b"")
        elif self._may_ask(route, main=main):
            response = await self._asked(route)
            await _give(route, response.status, _headers(response), response.body)
        else:
            await route.abort()

    def _may_ask(self, route: Route, *, main: bool) -> bool:
        """Documents of frames, pictures, fonts and media hold no post's text; only reading methods and forms' POST."""
        request = route.request
        self._requests += 1
        return (
            self._requests <= _REQUESTS
            and request.resource_type in _ASKED
            and request.method in _METHODS
            and (main or request.resource_type != "document")
        )

    async def _asked(self, route: Route) -> Response:
        request = route.request
        script = request.resource_type == "script" and request.method == "GET"
        known = self._scripts.get(request.url) if script else None
        if known is not None:
            return known
        headers = {name: value for name, value in request.headers.items() if name in _PASSED_ON}
        body = request.post_data_buffer or b""
        response = await self._client.answer(
            request.url, site(request.url), method=request.method, headers=headers, body=body
        )
        if script:
            self._scripts.keep(request.url, response)
        return response


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }


async def _give(route: Route, status: int, headers: Mapping[str, str], body: bytes) -> None:
    kept = {name: value for name, value in headers.items() if name not in _KEPT_BACK}
    await route.fulfill(status=status, headers=kept, body=body)


async def _close(tab: Tab) -> None:
    with suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(_CLOSING_SECONDS):
            await tab.close()


def _with_fragment(final: str, asked: str) -> str:
    """The address where a document was found, with the fragment that was asked for: a script may draw by it."""
    fragment = urlsplit(asked).fragment
    return f"{final}#{fragment}" if fragment and "#" not in final else final
