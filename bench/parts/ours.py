"""Our side of ``crawl.py``: one visit of the whole site, detection and store included."""

import sys
import tempfile
import time
from pathlib import Path

from app import build, read_sources
from core.settings import read_settings
from scheduler import Patrol, Settled

SOURCE = """id: bench
name: bench
url: {base}/list/0
kind: list
politeness: {{delay: 0s}}
bounds: {{list_pages: 100, known_in_a_row: 1000}}
selectors: {{item: li.topic, link: a@href, next: a.next@href, title: h1, text: .content}}
"""


def main() -> None:
    """Patrol the site at argv[1] once and print the seconds that it took and the posts that it saw."""
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources"
        sources.mkdir()
        (sources / "bench.yml").write_text(SOURCE.format(base=sys.argv[1]), encoding="utf-8")
        settings = read_settings(data=Path(folder) / "data", sources=sources, allow_private="127.0.0.0/8")
        told: list[Settled] = []
        with build(settings) as app, app.fleet() as fleet:
            _ = app.pipeline  # compiled before the clock starts, as in a patrol that runs for weeks
            began = time.perf_counter()
            Patrol(app, fleet, read_sources(sources)[0], told.append).once()
            took = time.perf_counter() - began
        if told[0].report.problem:
            raise told[0].report.problem
        print(took, told[0].report.new)


if __name__ == "__main__":
    main()
