"""Keeps what a cluster refuses for good in a file, until somebody mended the cause and sends it again."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from core import codec
from core.errors import StoreError
from indexer.elastic.bulk import Sent, send
from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import Write

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Retried:
    """How many letters went out, and how many came back."""

    sent: int
    left: int


class Letters:
    """The dead letters, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._again = path.with_name(path.name + ".again")

    def keep(self, refused: Sequence[Sent]) -> None:
        """Add what was refused; raises StoreError where that cannot be written."""
        now = codec.time_out(datetime.now(UTC))
        lines = [
            json.dumps({**asdict(sent.write), "why": sent.problem.en if sent.problem else "", "at": now}) + "\n"
            for sent in refused
        ]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise StoreError(f"写不了 {self._path}：{problem}", f"Cannot write {self._path}: {problem}") from problem

    def count(self) -> int:
        """How many there are."""
        return sum(1 for path in (self._path, self._again) for _ in _read(path))

    def retry(self, cluster: Cluster) -> Retried:
        """Send all again; those that are refused again are kept. Cut short, it goes on with the next call."""
        sent = left = 0
        for path in self._rounds():
            rows = list(_read(path))
            while rows:
                batch = _different(rows[:_AT_ONCE])
                rows = rows[len(batch) :]
                answers = list(send(cluster, batch))
                refused = [answer for answer in answers if answer.problem]
                if refused:
                    self.keep(refused)
                sent, left = sent + len(answers) - len(refused), left + len(refused)
            path.unlink()
        return Retried(sent, left)

    def _rounds(self) -> Iterator[Path]:
        """What an earlier call left, then what was kept since."""
        if self._again.exists():
            yield self._again
            return
        if self._path.exists():
            self._path.replace(self._again)
            yield self._again


def _read(path: Path) -> Iterator[Write]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):  # a last line without its end was being written when the machine stopped
                row = json.loads(line)
                yield Write(row["kind"], row["op"], row["id"], row["body"])


def _different(writes: Sequence[Write]) -> list[Write]:
    """The first writes, up to a second one of the same id."""
    found: dict[str, Write] = {}
    for write in writes:
        if write.id in found:
            break
        found[write.id] = write
    return list(found.values())
