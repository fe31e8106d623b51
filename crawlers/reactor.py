"""The one Twisted reactor of a process, on an asyncio loop in a daemon thread, started when first needed.

A reactor cannot be started twice, and Twisted allows one in a process; so it is process-wide and lives as
long as the process, while everything that fleets do on it is theirs and ends with them.
"""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.main import installReactor

if TYPE_CHECKING:
    from concurrent.futures import Future

_T = TypeVar("_T")
_STARTING = threading.Lock()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    reactor = AsyncioSelectorReactor(loop)
    installReactor(reactor)  # type: ignore[no-untyped-call]
    # Scrapy's own messages name addresses of posts; what a person needs to know is in the visits' reports.
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    started = threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(started.set)
        reactor.run(installSignalHandlers=False)  # type: ignore[no-untyped-call]

    threading.Thread(target=run, name="lurewatch-reactor", daemon=True).start()
    started.wait()
    return loop


def submit(coroutine: Coroutine[Any, Any, _T]) -> "Future[_T]":
    """Run a coroutine on the reactor's loop, from any other thread."""
    with _STARTING:
        loop = _loop()
    return asyncio.run_coroutine_threadsafe(coroutine, loop)
