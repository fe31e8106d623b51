"""Sends what waits in the spool: at once while the cluster answers, with growing pauses while it does not."""

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, Thread

from core.errors import StoreError
from core.secretfile import make_private
from indexer import schema
from indexer.elastic.bulk import Sent, send
from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import Write
from indexer.elastic.faults import ElasticError
from indexer.elastic.letters import Letters
from indexer.elastic.spool import Spool

_AT_ONCE = 200
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_JOIN_SECONDS = 30.0

Tell = Callable[[str, int, StoreError | None], None]


class Outbox:
    """One spool and the cluster that it drains into. Every write is on disk before it is sent.

    ``tell`` hears, once each, that the cluster went away or came back, and of dead letters, with a count.
    """

    def __init__(
        self,
        cluster: Cluster,
        spool: Spool,
        letters: Letters,
        lock: Path,
        tell: Tell,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cluster, self._spool, self._letters = cluster, spool, letters
        self._path, self._tell, self._clock = lock, tell, clock
        self._turn = RLock()
        self._failures, self._next = 0, 0.0
        self._thread: Thread | None = None

    @property
    def away(self) -> bool:
        """Whether the cluster failed a moment ago, so that it is not asked now."""
        return self._failures > 0 and self._clock() < self._next

    def holds(self, id_: str) -> bool:
        """Whether a write of this id still waits."""
        return self._spool.holds(id_)

    def post(self, writes: Sequence[Write]) -> dict[str, Sent]:
        """Keep writes and send what can be sent; what became of those that were. Raises StoreError if none is kept."""
        self._spool.add(writes)
        return self.flush()

    def flush(self) -> dict[str, Sent]:
        """Send what waits, unless the cluster is away or somebody else is sending."""
        if self.away or not self._turn.acquire(blocking=self._failures == 0):
            return {}
        try:
            with _alone(self._path) as alone:
                return self._drain() if alone else {}
        finally:
            self._turn.release()

    def _drain(self) -> dict[str, Sent]:
        gone: dict[str, Sent] = {}
        while waiting := self._spool.first(_AT_ONCE):
            answers = list(send(self._cluster, [write for _, write in waiting.values()], **self._patience()))
            failed = [sent for sent in answers if sent.problem and sent.problem.passes]
            refused = [sent for sent in answers if sent.problem and not sent.problem.passes]
            if refused:
                self._letters.keep(refused)
                self._tell("dead letters", len(refused), refused[0].problem)
            over = [sent for sent in answers if sent not in failed]
            self._spool.done([waiting[sent.write.id][0] for sent in over])
            gone.update({sent.write.id: sent for sent in over})
            if failed:
                self.failed(failed[0].problem)
                return gone
        self._worked()
        return gone

    def _patience(self) -> dict[str, int]:
        return {"retries": 0} if self._failures else {}

    def failed(self, problem: ElasticError | None) -> None:
        """The cluster did not answer: it is left alone for a while, each time for longer."""
        self._failures += 1
        self._cluster.patient = False
        self._next = self._clock() + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (min(self._failures, 10) - 1))
        if self._failures == 1:
            self._tell("away", self._spool.count(), problem)

    def _worked(self) -> None:
        if self._failures:
            self._failures = 0
            self._cluster.patient = True
            self._tell("back", 0, None)

    def nudge(self) -> None:
        """See in the background that nothing waits longer than it must."""
        idle = self._thread is None or not self._thread.is_alive()
        if idle and not self.away and (self._failures or self._spool.count()):
            self._thread = Thread(target=self._quietly, name="outbox", daemon=True)
            self._thread.start()

    def _quietly(self) -> None:
        try:
            self.flush()
        except StoreError as problem:
            self._tell("spool fails", 0, problem)

    def close(self) -> None:
        """Send what still can be sent, and close the spool; what cannot waits for the next run."""
        if self._thread is not None:
            self._thread.join(_JOIN_SECONDS)
        if self._spool.count():
            self.flush()
        self._spool.close()


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether no other process is sending; else the order of writes could be lost."""
    with schema.said(path):
        make_private(path)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
