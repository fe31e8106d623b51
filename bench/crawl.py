"""Pages a second of a whole patrol (fetch, extract, detect, store) against a bare Scrapy spider, side by side."""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

from parts.site import A_LIST, serving

HERE = Path(__file__).parent
ROUNDS = 3


def seconds(script: str, base: str) -> tuple[float, ...]:
    """The figures that a script prints at its end."""
    ran = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, str(HERE / "parts" / f"{script}.py"), base],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
        timeout=1200,
    )
    return tuple(float(figure) for figure in ran.stdout.split())


def main() -> None:
    """Print pages a second of both, then the ratio (median of rounds, in turns)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    posts = 500 if parser.parse_args().quick else 5000
    pages = posts + posts // A_LIST
    ours, bare = [], []
    with serving(posts) as base:
        for _ in range(ROUNDS):
            bare.append(seconds("bare", base)[0])
            took, new = seconds("ours", base)
            assert new == posts, f"saw {new} of {posts} posts"
            ours.append(took)
    print(f"pages {pages}")
    print(f"lurewatch {pages / median(ours):.0f} pages/s")
    print(f"bare scrapy {pages / median(bare):.0f} pages/s")
    print(f"ratio crawl {median(bare) / median(ours):.3f}")


if __name__ == "__main__":
    main()
