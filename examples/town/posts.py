"""What the town's people write: the posts of ``posts.jsonl``, and how each looks at a moment."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text that takes the old one's place ``after`` seconds."""

    after: float
    text: str


@dataclass(frozen=True, slots=True)
class TownPost:
    """One post of the town; ``thread`` is None outside the forum, ``minutes_ago`` counts back from the start."""

    id: str
    section: str
    thread: str | None
    floor: int
    title: str | None
    text: str
    minutes_ago: float
    appears_after: float
    sticky: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the town's time: ``elapsed`` seconds of the posts' timetable, which runs ``speed`` times as fast."""

    started_at: datetime
    elapsed: float
    speed: float = 1.0

    @property
    def now(self) -> datetime:
        """The time on the town's clocks."""
        return self.after(self.elapsed)

    def after(self, seconds: float) -> datetime:
        """The time at which ``seconds`` of the timetable had passed."""
        return self.started_at + timedelta(seconds=seconds / self.speed)


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as a visitor sees it, ``edited_at`` None where it stands as written."""

    post: TownPost
    text: str
    published_at: datetime
    edited_at: datetime | None

    @property
    def id(self) -> str:
        """The id of the post."""
        return self.post.id

    @property
    def title(self) -> str:
        """The title, empty for a reply."""
        return self.post.title or ""

    @property
    def changed_at(self) -> datetime:
        """When it last changed."""
        return self.edited_at or self.published_at


def read_posts(path: Path = FOLDER / "posts.jsonl") -> tuple[TownPost, ...]:
    """All posts in the order of the file; raises OSError, or ValueError, KeyError and TypeError for a wrong line."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(TownPost(**{**row, "edits": tuple(Edit(**edit) for edit in row["edits"])}) for row in rows)


def shown(posts: Iterable[TownPost], moment: Moment) -> list[Shown]:
    """The posts that can be seen at a moment, in the given order, each as it reads by then."""
    return [_as_seen(post, moment) for post in posts if post.appears_after <= moment.elapsed]


def _as_seen(post: TownPost, moment: Moment) -> Shown:
    done = [edit for edit in post.edits if edit.after <= moment.elapsed]
    published_at = moment.after(post.appears_after) - timedelta(minutes=post.minutes_ago)
    if not done:
        return Shown(post, post.text, published_at, None)
    return Shown(post, done[-1].text, published_at, moment.after(done[-1].after))
