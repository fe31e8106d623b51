"""Whether the store and its disk work: told once when they fail, and once when they do again."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile

from core.errors import StoreError
from upkeep.events import StoreFails, StoreWorks, Tell

PROBE_SECONDS = 1.0  # between two tries while it fails
_ROOM = 1_000_000  # bytes that must fit on the disk before it is called well


class StoreHealth:
    """``steady`` gives seconds that only run forward; ``probe`` writes to the store and raises StoreError."""

    def __init__(self, tell: Tell, steady: Callable[[], float], probe: Callable[[], None]) -> None:
        self._tell = tell
        self._steady = steady
        self._probe = probe
        self._next = float("-inf")
        self._failures = 0
        self.ailing = False

    def failed(self, problem: StoreError) -> None:
        """A read or a write failed."""
        self._failures += 1
        self._next = self._steady() + PROBE_SECONDS
        if not self.ailing:
            self._tell(StoreFails(problem))
        self.ailing = True

    def guarded(self, work: Callable[[], None]) -> None:
        """Do ``work``; while the store fails it is left, but for a try now and then, which begins with a probe."""
        if self.ailing and self._steady() < self._next:
            return
        failures = self._failures
        try:
            if self.ailing:
                self._probe()
            work()
        except StoreError as problem:
            self.failed(problem)
        if self.ailing and self._failures == failures:
            self.ailing = False
            self._tell(StoreWorks())


def check_room(folder: Path) -> None:
    """Raises StoreError where a megabyte does not fit into ``folder``."""
    try:
        with TemporaryFile(dir=folder, prefix=".room-") as file:
            file.write(b"\0" * _ROOM)
            file.flush()
    except OSError as problem:
        raise StoreError(
            f"{folder} 写不下：{problem.strerror}。请腾出空间。",
            f"{folder} has no room: {problem.strerror}. Free some space.",
        ) from problem
