"""How items are kept apart, refreshed and marked."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import StoreError
from core.secret import Keyed
from core.types import Page, Post
from crawlers.extract.types import Entry
from crawlers.novelty import BATCH, BATCH_LASTS, LONGEST_VALIDATOR, ItemSet, Novelty
from tests.crawlers.conftest import MemoryStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "http://a.test/"


class Desk:
    """An item set whose clock the test sets, and what was handed on."""

    def __init__(self) -> None:
        self.now = NOW
        self.store = MemoryStore()
        self.handled: list[Post] = []
        self.items = ItemSet(self.store, Keyed(b"k" * 32), "town", lambda: self.now, self.handle)

    def handle(self, post: Post, _page: Page) -> None:
        """Note a post, or fail if it says so."""
        if post.text == "fail":
            raise StoreError("磁盘已满", "the disk is full")
        self.handled.append(post)

    def take(self, text: str, *, key: str = "1", title: str | None = None) -> Novelty:
        """Take a post."""
        return self.items.take(Post(key, URL, title, text), page())


def page(**headers: str) -> Page:
    """A page with headers."""
    return Page(URL, 200, tuple((name.replace("_", "-"), value) for name, value in headers.items()), b"", NOW)


def test_new_known_and_changed() -> None:
    """A post is told by its key, and an edit by its title and text."""
    desk = Desk()
    assert desk.take("a") is Novelty.NEW
    assert desk.take("a") is Novelty.KNOWN
    assert desk.take("b") is Novelty.CHANGED
    assert desk.take("b", title="t") is Novelty.CHANGED
    assert desk.take("b", title="t", key="2") is Novelty.NEW
    assert len(desk.handled) == 4


def test_title_and_text_are_kept_apart() -> None:
    """What moves from the title to the text is an edit."""
    desk = Desk()
    desk.take("bc", title="a")
    assert desk.take("c", title="ab") is Novelty.CHANGED


def test_nothing_is_marked_before_it_was_handled() -> None:
    """A post whose handling failed is new the next time; an edit that failed is an edit again."""
    desk = Desk()
    for _ in range(2):
        with pytest.raises(StoreError):
            desk.take("fail")
    desk.take("a")
    with pytest.raises(StoreError):
        desk.take("fail")
    assert desk.take("b") is Novelty.CHANGED


def test_what_is_still_there_does_not_expire() -> None:
    """A known post that is met again a day later is marked with the new time, and not each time."""
    desk = Desk()
    desk.take("a")
    desk.now += timedelta(hours=23)
    desk.take("a")
    desk.items.flush()
    assert [at for _, at in desk.store.items.values()] == [NOW]
    desk.now += timedelta(hours=2)
    desk.take("a")
    desk.items.flush()
    assert [at for _, at in desk.store.items.values()] == [NOW + timedelta(hours=25)]


def test_marks_are_written_in_batches() -> None:
    """After so many, or a second after the last time; what waits to be written is known all the same."""
    desk = Desk()
    for n in range(BATCH):
        assert desk.take("a", key=str(n)) is Novelty.NEW
    assert len(desk.store.items) == 0
    assert desk.take("a", key="0") is Novelty.KNOWN
    assert len(desk.store.items) == BATCH
    desk.take("a", key="late")
    desk.now += BATCH_LASTS
    desk.take("a", key="later")
    assert len(desk.store.items) == BATCH + 1
    desk.items.flush()
    assert len(desk.store.items) == BATCH + 2


def test_marks_that_cannot_be_written_wait() -> None:
    """A store that fails says so, and gets them the next time."""
    desk = Desk()
    desk.take("a")
    remember, desk.store.remember = desk.store.remember, fail  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        desk.items.flush()
    desk.store.remember = remember  # type: ignore[method-assign]
    desk.items.flush()
    assert len(desk.store.items) == 1


def fail(*_: object) -> None:
    """A full disk."""
    raise StoreError("磁盘已满", "the disk is full")


def test_standing_of_entries() -> None:
    """An entry is known once it was looked at, and changed when its mark of change is another; no post counts as it."""
    desk = Desk()
    desk.take("a", key="1")
    first = desk.items.standings([Entry("1", URL, changed="3"), Entry("2", URL)])
    assert [one.novelty for one in first] == [Novelty.NEW, Novelty.NEW]
    desk.items.looked_at(Entry("1", URL, changed="3"))
    again = desk.items.standings([Entry("1", URL, changed="3"), Entry("1", URL, changed="4")])
    assert [(one.novelty, one.looked_at) for one in again] == [(Novelty.KNOWN, NOW), (Novelty.CHANGED, NOW)]


def test_validators() -> None:
    """Validators are kept by hash; none where a page has none, or one that is absurdly long."""
    desk = Desk()
    desk.items.keep_validators(URL, page())
    desk.items.keep_validators(URL, page(etag="x" * (LONGEST_VALIDATOR + 1)))
    assert desk.items.validators(URL) is None
    desk.items.keep_validators(URL, page(etag='W/"1"', last_modified="yesterday"))
    found = desk.items.validators(URL)
    assert found is not None
    assert (found.etag, found.last_modified) == ('W/"1"', "yesterday")
    desk.items.flush()
    assert desk.items.validators(URL) == found
    assert URL not in str(desk.store.kept.keys())
