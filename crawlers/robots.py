"""robots.txt as RFC 9309 says it: fetched once for an origin, kept for a time, and shared by all visits."""

import asyncio
import gc
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from core.errors import FetchError
from crawlers.politeness import Paused

TOKEN = "Lurewatch"  # noqa: S105 - the product token of RFC 9309, 2.2.1, not a secret
KEPT = timedelta(hours=24)
KEPT_AFTER_ERROR = timedelta(seconds=30)  # doubled with each error in a row: one that is gone at once costs no more
LONGEST_AFTER_ERROR = timedelta(minutes=10)
READ_BYTES = 500 * 1024
_MANY_ORIGINS = 4096
_TOO_MANY_REQUESTS = 429
_LONG = 32 * 1024  # bytes of a file that is read and asked in threads
# Lines that begin a group, in all spellings that Protego takes.
_AGENT = re.compile(r"\s*(?:user-agent|useragent|user agent)\s*:(.*)", re.IGNORECASE)
_AGENT_SPACED = re.compile(r"\s*(?:user-agent|useragent|user\s+agent)\s+([^\s:][^:]*(?::\S.*)?)$", re.IGNORECASE)
_OTHER = "-"  # stands for all names that are not ours

Fetch = Callable[[str], Awaitable[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What an origin allows: its parsed file, or all or nothing where it has none that can be read."""

    parsed: Protego | None
    otherwise: bool = True
    long: bool = False

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be asked."""
        return self.otherwise if self.parsed is None else bool(self.parsed.can_fetch(url, TOKEN))

    async def allow(self, url: str) -> bool:
        """The same, and a long file holds up nobody else."""
        return await asyncio.to_thread(self.allows, url) if self.long else self.allows(url)

    @property
    def delay(self) -> float:
        """The Crawl-delay, in seconds."""
        return float(self.parsed.crawl_delay(TOKEN) or 0.0) if self.parsed else 0.0


ALL = Rules(None, otherwise=True)
NOTHING = Rules(None, otherwise=False)


def read(status: int, body: bytes) -> Rules:
    """The rules behind an answer: a file, no file (4xx: everything is allowed), or an error (nothing is).

    A 429 is a plea to slow down, so it counts with the errors.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - the class of HTTP success
        with _uncollected():
            return Rules(Protego.parse(_ours(_text(body[:READ_BYTES]))), long=len(body) > _LONG)
    if 400 <= status < 500 and status != _TOO_MANY_REQUESTS:  # noqa: PLR2004 - the class of client errors
        return ALL
    return NOTHING


@contextmanager
def _uncollected() -> Iterator[None]:
    """A file of many rules makes many objects, and none of them garbage: looking for some holds all threads meanwhile.

    Where two threads read at once, the first one to end lets the collector go on for both.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _ours(text: str) -> str:
    """The file with one name for all groups that are not ours.

    Protego keeps the rules once for each name of their group, so 250 KiB of names before 250 KiB of rules would fill
    the memory. Of our own name only its beginnings apply (as Protego has it), which are few.
    """
    return "\n".join(map(_renamed, text.splitlines()))


def _renamed(line: str) -> str:
    line = line.partition("#")[0]
    found = _AGENT.match(line) or _AGENT_SPACED.match(line)
    name = found[1].strip().lower() if found else ""
    if not name or name == "*":
        return line
    name = name.replace("*", "").strip()
    return f"User-agent: {name if name and TOKEN.lower().startswith(name) else _OTHER}"


def _text(body: bytes) -> str:
    """UTF-8 as RFC 9309 has it, and UTF-16 where its mark says so, as some editors write it."""
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return body.decode(encoding, "replace")


def origin(url: str) -> str:
    """Scheme, host and port of ``url``: what one robots.txt speaks for."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{_bracketed(parts.hostname or '')}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(slots=True)
class _Kept:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules = NOTHING
    until: datetime | None = None
    errors: int = 0  # in a row

    def take(self, rules: Rules, now: datetime) -> None:
        """Keep an answer."""
        self.rules = rules
        self.errors = self.errors + 1 if rules is NOTHING else 0
        grown = KEPT_AFTER_ERROR * 2.0 ** min(self.errors - 1, 10)
        self.until = now + (min(grown, LONGEST_AFTER_ERROR) if self.errors else KEPT)


class Robots:
    """The rules of all origins that were asked lately; used from one event loop."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    async def rules(self, url: str, fetch: Fetch) -> Rules:
        """The rules for ``url``; ``fetch`` gets status and body of its robots.txt if it is not known or too old.

        Redirects are for ``fetch`` to follow. Where it raises FetchError, nothing is allowed for a while;
        where it raises Paused, that is passed on, and nothing is kept.
        """
        self._forget()
        place = origin(url)
        kept = self._kept.setdefault(place, _Kept())
        async with kept.lock:
            if kept.until is None or kept.until <= self._clock():
                kept.take(await _fetched(f"{place}/robots.txt", fetch), self._clock())
            return kept.rules

    def _forget(self) -> None:
        if len(self._kept) < _MANY_ORIGINS:
            return
        now = self._clock()
        for place, kept in list(self._kept.items()):
            if not kept.lock.locked() and kept.until is not None and kept.until <= now:
                del self._kept[place]


async def _fetched(url: str, fetch: Fetch) -> Rules:
    try:
        # In a thread, since a file of 500 KiB that is made to be hard to read takes long.
        return await asyncio.to_thread(read, *await fetch(url))
    except Paused:
        raise  # it was not asked for, so nothing is known
    except FetchError:
        return NOTHING
