"""Keeps in SQLite what a patrol remembers between visits: keyed hashes, times and states."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock

from core import codec
from core.ports import Item, SourceState, Validators
from indexer import schema

_AT_ONCE = 500  # values in one statement


class SqlitePatrols:
    """The embedded PatrolStore."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._database = schema.connect(path)

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
        with self._lock, schema.said(self._path):
            row = self._database.execute("SELECT * FROM sources WHERE source = ?", (source,)).fetchone()
        if row is None:
            return None
        name, due_at, last_visit, last_success, rate, failures, broken_since, problem = row
        return SourceState(
            source=name,
            due_at=codec.time_in(due_at),
            last_visit=codec.time_in(last_visit) if last_visit else None,
            last_success=codec.time_in(last_success) if last_success else None,
            rate=rate,
            failures=failures,
            broken_since=codec.time_in(broken_since) if broken_since else None,
            problem=problem,
        )

    def set_state(self, state: SourceState) -> None:
        """Replace the state of a source."""
        times = (state.due_at, state.last_visit, state.last_success)
        row = (
            state.source,
            *(codec.time_out(time) if time else None for time in times),
            state.rate,
            state.failures,
            codec.time_out(state.broken_since) if state.broken_since else None,
            state.problem,
        )
        with self._lock, schema.transaction(self._database, self._path):
            self._database.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Of the given sources those due at ``now``, never visited ones first, then the longest due."""
        with self._lock, schema.said(self._path):
            rows = self._database.execute("SELECT source, due_at FROM sources").fetchall()
        times = dict(rows)
        instant = codec.time_out(now)
        ready = [source for source in sources if times.get(source, "") <= instant]
        return sorted(ready, key=lambda source: times.get(source, ""))[:limit]

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
