"""Resident memory of a patrol and its browsers, at the end of 1,000 drawn pages over that after the first hundred.

``--quick``: 60 pages, and the memory after the first twenty.
"""

import argparse
import json
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from multiprocessing import get_context
from statistics import median
from threading import Thread

import psutil

from core.secret import Keyed
from core.settings import read_settings
from core.types import Page, Post
from crawlers.executable import find_browser
from crawlers.extract import feeds, pages
from crawlers.fleet import Fleet
from crawlers.glance import Forgetful
from crawlers.sources import Source
from crawlers.visit import Extractors

HOSTS = ("127.0.0.1", "127.0.0.2")
EVERY = 5  # pages between two samples
SCRIPT = """
fetch('/api' + location.pathname).then(answer => answer.json()).then(lines => {
  for (const line of lines) { const p = document.createElement('p'); p.className = 'words'; p.textContent = line;
    document.querySelector('main').append(p) } });
"""
WORDS = json.dumps([f"第 {line} 行：周六上午镇口集市照常，欢迎来逛。" * 10 for line in range(30)])


class Board(BaseHTTPRequestHandler):
    """A list of as many posts as its address says, each drawn by a script."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer by path."""
        if self.path.startswith("/list/"):
            entries = "".join(f'<li class=post><a href="/t/{at}">帖 {at}</a></li>' for at in range(int(self.path[6:])))
            kind, body = "text/html", f"<meta charset=utf-8><ul>{entries}</ul>"
        elif self.path.startswith("/api/"):
            kind, body = "application/json", WORDS
        elif self.path == "/app.js":
            kind, body = "text/javascript", SCRIPT
        else:
            kind, body = "text/html", "<meta charset=utf-8><main></main><script src=/app.js></script>"
        data = b"" if self.path == "/robots.txt" else body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def serve(sockets: Sequence[socket.socket]) -> None:
    """Serve until the process is ended."""
    for listening in sockets:
        server = ThreadingHTTPServer(listening.getsockname(), Board, bind_and_activate=False)
        server.socket.close()
        server.socket = listening
        Thread(target=server.serve_forever).start()


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """A server of a process of its own on two addresses of loopback; its port and process."""
    with socket.create_server((HOSTS[0], 0)) as first:
        port = first.getsockname()[1]
        with socket.create_server((HOSTS[1], port)) as second:
            server = get_context("fork").Process(target=serve, args=((first, second),), daemon=True)
            server.start()
            assert server.pid is not None
            try:
                yield port, server.pid
            finally:
                server.terminate()
                server.join()


def resident(server: int) -> int:
    """Bytes of this process and of all that it started, the server left out."""
    total = psutil.Process().memory_info().rss
    for one in psutil.Process().children(recursive=True):
        try:
            total += one.memory_info().rss if one.pid != server else 0
        except psutil.NoSuchProcess:
            continue
    return total


def draw(count: int, port: int, server: int) -> list[int]:
    """Draw ``count`` pages, two at a time; the memory at every fifth."""
    samples: list[int] = []
    seen: list[str] = []

    def handle(post: Post, _page: Page) -> None:
        seen.append(post.key)
        if len(seen) % EVERY == 0:
            samples.append(resident(server))

    extractors = Extractors(pages.listing, pages.detail, feeds.feed, pages.frame)
    allowed = [ip_network("127.0.0.0/8")]
    browser = find_browser(read_settings())
    fleet = Fleet(
        Forgetful(), Keyed(secrets.token_bytes(32)), extractors, user_agent="bench", allowed=allowed, browser=browser
    )
    with closing(fleet):
        futures = [fleet.visit(source(host, port, count // len(HOSTS)), handle) for host in HOSTS]
        for report in [future.result() for future in futures]:
            problem = report.problem or report.skipped
            if problem is not None:
                raise problem
    assert len(seen) == count, f"drew {len(seen)} of {count} pages"
    return samples


def source(host: str, port: int, posts: int) -> Source:
    """The board of a host."""
    given = {
        "id": f"bench-{host.replace('.', '-')}",
        "name": "bench",
        "url": f"http://{host}:{port}/list/{posts}",
        "drawn": True,
        "politeness": {"delay": "0s"},
        "expect": {"most": posts},
        "selectors": {"item": "li.post", "link": "a@href", "text": ".words"},
    }
    return Source.model_validate(given)


def main() -> None:
    """Print both figures, then the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    count, first = (60, 20) if parser.parse_args().quick else (1000, 100)
    began = time.perf_counter()
    with serving() as (port, server):
        samples = draw(count, port, server)
    window = first // EVERY
    early, end = median(samples[window : 2 * window]), median(samples[-window:])
    print(f"{count} pages drawn in {time.perf_counter() - began:.0f} s")
    print(f"resident memory: {early / 1e6:.0f} MB after {first} pages, {end / 1e6:.0f} MB at the end")
    print(f"ratio drawn {end / early:.3f}")


if __name__ == "__main__":
    main()
