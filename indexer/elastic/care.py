"""What a person does with a cluster: sets it up, sends dead letters again, copies, migrates."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from core.ports import AuditLog, FlagStore, PatrolStore, Segmenter
from core.types import Act, AuditEntry
from indexer.elastic import keys
from indexer.elastic.audit import ElasticAudit
from indexer.elastic.check import check
from indexer.elastic.cluster import Access, Cluster
from indexer.elastic.copying import Count, ElasticSide, EmbeddedSide, copy
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.indices import set_up
from indexer.elastic.keys import Made
from indexer.elastic.letters import Letters, Retried
from indexer.elastic.migrate import Moved, migrate
from indexer.elastic.patrols import ElasticPatrols

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


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

    @property
    def audit(self) -> AuditLog:
        """Who did what with flags."""
        ...


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was made."""

    indices: tuple[str, ...]
    keys: tuple[Made, ...]


class Care:
    """The acts of who looks after a cluster; each may be repeated, and goes on where it was cut short."""

    def __init__(self, way: Access, cluster: Callable[[], Cluster], letters: Letters, clock: Clock = _now) -> None:
        self._way = way
        self._clock = clock
        self._cluster = cluster
        self._letters = letters

    def set_up(self, user: str, password: str, folder: Path, days: int, *, renew: bool) -> SetUp:
        """Make what is missing of templates, indices, aliases and keys, as a user who may."""
        with closing(self._as(user, password)) as cluster:
            names = set_up(cluster)
            made = (keys.make(cluster, role, folder, days, renew=renew) for role in keys.ROLES)
            done = SetUp(tuple(names), tuple(key for key in made if key))
            roles = " ".join(key.role for key in done.keys)
            self._note(cluster, Act.SET_UP, user, {"indices": " ".join(names), "keys": roles})
            return done

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
            near = EmbeddedSide(embedded.flags, embedded.patrols, embedded.audit, embedded.path)
            far = ElasticSide(ElasticFlags(cluster, embedded.segment), ElasticPatrols(cluster), cluster)
            counts = copy(far, near, step) if back else copy(near, far, step)
            told = {"to": "embedded" if back else "cluster"}
            self._note(cluster, Act.COPY, user, told | {kind: str(count.written) for kind, count in counts.items()})
            return counts

    def migrate(self, user: str, password: str, step: Callable[[int], None]) -> list[Moved]:
        """Bring every index to the schema of this program, while it goes on answering."""
        with closing(self._as(user, password)) as cluster:
            moved = migrate(cluster, step=step)
            for one in moved:
                self._note(cluster, Act.MIGRATE, user, {"old": one.old, "new": one.new, "count": str(one.documents)})
            return moved

    def _note(self, cluster: Cluster, act: Act, who: str, details: Mapping[str, str]) -> None:
        told = {name: value for name, value in details.items() if value}
        ElasticAudit(cluster).add(AuditEntry(self._clock(), who, act, details=told))

    def _as(self, user: str, password: str) -> Cluster:
        return Cluster(replace(self._way, key=None, user=user, password=password))
