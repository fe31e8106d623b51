"""What evidence costs a patrol that flags nothing: the HTML of each post, kept beside its text until it is judged.

``idle``: the seconds that this takes over those of the whole patrol of the same pages (fetch, extract, detect, store).
All else that evidence asks for (hashes, pictures, screenshots, files) is made for a flag, and only then.
"""

import argparse

from crawl import figures
from parts.plain import fragments
from parts.site import A_LIST, page, serving


def main() -> None:
    """Print what was measured, then the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    posts = 500 if parser.parse_args().quick else 5000
    with serving(posts) as base:
        took, seen, _ = figures("ours", "site", base, str(posts))
    assert seen == posts, f"saw {seen} of {posts} posts"
    both, text_alone = fragments([page(f"/post/{at}", posts) or "" for at in range(posts)], ".content, h1")
    print(f"patrol of {posts + posts // A_LIST} pages: {took:.2f} s")
    print(f"text of the posts: {text_alone * 1e6 / posts:.1f} us a post, with their HTML {both * 1e6 / posts:.1f} us")
    print(f"ratio idle {(both - text_alone) / took:.4f}")


if __name__ == "__main__":
    main()
