"""Keeps on a cluster what a patrol remembers between visits: keyed hashes, times and states."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from core import codec
from core.ports import Item, SourceState, Validators
from indexer.elastic.bulk import send
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import Write, hashed, item_write, state_in, state_write, validators_write
from indexer.elastic.scan import pages

_AT_ONCE = 500
_SOON = (("due_at", "asc"), ("source", "asc"))


class ElasticPatrols:
    """The PatrolStore on a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """Of the given item keys the known ones, each with its digest and when it was last looked at."""
        ids = [hashed("item", source, key) for key in dict.fromkeys(keys)]
        rows = self._rows("patrol-items", ids)
        return {row["key"]: (row["digest"], codec.time_in(row["looked_at"])) for row in rows}

    def _rows(self, kind: str, ids: Sequence[str]) -> Iterator[Json]:
        name = self._cluster.name(kind)
        for at in range(0, len(ids), _AT_ONCE):
            some = list(ids[at : at + _AT_ONCE])
            answer = self._cluster.ask(lambda client, some=some: client.mget(index=name, ids=some).body)  # type: ignore[misc]
            yield from (doc["_source"] for doc in answer["docs"] if doc.get("found"))

    def remember(self, source: str, items: Iterable[Item], at: datetime) -> None:
        """Mark items as seen and looked at; raises ElasticError, and then all are to be looked at again."""
        self._send({item.key: item_write(source, item, at) for item in items}.values())

    def validators(self, source: str, key: str) -> Validators | None:
        """The validators of a url (by keyed hash), or None."""
        rows = self._rows("patrol-validators", [hashed("validators", source, key)])
        return next((Validators(row.get("etag"), row.get("last_modified")) for row in rows), None)

    def set_validators(self, source: str, validators: Mapping[str, Validators], at: datetime) -> None:
        """Remember validators by keyed hash of their url."""
        self._send(validators_write(source, key, value, at) for key, value in validators.items())

    def state(self, source: str) -> SourceState | None:
        """The state of a source, or None if it was never visited."""
        return next(map(state_in, self._rows("patrol-sources", [hashed("source", source)])), None)

    def set_state(self, state: SourceState) -> None:
        """Replace the state of a source."""
        self._send([state_write(state)])

    def states(self) -> Iterator[SourceState]:
        """The states of all sources, those included that are no longer patrolled."""
        self._cluster.refresh("patrol-sources")
        for hits in pages(self._cluster, "patrol-sources", {"match_all": {}}, [{field: way} for field, way in _SOON]):
            yield from (state_in(hit["_source"]) for hit in hits)

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Of the given sources those due at ``now``, never visited ones first, then the longest due."""
        rows = self._rows("patrol-sources", [hashed("source", source) for source in sources])
        times = {row["source"]: row["due_at"] for row in rows}
        instant = codec.time_out(now)
        ready = [source for source in sources if times.get(source, "") <= instant]
        return sorted(ready, key=lambda source: times.get(source, ""))[:limit]

    def expire(self, before: datetime) -> int:
        """Forget items and validators not looked at since ``before``; returns how many."""
        return sum(self._expire(kind, before) for kind in ("patrol-items", "patrol-validators"))

    def _expire(self, kind: str, before: datetime) -> int:
        self._cluster.refresh(kind)
        old = {"range": {"looked_at": {"lt": codec.time_out(before)}}}
        order: list[Json] = [{"looked_at": "asc"}, {"source": "asc"}, {"key": "asc"}]
        gone = 0
        for hits in pages(self._cluster, kind, old, order, versions=True):
            deleted = [Write(kind, "delete", hit["_id"], _unchanged(hit)) for hit in hits]
            gone += sum(sent.problem is None for sent in send(self._cluster, deleted))
        return gone

    def _send(self, writes: Iterable[Write]) -> None:
        for sent in list(send(self._cluster, list(writes))):
            if sent.problem:
                raise sent.problem

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()


def _unchanged(hit: Json) -> Json:
    """What lets a delete fail where the document was looked at again since it was found."""
    return {"if_seq_no": hit["_seq_no"], "if_primary_term": hit["_primary_term"]}
