"""The roles that parts play for each other; the composition root picks who plays them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from core.text import Document
from core.types import AuditEntry, Evidence, Flag, Page, Post, Review, Signal, State


class Segmenter(Protocol):
    """Cuts a normalised text into words; joined, they give the text again."""

    def __call__(self, text: str) -> list[str]:
        """The words of ``text`` in order."""
        ...


class Detector(Protocol):
    """Looks at a document and says what it finds; pure, and compiled once."""

    def detect(self, document: Document) -> Sequence[Signal]:
        """The signals found, none where there is nothing."""
        ...


class EvidenceWriter(Protocol):
    """Keeps the proof of a flag."""

    def keep(self, flag: Flag, post: Post, page: Page) -> Evidence:
        """Write the offer's own part of ``page``, whole or not at all; raises StoreError."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """A flag as the store holds it: with its state and its reviews, oldest first."""

    flag: Flag
    state: State
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; every field that is set narrows. ``words`` is what a person types: words, "exact phrases"."""

    words: str = ""
    category: str | None = None
    source: str | None = None
    state: State | None = None
    contact: str | None = None
    min_score: float = 0.0
    since: datetime | None = None
    until: datetime | None = None


class FlagStore(Protocol):
    """Flags and their reviews. Machine writes touch machine fields only; reviews are only appended."""

    def put(self, flag: Flag) -> bool:
        """Store a flag, True if it was new; never touches what a person decided. Raises StoreError."""
        ...

    def put_many(self, flags: Sequence[Flag]) -> int:
        """Store flags as ``put`` does, quicker where they are many; how many were new. Raises StoreError."""
        ...

    def get(self, flag_id: str) -> Stored | None:
        """The flag whose id is, or uniquely begins with, ``flag_id`` (6 characters at least), or None."""
        ...

    def search(self, query: Query, limit: int | None = None) -> Iterator[Stored]:
        """Matching flags, newest ``seen_at`` first (ties by id), streamed."""
        ...

    def count(self, query: Query) -> int:
        """How many flags match."""
        ...

    def tallies(self) -> Mapping[str, Mapping[State, int]]:
        """How many flags each source has, by state; quick."""
        ...

    def delays(self, source: str, since: datetime, limit: int) -> list[timedelta]:
        """From publication to flag: of the newest flags of a source that were published at or after ``since``."""
        ...

    def forget(self, flag_ids: Sequence[str]) -> int:
        """Delete flags with all that hangs on them, reviews included; returns how many. Raises StoreError, then none.

        For retention alone: nothing else ever deletes.
        """
        ...

    def add_review(self, review: Review) -> State:
        """Append a review and give the flag's new state.

        Raises InputError where the flag is unknown or its state does not allow the verdict (an appeal
        without a dismissal, a dismissed flag decided again by who dismissed it, an undo with nothing to undo).
        """
        ...

    def reviews(self) -> Iterator[Review]:
        """All reviews, oldest first, undone ones included."""
        ...

    def close(self) -> None:
        """Release what the store holds."""
        ...


class AuditLog(Protocol):
    """Who did what with flags and when: only appended, and read by who oversees it."""

    def add(self, entry: AuditEntry) -> None:
        """Append an entry; the same one twice counts once. Raises StoreError."""
        ...

    def entries(self, since: datetime | None = None) -> Iterator[AuditEntry]:
        """All entries from ``since`` on, oldest first, streamed."""
        ...

    def close(self) -> None:
        """Release what the log holds."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the item set sees it: keyed hashes only. ``digest`` changes when its text does."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back: the ETag and Last-Modified of the last whole response."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the patrol knows of a source: when it is due, how it did, how fast it brings new posts.

    ``last_visit`` is when the last visit began, ``last_success`` when the last one that went well did: where
    they differ the last visit did not end, or not well. ``rate`` is new posts an hour, decayed; None before the
    second visit. ``failures`` counts visits that
    failed in a row; ``broken_since`` is set while the source is reported as broken. ``since`` is when the first
    visit that went well began; ``learnt`` and ``reason`` are the planner's own words (JSON): what visits taught,
    and how ``due_at`` came about. ``fetching`` is the crawlers' (JSON): which kinds of its pages need a browser.
    Stores keep these as they are.
    """

    source: str
    due_at: datetime
    last_visit: datetime | None = None
    last_success: datetime | None = None
    rate: float | None = None
    failures: int = 0
    broken_since: datetime | None = None
    problem: str | None = None
    since: datetime | None = None
    learnt: str | None = None
    reason: str | None = None
    fetching: str | None = None


class PatrolStore(Protocol):
    """What a patrol remembers between visits: hashes, times and states, never a word of a page."""

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """Of the given item keys the known ones, each with its digest and the time it was last looked at."""
        ...

    def remember(self, source: str, items: Iterable[Item], at: datetime) -> None:
        """Mark items as seen and looked at; raises StoreError, and then none is marked."""
        ...

    def validators(self, source: str, key: str) -> Validators | None:
        """The validators of a url (by keyed hash), or None."""
        ...

    def set_validators(self, source: str, validators: Mapping[str, Validators], at: datetime) -> None:
        """Remember validators by keyed hash of their url."""
        ...

    def state(self, source: str) -> SourceState | None:
        """The state of a source, or None if it was never visited."""
        ...

    def set_state(self, state: SourceState) -> None:
        """Replace the state of a source."""
        ...

    def states(self) -> Iterator[SourceState]:
        """The states of all sources, those included that are no longer patrolled."""
        ...

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Of the given sources those due at ``now``, the longest due first; never visited ones are due.

        Quick for 100,000 sources where it is given the same tuple every time.
        """
        ...

    def expire(self, before: datetime) -> int:
        """Forget items and validators not looked at since ``before``; returns how many."""
        ...

    def close(self) -> None:
        """Release what the store holds."""
        ...


class RuleVersion(NamedTuple):
    """A rule by its slug, in one version."""

    slug: str
    version: int


class Hits(NamedTuple):
    """In how many posts a rule held in the background, and how many of these were flagged anyway."""

    posts: int
    flagged: int


class RuleCounts(Protocol):
    """How often rules held in the background: numbers by rule, version and day, never a word or a url."""

    def count(self, rules: Iterable[RuleVersion], day: date, flagged: bool) -> None:
        """Add one post to each of the rules; raises StoreError, and then none is counted."""
        ...

    def hits(self, since: date) -> Mapping[RuleVersion, Hits]:
        """The counts of each rule from the day ``since`` on."""
        ...

    def expire(self, before: date) -> int:
        """Forget the counts of days before ``before``; returns how many."""
        ...

    def close(self) -> None:
        """Release what the store holds."""
        ...
