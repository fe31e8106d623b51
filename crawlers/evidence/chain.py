"""A hash chain over all evidence: one line for each file that was kept or that expired, bound to the line before.

Each line holds the SHA-256 of the line before it, so that none can be changed, taken out or moved without breaking
all that follow (Haber and Stornetta, How to time-stamp a digital document, 1991). The digest of the last line, noted
elsewhere, also shows when lines were cut off at the end, or when the whole chain was written anew.
"""

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.words import Text
from crawlers.evidence.files import settle
from crawlers.evidence.stamps import stamp

NAME = "chain.jsonl"
START = "0" * 64  # what the first line names as the one before
_BLOCK = 64 << 10
_KEYS = {"number": int, "at": str, "act": str, "flag": str, "path": str, "sha256": str, "why": str, "previous": str}


class Act(StrEnum):
    """What happened to a file of evidence."""

    KEPT = "kept"
    EXPIRED = "expired"  # removed on purpose, by the settings


@dataclass(frozen=True, slots=True)
class Event:
    """One act on one file; ``path`` is below the data folder, ``why`` names the setting by which it expired."""

    act: Act
    flag: str
    path: str
    sha256: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An event as the chain has it; ``digest`` is the SHA-256 of the whole line."""

    number: int
    at: str
    event: Event
    digest: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A chain as read: the ``latest`` line of each path, the digests of all, and what is wrong with it."""

    latest: Mapping[str, Line] = field(default_factory=dict)
    digests: Sequence[str] = ()
    faults: tuple[Text, ...] = ()

    @property
    def head(self) -> str:
        """The digest of the last line."""
        return self.digests[-1] if self.digests else START


class Chain:
    """The chain at ``path``; threads and processes append one after the other."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock

    def append(self, events: Sequence[Event]) -> None:
        """Add a line for each event, all or none; they are on the disk on return. Raises OSError."""
        if not events:
            return
        new = not self._path.exists()
        with _locked(self._path, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as handle:
            whole, last = _tail(handle)
            os.ftruncate(handle, whole)  # what a process that was killed left of a line
            data = b"".join(self._lines(events, last))
            try:
                _put(handle, data, whole)
            except OSError:
                os.ftruncate(handle, whole)
                raise
        if new:
            settle(self._path.parent)

    def holds(self, event: Event) -> bool:
        """Whether the last line about the event's path tells this event; raises OSError."""
        name = json.dumps(event.path, ensure_ascii=False)
        with _locked(self._path, os.O_RDWR | os.O_CREAT, fcntl.LOCK_SH) as handle:
            data = _all(handle)
        at = data.rfind(f'"path": {name}'.encode())
        if at < 0:
            return False
        line = data[data.rfind(b"\n", 0, at) + 1 : data.find(b"\n", at)]
        found = _parsed(line)
        return found is not None and _event(found) == event

    def _lines(self, events: Sequence[Event], last: bytes) -> Iterator[bytes]:
        number = (_parsed(last) or {}).get("number", 0)
        for event in events:
            number += 1
            row = {"number": number, "at": stamp(self._clock()), **asdict(event), "previous": _digest(last)}
            last = json.dumps(row, ensure_ascii=False).encode()
            yield last + b"\n"


def read(path: Path) -> Reading:
    """The chain at ``path``, whatever it holds; raises OSError where it cannot be read, FileNotFoundError included."""
    with _locked(path, os.O_RDONLY, fcntl.LOCK_SH) as handle:
        data = _all(handle)
    latest: dict[str, Line] = {}
    digests: list[str] = []
    faults: list[Text] = []
    before, expected = START, 1
    for at, raw in enumerate(data.split(b"\n")[:-1], 1):  # what follows the last line break was never a whole line
        row = _parsed(raw)
        if row is None:
            faults.append(_fault(_UNREADABLE, at=at))
        else:
            fault = _out_of_place(row, at, before, expected)
            faults += [fault] if fault else []
            latest[row["path"]] = Line(row["number"], row["at"], _event(row), _digest(raw))
        before, expected = _digest(raw), (row["number"] if row else expected) + 1
        digests.append(before)
    return Reading(latest, digests, tuple(faults))


_UNREADABLE = Text(
    "证据链第 {at} 行不是完整的记录：被改动过。", "Line {at} of the chain is no whole record: it was changed."
)
_GAP = Text(
    "证据链第 {at} 行前缺少第 {first} 至 {last} 号记录：被删除过。",
    "Before line {at} of the chain, the records {first} to {last} are missing: they were removed.",
)
_MOVED = Text(
    "证据链第 {at} 行是第 {number} 号记录，应为第 {expected} 号：次序被改过。",
    "Line {at} of the chain is record {number} where {expected} should be: the order was changed.",
)
_BROKEN = Text(
    "证据链第 {at} 行（第 {number} 号记录）与上一行对不上：上一行被改动过。",
    "Line {at} of the chain (record {number}) does not follow from the line before it: that line was changed.",
)


def _out_of_place(row: Mapping[str, Any], at: int, before: str, expected: int) -> Text | None:
    number = row["number"]
    if number > expected:
        return _fault(_GAP, at=at, first=expected, last=number - 1)
    if number < expected:
        return _fault(_MOVED, at=at, number=number, expected=expected)
    return _fault(_BROKEN, at=at, number=number) if row["previous"] != before else None


def _fault(text: Text, **values: int) -> Text:
    return Text(text.say("zh", **values), text.say("en", **values))


def _parsed(raw: bytes) -> dict[str, Any] | None:
    """The row of a line, None where it is none."""
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(row, dict) and row.keys() == _KEYS.keys() and all(type(row[k]) is t for k, t in _KEYS.items())
    return row if sound and row["act"] in list(Act) else None


def _event(row: Mapping[str, Any]) -> Event:
    return Event(Act(row["act"]), row["flag"], row["path"], row["sha256"], row["why"])


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest() if line else START


def _tail(handle: int) -> tuple[int, bytes]:
    """How many bytes are whole lines, and the last of these."""
    end = os.fstat(handle).st_size
    data, start = b"", end
    while start and data.count(b"\n") < 2 + (not data.endswith(b"\n")):  # its own break, and the one before it
        start = max(0, start - _BLOCK)
        data = os.pread(handle, end - start, start)
    whole = data.rfind(b"\n") + 1
    return start + whole, data[:whole].rstrip(b"\n").rpartition(b"\n")[2]


def _put(handle: int, data: bytes, at: int) -> None:
    if os.pwrite(handle, data, at) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(handle)


def _all(handle: int) -> bytes:
    with os.fdopen(os.dup(handle), "rb") as file:
        return file.read()


@contextmanager
def _locked(path: Path, flags: int, lock: int) -> Iterator[int]:
    if flags & os.O_CREAT:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, flags, 0o644)
    try:
        fcntl.flock(handle, lock)
        yield handle
    finally:
        os.close(handle)
