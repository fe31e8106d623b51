"""The stores that a patrol uses with a cluster: it goes on while the cluster is away, and nothing is lost."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from core.ports import FlagStore, Item, Segmenter, SourceState, Validators
from core.types import Flag, State
from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import Write, item_write, state_write, validators_write
from indexer.elastic.faults import ElasticError
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.outbox import Outbox
from indexer.elastic.patrols import ElasticPatrols
from indexer.patrols import SqlitePatrols

T = TypeVar("T")


class SpooledFlags(ElasticFlags):
    """The FlagStore on a cluster, whose machine writes wait on disk while the cluster is away."""

    def __init__(
        self,
        cluster: Cluster,
        segment: Segmenter,
        model_version: Callable[[], str],
        outbox: Outbox,
        keeper: FlagStore | None = None,
    ) -> None:
        super().__init__(cluster, segment, model_version)
        self._outbox = outbox
        self._keeper = keeper
        self._tallies: Mapping[str, Mapping[State, int]] = {}

    def put(self, flag: Flag) -> bool:
        """Store a flag, True if it was new or is not yet known to be; raises StoreError where the spool is full."""
        before = self._outbox.holds(flag.id)
        sent = self._outbox.post([self.write_of(flag)]).get(flag.id)
        return sent.made if sent and sent.problem is None else not before

    def put_many(self, flags: Sequence[Flag]) -> int:
        """Store flags one after the other, since each is on disk before it is sent; how many were new."""
        return sum(map(self.put, flags))

    def tallies(self) -> Mapping[str, Mapping[State, int]]:
        """How many flags each source has, by state; while the cluster is away what it said last, or nothing.

        The plan of visits goes by these: a patrol that waited for them would visit its sources again and again.
        """
        self._outbox.nudge()
        if not self._outbox.away:
            try:
                self._tallies = super().tallies()
            except ElasticError as problem:
                self._outbox.failed(problem)
        return self._tallies

    def forget(self, flag_ids: Sequence[str]) -> int:
        """Delete flags with their reviews by the keeper's key, where there is one; returns how many."""
        return self._keeper.forget(flag_ids) if self._keeper else super().forget(flag_ids)

    def close(self) -> None:
        """Nothing: outbox and cluster are closed by who opened them."""


class SpooledPatrols:
    """The PatrolStore on a cluster, with a copy on this machine that answers while the cluster is away.

    When a source is due is read from the copy alone: it is brought up to date when the cluster first answers, and
    from then on this machine is the one that patrols.
    """

    def __init__(self, cluster: Cluster, copy: SqlitePatrols, outbox: Outbox) -> None:
        self._far = ElasticPatrols(cluster)
        self._near = copy
        self._outbox = outbox
        self._level = False

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """Of the given item keys the known ones, by whichever of copy and cluster looked last."""
        near = self._near.known(source, keys)
        nothing: Mapping[str, tuple[str, datetime]] = {}
        far = self._asked(lambda: self._far.known(source, keys), nothing)
        newer = {key: row for key, row in near.items() if key not in far or row[1] >= far[key][1]}
        return {**far, **newer}

    def remember(self, source: str, items: Iterable[Item], at: datetime) -> None:
        """Mark items as seen and looked at; raises StoreError, and then none is marked."""
        latest = {item.key: item for item in items}
        self._post([item_write(source, item, at) for item in latest.values()])
        self._near.remember(source, latest.values(), at)

    def validators(self, source: str, key: str) -> Validators | None:
        """The validators of a url (by keyed hash), or None."""
        near = self._near.validators(source, key)
        return near or self._asked(lambda: self._far.validators(source, key), None)

    def set_validators(self, source: str, validators: Mapping[str, Validators], at: datetime) -> None:
        """Remember validators by keyed hash of their url."""
        self._post([validators_write(source, key, value, at) for key, value in validators.items()])
        self._near.set_validators(source, validators, at)

    def state(self, source: str) -> SourceState | None:
        """The state of a source, or None if it was never visited."""
        self._bring_level()
        return self._near.state(source)

    def set_state(self, state: SourceState) -> None:
        """Replace the state of a source."""
        self._bring_level()
        self._post([state_write(state)])
        self._near.set_state(state)

    def states(self) -> Iterator[SourceState]:
        """The states of all sources, those included that are no longer patrolled."""
        self._bring_level()
        return self._near.states()

    def due(self, sources: Sequence[str], now: datetime, limit: int) -> list[str]:
        """Of the given sources those due at ``now``, never visited ones first, then the longest due."""
        self._bring_level()
        self._outbox.nudge()
        return self._near.due(sources, now, limit)

    def expire(self, before: datetime) -> int:
        """Forget items and validators not looked at since ``before``; returns how many."""
        near = self._near.expire(before)
        return self._asked(lambda: self._far.expire(before), near)

    def _bring_level(self) -> None:
        """Take over the states that the cluster has, once: those of a patrol on another machine before this one."""
        if not self._level:
            self._level = self._asked(self._take_over, default=False)

    def _take_over(self) -> bool:
        for state in self._far.states():
            if not self._outbox.holds(state_write(state).id):
                self._near.set_state(state)
        return True

    def _post(self, writes: Sequence[Write]) -> None:
        if writes:
            self._outbox.post(writes)

    def _asked(self, ask: Callable[[], T], default: T) -> T:
        """What the cluster answers, or ``default`` while it is away."""
        if self._outbox.away:
            return default
        try:
            return ask()
        except ElasticError as problem:
            self._outbox.failed(problem)
            return default

    def close(self) -> None:
        """Close the copy; outbox and cluster are closed by who opened them."""
        self._near.close()
