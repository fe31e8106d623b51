"""What is new on a source: items are told apart by keyed hashes, so that nothing readable is remembered.

For one visit, whose calls come one after the other. What is marked is written in batches: whoever dies before
that handles some posts again, and loses none. Only ``take``, ``standings``, ``validators`` and ``flush`` ask the
store, so these run in worker threads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from core.ports import Item, PatrolStore, Validators
from core.secret import Keyed
from core.types import Page, Post
from crawlers.escalation import Sort, key_of, template
from crawlers.extract.types import Entry
from crawlers.visit import Clock, Handle

REFRESHED = timedelta(days=1)  # a known post that is still there is marked again after so long, so it never expires
BATCH = 100  # marks that are written in one go
BATCH_LASTS = timedelta(seconds=1)  # no mark waits longer than that for others, where posts follow each other
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
        self._look: Callable[[Post], Post] = _as_it_is
        self._marks: dict[str, Item] = {}
        self._validators: dict[str, Validators] = {}
        self._flushed = self._marked = clock()

    def look_by(self, look: Callable[[Post], Post]) -> None:
        """Have ``look`` complete each post before it is handled; it may raise LurewatchError, as handling may."""
        self._look = look

    def standings(self, entries: Sequence[Entry]) -> list[Standing]:
        """What each entry is, in order."""
        self._flush_if_due()
        items = [self._of_entry(entry) for entry in entries]
        known = self._known([item.key for item in items])
        return [_standing(entry, item, known.get(item.key)) for entry, item in zip(entries, items, strict=True)]

    def take(self, post: Post, page: Page) -> Novelty:
        """Handle a post if it is new or edited, and then, not before, mark it as seen (written by ``flush``).

        Raises whatever the handling raises, and StoreError; nothing is marked then.
        """
        self._flush_if_due()
        item = self._of_post(post)
        known = self._known([item.key]).get(item.key)
        if known is not None and known[0] == item.digest:
            if self._clock() - known[1] > REFRESHED:
                self._mark(item)
            return Novelty.KNOWN
        self._handle(self._look(post), page)
        self._mark(item)
        return Novelty.NEW if known is None else Novelty.CHANGED

    def flush(self) -> None:
        """Write what was marked; raises StoreError, and then it is still to be written."""
        if self._marks:
            self._store.remember(self._source, list(self._marks.values()), self._marked)
            self._marks.clear()
        if self._validators:
            self._store.set_validators(self._source, self._validators, self._marked)
            self._validators = {}
        self._flushed = self._clock()

    def looked_at(self, entry: Entry) -> None:
        """Mark an entry, once all that it leads to was handled."""
        self._mark(self._of_entry(entry))

    def validators(self, url: str) -> Validators | None:
        """What a conditional request for ``url`` sends back."""
        key = self._of_url(url)
        return self._validators.get(key) or self._store.validators(self._source, key)

    def keep_validators(self, url: str, page: Page) -> None:
        """Remember the validators of a page whose posts were all handled."""
        found = Validators(_short(page.header("etag")), _short(page.header("last-modified")))
        if found != Validators():
            self._validators[self._of_url(url)] = found
            self._marked = self._clock()

    def kind_of(self, sort: Sort, url: str) -> str:
        """The name under which is remembered how pages like ``url`` are fetched."""
        return key_of(sort, self._keyed.digest("kind", self._source, template(url)))

    def _known(self, keys: Sequence[str]) -> dict[str, tuple[str, datetime]]:
        known = dict(self._store.known(self._source, keys))
        waiting = [self._marks[key] for key in keys if key in self._marks]
        known.update({item.key: (item.digest, self._marked) for item in waiting})
        return known

    def _mark(self, item: Item) -> None:
        self._marks[item.key] = item
        self._marked = self._clock()

    def _flush_if_due(self) -> None:
        if len(self._marks) >= BATCH or self._clock() - self._flushed >= BATCH_LASTS:
            self.flush()

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


def _as_it_is(post: Post) -> Post:
    return post


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= LONGEST_VALIDATOR else None
