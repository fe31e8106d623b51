"""A proxy on the way to a server that lets everything through, is slow, cuts answers off or says that it is busy."""

import http.client
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.elastic.server import Server

_SLOW_SECONDS = 3.0
_OLD = (
    b'{"error":{"type":"media_type_header_exception","reason":"Invalid media-type value on headers [Accept]",'
    b'"caused_by":{"type":"status_exception","reason":"A compatible version is required"}},"status":400}'
)


class Proxy(ThreadingHTTPServer):
    """``mode`` is pass, slow, cut, lost (the answer is cut after the server did it), busy, or old (as 7.x answers)."""

    daemon_threads = True

    def __init__(self, server: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        config = server.folder / "config"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(config / "tls.pem", config / "tls.key")
        # Each connection shakes hands in its own thread, so that a half-open one stops no other.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.upstream = server
        self.mode = "pass"
        self.info: bytes | None = None  # what it says in place of the server on the first page

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"https://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections that break are what it is for."""


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        mode = self.server.mode
        if self.server.info and self.path == "/":
            self._answer(200, self.server.info, "application/json")
            return
        if mode == "cut":
            self.connection.close()
            return
        if mode == "old":
            self._answer(400, _OLD, "application/json")
            return
        if mode == "busy":
            self._answer(429, b'{"error":{"type":"too_many_requests"},"status":429}', "application/json")
            return
        if mode == "slow":
            time.sleep(_SLOW_SECONDS)
        status, kind, answer = self._ask(body)
        if mode == "lost":
            self._head(status, kind, len(answer))
            self.wfile.write(answer[: len(answer) // 2])
            self.wfile.flush()
            self.connection.close()
            return
        self._answer(status, answer, kind)

    def _ask(self, body: bytes) -> tuple[int, str, bytes]:
        context = ssl.create_default_context(cafile=str(self.server.upstream.ca))
        way = http.client.HTTPSConnection("127.0.0.1", self.server.upstream.port, context=context, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        try:
            way.request(self.command, self.path, body, headers)
            answer = way.getresponse()
            return answer.status, answer.headers.get("content-type", "application/json"), answer.read()
        except OSError:
            return 503, "application/json", b'{"error":{"type":"no upstream"},"status":503}'
        finally:
            way.close()

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self._head(status, kind, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int) -> None:
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - names of the standard library

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def proxied(server: Server) -> Iterator[Proxy]:
    """A proxy before a server."""
    proxy = Proxy(server)
    thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
