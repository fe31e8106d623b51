"""How often rules held in the background: what the store adds up, and what it forgets."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.errors import StoreError
from core.ports import Hits, RuleCounts, RuleVersion
from indexer import schema
from indexer.counts import SqliteRuleCounts

TODAY = date(2026, 11, 22)
FIRST, SECOND, OTHER = RuleVersion("cards", 1), RuleVersion("cards", 2), RuleVersion("bets", 1)


@pytest.fixture
def counts(tmp_path: Path) -> Iterator[RuleCounts]:
    """An empty store."""
    store = SqliteRuleCounts(tmp_path / "l.db")
    yield store
    store.close()


def test_posts_add_up_by_rule_and_version(counts: RuleCounts) -> None:
    """Each version for itself, over all the days asked for."""
    counts.count([FIRST, OTHER], TODAY, False)
    counts.count([FIRST], TODAY, True)
    counts.count([FIRST], TODAY - timedelta(days=1), False)
    counts.count([SECOND], TODAY, False)
    counts.count([], TODAY, True)
    assert counts.hits(TODAY - timedelta(days=1)) == {FIRST: Hits(3, 1), SECOND: Hits(1, 0), OTHER: Hits(1, 0)}
    assert counts.hits(TODAY) == {FIRST: Hits(2, 1), SECOND: Hits(1, 0), OTHER: Hits(1, 0)}
    assert counts.hits(TODAY + timedelta(days=1)) == {}


def test_old_counts_are_forgotten(counts: RuleCounts) -> None:
    """Those of days before the limit; the limit itself stays."""
    for days in (0, 1, 2):
        counts.count([FIRST], TODAY - timedelta(days=days), False)
    assert counts.expire(TODAY - timedelta(days=1)) == 1
    assert counts.hits(date.min) == {FIRST: Hits(2, 0)}


def test_only_numbers_are_kept(tmp_path: Path) -> None:
    """The table has no room for a text or a url: rule, version, day and two numbers."""
    with sqlite3.connect(tmp_path / "l.db") as database:
        schema.connect(tmp_path / "l.db").close()
        columns = [row[1] for row in database.execute("PRAGMA table_info(rule_hits)")]
    database.close()
    assert columns == ["slug", "version", "day", "posts", "flagged"]


def test_a_store_that_fails_says_so(tmp_path: Path) -> None:
    """As a StoreError, so that the post is judged again."""
    store = SqliteRuleCounts(tmp_path / "l.db")
    store.close()
    with pytest.raises(StoreError):
        store.count([FIRST], TODAY, False)
