"""Keeps writes on disk until a cluster has them: bounded, in order, and whole after a power failure."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import RLock

from core.errors import StoreError
from core.secretfile import PRIVATE, make_private
from indexer import schema
from indexer.elastic.documents import Write

_TABLE = """CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, op TEXT NOT NULL, id TEXT NOT NULL,
    body TEXT NOT NULL, size INTEGER NOT NULL)"""
_BY_ID = "CREATE INDEX IF NOT EXISTS waiting_by_id ON waiting (id)"


class Spool:
    """Writes that wait, oldest first; ``most`` is how many bytes of them may wait."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._lock = RLock()
        with schema.said(path):
            make_private(path)
            self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            path.chmod(PRIVATE)
            for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", _TABLE, _BY_ID):
                self._database.execute(statement)

    def add(self, writes: Sequence[Write]) -> None:
        """Keep all of the writes, or raise StoreError and keep none."""
        rows = [(write.kind, write.op, write.id, json.dumps(write.body)) for write in writes]
        with self._lock, schema.transaction(self._database, self._path):
            held = self._one("SELECT COALESCE(SUM(size), 0) FROM waiting")
            if held + sum(len(body) for *_, body in rows) > self._most:
                raise _full(self._path, self._most)
            self._database.executemany(
                "INSERT INTO waiting (kind, op, id, body, size) VALUES (?, ?, ?, ?, ?)",
                ((*row, len(row[-1])) for row in rows),
            )

    def first(self, most: int) -> dict[str, tuple[int, Write]]:
        """The oldest writes by id, each with its number; it ends before a second write of the same id."""
        found: dict[str, tuple[int, Write]] = {}
        with self._lock, schema.said(self._path):
            sql = "SELECT number, kind, op, id, body FROM waiting ORDER BY number LIMIT ?"
            rows = self._database.execute(sql, (most,)).fetchall()
        for number, kind, op, id_, body in rows:
            if id_ in found:
                break
            found[id_] = (number, Write(kind, op, id_, json.loads(body)))
        return found

    def done(self, numbers: Sequence[int]) -> None:
        """Drop writes that the cluster has."""
        with self._lock, schema.transaction(self._database, self._path):
            self._database.executemany("DELETE FROM waiting WHERE number = ?", ((number,) for number in numbers))

    def count(self) -> int:
        """How many writes wait."""
        with self._lock, schema.said(self._path):
            return self._one("SELECT COUNT(*) FROM waiting")

    def holds(self, id_: str) -> bool:
        """Whether a write of this id waits."""
        with self._lock, schema.said(self._path):
            return self._one("SELECT COUNT(*) FROM waiting WHERE id = ?", id_) > 0

    def _one(self, sql: str, *values: object) -> int:
        return int(self._database.execute(sql, values).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()


def _full(path: Path, most: int) -> StoreError:
    size = most >> 20
    return StoreError(
        f"集群不可用，待发队列 {path} 已满（{size} MB），巡查暂停。请恢复集群，或调高 LUREWATCH_SPOOL_MB。",
        f"The cluster is away and {path} is full ({size} MB), so the patrol waits. Mend the cluster, or raise "
        "LUREWATCH_SPOOL_MB.",
    )
