"""Sends notices to people through apprise, from a thread of its own: nothing that happens there stops the patrol.

What comes within some seconds goes out as one message; what could not be sent is kept and tried again.
"""

import importlib
import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import structlog

from app import Refused, SourcesRefused
from core.errors import InputError
from core.words import Lang, Text
from upkeep.events import (
    ClockJumped,
    Event,
    NetworkFails,
    NetworkWorks,
    SettingsRefused,
    Settled,
    StoreFails,
    StoreWorks,
)
from upkeep.wording import said

GATHER_SECONDS = 5.0
AGAIN_SECONDS = 60.0
SEND_SECONDS = 20.0
_MOST = 200  # notices that wait; of more the oldest are dropped, and counted
_BETWEEN = re.compile(r"[,\s]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_TITLE = Text("识饵 Lurewatch", "Lurewatch")
_DROPPED = Text("（此前另有 {count} 条通知未能送出）", "({count} earlier notices could not be sent)")
# What is worth waking somebody for; of visits only those that `said` has a sentence about.
_WORTH = (
    *(Settled, StoreFails, StoreWorks, NetworkFails, NetworkWorks),
    *(Refused, SourcesRefused, SettingsRefused, ClockJumped),
)

Send = Callable[[str, str], bool]


def channel(urls: str, seconds: float = SEND_SECONDS) -> Send | None:
    """Sends (title, text) to all apprise ``urls`` (commas between) within a time; None where there are none.

    Raises InputError for a url that apprise does not know; it is named by its number, since urls hold passwords.
    """
    parts = [part for part in _BETWEEN.split(urls.strip().strip(",")) if part]
    if not parts:
        return None
    # It takes a tenth of a second to import, and most commands send nothing.
    apprise: Any = importlib.import_module("apprise")
    services = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Lurewatch", app_desc="Lurewatch", app_url=""))
    for number, part in enumerate(parts, 1):
        if not services.add(part.strip()):
            raise InputError(
                f"LUREWATCH_NOTIFY 的第 {number} 个地址，apprise 不认识。写法见 docs/operations.zh.md。",
                f"apprise does not know address no. {number} of LUREWATCH_NOTIFY. See docs/operations.md.",
            )
    return lambda title, text: bool(services.notify(title=title, body=text, timeout=seconds))


class Notices:
    """A listener that turns events into messages. ``sent`` is told the outcome of each: ``sent`` or ``failed``."""

    def __init__(
        self,
        send: Send | None,
        lang: Lang,
        sent: Callable[[str], None],
        gather: float = GATHER_SECONDS,
        again: float = AGAIN_SECONDS,
    ) -> None:
        self._send = send
        self._lang = lang
        self._sent = sent
        self._gather = gather
        self._again = again
        self._waiting: deque[str] = deque()
        self._dropped = 0
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._failing = False
        self._log = structlog.get_logger("notices")
        self._thread = threading.Thread(target=self._run, name="lurewatch-notices", daemon=True)
        self._thread.start()

    def use(self, send: Send | None) -> None:
        """Send that way from now on."""
        with self._changed:
            self._send = send
            if send is None:
                self._waiting.clear()
            self._changed.notify_all()

    def tell(self, event: Event) -> None:
        """Queue what is worth a notice; returns at once."""
        words = said(event, self._lang) if isinstance(event, _WORTH) else None
        if words:
            self.say(words)

    def say(self, words: str) -> None:
        """Queue a message; returns at once."""
        with self._changed:
            if self._send is None:
                return
            if len(self._waiting) >= _MOST:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(words)
            self._changed.notify_all()

    def close(self, timeout: float) -> None:
        """Try to send what waits, for so many seconds, and end."""
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closing.is_set():
                    self._changed.wait()
                if not self._waiting:
                    return
            self._closing.wait(self._gather)  # more may come: a network that fails breaks many sources at once
            if not self._deliver() and self._closing.wait(self._again):
                return

    def _deliver(self) -> bool:
        with self._changed:
            send, lines, dropped = self._send, list(self._waiting), self._dropped
            self._waiting.clear()
            self._dropped = 0
        if send is None or not lines:
            return True
        first = [_DROPPED.say(self._lang, count=dropped)] if dropped else []
        done = self._try(send, "\n".join([*first, *lines]))
        self._sent("sent" if done else "failed")
        if not done:
            with self._changed:
                kept = [*lines, *self._waiting]
                self._dropped += dropped + max(0, len(kept) - _MOST)
                self._waiting = deque(kept[-_MOST:])
        return done

    def _try(self, send: Send, text: str) -> bool:
        try:
            done, why = send(_TITLE.say(self._lang), text), "not delivered"
        except Exception as problem:  # noqa: BLE001 - a hundred services' code, none of which may end this thread
            done, why = False, type(problem).__name__  # the message may name the address
        if not done and not self._failing:
            self._log.error("notices fail, and are tried again", why=why)
        if done and self._failing:
            self._log.info("notices are sent again")
        self._failing = not done
        return done
