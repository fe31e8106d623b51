"""What should have been flagged, known by judging the town's texts directly, against what was."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from examples.town.posts import TownPost
from examples.town.score import Finder

Flagged = Callable[[str, str | None], bool]  # whether the judge flags a text, with its title


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a post: from when to when it stood there (seconds of the timetable), and whether it is flagged.

    ``offer`` is None where that depends on the title that a page gives it; ``last`` is the one that stays.
    """

    post: str
    section: str
    text: str
    since: float
    last: bool
    offer: bool | None


@dataclass(frozen=True, slots=True)
class Found:
    """A version and its flag's time."""

    version: Version
    seen_at: datetime

    def delay(self, began: datetime) -> float:
        """Seconds from appearance to flag."""
        return (self.seen_at - began).total_seconds() - self.version.since


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of the offers: found, lost and doubled; and flags that belong to no offer."""

    offers: int
    found: tuple[Found, ...]
    lost: tuple[Version, ...]
    doubled: tuple[str, ...]
    strays: tuple[str, ...]


def versions(posts: Iterable[TownPost], flagged: Flagged) -> tuple[Version, ...]:
    """All texts of all posts, judged with each title that a page may give them."""
    everything = list(posts)
    titles = {post.thread: post.title for post in everything if post.thread and post.floor == 0}
    made = []
    for post in everything:
        texts = [(post.appears_after, post.text), *((edit.after, edit.text) for edit in post.edits)]
        for at, (since, text) in enumerate(texts):
            ways = {None, post.title, titles.get(post.thread) if post.thread else None}
            verdicts = {flagged(text, title) for title in ways}
            offer = verdicts.pop() if len(verdicts) == 1 else None
            made.append(Version(post.id, post.section, text, since, at == len(texts) - 1, offer))
    return tuple(made)


def compared(
    truth: Sequence[Version], posts: Sequence[TownPost], flags: Sequence[Mapping[str, Any]], until: float
) -> Compared:
    """Hold ``flags`` (rows of ``lurewatch export flags``) against what stood there by ``until`` (seconds).

    An offer that was edited away again may have been seen, and need not.
    """
    finder = Finder(posts)
    by_text = {(version.post, _squeezed(version.text)): version for version in truth}
    counted: Counter[tuple[str, str]] = Counter()
    found, strays = [], []
    for flag in flags:
        key = (finder.post_id(str(flag["url"]), str(flag["text"])) or "", _squeezed(str(flag["text"])))
        version = by_text.get(key)
        if version is None or version.offer is False:
            strays.append(str(flag["url"]))
            continue
        counted[key] += 1
        if counted[key] == 1:
            found.append(Found(version, datetime.fromisoformat(str(flag["seen_at"]))))
    offers = [version for version in truth if version.offer and version.last and version.since <= until]
    lost = [version for version in offers if not counted[version.post, _squeezed(version.text)]]
    doubled = [post for (post, _), count in counted.items() if count > 1]
    return Compared(len(offers), tuple(found), tuple(lost), tuple(doubled), tuple(strays))


def window(found: Found, began: datetime) -> tuple[datetime, datetime]:
    """From appearance to flag."""
    return began + timedelta(seconds=found.version.since), found.seen_at


def _squeezed(text: str) -> str:
    return "".join(text.split())
