"""Makes a post of the elements that hold its title and its text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from core.types import Post
from crawlers.extract.bounds import IMAGES, TITLE
from crawlers.extract.dom import Node, Skip, ancestors, attribute, unseen
from crawlers.extract.render import Rendered, render
from crawlers.extract.roles import is_attributed, is_person, is_quote

_IDS = 5  # elements of a post whose id may be the post's


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the HTML that shows it."""

    text: str
    html: str

    @classmethod
    def at(cls, node: Node) -> "Title | None":
        """The title that an element shows, or None where it is empty."""
        shown = render([node], lambda inner: unseen(inner) or is_person(inner))
        return cls.of(" ".join(shown.text.split()), shown.html)

    @classmethod
    def of(cls, text: str, html: str = "") -> "Title | None":
        """A title by its text alone."""
        short = text.strip()[:TITLE]
        return cls(short, html or f"<h1>{escape(short, quote=False)}</h1>") if short else None


def own_words(*, forum: bool, opening: bool = False, others: frozenset[int] = frozenset()) -> Skip:
    """What to leave out so that only the post's own words stay; ``others`` are the other posts of the page.

    In a forum quotations are somebody else's words, but the first post has nobody to quote unless it says whom.
    """

    def skip(node: Node) -> bool:
        if unseen(node) or is_person(node) or node.mem_id in others:
            return True
        return forum and is_quote(node) and (not opening or is_attributed(node))

    return skip


def anchor_of(node: Node) -> str | None:
    """The id by which a link can lead to the element: its own, else that of an anchor or numbered element in it."""
    if own := attribute(node, "id"):
        return own
    named = node.css("a[name]:not([href]), a[id]:not([href])")[:1] or node.css("[id]")[:_IDS]
    found = (attribute(inner, "id") or attribute(inner, "name") or "" for inner in named)
    return next((name for name in found if any(char.isdecimal() for char in name)), None)


def place(url: str, anchor: str | None) -> str:
    """The address of a post on a page: with its anchor where it has one."""
    return f"{url}#{quote(anchor, safe='-_.:~')}" if anchor else url


def make(
    link: Callable[[str | None], str | None],
    key: str,
    url: str,
    title: Title | None,
    shown: Rendered,
    published_at: datetime | None,
    images: Sequence[str] = (),
) -> Post | None:
    """A post, or None where it has neither title, text nor picture.

    ``link`` makes addresses absolute; ``images`` replace the pictures within the text.
    """
    pictures = _absolute(link, images or shown.images)
    if not shown.text and not pictures and title is None:
        return None
    fragment = f"{title.html if title else ''}{shown.html}"
    return Post(key, url, title.text if title else None, shown.text, published_at, pictures, fragment)


def outermost(nodes: Sequence[Node]) -> list[Node]:
    """The elements that lie in none of the others."""
    every = {node.mem_id for node in nodes}
    return [node for node in nodes if not any(above.mem_id in every for above in ancestors(node))]


def _absolute(link: Callable[[str | None], str | None], images: Iterable[str]) -> tuple[str, ...]:
    found = (image if image.startswith("data:image/") else link(image) for image in images)
    return tuple(dict.fromkeys(url for url in found if url))[:IMAGES]
