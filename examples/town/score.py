"""Holds the flags of a patrol against the town's labels: precision and recall, by harm."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from examples.town.addresses import ids_by_url
from examples.town.posts import FOLDER, TownPost

NO_HARM = "none"
_START = 40  # characters of a text that a wrong row shows


class Found(NamedTuple):
    """A flag as the score sees it; ``text`` tells floors apart where the url has no anchor."""

    url: str
    category: str
    text: str = ""


class Mistake(StrEnum):
    """The ways to be wrong about a post."""

    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    WRONG_HARM = "wrong harm"


@dataclass(frozen=True, slots=True)
class Label:
    """What a post is: a harm's id or ``none``; of an ``edited`` post the last text is meant, the first is harmless."""

    id: str
    expect: str
    kind: str
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Posts rightly flagged, falsely flagged, and missed."""

    right: int = 0
    false_alarms: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Of the flagged posts the share that is right; None where nothing is flagged."""
        flagged = self.right + self.false_alarms
        return self.right / flagged if flagged else None

    @property
    def recall(self) -> float | None:
        """Of the posts to be flagged the share that is; None where there is none."""
        wanted = self.right + self.missed
        return self.right / wanted if wanted else None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A post the patrol was wrong about; ``post_id`` is empty for a flag at an address without a post."""

    mistake: Mistake
    post_id: str
    url: str
    kind: str
    expected: str
    flagged_as: str
    start: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a harm, or ``all`` (flagged or not, whatever the harm)."""

    harm: str
    right: int
    false_alarms: int
    missed: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The outcome: ``overall`` counts offers found under any harm, ``by_harm`` those under their own."""

    overall: Counts
    by_harm: Mapping[str, Counts]
    wrong: tuple[Wrong, ...]

    def rows(self) -> list[Row]:
        """The table, ``all`` first, then the harms in order of their ids."""
        pairs = [("all", self.overall), *sorted(self.by_harm.items())]
        return [Row(name, one.right, one.false_alarms, one.missed, one.precision, one.recall) for name, one in pairs]


def read_labels(path: Path = FOLDER / "labels.jsonl") -> tuple[Label, ...]:
    """All labels; raises OSError, or ValueError and TypeError for a wrong line."""
    with path.open(encoding="utf-8") as lines:
        return tuple(Label(**json.loads(line)) for line in lines if line.strip())


def score(
    flags: Iterable[Found], posts: Sequence[TownPost], labels: Iterable[Label], visible_at: float = inf
) -> Figures:
    """How right the flags are about what could be seen by ``visible_at`` (``Town.elapsed``: seconds of the timetable).

    A post counts once however often it was flagged, for instance before and after an edit; it is rightly flagged if
    any of these flags names its harm. A flag whose address and text fit no post is a false alarm.
    """
    said, strays = _by_post(flags, posts)
    by_id = {post.id: post for post in posts}
    verdicts = [
        (by_id[label.id], label, _expected(label, by_id[label.id], visible_at), said.get(label.id, []))
        for label in labels
        if label.id in by_id
    ]
    wrong = [found for verdict in verdicts if (found := _mistake(*verdict))]
    wrong += [_stray(flag) for flag in strays]
    rightly = [expected for _, _, expected, harms in verdicts if expected != NO_HARM and expected in harms]
    return Figures(_overall(rightly, wrong), _by_harm(rightly, wrong), tuple(wrong))


def _by_post(flags: Iterable[Found], posts: Sequence[TownPost]) -> tuple[dict[str, list[str]], list[Found]]:
    """The harms that were said of each post, and the flags that belong to none."""
    said: dict[str, list[str]] = {}
    strays = []
    finder = Finder(posts)
    for flag in flags:
        post_id = finder.post_id(flag.url, flag.text)
        if post_id is None:
            strays.append(flag)
        else:
            said.setdefault(post_id, []).append(flag.category)
    return said, strays


class Finder:
    """Finds the post behind an address."""

    def __init__(self, posts: Iterable[TownPost]) -> None:
        known = tuple(posts)
        self._ids = ids_by_url(known)
        self._texts: dict[tuple[str, str], str] = {}
        for address, post in zip(self._ids, known, strict=True):
            for text in (post.text, *(edit.text for edit in post.edits)):
                self._texts[urlsplit(address).path, _squeezed(text)] = post.id

    def post_id(self, url: str, text: str = "") -> str | None:
        """The id of the post at ``url``, by its anchor, else by its page and text; None where neither fits."""
        parts = urlsplit(url)
        anchored = self._ids.get(f"{parts.path}#{parts.fragment}") if parts.fragment else None
        return anchored or self._ids.get(parts.path) or self._texts.get((parts.path, _squeezed(text)))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _expected(label: Label, post: TownPost, visible_at: float) -> str:
    since = post.edits[-1].after if label.edited and post.edits else post.appears_after
    return label.expect if since <= visible_at else NO_HARM


def _mistake(post: TownPost, label: Label, expected: str, harms: Sequence[str]) -> Wrong | None:
    if (not harms and expected == NO_HARM) or expected in harms:
        return None
    mistake = Mistake.WRONG_HARM if harms else Mistake.MISSED
    if expected == NO_HARM:
        mistake = Mistake.FALSE_ALARM
    text = post.edits[-1].text if label.edited and post.edits else post.text
    start = " ".join(text.split())[:_START]
    url = next(iter(ids_by_url([post])))
    return Wrong(mistake, post.id, url, label.kind, expected, harms[0] if harms else NO_HARM, start)


def _stray(flag: Found) -> Wrong:
    start = " ".join(flag.text.split())[:_START]
    return Wrong(Mistake.FALSE_ALARM, "", flag.url, "", NO_HARM, flag.category, start)


def _overall(rightly: Sequence[str], wrong: Sequence[Wrong]) -> Counts:
    found = len(rightly) + sum(one.mistake is Mistake.WRONG_HARM for one in wrong)
    return Counts(
        found,
        sum(one.mistake is Mistake.FALSE_ALARM for one in wrong),
        sum(one.mistake is Mistake.MISSED for one in wrong),
    )


def _by_harm(rightly: Sequence[str], wrong: Sequence[Wrong]) -> dict[str, Counts]:
    harms = {*rightly, *(one.expected for one in wrong), *(one.flagged_as for one in wrong)} - {NO_HARM}
    return {
        harm: Counts(
            rightly.count(harm),
            sum(one.flagged_as == harm for one in wrong),
            sum(one.expected == harm for one in wrong),
        )
        for harm in sorted(harms)
    }
