"""What a person does with a cluster: sets it up, sends dead letters again, copies, migrates."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from core.ports import FlagStore, PatrolStore, Segmenter
from indexer.elastic import keys
from indexer.elastic.check import check
from indexer.elastic.cluster import Access, Cluster
from indexer.elastic.copying import Count, ElasticSide, EmbeddedSide, copy
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.indices import set_up
from indexer.elastic.keys import Made
from indexer.elastic.letters import Letters, Retried
from indexer.elastic.migrate import Moved, migrate
from indexer.elastic.patrols import ElasticPatrols


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
    keys: tuple[Made, ...]


class Care:
    """The acts of who looks after a cluster; each may be repeated, and goes on where it was cut short."""

    def __init__(self, way: Access, cluster: Callable[[], Cluster], letters: Letters) -> None:
        self._way = way
        self._cluster = cluster
        self._letters = letters

    def set_up(self, user: str, password: str, folder: Path, days: int, *, renew: bool) -> SetUp:
        """Make what is missing of templates, indices, aliases and keys, as a user who may."""
        with closing(self._as(user, password)) as cluster:
            names = set_up(cluster)
            made = (keys.make(cluster, role, folder, days, renew=renew) for role in keys.ROLES)
            return SetUp(tuple(names), tuple(key for key in made if key))

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

    def _as(self, user: str, password: str) -> Cluster:
        return Cluster(replace(self._way, key=None, user=user, password=password))
