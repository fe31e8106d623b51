"""Looks at the town's pages without a server."""

import json
from base64 import b64decode

from selectolax.lexbor import LexborHTMLParser, LexborNode

from examples.town.addresses import board_of, page, path
from examples.town.posts import Moment, TownPost
from examples.town.site import answer
from tests.town.conftest import OPENED


def look(posts: tuple[TownPost, ...], target: str, at: float) -> LexborHTMLParser:
    """The page at a path, at a moment of the timetable."""
    found = answer(target, posts, Moment(OPENED, at), "http://town.test")
    assert found.status == 200, target
    return LexborHTMLParser(found.body.decode("gb18030" if "/study/" in target else "utf-8"))


def words(node: LexborNode | None) -> str:
    """A node's text without space."""
    assert node is not None
    return "".join(node.text().split())


def target(post: TownPost) -> str:
    """The page of a post with its query."""
    return f"{path(post)}?page={page(post)}" if board_of(post) else path(post)


def packed(tree: LexborHTMLParser) -> list[dict[str, str]]:
    """The posts in the square's pack."""
    node = tree.css_first("#pack")
    assert node is not None
    rows: list[dict[str, str]] = json.loads(b64decode(node.text()))
    return rows
