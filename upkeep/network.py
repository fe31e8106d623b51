"""Tells a network that is down from a source that is: while nobody answers, no source is to blame."""

from collections.abc import Callable, Hashable
from enum import Enum


class Verdict(Enum):
    """What a visit that could not even resolve its site's name says."""

    WAIT = "wait"  # too early to say, or the network is known to be down
    DOWN = "down"  # the network is down, and this is the moment to say so
    BROKEN = "broken"  # others were answered meanwhile: it is the source


class Network:
    """What the visits since the last answer say.

    The network is taken to be down when two sites cannot be resolved and nobody answered in between; where only one
    is patrolled (``sites`` gives their number) when that happens twice. A site whose name fails twice while others
    answer is broken.
    """

    def __init__(self, sites: Callable[[], int]) -> None:
        self._sites = sites
        self.down = False
        self._silent: dict[str, int] = {}  # sites that failed since the last answer, each with how often
        self._doubted: set[Hashable] = set()  # sources whose last visit could not resolve its site

    def answered(self, source: Hashable) -> bool:
        """A site answered, be it with an error; True if that ends a time in which nobody did."""
        ended = self.down
        self.down = False
        self._silent.clear()
        self._doubted.discard(source)
        return ended

    def silent(self, source: Hashable, site: str, *, broken: bool = False) -> Verdict:
        """A site's name could not be resolved; that of a source which is ``broken`` already says nothing new."""
        if broken and not self.down:
            return Verdict.BROKEN
        again = source in self._doubted
        self._doubted.add(source)
        self._silent[site] = self._silent.get(site, 0) + 1
        if self.down:
            return Verdict.WAIT
        if len(self._silent) > 1 or (self._silent[site] > 1 and self._sites() == 1):
            self.down = True
            return Verdict.DOWN
        return Verdict.BROKEN if again and self._silent[site] == 1 else Verdict.WAIT
