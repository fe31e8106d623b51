"""Moves an index to the next schema while it goes on answering: copy, catch up, hold writes for a moment, swap.

Only the last step holds writes, and those wait in the spool; reads are answered all the time. What was copied is
noted in the new index, so that a migration that was cut short goes on where it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.elastic import indices
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.faults import ElasticError, Kind
from indexer.elastic.mapping import KINDS, VERSION, mappings
from indexer.elastic.scan import pages

_PROGRESS = "copied_to"
_BY_CHANGE: list[Json] = [{"_seq_no": "asc"}]
_BY_ID: dict[str, list[Json]] = {
    "flags": [{"id": "asc"}],
    "reviews": [{"flag_id": "asc"}, {"number": "asc"}],
    "audit": [{"id": "asc"}],
    "patrol-sources": [{"source": "asc"}],
    "patrol-items": [{"source": "asc"}, {"key": "asc"}],
    "patrol-validators": [{"source": "asc"}, {"key": "asc"}],
}
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Moved:
    """An index that gave way to another."""

    old: str
    new: str
    documents: int


def migrate(
    cluster: Cluster,
    *,
    version: int = VERSION,
    change: Callable[[str, Json], Json] = lambda _kind, document: document,
    step: Callable[[int], None] = lambda _more: None,
    properties: Json | None = None,
) -> list[Moved]:
    """Bring every index that differs to ``version``; ``change`` turns an old document into a new one.

    ``properties`` are the new mappings by kind where they are not those of ``mapping.json``. Raises ElasticError.
    """
    moved = []
    for kind in KINDS:
        wanted = mappings(kind, version)
        wanted["properties"] = (properties or {}).get(kind, wanted["properties"])
        old, mapping = indices.current(cluster, kind)
        if not indices.fits(mapping, wanted):
            moved.append(_Move(cluster, kind, old, lambda row, kind=kind: change(kind, row), step).run(version, wanted))  # type: ignore[misc]
    return moved


@dataclass(frozen=True)
class _Move:
    cluster: Cluster
    kind: str
    old: str
    change: Callable[[Json], Json]
    step: Callable[[int], None]

    def run(self, version: int, wanted: Json) -> Moved:
        indices.put_template(self.cluster, self.kind, version, wanted["properties"])
        new = self._made(version, wanted)
        while self._catch_up(new, wanted):
            pass
        self._hold_writes()
        self._catch_up(new, wanted)
        self._drop_deleted(new)
        indices.point(self.cluster, self.kind, new, self.old)
        return Moved(self.old, new, self._count(new))

    def _made(self, version: int, wanted: Json) -> str:
        """The index that is moved to: one that an earlier try began, or a new one."""
        base = self.cluster.index(self.kind, version)
        for number in range(1, 100):
            name = base if number == 1 else f"{base}-{number}"
            if not self.cluster.ask(lambda client, name=name: bool(client.indices.exists(index=name))):  # type: ignore[misc]
                self.cluster.once(lambda client, name=name: client.indices.create(index=name))  # type: ignore[misc]
                return name
            found = self.cluster.ask(lambda client, name=name: client.indices.get_mapping(index=name).body)  # type: ignore[misc]
            if name != self.old and indices.fits(found[name]["mappings"], wanted):
                return name
        raise ElasticError(Kind.OTHER, self.cluster.url, f"{base}-99")

    def _catch_up(self, new: str, wanted: Json) -> int:
        """Copy what changed since the last round, in the order of the changes; how many documents."""
        self._refresh(self.old)
        progress = self.cluster.ask(lambda client: client.indices.get_mapping(index=new).body)
        done = int(progress[new]["mappings"]["_meta"].get(_PROGRESS, -1))
        changed = {"range": {"_seq_no": {"gt": done}}}
        copied = 0
        for hits in pages(self.cluster, self.kind, changed, _BY_CHANGE, versions=True, index=self.old):
            self._write(new, hits)
            meta = {**wanted["_meta"], _PROGRESS: hits[-1]["_seq_no"]}
            self.cluster.ask(lambda client, meta=meta: client.indices.put_mapping(index=new, meta=meta))  # type: ignore[misc]
            copied += len(hits)
            self.step(len(hits))
        return copied

    def _write(self, new: str, hits: list[Json]) -> None:
        operations: list[Json] = []
        for hit in hits:
            head = {"_id": hit["_id"], "version": hit["_version"], "version_type": "external_gte"}
            operations += [{"index": head}, self.change(hit["_source"])]
        answer = self.cluster.ask(lambda client: client.bulk(index=new, operations=operations).body)
        for item in answer["items"]:
            if "error" in item["index"] and item["index"]["status"] != _CONFLICT:
                raise ElasticError(Kind.MAPPING, self.cluster.url)

    def _hold_writes(self) -> None:
        self.cluster.ask(
            lambda client: client.indices.put_settings(index=self.old, settings={"index.blocks.write": True})
        )

    def _drop_deleted(self, new: str) -> None:
        """What was deleted while it was copied is deleted here too."""
        self._refresh(new, self.old)
        if self._count(new) == self._count(self.old):
            return
        there = set(self._ids(self.old))
        for id_ in [id_ for id_ in self._ids(new) if id_ not in there]:
            self.cluster.ask(lambda client, id_=id_: client.delete(index=new, id=id_))  # type: ignore[misc]
        self._refresh(new)

    def _ids(self, index: str) -> Iterator[str]:
        for hits in pages(self.cluster, self.kind, {"match_all": {}}, _BY_ID[self.kind], index=index):
            yield from (hit["_id"] for hit in hits)

    def _count(self, index: str) -> int:
        return self.cluster.ask(lambda client: int(client.count(index=index)["count"]))

    def _refresh(self, *names: str) -> None:
        self.cluster.ask(lambda client: client.indices.refresh(index=list(names)))
