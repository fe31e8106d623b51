"""The embedded stores, each opened when it is first used."""

from functools import cached_property
from pathlib import Path

from core.ports import Segmenter
from indexer.counts import SqliteRuleCounts
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags


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
    def counts(self) -> SqliteRuleCounts:
        """How often rules in the background held."""
        return SqliteRuleCounts(self.path)

    def close(self) -> None:
        """Close what was opened."""
        for name in ("flags", "patrols", "counts"):
            if name in vars(self):
                vars(self).pop(name).close()
