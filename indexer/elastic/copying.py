"""Copies everything between the embedded store and a cluster, counts and compares it; may be cut short and repeated."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Protocol, TypeVar

from core import codec
from core.errors import StoreError
from core.ports import AuditLog, FlagStore, Item, PatrolStore, Query, Stored, Validators
from core.types import Flag
from indexer import schema
from indexer.audit import entry_id
from indexer.elastic.audit import ElasticAudit
from indexer.elastic.bulk import send
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import Write, item_write, validators_write
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.patrols import ElasticPatrols
from indexer.elastic.scan import pages

T = TypeVar("T")
SeenItem = tuple[str, Item, datetime]
SeenUrl = tuple[str, str, Validators, datetime]
_AT_ONCE, _FLAGS_AT_ONCE = 200, 1_000
KINDS = ("flags", "reviews", "sources", "items", "validators", "audit")


@dataclass(slots=True)
class Count:
    """Of one kind: how many there are, how many were written now, and how many differ on the other side afterwards."""

    found: int = 0
    written: int = 0
    differ: int = 0


class Side(Protocol):
    """A store as a copy sees it."""

    @property
    def flags(self) -> FlagStore:
        """Flags and reviews."""
        ...

    @property
    def patrols(self) -> PatrolStore:
        """What a patrol remembers."""
        ...

    @property
    def audit(self) -> AuditLog:
        """Who did what with flags."""
        ...

    def held(self, flag_ids: Sequence[str]) -> Mapping[str, Stored]:
        """Those of some flags that are here."""
        ...

    def put(self, flags: Sequence[Flag]) -> None:
        """Store flags; raises StoreError."""
        ...

    def items(self) -> Iterator[SeenItem]:
        """All items."""
        ...

    def urls(self) -> Iterator[SeenUrl]:
        """All validators."""
        ...

    def put_items(self, items: Sequence[SeenItem]) -> None:
        """Remember items; raises StoreError."""
        ...

    def put_urls(self, urls: Sequence[SeenUrl]) -> None:
        """Remember validators; raises StoreError."""
        ...


@dataclass(frozen=True)
class EmbeddedSide:
    """The embedded store."""

    flags: FlagStore
    patrols: PatrolStore
    audit: AuditLog
    path: Path

    def held(self, flag_ids: Sequence[str]) -> Mapping[str, Stored]:
        """Those of some flags that are here."""
        return {id_: stored for id_ in flag_ids if (stored := self.flags.get(id_))}

    def put(self, flags: Sequence[Flag]) -> None:
        """Store flags; raises StoreError."""
        self.flags.put_many(flags)

    def items(self) -> Iterator[SeenItem]:
        """All items."""
        for source, key, digest, at in self._rows("SELECT source, key, digest, looked_at FROM items"):
            yield source, Item(key, digest), codec.time_in(at)

    def urls(self) -> Iterator[SeenUrl]:
        """All validators."""
        for source, key, etag, modified, at in self._rows(
            "SELECT source, key, etag, last_modified, looked_at FROM validators"
        ):
            yield source, key, Validators(etag, modified), codec.time_in(at)

    def _rows(self, sql: str) -> Iterator[tuple[str, ...]]:
        database = schema.connect(self.path)
        try:
            with schema.said(self.path):
                yield from database.execute(sql)
        finally:
            database.close()

    def put_items(self, items: Sequence[SeenItem]) -> None:
        """Remember items; raises StoreError."""
        for (source, at), group in groupby(items, key=lambda item: (item[0], item[2])):
            self.patrols.remember(source, [item for _, item, _ in group], at)

    def put_urls(self, urls: Sequence[SeenUrl]) -> None:
        """Remember validators; raises StoreError."""
        for source, key, value, at in urls:
            self.patrols.set_validators(source, {key: value}, at)


@dataclass(frozen=True)
class ElasticSide:
    """The store on a cluster."""

    flags: ElasticFlags
    patrols: ElasticPatrols
    cluster: Cluster

    @property
    def audit(self) -> AuditLog:
        """Who did what with flags."""
        return ElasticAudit(self.cluster)

    def held(self, flag_ids: Sequence[str]) -> Mapping[str, Stored]:
        """Those of some flags that are here."""
        return {id_: one for part in _batches(flag_ids) for id_, one in self.flags.many(part).items()}

    def put(self, flags: Sequence[Flag]) -> None:
        """Store flags; raises StoreError."""
        self.flags.put_many(flags)

    def items(self) -> Iterator[SeenItem]:
        """All items."""
        for row in self._rows("patrol-items"):
            yield row["source"], Item(row["key"], row["digest"]), codec.time_in(row["looked_at"])

    def urls(self) -> Iterator[SeenUrl]:
        """All validators."""
        for row in self._rows("patrol-validators"):
            value = Validators(row.get("etag"), row.get("last_modified"))
            yield row["source"], row["key"], value, codec.time_in(row["looked_at"])

    def _rows(self, kind: str) -> Iterator[Json]:
        name = self.cluster.name(kind)
        self.cluster.ask(lambda client: client.indices.refresh(index=name))
        order: list[Json] = [{"looked_at": "asc"}, {"source": "asc"}, {"key": "asc"}]
        for hits in pages(self.cluster, kind, {"match_all": {}}, order):
            yield from (hit["_source"] for hit in hits)

    def put_items(self, items: Sequence[SeenItem]) -> None:
        """Remember items; raises StoreError."""
        self._send([item_write(source, item, at) for source, item, at in items])

    def put_urls(self, urls: Sequence[SeenUrl]) -> None:
        """Remember validators; raises StoreError."""
        self._send([validators_write(source, key, value, at) for source, key, value, at in urls])

    def _send(self, writes: Sequence[Write]) -> None:
        for sent in list(send(self.cluster, writes)):
            if sent.problem:
                raise sent.problem


def copy(old: Side, new: Side, step: Callable[[str, int], None]) -> dict[str, Count]:
    """Copy all, then compare all; ``step`` hears of each kind how many more were looked at. Raises StoreError.

    What is there already and equal is not written again, so that a copy that was cut short goes on where it was.
    """
    counts = {kind: Count() for kind in KINDS}
    for pass_ in (True, False):
        _flags(old, new, counts, step, write=pass_)
        _states(old, new, counts["sources"], step, write=pass_)
        _items(old, new, counts["items"], step, write=pass_)
        _urls(old, new, counts["validators"], step, write=pass_)
        _audit(old, new, counts["audit"], step, write=pass_)
    return counts


def _flags(old: Side, new: Side, counts: dict[str, Count], step: Callable[[str, int], None], *, write: bool) -> None:
    for batch in _batches(old.flags.search(Query()), _FLAGS_AT_ONCE):
        held = new.held([stored.flag.id for stored in batch])
        wrong = [stored for stored in batch if held.get(stored.flag.id) != stored]
        short = {stored.flag.id: _missing(stored, held.get(stored.flag.id)) for stored in wrong}
        if not write:
            counts["flags"].differ += len(wrong)
            counts["reviews"].differ += sum(map(len, short.values()))
            continue
        new.put([stored.flag for stored in wrong])
        for stored in wrong:
            for review in stored.reviews[len(stored.reviews) - len(short[stored.flag.id]) :]:
                new.flags.add_review(review)
        counts["flags"].found += len(batch)
        counts["flags"].written += len(wrong)
        counts["reviews"].found += sum(len(stored.reviews) for stored in batch)
        counts["reviews"].written += sum(map(len, short.values()))
        step("flags", len(batch))


def _missing(stored: Stored, held: Stored | None) -> tuple[object, ...]:
    """The reviews that the other side has not; raises StoreError where it has others."""
    there = held.reviews if held else ()
    if stored.reviews[: len(there)] != there:
        raise StoreError(
            f"两边对标记 {stored.flag.id} 的复核不同，没有覆盖。请先在一边处理。",
            f"The two stores have different reviews of {stored.flag.id}; neither was overwritten. Settle it in one.",
        )
    return stored.reviews[len(there) :]


def _states(old: Side, new: Side, count: Count, step: Callable[[str, int], None], *, write: bool) -> None:
    for state in old.patrols.states():
        same = new.patrols.state(state.source) == state
        if write:
            count.found += 1
            if not same:
                new.patrols.set_state(state)
                count.written += 1
            step("sources", 1)
        else:
            count.differ += not same


def _items(old: Side, new: Side, count: Count, step: Callable[[str, int], None], *, write: bool) -> None:
    for batch in _batches(old.items()):
        wrong = []
        for source, group in groupby(batch, key=lambda item: item[0]):
            rows = list(group)
            known = new.patrols.known(source, [item.key for _, item, _ in rows])
            wrong += [row for row in rows if known.get(row[1].key) != (row[1].digest, row[2])]
        if write:
            new.put_items(wrong)
            count.found, count.written = count.found + len(batch), count.written + len(wrong)
            step("items", len(batch))
        else:
            count.differ += len(wrong)


def _urls(old: Side, new: Side, count: Count, step: Callable[[str, int], None], *, write: bool) -> None:
    for batch in _batches(old.urls()):
        wrong = [row for row in batch if new.patrols.validators(row[0], row[1]) != row[2]]
        if write:
            new.put_urls(wrong)
            count.found, count.written = count.found + len(batch), count.written + len(wrong)
            step("validators", len(batch))
        else:
            count.differ += len(wrong)


def _audit(old: Side, new: Side, count: Count, step: Callable[[str, int], None], *, write: bool) -> None:
    there = new.audit.entries()
    reached: tuple[datetime, str] | None = None
    for entry in old.audit.entries():
        wanted = (entry.at, entry_id(entry))
        while reached is None or reached < wanted:
            found = next(there, None)
            if found is None:
                break
            reached = (found.at, entry_id(found))
        missing = reached != wanted
        if write:
            count.found, count.written = count.found + 1, count.written + missing
            if missing:
                new.audit.add(entry)
            step("audit", 1)
        else:
            count.differ += missing


def _batches(rows: Iterable[T], at_once: int = _AT_ONCE) -> Iterator[list[T]]:
    left = iter(rows)
    while batch := list(islice(left, at_once)):
        yield batch
