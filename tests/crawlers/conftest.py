"""A small site on loopback whose answers are a function, a store in memory, and stand-ins for extraction."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from core.errors import ExtractError, LurewatchError
from core.ports import Item, SourceState, Validators
from core.secret import Keyed
from core.types import Page, Post
from crawlers.extract.types import Detail, Entry, Listing
from crawlers.fleet import Fleet
from crawlers.limits import Limits
from crawlers.report import VisitReport
from crawlers.sources import Source
from crawlers.visit import Extractors

CHROMIUM = Path("/usr/bin/chromium")
LOOPBACK = (ip_network("127.0.0.0/8"),)
AGENT = "Lurewatch/0.1 (+https://example.org/contact)"
SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What the site answers: ``slow`` seconds pass before it."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    slow: float = 0.0


@dataclass
class Asked:
    """One request as the site saw it, when, and at which of its addresses."""

    path: str
    headers: Mapping[str, str]
    started: float
    ended: float = 0.0
    at: str = ""
    method: str = "GET"
    body: bytes = b""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Visitors may hang up at any time."""


class Site:
    """A server on a free port, at two addresses of loopback.

    ``pages`` maps paths to answers, or to functions of the request; ``asked`` is what came, in order.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._answer(self)

            do_POST = do_GET  # noqa: N815 - named by http.server

            def log_message(self, *_: object) -> None:
                pass

        first = _Server(("127.0.0.1", 0), Handler)
        port = first.server_address[1]
        self.url = f"http://127.0.0.1:{port}"
        self.elsewhere = f"http://127.0.0.2:{port}"
        self._servers = (first, _Server(("127.0.0.2", port), Handler))
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        asked = Asked(handler.path, dict(handler.headers.items()), time.monotonic(), method=handler.command)
        asked.at = handler.connection.getsockname()[0]
        asked.body = handler.rfile.read(length)
        self.asked.append(asked)
        found = self.pages.get(handler.path) or Answer(status=404)
        answer = found(asked) if callable(found) else found
        time.sleep(answer.slow)
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
            handler.send_header(name, value)
        asked.ended = time.monotonic()
        try:
            handler.end_headers()
            handler.wfile.write(body)
        except ConnectionError:
            handler.close_connection = True

    def paths(self) -> list[str]:
        """The paths that were asked for, in order, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def listing(self, path: str, *entries: Mapping[str, Any], following: str | None = None) -> None:
        """Serve a list page."""
        self.pages[path] = Answer(json.dumps({"entries": entries, "next": following and self.url + following}))

    def index(self, path: str, following: str) -> None:
        """Serve what leads to a list page."""
        self.pages[path] = Answer(json.dumps({"entries": [], "next": self.url + following, "index": True}))

    def thread(self, path: str, *posts: tuple[str, str], following: str | None = None) -> None:
        """Serve a page of posts, each (key, text)."""
        self.pages[path] = Answer(json.dumps({"posts": posts, "next": following and self.url + following}))

    def close(self) -> None:
        """Stop serving."""
        for server in self._servers:
            server.shutdown()
            server.server_close()


class MemoryStore:
    """A patrol store in memory; ``full`` makes every write fail as on a full disk."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.kept: dict[tuple[str, str], Validators] = {}
        self.threads: set[str] = set()

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """Items by key."""
        self.threads.add(threading.current_thread().name)
        return {key: self.items[source, key] for key in keys if (source, key) in self.items}

    def remember(self, source: str, items: Iterable[Item], at: datetime) -> None:
        """Mark items."""
        self.threads.add(threading.current_thread().name)
        self.items.update({(source, item.key): (item.digest, at) for item in items})

    def validators(self, source: str, key: str) -> Validators | None:
        """Validators by key."""
        return self.kept.get((source, key))

    def set_validators(self, source: str, validators: Mapping[str, Validators], at: datetime) -> None:
        """Keep validators."""
        self.kept.update({(source, key): value for key, value in validators.items()})

    def state(self, source: str) -> SourceState | None:
        """Not used by visits."""
        raise NotImplementedError

    def set_state(self, state: SourceState) -> None:
        """Not used by visits."""
        raise NotImplementedError

    def states(self) -> Iterator[SourceState]:
        """Not used by visits."""
        raise NotImplementedError

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Not used by visits."""
        raise NotImplementedError

    def expire(self, before: datetime) -> int:
        """Not used by visits."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to release."""


def read_listing(page: Page, source: Source) -> Listing:
    """Entries from the stand-in format; an entry with ``text`` holds its whole post."""
    data = _json(page, source)
    return Listing(tuple(_entry(entry) for entry in data["entries"]), data["next"], index=data.get("index", False))


def _entry(entry: Mapping[str, Any]) -> Entry:
    post = Post(entry["key"], entry.get("url") or "", None, entry["text"]) if "text" in entry else None
    return Entry(
        entry["key"], entry.get("url"), sticky=entry.get("sticky", False), changed=entry.get("changed", ""), post=post
    )


def read_detail(page: Page, source: Source) -> Detail:
    """Posts from the stand-in format."""
    data = _json(page, source)
    return Detail(tuple(Post(key, page.url, None, text) for key, text in data["posts"]), data["next"])


def _json(page: Page, source: Source) -> Any:
    try:
        return json.loads(page.body)
    except ValueError:
        raise ExtractError(f"{source.id} 的网页不对", f"not a page of {source.id}") from None


STAND_INS = Extractors(read_listing, read_detail, read_listing)
QUICK = Limits(request_seconds=2.0, back_off_seconds=0.05, draw_seconds=10.0)


@dataclass
class Visits:
    """A fleet; what its visits handed on is in ``handled``, and the pages of it in ``pages``."""

    fleet: Fleet
    handled: list[str] = field(default_factory=list, init=False)
    pages: list[Page] = field(default_factory=list, init=False)

    def handle(self, post: Post, page: Page) -> None:
        """Note a post."""
        self.handled.append(post.text)
        self.pages.append(page)

    def visit(self, source: Source) -> VisitReport:
        """Visit to the end."""
        return self.fleet.visit(source, self.handle).result(SECONDS)

    def look(self, source: Source) -> list[str]:
        """Visit, without a problem, and give what was handed on by this visit."""
        before = len(self.handled)
        report = self.visit(source)
        problem: LurewatchError | None = report.problem or report.skipped
        assert problem is None, problem
        return self.handled[before:]


@dataclass
class Patrol(Visits):
    """Visits on a store in memory."""

    store: MemoryStore


def source(url: str, **given: Any) -> Source:
    """A source that may be asked quickly."""
    quick = {"delay": "0s"}
    return Source.model_validate({"id": "town", "name": "小镇", "url": url, "politeness": quick, **given})


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with no pages yet."""
    made = Site()
    yield made
    made.close()


@pytest.fixture
def patrol() -> Iterator[Patrol]:
    """A patrol that may ask loopback."""
    yield from patrols()


def patrols(limits: Limits = QUICK, extractors: Extractors = STAND_INS, **given: Any) -> Iterator[Patrol]:
    """A patrol of its own settings."""
    store = MemoryStore()
    settings = {"user_agent": AGENT, "allowed": LOOPBACK, **given}
    fleet = Fleet(store, Keyed(b"k" * 32), extractors, limits=limits, **settings)
    yield Patrol(fleet, store)
    fleet.close()


def at(hour: float = 0.0) -> datetime:
    """A moment of a day that is always the same."""
    return datetime.fromtimestamp(1_700_000_000 + hour * 3600, UTC)
