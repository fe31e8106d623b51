"""A process that gives birth to patrols, to be killed: all is imported and loaded once, so that a life begins at once.

Run as ``python -m tests.upkeep.lives DATA SOURCES LOG``. Each line on standard input begins a life (a fork, before any
thread is started here) and is answered with its pid; a line ``reap`` waits for the last one. A life appends to LOG a
line ``LIFE SOURCE KEY VERSION`` for each post that it begins to look at, and ``LIFE SOURCE end 0`` for each visit that
is over.
"""

import logging
import os
import signal
import sys
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scheduler
from app import build
from core.secret import open_key
from core.settings import read_settings
from core.types import Flag, Page, Post
from crawlers.extract import feeds, pages
from crawlers.fleet import Fleet
from crawlers.limits import Limits
from crawlers.sources import read_sources
from crawlers.visit import Extractors
from pipeline import LiveJudge, Pipeline
from tests.crawlers.conftest import LOOPBACK
from upkeep.events import Event, Settled


@dataclass(frozen=True)
class Noting:
    """A pipeline that notes, before it looks at a post, that it does."""

    inner: Pipeline
    life: int
    log: int

    def process(self, source: str, post: Post, page: Page) -> Flag | None:
        """Note and process; the note outlives a kill."""
        version = zlib.crc32(post.text.encode())
        os.write(self.log, f"{self.life} {source} {post.key} {version}\n".encode())
        return self.inner.process(source, post, page)


def live(life: int, judge: LiveJudge, data: Path, sources: Path, log: Path) -> None:
    """Patrol until killed, or asked to end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app: Any = build(read_settings(data=data, sources=sources, allow_private="127.0.0.0/8"))
    app.judge = judge
    notes = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    app.pipeline = Noting(app.pipeline, life, notes)
    fleet = Fleet(
        app.patrols,
        open_key(data / "secret.key"),
        Extractors(pages.listing, pages.detail, feeds.feed),
        user_agent="Lurewatch/0.1",
        allowed=LOOPBACK,
        limits=Limits(retries=0),
    )
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)

    def tell(event: Event) -> None:
        if isinstance(event, Settled):
            os.write(notes, f"{life} {event.source.id} end 0\n".encode())

    patrol = scheduler.Patrol(app, fleet, read_sources(sources)[0], tell)
    patrol.run(stop)
    fleet.close()
    app.close()


def main() -> None:
    """Give birth when asked."""
    data, sources, log = map(Path, sys.argv[1:])
    scheduler._TICK_SECONDS = 0.1  # noqa: SLF001 - lives are short
    judge = build(read_settings()).judge  # rules and model, loaded once
    child = 0
    for number, line in enumerate(sys.stdin):
        if line.strip() == "reap":
            os.waitpid(child, 0)
            sys.stdout.write("gone\n")
        else:
            child = os.fork()
            if child == 0:
                live(number, judge, data, sources, log)
                os._exit(0)
            sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
