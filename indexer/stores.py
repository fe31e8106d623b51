"""The stores that a store's url names, each opened when it is first used."""

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from core.errors import InputError, StoreError
from core.ports import AuditLog, FlagStore, PatrolStore, Query, RuleCounts, Segmenter
from core.settings import Settings
from core.types import Flag, Span
from core.words import Lang
from indexer import schema
from indexer.audit import SqliteAudit
from indexer.counts import SqliteRuleCounts
from indexer.elastic import mapping, names
from indexer.highlights import Highlighter
from indexer.kibana.export import saved_objects
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags

if TYPE_CHECKING:
    from indexer.elastic.care import Care
    from indexer.elastic.opening import ElasticStores


class EmbeddedStores:
    """The embedded stores, all in one file."""

    def __init__(self, path: Path, segment: Segmenter) -> None:
        self.path = path
        self.segment = segment

    @cached_property
    def flags(self) -> SqliteFlags:
        """Flags and reviews."""
        return SqliteFlags(self.path, self.segment)

    @cached_property
    def patrols(self) -> SqlitePatrols:
        """What the patrol remembers."""
        return SqlitePatrols(self.path)

    @cached_property
    def audit(self) -> SqliteAudit:
        """Who did what with flags."""
        return SqliteAudit(self.path)

    @cached_property
    def counts(self) -> SqliteRuleCounts:
        """How often rules in the background held."""
        return SqliteRuleCounts(self.path)

    def close(self) -> None:
        """Close what was opened."""
        for name in ("flags", "patrols", "audit", "counts"):
            if name in vars(self):
                vars(self).pop(name).close()


class Store:
    """The embedded stores or those on a cluster, as the settings say."""

    def __init__(self, settings: Settings, segment: Segmenter, model_version: Callable[[], str]) -> None:
        self._settings = settings
        self._segment = segment
        self._model_version = model_version

    @cached_property
    def embedded(self) -> EmbeddedStores:
        """The embedded stores, whichever are in use."""
        return EmbeddedStores(schema.path_of(self._settings.embedded_url), self._segment)

    @cached_property
    def elastic(self) -> "ElasticStores | None":
        """The stores on a cluster, where the settings name one; raises InputError for an url that is no store's."""
        if not self._settings.store.startswith(("https:", "http:")):
            schema.path_of(self._settings.store_url)
            return None
        # The client takes half a second to import, and most installations have no cluster.
        opening = importlib.import_module("indexer.elastic.opening")
        made: ElasticStores = opening.open_stores(self._settings, self._segment, self._model_version, _tell)
        return made

    @property
    def flags(self) -> FlagStore:
        """Flags and reviews."""
        return (self.elastic or self.embedded).flags

    @property
    def patrols(self) -> PatrolStore:
        """What the patrol remembers."""
        return (self.elastic or self.embedded).patrols

    @property
    def audit(self) -> AuditLog:
        """Who did what with flags."""
        return (self.elastic or self.embedded).audit

    @property
    def counts(self) -> RuleCounts:
        """How often rules in the background held: of this machine, so they stay on it."""
        return self.embedded.counts

    def highlighter(self, query: Query) -> Callable[[Flag], Sequence[Span]]:
        """What finds the words of a query again in flags, whichever store they came from."""
        return Highlighter(query.words, self._segment).spans

    @property
    def care(self) -> "Care":
        """What a person does with the cluster; raises InputError where the settings name none."""
        if self.elastic is None:
            raise InputError(
                "没有设置集群。请设 LUREWATCH_STORE=https://主机:端口。",
                "No cluster is set. Set LUREWATCH_STORE=https://host:port.",
            )
        return self.elastic.care

    def kibana(self, lang: Lang) -> tuple[dict[str, Any], ...]:
        """Saved objects for the flags of the cluster that the settings name, which is not asked.

        Without one they are for an alias without a prefix. Raises InputError for an url that is no store's.
        """
        prefix = ""
        if self._settings.store.startswith(("https:", "http:")):
            _, prefix = names.where(self._settings.store)
        else:
            schema.path_of(self._settings.store_url)
        return saved_objects(mapping.mappings("flags"), names.alias(prefix, "flags"), lang)

    def close(self) -> None:
        """Close what was opened."""
        for name in ("embedded", "elastic"):
            opened = vars(self).pop(name, None)
            if opened:
                opened.close()


def _tell(event: str, writes: int, problem: StoreError | None) -> None:
    structlog.get_logger("store").warning(event, writes=writes, problem=problem.en if problem else None)
