"""What the town answers to one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from examples.town.html import fill
from examples.town.posts import Moment, Shown

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: ``etag`` and ``last_modified`` where the page can be asked for conditionally."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    etag: str | None = None
    last_modified: datetime | None = None


def page(text: str) -> Answer:
    """A page in UTF-8 that has no validators."""
    return Answer(text.encode())


def kept(text: str, changed_at: datetime, content_type: str = HTML) -> Answer:
    """A page with validators: the ETag follows from every byte of it."""
    body = text.encode()
    return Answer(body, content_type, etag=f'"{sha256(body).hexdigest()[:20]}"', last_modified=changed_at)


def missing() -> Answer:
    """The page for what is not there."""
    return Answer(fill("missing").encode(), status=404)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the sites see it: where, which page of it, when, and what can be seen by then."""

    path: str
    page: int
    moment: Moment
    seen: Sequence[Shown]
    base_url: str

    def of(self, section: str) -> list[Shown]:
        """The posts of a section, the newest first."""
        posts = (one for one in self.seen if one.post.section == section)
        return sorted(posts, key=lambda one: (one.published_at, one.id), reverse=True)
