"""What is new on a source: items are told apart by keyed hashes, so that nothing readable is remembered.

Runs in worker threads, for one visit: calls come one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from core.ports import Item, PatrolStore, Validators
from core.secret import Keyed
from core.types import Page, Post
from crawlers.extract.types import Entry
from crawlers.visit import Clock, Handle

REFRESHED = timedelta(days=1)  # a known post that is still there is marked again after so long, so it never expires
LONGEST_VALIDATOR = 200  # characters; a longer one is not worth keeping


class Novelty(Enum):
    """What a post or entry is to the item set."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry, what it is, and when what it leads to was last looked at."""

    entry: Entry
    novelty: Novelty
    looked_at: datetime | None = None


class ItemSet:
    """The items of one source."""

    def __init__(self, store: PatrolStore, keyed: Keyed, source: str, clock: Clock, handle: Handle) -> None:
        self._store = store
        self._keyed = keyed
        self._source = source
        self._clock = clock
        self._handle = handle

    def standings(self, entries: Sequence[Entry]) -> list[Standing]:
        """What each entry is, in order."""
        items = [self._of_entry(entry) for entry in entries]
        known = self._store.known(self._source, [item.key for item in items])
        return [_standing(entry, item, known.get(item.key)) for entry, item in zip(entries, items, strict=True)]

    def take(self, post: Post, page: Page) -> Novelty:
        """Handle a post if it is new or edited, and then, not before, mark it as seen.

        Raises whatever the handling raises, and StoreError; nothing is marked then.
        """
        item = self._of_post(post)
        known = self._store.known(self._source, [item.key]).get(item.key)
        now = self._clock()
        if known is not None and known[0] == item.digest:
            if now - known[1] > REFRESHED:
                self._store.remember(self._source, [item], now)
            return Novelty.KNOWN
        self._handle(post, page)
        self._store.remember(self._source, [item], self._clock())
        return Novelty.NEW if known is None else Novelty.CHANGED

    def looked_at(self, entry: Entry) -> None:
        """Mark an entry, once all that it leads to was handled."""
        self._store.remember(self._source, [self._of_entry(entry)], self._clock())

    def validators(self, url: str) -> Validators | None:
        """What a conditional request for ``url`` sends back."""
        return self._store.validators(self._source, self._of_url(url))

    def keep_validators(self, url: str, page: Page) -> None:
        """Remember the validators of a page whose posts were all handled."""
        found = Validators(_short(page.header("etag")), _short(page.header("last-modified")))
        if found != Validators():
            self._store.set_validators(self._source, {self._of_url(url): found}, self._clock())

    def _of_post(self, post: Post) -> Item:
        return Item(
            self._keyed.digest("post", self._source, post.key), self._keyed.digest("text", post.title or "", post.text)
        )

    def _of_entry(self, entry: Entry) -> Item:
        return Item(self._keyed.digest("entry", self._source, entry.key), self._keyed.digest("changed", entry.changed))

    def _of_url(self, url: str) -> str:
        return self._keyed.digest("url", self._source, url)


def _standing(entry: Entry, item: Item, known: tuple[str, datetime] | None) -> Standing:
    if known is None:
        return Standing(entry, Novelty.NEW)
    digest, looked_at = known
    return Standing(entry, Novelty.KNOWN if digest == item.digest else Novelty.CHANGED, looked_at)


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= LONGEST_VALIDATOR else None
