"""A file that says that the patrol lives, for an alarm from outside, and the same word to systemd's watchdog."""

import json
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from upkeep.events import Event, NetworkFails, NetworkWorks, Pulse, Settled, StoreFails, StoreWorks

EVERY = 10.0  # seconds between two writings
NAME = "heartbeat"


class Heartbeat:
    """A listener that writes ``path``, whole or not at all, every ten seconds at most.

    The line is JSON: time, version, visits since the start, last_success, and what the patrol waits for. ``steady``
    gives seconds that only run forward; ``systemd`` is the socket that systemd listens at, None where there is none.
    """

    def __init__(
        self,
        path: Path,
        version: str,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
        systemd: str | None = None,
    ) -> None:
        self._path = path
        self._version = version
        self._clock = clock
        self._steady = steady
        self._systemd = systemd
        self._next = float("-inf")
        self._visits = 0
        self._last_success: datetime | None = None
        self._failing: set[str] = set()
        self._unwritten = False

    def tell(self, event: Event) -> None:
        """Count visits, and beat with every pulse of the patrol."""
        match event:
            case Settled():
                self._visits += 1
                if event.report.problem is None and event.report.skipped is None:
                    self._last_success = event.report.ended
            case StoreFails() | NetworkFails():
                self._failing.add("store" if isinstance(event, StoreFails) else "network")
            case StoreWorks() | NetworkWorks():
                self._failing.discard("store" if isinstance(event, StoreWorks) else "network")
            case Pulse():
                self._beat()

    def _beat(self) -> None:
        now = self._steady()
        if now < self._next:
            return
        self._next = now + EVERY
        self.tell_systemd("WATCHDOG=1")
        row = {
            "time": self._clock().isoformat(timespec="seconds"),
            "version": self._version,
            "visits": self._visits,
            "last_success": self._last_success.isoformat(timespec="seconds") if self._last_success else None,
            "failing": sorted(self._failing),
        }
        try:
            replace_file(self._path, json.dumps(row) + "\n")
        except OSError as problem:
            if not self._unwritten:
                structlog.get_logger("heartbeat").error("not written", problem=problem.strerror)
            self._unwritten = True
        else:
            self._unwritten = False

    def tell_systemd(self, word: str) -> None:
        """Say READY=1, WATCHDOG=1 or STOPPING=1 to systemd, if it listens (sd_notify(3))."""
        if not self._systemd:
            return
        address = "\0" + self._systemd[1:] if self._systemd.startswith("@") else self._systemd
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            try:
                line.sendto(word.encode(), address)
            except OSError as problem:
                structlog.get_logger("heartbeat").debug("systemd not told", problem=problem.strerror)


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` in the place of what ``path`` holds, at once; raises OSError, and then the old text stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)  # noqa: PTH105 - the atomic rename, by its name
