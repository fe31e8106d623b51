"""From one post and its page to a flag or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import rjieba

from core.errors import StoreError
from core.pictures import Picture
from core.ports import Query, RuleVersion
from core.text import Document
from core.types import Contact, Decision, Evidence, Field, Flag, Page, Post, Role, RuleRef, Signal
from crawlers.evidence.writer import WarcEvidence
from indexer.sqlite import SqliteFlags
from pipeline import Judge, Pipeline

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OFFER = Post("1", "http://town.test/t1#pid1", None, "办证加微信 zheng_8812")
PLAIN = Post("2", "http://town.test/t1#pid2", None, "今天菜市场的萝卜很新鲜")
PAGE = Page("http://town.test/t1", 200, (), b"<html></html>", NOW)


def decide(document: Document, signals: Sequence[Signal], contacts: Sequence[Contact]) -> Decision:
    """Flags whatever advertises a contact."""
    flagged = bool(contacts)
    return Decision(
        flagged, "forged_documents" if flagged else None, 0.9 * flagged, (), tuple(signals), tuple(contacts)
    )


@dataclass
class Proof:
    """Keeps the ids that it was asked to keep, or fails like a full disk."""

    full: bool = False
    kept: list[str] = field(default_factory=list)

    def keep(self, flag: Flag, post: Post, page: Page) -> Evidence:
        """Pretend to write."""
        if self.full:
            raise StoreError("磁盘已满", "the disk is full")
        self.kept.append(flag.id)
        return Evidence(f"evidence/{flag.id}", "0" * 64, "1" * 64, len(page.body))


@pytest.fixture
def store(tmp_path: Path) -> SqliteFlags:
    """An empty store."""
    return SqliteFlags(tmp_path / "l.db", rjieba.cut)


def test_an_offer_becomes_a_stored_flag_with_evidence(store: SqliteFlags) -> None:
    """A post that is flagged is stored once, with its proof, the source and the time it was seen."""
    proof = Proof()
    pipeline = Pipeline(Judge((), decide), proof, store, lambda: NOW, lambda problem: None)
    flag = pipeline.process("town", OFFER, PAGE)
    assert flag is not None
    assert proof.kept == [flag.id]
    stored = store.get(flag.id)
    assert stored is not None
    assert stored.flag == flag
    assert (flag.source, flag.seen_at, flag.url) == ("town", NOW, OFFER.url)
    assert pipeline.process("town", OFFER, PAGE) == flag
    assert store.count(Query()) == 1


def test_another_picture_is_another_offer(store: SqliteFlags) -> None:
    """What pictures show is judged and stored with the flag, and makes its id, as the text does."""
    pipeline = Pipeline(Judge((), decide), Proof(), store, lambda: NOW, lambda problem: None)
    shown = ("加微信 zheng_8812", "加微信 zheng_8813")
    posts = [Post("1", "http://town.test/1", None, "看图", pictures=(Picture("p", text),)) for text in shown]
    flags = [pipeline.process("town", post, PAGE) for post in posts]
    assert [flag.shown for flag in flags if flag] == list(shown)
    assert {contact.span.field for flag in flags if flag for contact in flag.decision.contacts} == {Field.PICTURES}
    assert store.count(Query()) == 2


def test_what_is_not_flagged_leaves_nothing(store: SqliteFlags) -> None:
    """Neither the store nor the evidence hears of a post that is not flagged."""
    proof = Proof()
    pipeline = Pipeline(Judge((), decide), proof, store, lambda: NOW, lambda problem: None)
    assert pipeline.process("town", PLAIN, PAGE) is None
    assert proof.kept == []
    assert store.count(Query()) == 0


def test_evidence_costs_nothing_where_nothing_is_flagged(store: SqliteFlags, tmp_path: Path) -> None:
    """The writer is not called: no clock is read, nothing is attached, and there is not even a folder."""

    def never(*_: object) -> Any:
        raise AssertionError

    evidence = WarcEvidence(tmp_path / "evidence", never, "Lurewatch", [never])
    pipeline = Pipeline(Judge((), decide), evidence, store, lambda: NOW, lambda problem: None)
    assert [pipeline.process("town", PLAIN, PAGE) for _ in range(1000)] == [None] * 1000
    assert not (tmp_path / "evidence").exists()


def test_a_flag_outlives_evidence_that_cannot_be_written(store: SqliteFlags) -> None:
    """Where evidence fails, the flag is stored without it and the failure is told."""
    told: list[StoreError] = []
    pipeline = Pipeline(Judge((), decide), Proof(full=True), store, lambda: NOW, told.append)
    flag = pipeline.process("town", OFFER, PAGE)
    assert flag is not None
    assert flag.evidence is None
    assert [problem.en for problem in told] == ["the disk is full"]
    assert store.get(flag.id) is not None


def test_a_flag_that_cannot_be_stored_is_an_error(store: SqliteFlags) -> None:
    """The caller must know, so that the post is not marked as seen."""
    pipeline = Pipeline(Judge((), decide), Proof(), store, lambda: NOW, lambda problem: None)
    store.close()
    with pytest.raises(StoreError):
        pipeline.process("town", OFFER, PAGE)


class Rules:
    """Stands in for the rules: one of weight 0 holds where somebody speaks of radishes, and a live one as well."""

    def detect(self, document: Document) -> Sequence[Signal]:
        """A signal of each."""
        refs = [RuleRef(f"id-{name}", name, 3, "0" * 12) for name in ("silent", "live")]
        found = [
            Signal("rules", Role.HARM, score, "", "gambling", (), ref)
            for ref, score in zip(refs, (0.0, 0.8), strict=True)
        ]
        return found if "萝卜" in document.norm else []


@dataclass
class Told:
    """Notes what it is told of rules in the background."""

    posts: list[tuple[tuple[RuleVersion, ...], date, bool]] = field(default_factory=list)

    def count(self, rules: Collection[RuleVersion], day: date, flagged: bool) -> None:
        """Take one post."""
        self.posts.append((tuple(rules), day, flagged))


def test_rules_in_the_background_are_counted_flag_or_not(store: SqliteFlags) -> None:
    """By slug, version, day and whether the post was flagged; live rules are not, nor posts where none held."""
    told = Told()
    pipeline = Pipeline(Judge((Rules(),), decide), Proof(), store, lambda: NOW, lambda problem: None, told.count)
    offer = Post("3", "http://town.test/t1#pid3", None, "卖萝卜，加微信 luobo_8812")
    assert [pipeline.process("town", post, PAGE) is not None for post in (PLAIN, offer, OFFER)] == [False, True, True]
    silent = (RuleVersion("silent", 3),)
    assert told.posts == [(silent, NOW.date(), False), (silent, NOW.date(), True)]


def test_a_flag_that_was_not_stored_is_not_counted(store: SqliteFlags) -> None:
    """Its post will be judged again, and counted then."""
    told = Told()
    pipeline = Pipeline(Judge((Rules(),), decide), Proof(), store, lambda: NOW, lambda problem: None, told.count)
    store.close()
    with pytest.raises(StoreError):
        pipeline.process("town", Post("3", "http://town.test/t1#pid3", None, "卖萝卜，加微信 luobo_8812"), PAGE)
    assert told.posts == []
