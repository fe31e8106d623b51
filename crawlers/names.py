"""Looks names up, in threads of their own, so that a name server that hangs holds up nothing else."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_SECONDS = 10.0
_THREADS = 64


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, by the system's resolver; waits for them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Resolver:
    """Asks ``ask`` in threads; close it to release them."""

    def __init__(self, ask: Callable[[str, int], Sequence[str]] = look_up) -> None:
        self._ask = ask
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="lurewatch-names")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a name, the one to be tried first before others; raises OSError or TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_SECONDS):
            return await loop.run_in_executor(self._threads, self._ask, host, port)

    def close(self) -> None:
        """Let go of the threads; a look-up that hangs ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
