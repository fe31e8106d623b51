"""Draws pages whose posts only JavaScript shows; the browser itself has no way to the network.

Playwright is driven directly, since scrapy-playwright starts a browser for every crawler, that is for every
visit, and lets the browser ask sites by itself: redirects then pass no hook (Playwright routes only the
first request of a chain), and nothing tells when a host's turn ends. Here every request that a page makes
is asked by the visit's own client, under the same robots, guard, politeness and bounds, and the browser is
handed the answer. Whatever slips past the hook meets a resolver that knows no name and a proxy that is not there.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Playwright, ProxySettings, async_playwright
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as Tab

from core.errors import FetchError, LurewatchError, NeedsSetup, TooMuch
from core.types import Page, Post
from crawlers import shots
from crawlers.client import Client
from crawlers.drawing import Drawing, Oversized, Scripts
from crawlers.limits import Limits

_ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-breakpad",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--js-flags=--max-old-space-size=512",  # megabytes that the scripts of a page may fill
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_NOWHERE = ProxySettings(server="http://127.0.0.1:1", bypass="<-loopback>")
_TABS = 2
_CLOSING_SECONDS = 5.0
_SHOT_SECONDS = 15.0
_LOG = logging.getLogger("lurewatch.crawlers")


class Browser:
    """One Chromium and one context for all pages of a fleet; started by the first, used from one event loop."""

    def __init__(self, executable: Path, limits: Limits, user_agent: str) -> None:
        self._executable = executable
        self._limits = limits
        self._user_agent = user_agent
        self._tabs = asyncio.Semaphore(_TABS)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._context: BrowserContext | None = None
        self._scripts = Scripts(time.monotonic)
        self._open = 0
        self._idle = asyncio.Event()  # set while no page is open
        self._idle.set()
        self._drawn_in_context = 0
        self._drawn_in_browser = 0

    async def draw(
        self, page: Page, url: str, client: Client, shown: str, ready: str | None = None
    ) -> tuple[Page, LurewatchError | None]:
        """``page`` as the browser draws it, and the first error that kept something from it.

        ``url`` is the address that was asked for, whose fragment counts. ``ready`` is a selector of what the
        page should show. Raises FetchError where nothing could be drawn in time, NeedsSetup without a browser.
        """
        async with self._held() as context:
            try:
                async with asyncio.timeout(self._limits.draw_seconds):
                    drawn, withheld = await self._drawn(context, page, url, client, ready)
            except TimeoutError as problem:
                raise _cannot(shown, f"{self._limits.draw_seconds:g} s") from problem
            except Oversized as problem:
                raise _too_large(shown, self._limits.page_bytes) from problem
            except PlaywrightError as problem:
                raise _cannot(shown, type(problem).__name__) from problem
        if len(drawn.body) > self._limits.page_bytes:
            raise _too_large(shown, self._limits.page_bytes)
        return drawn, withheld

    async def shoot(self, post: Post, page: Page) -> bytes | None:
        """A PNG of the offer alone in a drawn page; None where it cannot be had."""
        try:
            async with self._held(), asyncio.timeout(_SHOT_SECONDS):
                return await self._shot(post, page)
        except (PlaywrightError, TimeoutError, LurewatchError) as problem:
            _LOG.warning("no screenshot (%s)", type(problem).__name__)
            return None

    async def _shot(self, post: Post, page: Page) -> bytes | None:
        assert self._chromium is not None  # noqa: S101 - it is ready
        context = await self._chromium.new_context(
            viewport={"width": shots.WIDTH, "height": shots.HEIGHT},
            java_script_enabled=False,
            bypass_csp=True,
            service_workers="block",
            accept_downloads=False,
        )
        try:
            return await shots.shoot(context, post, page)
        finally:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await context.close()

    async def close(self) -> None:
        """End the browser and everything that was started with it."""
        chromium, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = self._context = None
        for end in (chromium.close if chromium else None, playwright.stop if playwright else None):
            if end is not None:
                with suppress(PlaywrightError, TimeoutError):
                    async with asyncio.timeout(_CLOSING_SECONDS):
                        await end()

    async def _drawn(
        self, context: BrowserContext, page: Page, url: str, client: Client, ready: str | None
    ) -> tuple[Page, LurewatchError | None]:
        drawing = Drawing(await self._tab(context), page, client, self._scripts, self._limits.page_bytes)
        try:
            return await drawing.draw(url, ready, self._limits.draw_seconds), drawing.withheld
        finally:
            if not await drawing.end():
                await self.close()  # a page that hangs has hung its whole browser

    async def _tab(self, context: BrowserContext) -> Tab:
        """A new tab; a browser that does not give one in time hangs as a whole, and is ended."""
        try:
            return await context.new_page()
        except asyncio.CancelledError:
            await self.close()
            raise

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[BrowserContext]:
        """The context, which is not closed for a new one meanwhile; waits for one of the tabs."""
        async with self._tabs:
            async with self._starting:
                await self._rest_if_worn()
                context = await self._ready()
                self._open += 1
                self._idle.clear()
            try:
                yield context
            finally:
                self._open -= 1
                if not self._open:
                    self._idle.set()

    async def _rest_if_worn(self) -> None:
        """Once enough was drawn wait for the pages that are open, and close the context, or the whole browser."""
        worn = self._drawn_in_browser >= self._limits.browser_pages
        if self._chromium is None or not (worn or self._drawn_in_context >= self._limits.context_pages):
            return
        await self._idle.wait()
        if worn or self._context is None:
            await self.close()
            return
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._context.close()
        self._context = None

    async def _ready(self) -> BrowserContext:
        """The context; a browser that died is started anew. Raises NeedsSetup."""
        try:
            if self._chromium is None or not self._chromium.is_connected():
                await self.close()
                self._chromium = await self._start()
            if self._context is None:
                self._context = await self._new_context(self._chromium)
        except (PlaywrightError, OSError) as problem:
            await self.close()
            raise no_browser(str(self._executable)) from problem
        self._drawn_in_context += 1
        self._drawn_in_browser += 1
        return self._context

    async def _start(self) -> Chromium:
        self._playwright = await async_playwright().start()
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to run as root without it
        self._drawn_in_browser = 0
        return await self._playwright.chromium.launch(
            executable_path=self._executable,
            args=[*_ARGUMENTS, *sandbox],
            proxy=_NOWHERE,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def _new_context(self, chromium: Chromium) -> BrowserContext:
        self._drawn_in_context = 0
        return await chromium.new_context(
            user_agent=self._user_agent, locale="zh-CN", service_workers="block", accept_downloads=False
        )


def no_browser(tried: str | None = None) -> NeedsSetup:
    """The error for a drawn source where there is no browser, or where ``tried`` does not start."""
    zh = f"浏览器 {tried} 启动不了" if tried else "没有找到浏览器"
    en = f"The browser {tried} does not start" if tried else "No browser was found"
    return NeedsSetup(
        f"{zh}，需要它的来源已跳过。请安装 Chromium（Debian：apt install chromium），或设置 LUREWATCH_BROWSER。",
        f"{en}; sources that need one are skipped. Install Chromium (Debian: apt install chromium), "
        "or set LUREWATCH_BROWSER.",
    )


def _cannot(shown: str, why: str) -> FetchError:
    return FetchError(
        f"{shown} 在浏览器中画不出来（{why}），下次巡查会再试。",
        f"{shown} cannot be drawn in the browser ({why}); a later visit tries again.",
    )


def _too_large(shown: str, limit: int) -> TooMuch:
    return TooMuch(
        f"{shown} 画出后的网页超过 {limit / 1_000_000:g} MB，未读取。",
        f"{shown} as drawn is larger than {limit / 1_000_000:g} MB and was not read.",
    )
