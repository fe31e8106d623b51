"""What a person does with a cluster: sets it up, sends dead letters again, copies, migrates, lets the old expire."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.ports import FlagStore, PatrolStore, Query, Segmenter
from indexer import elastic_keys, elastic_schema
from indexer.elastic import ElasticFlags
from indexer.elastic_check import check
from indexer.elastic_cluster import Access, Cluster
from indexer.elastic_copy import Count, ElasticSide, EmbeddedSide, copy
from indexer.elastic_letters import Letters, Retried
from indexer.elastic_migrate import Moved, migrate
from indexer.elastic_patrols import ElasticPatrols

_AT_ONCE = 200


class Embedded(Protocol):
    """The embedded stores and what a copy must know of them."""

    path: Path
    segment: Segmenter

    @property
    def flags(self) -> FlagStore:
        """Flags and reviews."""
        ...

    @property
    def patrols(self) -> PatrolStore:
        """What the patrol remembers."""
        ...


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was made."""

    indices: tuple[str, ...]
    keys: tuple[elastic_keys.Made, ...]


class Care:
    """The acts of who looks after a cluster; each may be repeated, and goes on where it was cut short."""

    def __init__(self, way: Access, cluster: Callable[[], Cluster], letters: Letters) -> None:
        self._way = way
        self._cluster = cluster
        self._letters = letters

    def set_up(self, user: str, password: str, folder: Path, days: int, *, renew: bool) -> SetUp:
        """Make what is missing of templates, indices, aliases and keys, as a user who may."""
        with closing(self._as(user, password)) as cluster:
            indices = elastic_schema.set_up(cluster)
            made = (elastic_keys.make(cluster, role, folder, days, renew=renew) for role in elastic_keys.ROLES)
            return SetUp(tuple(indices), tuple(key for key in made if key))

    def check(self) -> str:
        """The version of a sound cluster; raises ElasticError that says what is wrong and what to do."""
        return check(self._cluster())

    def refused(self) -> int:
        """How many dead letters there are."""
        return self._letters.count()

    def retry(self) -> Retried:
        """Send the dead letters again."""
        return self._letters.retry(self._cluster())

    def copy(
        self, user: str, password: str, embedded: Embedded, step: Callable[[str, int], None], *, back: bool
    ) -> dict[str, Count]:
        """Copy everything from the embedded store to the cluster, or ``back``, and compare; raises StoreError."""
        with closing(self._as(user, password)) as cluster:
            near = EmbeddedSide(embedded.flags, embedded.patrols, embedded.path)
            far = ElasticSide(ElasticFlags(cluster, embedded.segment), ElasticPatrols(cluster), cluster)
            return copy(far, near, step) if back else copy(near, far, step)

    def migrate(self, user: str, password: str, step: Callable[[int], None]) -> list[Moved]:
        """Bring every index to the schema of this program, while it goes on answering."""
        with closing(self._as(user, password)) as cluster:
            return migrate(cluster, step=step)

    def expire(self, flags: FlagStore, before: datetime) -> int:
        """Delete flags that were first seen before a time, reviews included; returns how many."""
        gone = 0
        while ids := [stored.flag.id for stored in flags.search(Query(until=before), _AT_ONCE)]:
            gone += flags.forget(ids)
        return gone

    def _as(self, user: str, password: str) -> Cluster:
        return Cluster(replace(self._way, key=None, user=user, password=password))
