"""Opens the embedded database, brings its tables up to date and turns its errors into sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import InputError, StoreError
from core.secretfile import make_private

VERSION = 7

_TABLES = """
CREATE TABLE flags (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    text TEXT NOT NULL,
    category TEXT NOT NULL,
    score REAL NOT NULL,
    published_at TEXT,
    seen_at TEXT NOT NULL,
    decision TEXT NOT NULL,
    evidence TEXT,
    state TEXT NOT NULL DEFAULT 'open'
);
CREATE INDEX flags_by_time ON flags (seen_at DESC, id);
CREATE INDEX flags_by_state ON flags (state, seen_at DESC);
CREATE INDEX flags_by_category ON flags (category, seen_at DESC);
CREATE TABLE contacts (number INTEGER NOT NULL REFERENCES flags, kind TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX contacts_by_value ON contacts (value);
CREATE INDEX contacts_by_flag ON contacts (number);
CREATE VIRTUAL TABLE flags_fts USING fts5 (words, chars, content = '', tokenize = 'unicode61');
CREATE TABLE reviews (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    flag_id TEXT NOT NULL REFERENCES flags (id),
    verdict TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX reviews_by_flag ON reviews (flag_id);
CREATE TRIGGER reviews_are_kept BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews are only appended'); END;
CREATE TRIGGER reviews_stay BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews are only appended'); END;
CREATE TABLE items (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    looked_at TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE INDEX items_by_time ON items (looked_at);
CREATE TABLE validators (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    looked_at TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE sources (
    source TEXT PRIMARY KEY,
    due_at TEXT NOT NULL,
    last_visit TEXT,
    last_success TEXT,
    rate REAL,
    failures INTEGER NOT NULL,
    broken_since TEXT,
    problem TEXT
) WITHOUT ROWID;
CREATE INDEX sources_by_due ON sources (due_at);
"""
# What each version adds to the one before; a new database goes the same way as an old one.
_STEPS = {
    1: _TABLES,
    2: """
ALTER TABLE sources ADD COLUMN since TEXT;
ALTER TABLE sources ADD COLUMN learnt TEXT;
ALTER TABLE sources ADD COLUMN reason TEXT;
CREATE INDEX flags_by_source ON flags (source, state);
""",
    3: """
CREATE TABLE rule_hits (
    slug TEXT NOT NULL,
    version INTEGER NOT NULL,
    day TEXT NOT NULL,
    posts INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    PRIMARY KEY (slug, version, day)
) WITHOUT ROWID;
""",
    4: """
ALTER TABLE flags ADD COLUMN shown TEXT NOT NULL DEFAULT '';
""",
    5: """
ALTER TABLE sources ADD COLUMN fetching TEXT;
""",
    6: """
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    flag_id TEXT,
    details TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only appended'); END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only appended'); END;
""",
    # newest: the latest seen_at of a flag and of all stored before it.
    7: """
ALTER TABLE flags ADD COLUMN newest TEXT NOT NULL DEFAULT '';
UPDATE flags SET newest = told.newest FROM
    (SELECT number, MAX(seen_at) OVER (ORDER BY number) AS newest FROM flags) AS told
    WHERE told.number = flags.number;
CREATE INDEX flags_by_source_and_time ON flags (source, seen_at DESC, id);
DROP INDEX contacts_by_value;
CREATE INDEX contacts_by_value ON contacts (value, number);
CREATE INDEX flags_late ON flags (seen_at, newest) WHERE newest > seen_at;
""",
}


def path_of(url: str) -> Path:
    """The file that ``sqlite:///PATH`` names; raises InputError for any other url."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url == prefix:
        raise InputError(
            f"存储地址 {url} 不认识。内置存储写作 sqlite:///文件路径。",
            f"The store {url} is not known. The embedded store is written sqlite:///path.",
        )
    return Path(url.removeprefix(prefix))


def connect(path: Path) -> sqlite3.Connection:
    """Open the database at ``path`` (made if missing) for use from any thread, one at a time; raises StoreError."""
    with said(path):
        make_private(path)  # SQLite gives the files beside it the same mode
        database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA secure_delete = ON")  # what is deleted is gone from the file as well
        _migrate(path, database)
    return database


def _migrate(path: Path, database: sqlite3.Connection) -> None:
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        raise StoreError(
            f"{path} 由更新的版本写成（{found}），本版本只认到 {VERSION}。请升级 Lurewatch。",
            f"{path} was written by a newer version ({found}); this one knows {VERSION}. Upgrade Lurewatch.",
        )
    if found < VERSION:
        with transaction(database, path):
            # Another process may have done so between the look and the lock.
            done = database.execute("PRAGMA user_version").fetchone()[0]
            for statement in (one for step in range(done, VERSION) for one in _statements(_STEPS[step + 1])):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {max(done, VERSION)}")


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Turn the database's errors into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        zh, en = _advice(str(problem))
        raise StoreError(f"数据库 {path}：{zh}（{problem}）", f"Database {path}: {en} ({problem})") from problem
    except OSError as problem:
        raise StoreError(
            f"数据目录 {path.parent} 不能写：{problem}", f"Cannot write {path.parent}: {problem}"
        ) from problem


@contextmanager
def transaction(database: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All of the writes inside, or none."""
    with said(path):
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


@contextmanager
def reviews_may_go(database: sqlite3.Connection) -> Iterator[None]:
    """Let reviews be deleted inside, together with their flags; to be used in a transaction."""
    sql = database.execute("SELECT sql FROM sqlite_master WHERE name = 'reviews_are_kept'").fetchone()[0]
    database.execute("DROP TRIGGER reviews_are_kept")
    yield
    database.execute(sql)


def _advice(problem: str) -> tuple[str, str]:
    if "full" in problem or "disk I/O" in problem:
        return (
            "磁盘已满或不能写，请腾出空间后重试；已存的都在。",
            "the disk is full or fails; free some space and run again; what was stored is kept",
        )
    if "locked" in problem:
        return "被另一进程占用，请稍后重试。", "another process holds it; try again in a moment"
    if "not a database" in problem or "malformed" in problem:
        return (
            "文件已损坏，请从备份恢复，或移开它重新开始。",
            "the file is damaged; restore a backup, or move it away to start anew",
        )
    return "写入或读取失败。", "reading or writing failed"
