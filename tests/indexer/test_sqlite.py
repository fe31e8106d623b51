"""What only the embedded store promises: reviews that cannot be altered, and clear words for its faults."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import rjieba

from core import codec
from core.errors import InputError, StoreError
from core.ports import Query, SourceState
from core.types import Review, State, Verdict
from indexer import schema, words
from indexer.newest import Walk
from indexer.patrols import SqlitePatrols
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


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path, make_flag: MakeFlag) -> None:
    """What an older version wrote is read as it was, takes what is new, and is marked as brought up to date."""
    path = tmp_path / "l.db"
    SqlitePatrols(path).close()
    flags = SqliteFlags(path, rjieba.cut)
    flags.put(make_flag())
    flags.close()
    as_of_the_first_version(path)
    patrols = SqlitePatrols(path)
    state = patrols.state("a")
    assert state == SourceState("a", NOON, NOON, NOON, 2.5)
    newer = replace(state, since=NOON, learnt="{}", reason="[]", fetching="{}")
    patrols.set_state(newer)
    assert list(patrols.states()) == [newer]
    patrols.close()
    again = SqliteFlags(path, rjieba.cut)
    assert again.tallies() == {"town-forum": {State.OPEN: 1}}
    again.put(make_flag("办理证件", url="http://town.test/2", hours=-1))
    assert [stored.flag.seen_at for stored in again.search(Query(words="证件"))] == [NOON, NOON - timedelta(hours=1)]
    again.close()
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    database.close()


def as_of_the_first_version(path: Path) -> None:
    """Take away what later versions added, and leave a row as it was written then."""
    database = sqlite3.connect(path)
    for statement in (
        "DROP INDEX flags_by_source",
        *(f"DROP INDEX {name}" for name in ("flags_by_source_and_time", "flags_late")),
        "DROP TABLE rule_hits",
        "DROP TABLE audit",
        *(f"ALTER TABLE flags DROP COLUMN {column}" for column in ("shown", "newest")),
        *(f"ALTER TABLE sources DROP COLUMN {column}" for column in ("since", "learnt", "reason", "fetching")),
        "PRAGMA user_version = 1",
    ):
        database.execute(statement)
    at = codec.time_out(NOON)
    database.execute("INSERT INTO sources VALUES ('a', ?, ?, ?, 2.5, 0, NULL, NULL)", (at, at, at))
    database.commit()
    database.close()


def test_two_processes_may_bring_it_up_to_date(tmp_path: Path) -> None:
    """Whoever comes second finds it done."""
    path = tmp_path / "l.db"
    SqlitePatrols(path).close()
    as_of_the_first_version(path)
    first, second = SqlitePatrols(path), SqlitePatrols(path)
    assert first.state("a") == second.state("a")


def test_another_process_may_visit_first(tmp_path: Path) -> None:
    """A source that another process has visited since is no longer due as never visited."""
    ours, theirs = SqlitePatrols(tmp_path / "l.db"), SqlitePatrols(tmp_path / "l.db")
    names = ("a", "b")
    assert ours.due(names, NOON, 2) == ["a", "b"]
    theirs.set_state(SourceState("a", NOON + timedelta(hours=1)))
    assert ours.due(names, NOON, 2) == ["b"]
    assert ours.due(names, NOON + timedelta(hours=1), 2) == ["b", "a"]


def test_choosing_reads_the_index_alone(tmp_path: Path) -> None:
    """What is due comes in order from the index, without sorting and without reading what was learnt."""
    SqlitePatrols(tmp_path / "l.db").close()
    database = sqlite3.connect(tmp_path / "l.db")
    sql = "EXPLAIN QUERY PLAN SELECT source FROM sources WHERE due_at <= ? ORDER BY due_at"
    said = " ".join(row[3] for row in database.execute(sql, ("x",)))
    assert "COVERING INDEX sources_by_due" in said
    assert "TEMP B-TREE" not in said
    database.close()


@pytest.mark.parametrize("query", [Query(), Query(words="发票"), Query(words="发票", source="town-forum")])
def test_a_page_costs_few_statements(tmp_path: Path, make_flag: MakeFlag, query: Query) -> None:
    """However many flags are on a page, and whether or not they were reviewed, it is three statements."""
    store = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    made = [make_flag(f"代开发票{at}", url=f"http://a.test/{at}", hours=at) for at in range(60)]
    store.put_many(made)
    for flag in made[-50:-40]:
        store.add_review(Review(flag.id, Verdict.CONFIRM, "王敏", NOON, "属实"))
    asked: list[str] = []
    store._database.set_trace_callback(asked.append)  # noqa: SLF001 - what the database is asked
    page = list(store.search(query, 50))
    store._database.set_trace_callback(None)  # noqa: SLF001
    assert [stored.flag for stored in page] == made[:-51:-1]
    assert sum(len(stored.reviews) for stored in page) == 10
    assert len([one for one in asked if one.lstrip().startswith(("SELECT", "WITH"))]) == 3
    store.close()


def test_words_are_found_in_a_database_filled_backwards(tmp_path: Path, make_flag: MakeFlag) -> None:
    """Where the newest flags were stored first, too many to wait for their turn, each is given once and in order."""
    store = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    made = [make_flag(f"代开发票{at}", url=f"http://a.test/{at}", hours=-at) for at in range(6_000)]
    store.put_many(made)
    ids = [flag.id for flag in made]
    assert [stored.flag.id for stored in store.search(Query(words="发票"), 250)] == ids[:250]
    assert [stored.flag.id for stored in store.search(Query(words="发票"))] == ids
    store.close()


def test_a_walk_that_gives_up_was_right_until_then(tmp_path: Path, make_flag: MakeFlag) -> None:
    """After so many matches that do not fit it says that it is not over; what it gave is the newest that fit."""
    store = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    made = [make_flag(f"代开发票{at}", url=f"http://a.test/{at}", hours=at) for at in range(300)]
    store.put_many(made)
    match = words.match("发票", rjieba.cut)
    assert match is not None
    walk = Walk(store._ask, match, "source = ? AND number % 50 = 0", ["town-forum"], 100)  # noqa: SLF001
    assert [key.number for keys in walk.batches() for key in keys] == [300, 250, 200, 150]
    assert not walk.over
    patient = Walk(store._ask, match, "number % 50 = 0", [], None)  # noqa: SLF001
    assert [key.number for keys in patient.batches() for key in keys] == [300, 250, 200, 150, 100, 50]
    assert patient.over
    store.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("代开a1发票", "代 开 a1 发 票"),
        ("微信:lw_01，-- 加", "微 信 lw 01 加"),
        (" a  b_ c d", "a b c d"),
        ("𠀀中x", "𠀀 中 x"),
        ("__", ""),
    ],
)
def test_the_characters_of_a_text(text: str, expected: str) -> None:
    """Chinese characters one by one, runs of other letters whole, one blank for all between them."""
    assert words.characters(text) == expected
