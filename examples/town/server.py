"""Serves the town on loopback: bounded, quiet, and gone when it is closed."""

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore, Lock, Thread
from typing import Any, Self

from examples.town.answer import Answer
from examples.town.posts import Moment, TownPost, read_posts
from examples.town.site import answer

MOST_THREADS = 24
MOST_REQUESTS = 20_000  # kept in the list of requests


@dataclass(frozen=True, slots=True)
class Request:
    """A request the town was asked: when by its clock, and what a test wants to know of it."""

    at: float
    path: str
    user_agent: str
    if_none_match: str | None
    if_modified_since: str | None


class Town:
    """The county town 青禾县 on a port of this machine (0: a free one), open between ``start`` and ``close``.

    ``clock`` gives seconds; ``speed`` says how many seconds of the posts' timetable pass in one of them.
    ``started_at`` is the date its timetable began at (None: now), ``elapsed`` how many seconds of it had passed when
    the town opens. ``requests`` holds the latest requests. ``address`` is the one of loopback that it stands at.
    Raises OSError where the port is taken.
    """

    def __init__(
        self,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        started_at: datetime | None = None,
        speed: float = 1.0,
        posts: Sequence[TownPost] | None = None,
        *,
        elapsed: float = 0.0,
        address: str = "127.0.0.1",
    ) -> None:
        if speed <= 0:
            raise ValueError("speed must be above 0")
        self.posts = tuple(read_posts() if posts is None else posts)
        self.requests: deque[Request] = deque(maxlen=MOST_REQUESTS)
        self._clock = clock
        self._speed = speed
        self._started_at = started_at
        self._before = elapsed / speed
        self._opened = clock() - self._before
        self._server = _Server((address, port), self._answer)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The address without a slash at its end, such as http://127.0.0.1:8900."""
        return f"http://{self._server.server_address[0]!s}:{self._server.server_port}"

    @property
    def elapsed(self) -> float:
        """Seconds of the posts' timetable since the start; what ``score`` takes as ``visible_at``."""
        return (self._clock() - self._opened) * self._speed

    def start(self) -> Self:
        """Open the town; its time begins now."""
        self._opened = self._clock() - self._before
        self._started_at = self._started_at or datetime.now(UTC)
        self._thread.start()
        return self

    def close(self) -> None:
        """Close the town and every connection to it."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=5)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> Answer:
        headers = handler.headers
        agent = headers.get("User-Agent", "")
        conditions = headers.get("If-None-Match"), headers.get("If-Modified-Since")
        self.requests.append(Request(self._clock(), handler.path, agent, *conditions))
        moment = Moment(self._started_at or datetime.now(UTC), self.elapsed, self._speed)
        return answer(handler.path, self.posts, moment, self.url)


class _Server(ThreadingHTTPServer):
    """An HTTP server of so many threads at most, which cuts its connections when it closes."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], respond: Callable[[BaseHTTPRequestHandler], Answer]) -> None:
        self.respond = respond
        self._room = BoundedSemaphore(MOST_THREADS)
        self._lock = Lock()
        self._open: set[socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve in a thread, or turn the connection away while all are busy."""
        if not self._room.acquire(timeout=2):
            self.shutdown_request(request)
            return
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection and make room for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of visitors who hang up; print what else breaks."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Close the port and cut what is still connected."""
        super().server_close()
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with suppress(OSError):  # it may have gone by itself
                connection.shutdown(SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "qinghe/1.0"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True  # headers and body are two writes, and would wait for each other
    server: _Server

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parameter's name in http.server
        """Print nothing."""

    def _send(self, *, with_body: bool) -> None:
        found = self.server.respond(self)
        unchanged = found.status == HTTPStatus.OK and self._holds(found)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else found.status)
        if found.etag:
            self.send_header("ETag", found.etag)
        if found.last_modified:
            self.send_header("Last-Modified", format_datetime(found.last_modified.astimezone(UTC), usegmt=True))
        if not unchanged:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        if with_body and not unchanged:
            self.wfile.write(found.body)

    def _holds(self, found: Answer) -> bool:
        """Whether the visitor holds this version; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
        tags, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if tags is not None:
            held = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
            return found.etag is not None and (found.etag in held or "*" in held)
        if since is None or found.last_modified is None:
            return False
        try:
            return found.last_modified < parsedate_to_datetime(since) + timedelta(seconds=1)
        except (TypeError, ValueError):  # not a date that HTTP knows, so no condition; or one without a zone
            return False
