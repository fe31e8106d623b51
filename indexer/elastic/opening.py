"""Opens the stores on a cluster, as settings say."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from core.ports import Segmenter
from core.secretfile import read_secret
from core.settings import Settings
from indexer.elastic.audit import ElasticAudit
from indexer.elastic.care import Care
from indexer.elastic.cluster import Access, Cluster, access
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.letters import Letters
from indexer.elastic.outbox import Outbox, Tell
from indexer.elastic.spool import Spool
from indexer.elastic.spooled import SpooledFlags, SpooledPatrols
from indexer.patrols import SqlitePatrols

_SPOOL, _LOCK, _LETTERS, _COPY = "spool.db", "spool.lock", "dead-letters.jsonl", "patrol-copy.db"


@dataclass(frozen=True)
class ElasticStores:
    """The stores of one cluster; ``folder`` holds what waits for it."""

    way: Access
    folder: Path
    most: int
    segment: Segmenter
    model_version: Callable[[], str]
    tell: Tell
    seconds: float = 10.0  # for one answer
    keeper_key: str | None = field(default=None, repr=False)

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster itself, for who looks after it."""
        return Cluster(self.way, seconds=self.seconds)

    @cached_property
    def _keeper(self) -> Cluster:
        """The same cluster, by the key that may delete."""
        return Cluster(replace(self.way, key=self.keeper_key, user=None, password=None), seconds=self.seconds)

    @cached_property
    def spool(self) -> Spool:
        """What waits."""
        return Spool(self.folder / _SPOOL, self.most)

    @cached_property
    def letters(self) -> Letters:
        """What was refused."""
        return Letters(self.folder / _LETTERS)

    @cached_property
    def _outbox(self) -> Outbox:
        return Outbox(self.cluster, self.spool, self.letters, self.folder / _LOCK, self.tell)

    @cached_property
    def flags(self) -> SpooledFlags:
        """Flags and reviews."""
        keeper = ElasticFlags(self._keeper, self.segment) if self.keeper_key else None
        return SpooledFlags(self.cluster, self.segment, self.model_version, self._outbox, keeper)

    @cached_property
    def patrols(self) -> SpooledPatrols:
        """What the patrol remembers."""
        return SpooledPatrols(self.cluster, SqlitePatrols(self.folder / _COPY), self._outbox)

    @cached_property
    def audit(self) -> ElasticAudit:
        """Who did what with flags."""
        return ElasticAudit(self.cluster, self._keeper if self.keeper_key else None)

    @cached_property
    def care(self) -> Care:
        """What a person does with the cluster."""
        return Care(self.way, lambda: self.cluster, self.letters)

    def close(self) -> None:
        """Send what still waits and close what was opened."""
        opened = vars(self)
        if "_outbox" in opened:
            self._outbox.close()
        elif "spool" in opened:
            self.spool.close()
        for name in ("patrols", "cluster", "_keeper"):
            if name in opened:
                opened[name].close()
        for name in ("_outbox", "spool", "flags", "patrols", "audit", "cluster", "_keeper"):
            opened.pop(name, None)


def open_stores(settings: Settings, segment: Segmenter, model_version: Callable[[], str], tell: Tell) -> ElasticStores:
    """The stores on the cluster that the settings name, nothing opened yet; raises InputError."""
    key = settings.store_key.get_secret_value()
    way = access(settings.store, settings.store_ca, settings.store_key_file, key)
    keeper = read_secret(settings.store_keeper_key_file) if settings.store_keeper_key_file else None
    most = settings.spool_mb << 20
    return ElasticStores(way, settings.data, most, segment, model_version, tell, keeper_key=keeper)
