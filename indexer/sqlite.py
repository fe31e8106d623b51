"""Keeps flags and their reviews in SQLite, with full text over segmented Chinese."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from core import codec, reviews
from core.errors import InputError
from core.ports import Query, Segmenter, Stored
from core.types import Flag, Review, State
from indexer import schema, words
from indexer.newest import Key, Walk

_COLUMNS = "number, id, source, url, title, text, published_at, seen_at, decision, evidence, state, shown"
_REVIEW = "flag_id, verdict, reviewer, at, reason"
_SHORTEST_ID = 6
_PAGE = 200
# Flags with a contact, where all are looked for, and where one after the other is asked.
_REACHED = "number IN (SELECT number FROM contacts WHERE value = ?)"
_REACHED_ONE = "EXISTS (SELECT 1 FROM contacts WHERE contacts.number = flags.number AND value = ?)"
_PATIENCE = 16_000  # matches looked at one by one for a page
_ALL = 1 << 62


class SqliteFlags:
    """The embedded FlagStore."""

    def __init__(self, path: Path, segment: Segmenter) -> None:
        self._path = path
        self._segment = segment
        self._lock = RLock()
        self._database = schema.connect(path)

    def put(self, flag: Flag) -> bool:
        """Store a flag, True if it was new; state and first sighting stay as they were. Raises StoreError."""
        return self.put_many([flag]) == 1

    def put_many(self, flags: Sequence[Flag]) -> int:
        """Store flags as ``put`` does, in one transaction; how many were new. Raises StoreError, and then none is."""
        with self._lock, schema.transaction(self._database, self._path):
            return sum(map(self._put, flags))

    def _put(self, flag: Flag) -> bool:
        known = self._database.execute("SELECT number FROM flags WHERE id = ?", (flag.id,)).fetchone()
        if known:
            self._update(known[0], flag)
        else:
            self._insert(flag)
        return known is None

    def _insert(self, flag: Flag) -> None:
        machine = (json.dumps(codec.decision_out(flag.decision), ensure_ascii=False), _evidence(flag))
        published, seen = flag.published_at and codec.time_out(flag.published_at), codec.time_out(flag.seen_at)
        cursor = self._database.execute(
            "INSERT INTO flags (id, source, url, title, text, category, score, published_at, seen_at,"
            " decision, evidence, shown, newest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " MAX(?, COALESCE((SELECT newest FROM flags ORDER BY number DESC LIMIT 1), '')))",
            (
                *(flag.id, flag.source, flag.url, flag.title, flag.text, flag.decision.category),
                *(flag.decision.score, published, seen, *machine, flag.shown, seen),
            ),
        )
        number = cursor.lastrowid
        indexed = words.words_of(flag.title, words.whole(flag.text, flag.shown), self._segment)
        self._database.execute("INSERT INTO flags_fts (rowid, words, chars) VALUES (?, ?, ?)", (number, *indexed))
        self._set_contacts(number, flag)

    def _update(self, number: int, flag: Flag) -> None:
        self._database.execute(
            "UPDATE flags SET score = ?, decision = ?, evidence = COALESCE(?, evidence) WHERE number = ?",
            (
                flag.decision.score,
                json.dumps(codec.decision_out(flag.decision), ensure_ascii=False),
                _evidence(flag),
                number,
            ),
        )
        self._database.execute("DELETE FROM contacts WHERE number = ?", (number,))
        self._set_contacts(number, flag)

    def _set_contacts(self, number: int | None, flag: Flag) -> None:
        rows = {(number, contact.kind.value, contact.value) for contact in flag.decision.contacts}
        self._database.executemany("INSERT INTO contacts (number, kind, value) VALUES (?, ?, ?)", sorted(rows))

    def get(self, flag_id: str) -> Stored | None:
        """The flag with this id, or with the only id that begins so (6 characters at least), or None."""
        if len(flag_id) < _SHORTEST_ID:
            return None
        with self._lock, schema.said(self._path):
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM flags WHERE id >= ? AND id < ? LIMIT 2",  # noqa: S608 - a constant
                (flag_id, flag_id + "g"),
            ).fetchall()
        if len(rows) > 1:
            raise InputError(
                f"编号 {flag_id} 不止一条，请多写几位。", f"Several ids begin with {flag_id}; write more of it."
            )
        return self._all(rows)[0] if rows else None

    def search(self, query: Query, limit: int | None = None) -> Iterator[Stored]:
        """Matching flags, newest first, page by page: memory stays flat and writers are not kept waiting."""
        after: Key | None = None
        left = _ALL if limit is None else limit
        walk = self._walk(query, limit)
        since, until = (codec.time_out(at) if at else "" for at in (query.since, query.until))
        for keys in walk.batches(since, until) if walk else ():
            for first in range(0, min(left, len(keys)), _PAGE):
                page = keys[first : min(first + _PAGE, left)]
                yield from self._all(self._numbered([key.number for key in page]))
            after, left = keys[-1], left - len(keys)
            if left <= 0:
                return
        if walk is None or not walk.over:
            yield from self._paged(query, after, left)

    def _walk(self, query: Query, limit: int | None) -> Walk | None:
        """The way that is quick for frequent words; where few matches fit, ``_paged`` is quicker."""
        match = words.match(query.words, self._segment)
        if match is None:
            return None
        where, values = self._where(replace(query, words=""), _REACHED_ONE)
        return Walk(self._ask, match, where, values, None if limit is None else _PATIENCE)

    def _paged(self, query: Query, after: Key | None, left: int) -> Iterator[Stored]:
        where, values = self._where(query)
        while left > 0:
            size = min(_PAGE, left)
            rows = self._page(where, values, after, size)
            yield from self._all(rows)
            if len(rows) < size:
                return
            after = Key(str(rows[-1][7]), str(rows[-1][1]), 0)
            left -= size

    def _page(self, where: str, values: Sequence[object], after: Key | None, size: int) -> list[tuple[object, ...]]:
        if after:
            where = f"{where} AND (seen_at < ? OR (seen_at = ? AND id > ?))"
            values = [*values, after.seen_at, after.seen_at, after.id]
        # What is sorted is narrow; the rows themselves are read only for those that are given.
        sql = f"SELECT number FROM flags WHERE {where} ORDER BY seen_at DESC, id LIMIT ?"  # noqa: S608 - constants
        return self._numbered([row[0] for row in self._ask(sql, [*values, size])])

    def _numbered(self, numbers: Sequence[object]) -> list[tuple[object, ...]]:
        """The rows of some numbers, newest first."""
        marks = ", ".join("?" * len(numbers))
        sql = f"SELECT {_COLUMNS} FROM flags WHERE number IN ({marks}) ORDER BY seen_at DESC, id"  # noqa: S608 - marks
        return self._ask(sql, numbers)

    def _ask(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock, schema.said(self._path):
            return self._database.execute(sql, values).fetchall()

    def count(self, query: Query) -> int:
        """How many flags match."""
        where, values = self._where(query)
        with self._lock, schema.said(self._path):
            sql = f"SELECT COUNT(*) FROM flags WHERE {where}"  # noqa: S608 - constants
            return int(self._database.execute(sql, values).fetchone()[0])

    def _where(self, query: Query, reached: str = _REACHED) -> tuple[str, list[object]]:
        parts: list[tuple[str, object]] = [
            ("category = ?", query.category),
            ("source = ?", query.source),
            ("state = ?", query.state.value if query.state else None),
            (reached, query.contact.lower() if query.contact else None),
            ("score >= ?", query.min_score or None),
            ("seen_at >= ?", codec.time_out(query.since) if query.since else None),
            ("seen_at < ?", codec.time_out(query.until) if query.until else None),
        ]
        if query.words.strip():
            typed = words.match(query.words, self._segment)
            found = "number IN (SELECT rowid FROM flags_fts WHERE flags_fts MATCH ?)"
            parts.append((found, typed) if typed else ("0 = ?", 1))
        chosen = [(sql, value) for sql, value in parts if value is not None]
        return " AND ".join(["1", *(sql for sql, _ in chosen)]), [value for _, value in chosen]

    def tallies(self) -> dict[str, dict[State, int]]:
        """How many flags each source has, by state."""
        found: dict[str, dict[State, int]] = {}
        with self._lock, schema.said(self._path):
            rows = self._database.execute("SELECT source, state, COUNT(*) FROM flags GROUP BY source, state").fetchall()
        for source, state, count in rows:
            found.setdefault(source, {})[State(state)] = count
        return found

    def delays(self, source: str, since: datetime, limit: int) -> list[timedelta]:
        """From publication to flag: of the newest flags of a source that were published at or after ``since``."""
        sql = (
            "SELECT published_at, seen_at FROM flags WHERE source = ? AND published_at >= ?"
            " ORDER BY seen_at DESC LIMIT ?"
        )
        with self._lock, schema.said(self._path):
            rows = self._database.execute(sql, (source, codec.time_out(since), limit)).fetchall()
        return [codec.time_in(seen) - codec.time_in(published) for published, seen in rows]

    def forget(self, flag_ids: Sequence[str]) -> int:
        """Delete flags with their words, contacts and reviews; returns how many. Raises StoreError, and then none."""
        with self._lock, schema.transaction(self._database, self._path), schema.reviews_may_go(self._database):
            gone = sum(map(self._forget, flag_ids))
            if gone:  # a word that was deleted stays in the index until its parts are merged
                self._database.execute("INSERT INTO flags_fts (flags_fts) VALUES ('optimize')")
        return gone

    def _forget(self, flag_id: str) -> int:
        sql = "SELECT number, title, text, shown FROM flags WHERE id = ?"
        row = self._database.execute(sql, (flag_id,)).fetchone()
        if row is None:
            return 0
        number, title, text, shown = row
        indexed = words.words_of(title, words.whole(text, shown), self._segment)
        self._database.execute(
            "INSERT INTO flags_fts (flags_fts, rowid, words, chars) VALUES ('delete', ?, ?, ?)", (number, *indexed)
        )
        self._database.execute("DELETE FROM contacts WHERE number = ?", (number,))
        self._database.execute("DELETE FROM reviews WHERE flag_id = ?", (flag_id,))
        self._database.execute("DELETE FROM flags WHERE number = ?", (number,))
        return 1

    def add_review(self, review: Review) -> State:
        """Append a review and give the flag's new state; raises InputError where it is not allowed."""
        with self._lock, schema.transaction(self._database, self._path):
            if not self._database.execute("SELECT 1 FROM flags WHERE id = ?", (review.flag_id,)).fetchone():
                raise InputError(f"没有编号为 {review.flag_id} 的标记。", f"There is no flag {review.flag_id}.")
            earlier = self._reviews_of(review.flag_id)
            reviews.check(earlier, review)
            state = reviews.state_of([*earlier, review])
            row = codec.review_out(review)
            self._database.execute(
                f"INSERT INTO reviews ({_REVIEW}) VALUES (:flag_id, :verdict, :reviewer, :at, :reason)",  # noqa: S608 - a constant
                row,
            )
            self._database.execute("UPDATE flags SET state = ? WHERE id = ?", (state.value, review.flag_id))
        return state

    def reviews(self) -> Iterator[Review]:
        """All reviews, oldest first, undone ones included."""
        last = 0
        while True:
            with self._lock, schema.said(self._path):
                sql = f"SELECT number, {_REVIEW} FROM reviews WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608 - constants
                rows = self._database.execute(sql, (last, _PAGE)).fetchall()
            yield from (codec.review_in(row[1:]) for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]

    def _reviews_of(self, flag_id: object) -> tuple[Review, ...]:
        sql = f"SELECT {_REVIEW} FROM reviews WHERE flag_id = ? ORDER BY number"  # noqa: S608 - a constant
        return tuple(codec.review_in(row) for row in self._database.execute(sql, (flag_id,)))

    def _all(self, rows: Sequence[sqlite3.Row | tuple[object, ...]]) -> list[Stored]:
        """The flags of a page, with the reviews of all by one query."""
        ids = [str(row[1]) for row in rows]
        marks = ", ".join("?" * len(ids))
        reviews: dict[str, list[Review]] = {id_: [] for id_ in ids}
        sql = f"SELECT {_REVIEW} FROM reviews WHERE flag_id IN ({marks}) ORDER BY number"  # noqa: S608 - marks
        with self._lock, schema.said(self._path):
            for row in self._database.execute(sql, ids):
                reviews[row[0]].append(codec.review_in(row))
        return [
            Stored(_flag(row), State(str(row[10])), tuple(reviews[id_])) for id_, row in zip(ids, rows, strict=True)
        ]

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()


def _flag(row: sqlite3.Row | tuple[object, ...]) -> Flag:
    _, id_, source, url, title, text, published, seen, decision, evidence, _, shown = map(_text, row)
    return Flag(
        id=id_ or "",
        source=source or "",
        url=url or "",
        title=title,
        text=text or "",
        published_at=codec.time_in(published) if published else None,
        seen_at=codec.time_in(seen or ""),
        decision=codec.decision_in(json.loads(decision or "{}")),
        evidence=codec.evidence_in(json.loads(evidence)) if evidence else None,
        shown=shown or "",
    )


def _evidence(flag: Flag) -> str | None:
    return json.dumps(codec.evidence_out(flag.evidence)) if flag.evidence else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
