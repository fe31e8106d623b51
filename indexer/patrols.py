"""Keeps in SQLite what a patrol remembers between visits: keyed hashes, times and states."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from threading import RLock
from typing import Any

from core import codec
from core.ports import Item, SourceState, Validators
from indexer import schema

_AT_ONCE = 500  # values in one statement
_COLUMNS = tuple(field.name for field in fields(SourceState))
_TIMES = ("due_at", "last_visit", "last_success", "broken_since", "since")
_STATE = ", ".join(_COLUMNS)
_NAMES = "SELECT source FROM sources INDEXED BY sources_by_due"  # without reading what was learnt
_MARKS = ", ".join(f":{name}" for name in _COLUMNS)


class SqlitePatrols:
    """The embedded PatrolStore."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._database = schema.connect(path)
        self._tuple: tuple[str, ...] | None = None  # the sources last asked for, and what is known of them
        self._asked: frozenset[str] = frozenset()
        self._fresh: dict[str, None] = {}

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """Of the given item keys the known ones, each with its digest and when it was last looked at."""
        found: dict[str, tuple[str, datetime]] = {}
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT key, digest, looked_at FROM items WHERE source = ? AND key IN ({marks})"  # noqa: S608 - marks
            with self._lock, schema.said(self._path):
                rows = self._database.execute(sql, [source, *some]).fetchall()
            found.update({key: (digest, codec.time_in(looked_at)) for key, digest, looked_at in rows})
        return found

    def remember(self, source: str, items: Iterable[Item], at: datetime) -> None:
        """Mark items as seen and looked at; raises StoreError, and then none is marked."""
        rows = [(source, item.key, item.digest, codec.time_out(at)) for item in items]
        with self._lock, schema.transaction(self._database, self._path):
            self._database.executemany(
                "INSERT INTO items VALUES (?, ?, ?, ?) ON CONFLICT (source, key)"
                " DO UPDATE SET digest = excluded.digest, looked_at = excluded.looked_at",
                rows,
            )

    def validators(self, source: str, key: str) -> Validators | None:
        """The validators of a url (by keyed hash), or None."""
        sql = "SELECT etag, last_modified FROM validators WHERE source = ? AND key = ?"
        with self._lock, schema.said(self._path):
            row = self._database.execute(sql, (source, key)).fetchone()
        return Validators(*row) if row else None

    def set_validators(self, source: str, validators: Mapping[str, Validators], at: datetime) -> None:
        """Remember validators by keyed hash of their url."""
        now = codec.time_out(at)
        rows = [(source, key, value.etag, value.last_modified, now) for key, value in validators.items()]
        with self._lock, schema.transaction(self._database, self._path):
            self._database.executemany("INSERT OR REPLACE INTO validators VALUES (?, ?, ?, ?, ?)", rows)

    def state(self, source: str) -> SourceState | None:
        """The state of a source, or None if it was never visited."""
        sql = f"SELECT {_STATE} FROM sources WHERE source = ?"  # noqa: S608 - a constant
        with self._lock, schema.said(self._path):
            row = self._database.execute(sql, (source,)).fetchone()
        return _state(row) if row else None

    def states(self) -> Iterator[SourceState]:
        """The states of all sources, in order of name."""
        last = ""
        while True:
            sql = f"SELECT {_STATE} FROM sources WHERE source > ? ORDER BY source LIMIT ?"  # noqa: S608 - constants
            with self._lock, schema.said(self._path):
                rows = self._database.execute(sql, (last, _AT_ONCE)).fetchall()
            yield from map(_state, rows)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1][0]

    def set_state(self, state: SourceState) -> None:
        """Replace the state of a source."""
        row = {name: getattr(state, name) for name in _COLUMNS}
        row.update({name: codec.time_out(row[name]) for name in _TIMES if row[name]})
        sql = f"INSERT OR REPLACE INTO sources ({_STATE}) VALUES ({_MARKS})"  # noqa: S608 - constants
        with self._lock, schema.transaction(self._database, self._path):
            self._database.execute(sql, row)
            self._fresh.pop(state.source, None)

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Of the given sources those due at ``now``, never visited ones first, then the longest due."""
        with self._lock, schema.said(self._path):
            self._ask_for(tuple(sources))
            ready = list(islice(filter(self._unvisited, tuple(self._fresh)), limit))
            sql = "SELECT source FROM sources WHERE due_at <= ? ORDER BY due_at"
            found = (name for (name,) in self._database.execute(sql, (codec.time_out(now),)) if name in self._asked)
            return ready + list(islice(found, limit - len(ready)))

    def _ask_for(self, sources: tuple[str, ...]) -> None:
        """Look up, once for the same tuple, which of the sources were never visited."""
        if sources is self._tuple:
            return
        visited = set(chain.from_iterable(self._database.execute(_NAMES)))
        self._tuple, self._asked = sources, frozenset(sources)
        self._fresh = dict.fromkeys(name for name in sources if name not in visited)

    def _unvisited(self, source: str) -> bool:
        """Whether a source that was never visited still is not: another process may have looked."""
        if self._database.execute("SELECT 1 FROM sources WHERE source = ?", (source,)).fetchone():
            self._fresh.pop(source, None)
            return False
        return True

    def expire(self, before: datetime) -> int:
        """Forget items and validators not looked at since ``before``; returns how many."""
        limit = (codec.time_out(before),)
        with self._lock, schema.transaction(self._database, self._path):
            items = self._database.execute("DELETE FROM items WHERE looked_at < ?", limit).rowcount
            urls = self._database.execute("DELETE FROM validators WHERE looked_at < ?", limit).rowcount
        return int(items + urls)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()


def _state(row: Sequence[Any]) -> SourceState:
    values = dict(zip(_COLUMNS, row, strict=True))
    values.update({name: codec.time_in(values[name]) for name in _TIMES if values[name]})
    return SourceState(**values)
