"""When a browser is tried, kept and given up again, as tables."""

from datetime import datetime, timedelta

import pytest

from core.types import Post
from crawlers import escalation
from crawlers.escalation import LOOK_AGAIN, MOST_KINDS, Found, Sort, Step, Way
from crawlers.extract.types import Detail, Entry, Listing
from tests.crawlers.conftest import at

NOON = at()
LATER = at(1)


def found(*keys: str) -> Found:
    """Entries by key."""
    return frozenset((key, "") for key in keys)


@pytest.mark.parametrize(
    ("items", "least", "short"),
    [(0, 1, True), (1, 1, False), (2, 3, True), (3, 3, False), (0, 0, True), (1, 0, False)],
)
def test_what_lacks(items: int, least: int, short: bool) -> None:
    """Fewer than the source expects, or none at all, even where none may be right."""
    assert escalation.lacks(found(*map(str, range(items))), least) is short


@pytest.mark.parametrize(
    ("way", "step", "tries"),
    [
        (None, Step.HTTP, True),
        (Way(False, NOON, 0), Step.HTTP, True),
        (Way(False, NOON, 4), Step.HTTP, False),
        (Way(True, NOON, 9), Step.DRAW, False),
        (Way(True, NOON, 1), Step.DRAW, False),
        (Way(True, NOON, 0), Step.LOOK, True),
    ],
)
def test_the_next_step(way: Way | None, step: Step, tries: bool) -> None:
    """HTTP first; what was learnt is kept to, until the counter says to look."""
    assert (escalation.step(way), escalation.tries(way)) == (step, tries)


@pytest.mark.parametrize(
    ("plain", "drawn", "more", "enough"),
    [
        (found(), found("a"), True, False),
        (found("a"), found("a", "b", "c"), True, False),
        (found(), found(), False, False),
        (found("a", "b"), found("a", "b"), False, True),
        (found("a", "b", "c"), found("a", "b"), False, True),
        (found("a", "x"), found("a", "b"), False, False),
        (found("a"), found("a"), False, False),
    ],
)
def test_comparing(plain: Found, drawn: Found, more: bool, enough: bool) -> None:
    """The browser is worth it if it shows more; HTTP is enough if nothing is missing from it, with two expected."""
    assert (escalation.gives_more(drawn, plain), escalation.is_enough(plain, drawn, 2)) == (more, enough)


def test_one_page_in_ten_is_looked_at_again() -> None:
    """By a counter: nine are drawn, the tenth is compared; one that speaks for the browser begins nine more."""
    way = escalation.changed(None, NOON, drawn=True)
    steps = []
    for _ in range(2 * LOOK_AGAIN):
        steps.append(escalation.step(way))
        looked = steps[-1] is Step.LOOK
        way = escalation.changed(way, LATER, drawn=True) if looked else escalation.passed(way, LATER)
    assert steps == ([Step.DRAW] * (LOOK_AGAIN - 1) + [Step.LOOK]) * 2
    assert way.since == NOON, "it has been so all the time"
    assert escalation.changed(way, LATER, drawn=False) == Way(False, LATER, 0)


def test_a_browser_that_is_of_no_use_rests() -> None:
    """After one try without gain nine pages that lack something are left at that."""
    way = escalation.fruitless(None, NOON)
    tried = []
    for _ in range(LOOK_AGAIN):
        tried.append(escalation.tries(way))
        way = escalation.passed(way, LATER)
    assert tried == [False] * (LOOK_AGAIN - 1) + [True]
    assert way.since == NOON


TEMPLATES = [
    ("http://a.test/t/12", "http://a.test/t/7", True),
    ("http://a.test/thread-12-1-1.html", "http://a.test/thread-99-3-1.html", True),
    ("http://a.test/forum-12-1.html", "http://a.test/thread-12-1-1.html", False),
    ("http://a.test/p/3f9a0c71d2", "http://a.test/p/77ab1c0e5f", True),
    ("http://a.test/p/出售-答案", "http://a.test/p/招工", True),
    ("http://a.test/p/how-to-mend-it", "http://a.test/p/a-long-tale", True),
    ("http://a.test/f.php?mod=viewthread&tid=5", "http://a.test/f.php?tid=9&mod=viewthread", True),
    ("http://a.test/f.php?mod=viewthread&tid=5", "http://a.test/f.php?mod=list&tid=5", False),
    ("http://a.test/#/p/5", "http://a.test/#/p/6", True),
    ("http://a.test/#/p/5", "http://a.test/#/list/5", False),
    ("http://a.test/t/1", "http://b.test/t/1", False),
    ("http://a.test/t/1", "http://a.test/t/1/", False),
]


@pytest.mark.parametrize(("one", "other", "same"), TEMPLATES)
def test_templates(one: str, other: str, same: bool) -> None:
    """Numbers, ids and slugs are folded, words that tell kinds of pages apart are not."""
    assert (escalation.template(one) == escalation.template(other)) is same


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("招聘店员两名", 1),
        ("", 0),
        ("  加载中……", 0),
        ("Loading...", 0),
        ("请稍候", 0),
        ("请启用 JavaScript 后再访问", 0),
        ("Please enable JavaScript to view this page.", 0),
        ("加载一车苹果要多少钱？", 1),
    ],
)
def test_a_text_that_only_asks_to_wait_is_none(text: str, items: int) -> None:
    """What stands where the text will be is no text."""
    assert len(escalation.of_detail(Detail((Post("k", "u", "题", text),)))) == items


def test_entries_are_compared_by_key_and_text() -> None:
    """Titles and counts of replies may differ; blanks in texts do too."""
    whole = Entry("b", None, post=Post("b", "u", None, "两 间\n房"))
    assert escalation.of_listing(Listing((Entry("a", "u", title="x"), whole))) == {("a", ""), ("b", "两间房")}


def test_what_was_learnt_is_kept_as_text() -> None:
    """As short JSON and back; of too many kinds those that need no browser go first; the sum is for people."""
    ways = {escalation.key_of(Sort.POST, f"{n:x}" * 32): Way(n < 3, NOON + timedelta(hours=n), n) for n in range(3)}
    assert escalation.from_text(escalation.as_text(ways)) == ways
    assert escalation.from_text(None) == {}
    many = {f"post:{n}": Way(n == 0, datetime.fromtimestamp(n, NOON.tzinfo), 0) for n in range(3 * MOST_KINDS)}
    kept = escalation.from_text(escalation.as_text(many))
    assert len(kept) == MOST_KINDS
    assert kept["post:0"].drawn
    (course,) = escalation.courses(ways)
    assert (course.sort, course.drawn, course.since, course.kinds) == (Sort.POST, True, NOON, 3)
