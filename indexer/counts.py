"""Keeps in SQLite how often rules held in the background: numbers by rule, version and day, never a word or a url."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from threading import RLock

from core.ports import Hits, RuleVersion
from indexer import schema


class SqliteRuleCounts:
    """The embedded RuleCounts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._database = schema.connect(path)

    def count(self, rules: Iterable[RuleVersion], day: date, flagged: bool) -> None:
        """Add one post to each of the rules; raises StoreError, and then none is counted."""
        rows = [(*rule, day.isoformat(), int(flagged)) for rule in rules]
        with self._lock, schema.transaction(self._database, self._path):
            self._database.executemany(
                "INSERT INTO rule_hits VALUES (?, ?, ?, 1, ?) ON CONFLICT (slug, version, day)"
                " DO UPDATE SET posts = posts + 1, flagged = flagged + excluded.flagged",
                rows,
            )

    def hits(self, since: date) -> Mapping[RuleVersion, Hits]:
        """The counts of each rule from the day ``since`` on."""
        sql = "SELECT slug, version, sum(posts), sum(flagged) FROM rule_hits WHERE day >= ? GROUP BY slug, version"
        with self._lock, schema.said(self._path):
            rows = self._database.execute(sql, (since.isoformat(),)).fetchall()
        return {RuleVersion(slug, version): Hits(posts, flagged) for slug, version, posts, flagged in rows}

    def expire(self, before: date) -> int:
        """Forget the counts of days before ``before``; returns how many."""
        with self._lock, schema.transaction(self._database, self._path):
            return self._database.execute("DELETE FROM rule_hits WHERE day < ?", (before.isoformat(),)).rowcount

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()
