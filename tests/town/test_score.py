"""The score: which post an address means, what counts as right, missed and false."""

from math import inf

import pytest

from core.taxonomy import HARMS
from examples.town.addresses import ids_by_url
from examples.town.posts import Edit, TownPost
from examples.town.score import Counts, Finder, Found, Label, Mistake, read_labels, score


def post(id_: str, text: str, appears_after: float = 0, edits: tuple[Edit, ...] = ()) -> TownPost:
    """A post of the forum, or of the classifieds."""
    thread = id_.rpartition("-")[0] if id_.startswith("life") else None
    floor = int(id_.rpartition("-")[2]) if thread else 0
    section = "forum/life" if thread else "classifieds"
    return TownPost(id_, section, thread, floor, None, text, 1, appears_after, False, edits)


POSTS = (
    post("life-001-0", "问一句"),
    post("life-001-1", "办证 加 V"),
    post("life-001-12", "反诈提醒"),
    post("cls-001", "放贷 加 V"),
    post("cls-002", "搬家"),
    post("cls-003", "收卡 加 V", appears_after=100),
    post("cls-004", "通下水", edits=(Edit(50, "卖答案 加 V"),)),
)
LABELS = (
    Label("life-001-0", "none", "question"),
    Label("life-001-1", "forged_documents", "offer"),
    Label("life-001-12", "none", "warning"),
    Label("cls-001", "illegal_lending", "offer"),
    Label("cls-002", "none", "lawful_ad"),
    Label("cls-003", "account_trading", "offer"),
    Label("cls-004", "exam_cheating", "offer", edited=True),
)
HOST = "http://127.0.0.1:8900"
FORGED = Found(f"{HOST}/forum/life/t1001.html#pid100101", "forged_documents")
LOAN = Found(f"{HOST}/classifieds/item-1.html", "illegal_lending")


@pytest.mark.parametrize(
    ("url", "text", "post_id"),
    [
        (f"{HOST}/forum/life/t1001.html#pid100101", "", "life-001-1"),
        (f"{HOST}/forum/life/t1001.html?page=2#pid100112", "", "life-001-12"),
        (f"{HOST}/forum/life/t1001.html?page=2", "反诈 提醒", "life-001-12"),
        (f"{HOST}/forum/life/t1001.html", "", None),
        (f"{HOST}/forum/life/t1001.html#pid7", "", None),
        (f"{HOST}/classifieds/item-4.html", "", "cls-004"),
        (f"{HOST}/classifieds/item-4.html#top", "", "cls-004"),
        ("https://elsewhere.example/classifieds/", "", None),
    ],
)
def test_addresses_are_mapped_back(url: str, text: str, post_id: str | None) -> None:
    """By anchor, else by page, else by page and text; a page of several floors alone means none of them."""
    assert Finder(POSTS).post_id(url, text) == post_id


def test_all_right() -> None:
    """Every offer found under its harm: precision and recall are 1, and nothing is wrong."""
    flags = [
        FORGED,
        LOAN,
        Found(f"{HOST}/classifieds/item-3.html", "account_trading"),
        Found(f"{HOST}/classifieds/item-4.html", "exam_cheating"),
    ]
    figures = score(flags, POSTS, LABELS)
    assert (figures.overall.precision, figures.overall.recall, figures.wrong) == (1.0, 1.0, ())
    assert figures.overall == Counts(right=4)
    assert [row.harm for row in figures.rows()] == [
        "all", "account_trading", "exam_cheating", "forged_documents", "illegal_lending"
    ]  # fmt: skip


def test_the_ways_to_be_wrong() -> None:
    """A miss, a false alarm, a wrong harm and an address without a post are told apart, with the start of the text."""
    flags = [
        Found(FORGED.url, "gambling"),
        Found(f"{HOST}/classifieds/item-2.html", "fraud_ad"),
        Found(f"{HOST}/private/lounge.html", "forged_documents", "内部"),
    ]
    figures = score(flags, POSTS, LABELS, visible_at=0)
    assert {(one.mistake, one.post_id, one.expected, one.flagged_as, one.start) for one in figures.wrong} == {
        (Mistake.WRONG_HARM, "life-001-1", "forged_documents", "gambling", "办证 加 V"),
        (Mistake.FALSE_ALARM, "cls-002", "none", "fraud_ad", "搬家"),
        (Mistake.MISSED, "cls-001", "illegal_lending", "none", "放贷 加 V"),
        (Mistake.FALSE_ALARM, "", "none", "forged_documents", "内部"),
    }
    assert figures.overall == Counts(right=1, false_alarms=2, missed=1)
    assert figures.by_harm["forged_documents"] == Counts(right=0, false_alarms=1, missed=1)
    assert figures.by_harm["gambling"] == Counts(right=0, false_alarms=1, missed=0)


@pytest.mark.parametrize(("visible_at", "missed"), [(0, 2), (49, 2), (50, 3), (99, 3), (100, 4), (inf, 4)])
def test_what_could_not_be_seen_yet_is_not_missed(visible_at: float, missed: int) -> None:
    """A later post counts from its time, an edited one from its edit."""
    assert score([], POSTS, LABELS, visible_at).overall == Counts(missed=missed)


def test_a_post_counts_once() -> None:
    """Two flags on one post, under two harms, are one find if either is right."""
    figures = score([FORGED, Found(FORGED.url, "fraud_ad"), FORGED, LOAN], POSTS, LABELS, visible_at=0)
    assert figures.overall == Counts(right=2)


def test_without_flags_or_offers_a_share_is_not_a_number() -> None:
    """Nothing flagged has no precision, nothing to flag no recall."""
    assert (Counts().precision, Counts().recall) == (None, None)


def test_the_labels_fit_the_posts(posts: tuple[TownPost, ...]) -> None:
    """Each post has one label, each label names a harm of the list or none, edited ones are edited."""
    labels = read_labels()
    assert sorted(label.id for label in labels) == sorted(one.id for one in posts)
    assert {label.expect for label in labels} == {"none", *(harm.id for harm in HARMS)}
    assert {label.id for label in labels if label.edited} == {one.id for one in posts if one.edits}
    assert len(ids_by_url(posts)) == len(posts)
