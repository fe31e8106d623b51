"""The town as a process of its own that fails when it is told to: ``python -m tools.soaking.server SPEC``.

SPEC is a JSON file (``Spec``). Each line on standard input is a fault (``Order``); the first line on standard output
says that all stand open. The log has a JSON line for each request.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TextIO

from examples.town.answer import Answer
from examples.town.posts import TownPost, read_posts
from examples.town.server import Town


@dataclass(frozen=True, slots=True)
class Spec:
    """Where the town stands: addresses and their ports, its posts, when its timetable began (epoch), and its log."""

    addresses: tuple[str, ...]
    ports: tuple[int, ...]
    posts: str
    began: float
    log: str

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Order:
    """A fault: ``errors``, ``slow``, ``cut`` or ``refusals``, at an address (empty: all), until a time (epoch)."""

    kind: str
    address: str
    until: float
    seconds: float = 0.0  # of each slow answer, or of Retry-After


class Log:
    """Requests, a JSON line each, and how many are being answered at each address."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._busy: dict[str, int] = {}

    def begins(self, address: str, path: str) -> None:
        """A request."""
        with self._lock:
            busy = self._busy.get(address, 0)
            self._busy[address] = busy + 1
            print(json.dumps([time.time(), address, busy, path]), file=self._file, flush=True)

    def ends(self, address: str) -> None:
        """Its answer is made."""
        with self._lock:
            self._busy[address] -= 1


class FaultyTown(Town):
    """A town that fails by the orders it was given last."""

    def __init__(self, spec: Spec, place: int, posts: Sequence[TownPost], log: Log) -> None:
        began = datetime.fromtimestamp(spec.began, UTC)
        elapsed = max(0.0, time.time() - spec.began)
        self.address = spec.addresses[place]
        super().__init__(
            spec.ports[place], time.time, began, posts=posts, elapsed=elapsed, address=spec.addresses[place]
        )
        self.order: Order | None = None
        self._log = log

    def _answer(self, handler: BaseHTTPRequestHandler) -> Answer:
        self._log.begins(self.address, handler.path)
        try:
            order = self.order
            if order is None or order.until <= time.time():
                return super()._answer(handler)
            return self._fail(handler, order)
        finally:
            self._log.ends(self.address)

    def _fail(self, handler: BaseHTTPRequestHandler, order: Order) -> Answer:
        if order.kind == "slow":
            time.sleep(order.seconds)
            return super()._answer(handler)
        if order.kind == "errors":
            return Answer(b"", status=500)
        if order.kind == "refusals":
            handler.send_response(429)
            for name, value in {"Retry-After": f"{order.seconds:.0f}", "Content-Length": "0"}.items():
                handler.send_header(name, value)
            handler.send_header("Connection", "close")
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<html>")
        raise ConnectionAbortedError


def main() -> None:
    """Serve until standard input ends."""
    row = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    spec = Spec(**{**row, "addresses": tuple(row["addresses"]), "ports": tuple(row["ports"])})
    posts = read_posts(Path(spec.posts))
    with ExitStack() as stack:
        log = Log(stack.enter_context(Path(spec.log).open("a", encoding="utf-8")))
        towns = [FaultyTown(spec, place, posts, log) for place in range(len(spec.addresses))]
        for town in towns:
            stack.enter_context(town)
        print(json.dumps([town.url for town in towns]), flush=True)
        for line in sys.stdin:
            order = Order(**json.loads(line))
            for town in towns:
                if order.address in ("", town.address):
                    town.order = order


if __name__ == "__main__":
    main()
