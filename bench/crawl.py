"""Pages and visits a second of a whole patrol (fetch, extract, detect, store), and of a bare Scrapy spider beside it.

``crawl``: a site of 5,000 pages, one request at a time. ``visits``: 500 sources on 50 hosts, each a list of three
posts. ``memory``: resident memory after 100,000 pages over that after 10,000 (not with ``--quick``).
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from parts.site import A_LIST, A_SHORT_LIST, host, serving

HERE = Path(__file__).parent
ROUNDS = 3
HOSTS = 50
MANY_PAGES = 100_000


def figures(script: str, *arguments: str, told: str = "") -> tuple[float, ...]:
    """The figures that a script prints at its end."""
    ran = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, "-m", f"parts.{script}", *arguments],
        cwd=HERE,
        input=told,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=1800,
    )
    return tuple(float(figure) for figure in ran.stdout.split())


def crawl(posts: int) -> float:
    """Pages a second of both, and their ratio (medians of rounds, in turns)."""
    pages = posts + posts // A_LIST
    ours, bare = [], []
    with serving(posts) as base:
        for _ in range(ROUNDS):
            bare.append(figures("bare", told=f"{base}/list/0")[0])
            took, seen, _ = figures("ours", "site", base, str(posts))
            assert seen == posts, f"saw {seen} of {posts} posts"
            ours.append(took)
    print(f"pages {pages}")
    print(f"lurewatch {pages / median(ours):.0f} pages/s")
    print(f"bare scrapy {pages / median(bare):.0f} pages/s")
    return median(bare) / median(ours)


def visits(sources: int) -> float:
    """Visits a second, and their ratio to the lists a second of the peer, which follows the same links."""
    with serving(sources * A_SHORT_LIST, HOSTS) as base:
        port = urlsplit(base).port
        lists = "\n".join(f"http://{host(at % HOSTS)}:{port}/short/{at}" for at in range(sources))
        fresh, again, seen = figures("ours", "hosts", base, str(sources), str(HOSTS))
        assert seen == sources * A_SHORT_LIST, f"saw {seen} posts"
        theirs = sources / figures("bare", told=lists)[0]
    print(f"visits of {sources} sources on {HOSTS} hosts: {fresh:.1f}/s all new, {again:.1f}/s nothing new")
    print(f"bare scrapy {theirs:.1f} lists/s with their posts")
    return fresh / theirs


def memory() -> float:
    """Resident memory at the end of many pages over that after the first tenth."""
    with serving(MANY_PAGES) as base:
        took, seen, growth = figures("ours", "site", base, str(MANY_PAGES))
    assert seen == MANY_PAGES, f"saw {seen} posts"
    print(f"{MANY_PAGES} pages in one process: {took:.0f} s, memory {growth:.2f} times that at a tenth of them")
    return growth


def main() -> None:
    """Print what was measured, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    quick = parser.parse_args().quick
    ratios = {"crawl": crawl(500 if quick else 5000), "visits": visits(100 if quick else 500)}
    if not quick:
        ratios["memory"] = memory()
    for name, value in ratios.items():
        print(f"ratio {name} {value:.3f}")


if __name__ == "__main__":
    main()
