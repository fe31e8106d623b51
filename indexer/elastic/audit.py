"""Keeps who did what with flags on a cluster: documents that are made once, and never changed."""

from collections.abc import Iterator
from datetime import datetime

from core import codec
from core.types import AuditEntry
from indexer.audit import entry_id
from indexer.elastic.bulk import send
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import Write
from indexer.elastic.scan import pages

_OLDEST_FIRST: list[Json] = [{"at": "asc"}, {"id": "asc"}]


def audit_write(entry: AuditEntry) -> Write:
    """An entry, made once: an id that is there already is the same entry."""
    row = {name: value for name, value in codec.audit_out(entry).items() if value is not None}
    made = entry_id(entry)
    return Write("audit", "create", made, {"id": made, **row})


class ElasticAudit:
    """The AuditLog on a cluster."""

    def __init__(self, cluster: Cluster, writer: Cluster | None = None) -> None:
        """``writer``: the same cluster by another key, where the one that reads may not write."""
        self._cluster = cluster
        self._writer = writer or cluster

    def add(self, entry: AuditEntry) -> None:
        """Append an entry; the same one twice counts once. Raises ElasticError."""
        sent = next(send(self._writer, [audit_write(entry)]))
        if sent.problem:
            raise sent.problem

    def entries(self, since: datetime | None = None) -> Iterator[AuditEntry]:
        """All entries from ``since`` on, oldest first, streamed from one point in time."""
        self._cluster.refresh("audit")
        wanted: Json = {"range": {"at": {"gte": codec.time_out(since)}}} if since else {"match_all": {}}
        for hits in pages(self._cluster, "audit", wanted, _OLDEST_FIRST):
            yield from (codec.audit_in(hit["_source"]) for hit in hits)

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()
