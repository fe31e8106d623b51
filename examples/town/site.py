"""Sends a request to the site of the town that answers it."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from examples.town import account, classifieds, forum, people, square, wall
from examples.town.answer import Answer, Asked, missing, page
from examples.town.html import fill
from examples.town.posts import FOLDER, Moment, TownPost, shown

ROBOTS = """User-agent: *
Disallow: /private/
Disallow: /forum/print/
Crawl-delay: 0.2
"""

_SITES = {
    "/forum/": forum.answer,
    "/classifieds/": classifieds.answer,
    "/account/": account.answer,
    "/square/": square.answer,
    "/wall/": wall.answer,
}
_LONGEST_NUMBER = 5
_AVATAR = re.compile(r"/avatar/(\d{1,3})\.svg")
_STYLE = re.compile(r"/static/([a-z]+\.css)")


def answer(target: str, posts: Sequence[TownPost], moment: Moment, base_url: str) -> Answer:
    """What the town answers to a request target (path and query) at a moment."""
    parts = urlsplit(target)
    for prefix, site in _SITES.items():
        if parts.path.startswith(prefix):
            return site(Asked(parts.path, _page_number(parts.query), moment, shown(posts, moment), base_url))
    return _furniture(parts.path)


def _page_number(query: str) -> int:
    asked = parse_qs(query).get("page", ["1"])[0]
    return int(asked) if asked.isdecimal() and len(asked) < _LONGEST_NUMBER else 0


def _furniture(path: str) -> Answer:
    if path == "/robots.txt":
        return Answer(ROBOTS.encode(), "text/plain; charset=utf-8")
    if path == "/":
        return page(fill("portal"))
    if path.startswith("/private/"):
        return page(fill("private"))
    if avatar := _AVATAR.fullmatch(path):
        person = int(avatar[1])
        known = person < len(people.NICKNAMES)
        return Answer(people.avatar(person).encode(), "image/svg+xml") if known else missing()
    if (style := _STYLE.fullmatch(path)) and (file := FOLDER / "static" / style[1]).is_file():
        return Answer(file.read_bytes(), "text/css; charset=utf-8")
    return missing()
