"""What extraction gives: entries of a list, posts of a page, and where more of them are."""

from dataclasses import dataclass
from datetime import datetime

from core.types import Post


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list page or item of a feed.

    ``url`` is None where the entry leads nowhere; ``post`` is set where the entry holds the whole post.
    ``changed`` is text that changes when there is more to see behind the entry (a count of replies, the title).
    """

    key: str
    url: str | None
    title: str | None = None
    sticky: bool = False
    changed: str = ""
    published_at: datetime | None = None
    post: Post | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of one list page or feed, in order, and the next page; an index names no entry but where they are."""

    entries: tuple[Entry, ...]
    next_url: str | None = None
    index: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """The posts on the page of a post or thread, in order, and the thread's next page."""

    posts: tuple[Post, ...]
    next_url: str | None = None
