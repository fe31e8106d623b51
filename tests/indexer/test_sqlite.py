"""What only the embedded store promises: reviews that cannot be altered, and clear words for its faults."""

import sqlite3
from pathlib import Path

import pytest
import rjieba

from core.errors import InputError, StoreError
from core.types import Review, Verdict
from indexer import schema
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag


def test_reviews_cannot_be_changed_or_deleted(tmp_path: Path, make_flag: MakeFlag) -> None:
    """Even a direct statement may not alter what a reviewer said."""
    store = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    flag = make_flag()
    store.put(flag)
    store.add_review(Review(flag.id, Verdict.CONFIRM, "王敏", NOON, "属实"))
    store.close()
    database = sqlite3.connect(tmp_path / "l.db")
    for statement in ("DELETE FROM reviews", "UPDATE reviews SET reviewer = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended"):
            database.execute(statement)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A file that is no database gives a sentence with its path and what to do."""
    path = tmp_path / "l.db"
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 40)
    with pytest.raises(StoreError) as raised:
        SqliteFlags(path, rjieba.cut)
    assert str(path) in raised.value.zh
    assert "备份" in raised.value.zh


def test_a_file_from_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """A database of a later schema is refused, not guessed at."""
    path = tmp_path / "l.db"
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    database.close()
    with pytest.raises(StoreError, match="newer"):
        SqliteFlags(path, rjieba.cut)


def test_a_full_database_loses_nothing(tmp_path: Path, make_flag: MakeFlag) -> None:
    """When no page more can be had the put fails with a clear word, and what was stored is there."""
    store = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    first = make_flag()
    store.put(first)
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001 - the limit is per connection
    store._database.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001
    with pytest.raises(StoreError, match="full"):
        store.put(make_flag("代开发票" * 20_000, url="http://town.test/2"))
    store.close()
    again = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    assert again.get(first.id) is not None


@pytest.mark.parametrize("url", ["postgres://x/y", "sqlite:///", "lurewatch.db"])
def test_an_unknown_store_url_is_explained(url: str) -> None:
    """Only sqlite:///PATH is an embedded store."""
    with pytest.raises(InputError, match="sqlite:///"):
        schema.path_of(url)
