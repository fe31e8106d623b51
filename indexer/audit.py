"""Keeps who did what with flags in SQLite, only ever appended."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import RLock

from core import codec
from core.types import AuditEntry
from indexer import schema

_PAGE = 200


def entry_id(entry: AuditEntry) -> str:
    """40 hexadecimal characters, the same for the same entry, so that one that is sent twice counts once."""
    told = json.dumps(codec.audit_out(entry), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class SqliteAudit:
    """The embedded AuditLog."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._database = schema.connect(path)

    def add(self, entry: AuditEntry) -> None:
        """Append an entry; the same one twice counts once. Raises StoreError."""
        row = codec.audit_out(entry)
        values = (entry_id(entry), row["at"], row["who"], row["act"], row["flag_id"], json.dumps(row["details"]))
        with self._lock, schema.transaction(self._database, self._path):
            self._database.execute(
                "INSERT OR IGNORE INTO audit (id, at, who, act, flag_id, details) VALUES (?, ?, ?, ?, ?, ?)", values
            )

    def entries(self, since: datetime | None = None) -> Iterator[AuditEntry]:
        """All entries from ``since`` on, oldest first, page by page."""
        after = (codec.time_out(since) if since else "", "")
        sql = "SELECT at, who, act, flag_id, details, id FROM audit WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?"
        while True:
            with self._lock, schema.said(self._path):
                rows = self._database.execute(sql, (*after, _PAGE)).fetchall()
            for at, who, act, flag_id, details, _ in rows:
                told = {"at": at, "who": who, "act": act, "flag_id": flag_id, "details": json.loads(details)}
                yield codec.audit_in(told)
            if len(rows) < _PAGE:
                return
            after = (rows[-1][0], rows[-1][5])

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()
