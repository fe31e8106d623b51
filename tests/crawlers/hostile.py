"""A server on loopback that means harm: each path answers by a function that writes what it likes to the socket."""

import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import brotli
from backports import zstd

_STEP = 0.05


@dataclass
class Call:
    """One request as the server saw it, and when its answer began and ended."""

    path: str
    head: str
    started: float
    ended: float = 0.0


class Wire:
    """One connection, as an answer uses it."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self._stopped = stopped
        self.last = 0.0  # when it was last sent something: the visitor may have it before this thread goes on

    def send(self, data: bytes) -> None:
        """Send all of it; raises ConnectionError when the visitor has gone or the server stops."""
        if self._stopped.is_set():
            raise ConnectionAbortedError
        self.last = time.monotonic()
        self._connection.sendall(data)

    def drip(self, data: bytes, pause: float = _STEP) -> None:
        """Send a little, and wait."""
        self.send(data)
        if self._stopped.wait(pause):
            raise ConnectionAbortedError


Behave = Callable[[Wire, Call], None]


class Hostile:
    """Serves ``answers`` by path (the longest that the asked one begins with); 404 for the rest, robots.txt included.

    ``calls`` is what it saw, in order. It closes a connection after each answer.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.answers: dict[str, Behave] = {}
        self.calls: list[Call] = []
        self._stopped = threading.Event()
        self._listening = socket.create_server((address, port), backlog=64)
        self._listening.settimeout(_STEP)
        self.port = int(self._listening.getsockname()[1])
        self.url = f"http://{address}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop, and end every answer that is still under way."""
        self._stopped.set()
        self._listening.close()

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [call.path for call in self.calls if call.path != "/robots.txt"]

    def _accept(self) -> None:
        while not self._stopped.is_set():
            with suppress(TimeoutError, OSError):
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10.0)
        with suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                got = connection.recv(65536)
                if not got:
                    return
                head += got
            call = Call(head.split(b" ", 2)[1].decode(), head.decode("latin-1"), time.monotonic())
            self.calls.append(call)
            matching = [path for path in self.answers if call.path.startswith(path)]
            wire = Wire(connection, self._stopped)
            try:
                (self.answers[max(matching, key=len)] if matching else missing)(wire, call)
            finally:
                call.ended = wire.last or time.monotonic()


def answer(body: bytes | str, status: str = "200 OK", **headers: str) -> Behave:
    """A plain answer; ``headers`` with ``_`` for ``-``."""
    raw = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(raw))}
    lines.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return wire(head.encode("latin-1") + b"Connection: close\r\n\r\n" + raw)


def wire(*pieces: bytes) -> Behave:
    """These bytes, whatever they are."""

    def behave(to: Wire, _call: Call) -> None:
        for piece in pieces:
            to.send(piece)

    return behave


missing = answer("", "404 Not Found")

START = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"


def forever(start: bytes, again: bytes, pause: float = 0.0) -> Behave:
    """``start``, and then ``again`` without end: as fast as it goes, or in drips."""

    def behave(to: Wire, _call: Call) -> None:
        to.send(start)
        while True:
            to.drip(again, pause) if pause else to.send(again)

    return behave


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    """One chunk of a chunked body."""
    return b"%x%b\r\n%b\r\n" % (len(data), extension, data)


def silent(to: Wire, _call: Call) -> None:
    """Nothing, for ever."""
    while True:
        to.drip(b"", 1.0)


def elsewhere(follow: Callable[[str], str]) -> Behave:
    """A redirect to wherever ``follow`` says for the path that was asked."""

    def behave(to: Wire, call: Call) -> None:
        answer("", "302 Found", Location=follow(call.path))(to, call)

    return behave


_ZEROS = bytes(1 << 20)


def gzip_bomb(megabytes: int, wbits: int = 31) -> bytes:
    """So many megabytes of zeros, as gzip (``wbits`` 15: deflate)."""
    pressed = zlib.compressobj(1, zlib.DEFLATED, wbits)
    return b"".join([*(pressed.compress(_ZEROS) for _ in range(megabytes)), pressed.flush()])


def brotli_bomb(megabytes: int) -> bytes:
    """The same, as brotli."""
    pressed = brotli.Compressor(quality=1)
    return b"".join([*(pressed.process(_ZEROS) for _ in range(megabytes)), pressed.finish()])


def zstd_bomb(megabytes: int) -> bytes:
    """The same, as zstd."""
    pressed = zstd.ZstdCompressor()
    return b"".join([*(pressed.compress(_ZEROS) for _ in range(megabytes)), pressed.flush()])


def running(address: str = "127.0.0.1", port: int = 0) -> Iterator[Hostile]:
    """A server with no answers yet, stopped afterwards."""
    made = Hostile(address, port)
    yield made
    made.close()
