"""Our side of ``crawl.py``: one visit of a whole site, detection and store included; or many visits of many hosts."""

import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from app import App, Source, VisitReport, build, read_sources
from core.settings import read_settings
from core.types import Page, Post
from parts.site import host

SOURCE = """id: bench{at}
name: bench
url: {url}
kind: list
politeness: {{delay: 0s}}
bounds: {{list_pages: 100, known_in_a_row: 1000}}
selectors: {{item: li.topic, link: a@href, next: a.next@href, title: h1, text: .content}}
"""
SAMPLED = 10_000  # posts after which the memory is compared with that at the end
VISITS_AT_ONCE = 8


class Bench:
    """The crawlers with everything behind them, as a patrol puts them together."""

    def __init__(self, app: App, fleet: object, sources: tuple[Source, ...]) -> None:
        self._app = app
        self._fleet = fleet
        self._sources = sources
        self.seen = 0
        self.early = 0

    def visit(self) -> float:
        """Visit every source once; the seconds that it took."""
        began = time.perf_counter()
        futures: list[Future[VisitReport]] = [self._visit(source) for source in self._sources]
        wait(futures)
        took = time.perf_counter() - began
        for problem in (future.result().problem for future in futures):
            if problem is not None:
                raise problem
        return took

    def _visit(self, source: Source) -> "Future[VisitReport]":
        def handle(post: Post, page: Page) -> None:
            self._app.pipeline.process(source.id, post, page)
            self.seen += 1
            if self.seen == SAMPLED:
                self.early = resident()

        return self._fleet.visit(source, handle)  # type: ignore[attr-defined,no-any-return]


def resident() -> int:
    """The resident memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@contextmanager
def fleet(urls: list[str]) -> Iterator[Bench]:
    """A fleet for sources at these addresses."""
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources"
        sources.mkdir()
        for at, url in enumerate(urls):
            (sources / f"bench{at:04}.yml").write_text(SOURCE.format(at=at, url=url), encoding="utf-8")
        settings = read_settings(
            data=Path(folder) / "data",
            sources=sources,
            allow_private="127.0.0.0/8",
            visits_at_once=VISITS_AT_ONCE,
        )
        with build(settings) as app, app.fleet() as made:
            _ = app.pipeline  # compiled before the clock starts, as in a patrol that runs for weeks
            yield Bench(app, made, read_sources(sources)[0])


def site(base: str, posts: int) -> None:
    """One visit of a site: seconds, posts, and the memory at the end over that after 10,000 posts."""
    # A visit reads 100 list pages at most, so a large site is several sources.
    with fleet([f"{base}/list/{first // 50}?{min(first + 5000, posts)}" for first in range(0, posts, 5000)]) as bench:
        took = bench.visit()
        print(took, bench.seen, resident() / bench.early if bench.early else 1.0)


def hosts(base: str, sources: int, many: int) -> None:
    """Short visits of many sources on many hosts: a second when all is new, and when nothing is; and posts."""
    port = urlsplit(base).port
    with fleet([f"http://{host(at % many)}:{port}/short/{at}" for at in range(sources)]) as bench:
        print(sources / bench.visit(), sources / bench.visit(), bench.seen)


if __name__ == "__main__":
    if sys.argv[1] == "site":
        site(sys.argv[2], int(sys.argv[3]))
    else:
        hosts(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
