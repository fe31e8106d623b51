"""Reads the matches of a full-text search newest first without sorting them all: by number, as the index has them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

Ask = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

_ABOVE_ALL = (1 << 63) - 1
_FIRST, _AT_ONCE = 64, 4096  # matches looked at by one statement
_WAITING = 5_000  # that may wait for their turn, in a database that was filled in another order
# Those that fit, and the last looked at, fit or not, which says how far this went.
_LOOK = """WITH hits AS MATERIALIZED
 (SELECT rowid AS hit FROM flags_fts WHERE flags_fts MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?)
 SELECT seen_at, id, number, newest, fits, (SELECT COUNT(*) FROM hits) FROM
 (SELECT seen_at, id, number, newest, {where} AS fits FROM hits CROSS JOIN flags ON number = hit)
 WHERE fits OR number = (SELECT MIN(hit) FROM hits) ORDER BY number DESC"""
# Of those stored in order of time the last is among the newest; those that came late have an index of their own.
_LAST = """SELECT MAX(
 COALESCE((SELECT MAX(number) FROM flags WHERE seen_at = (SELECT MAX(seen_at) FROM flags WHERE seen_at < ?)), 0),
 COALESCE((SELECT MAX(number) FROM flags INDEXED BY flags_late WHERE newest > seen_at AND seen_at < ?), 0))"""


class Key(NamedTuple):
    """What a flag is sorted by, and its number."""

    seen_at: str
    id: str
    number: int


class Walk:
    """The matches of ``match`` that fulfil ``where``, newest first, ties by id.

    Numbers rise as flags are stored, and each flag knows the ``newest`` time of itself and all stored before it. So
    a match is next in order as soon as it is newer than the ``newest`` of the last one looked at. After ``patience``
    matches (None: never) the walk gives up with ``over`` False; what it gave until then is right all the same.
    """

    def __init__(self, ask: Ask, match: str, where: str, values: Sequence[object], patience: int | None) -> None:
        self._ask, self._match = ask, match
        self._sql, self._values = _LOOK.format(where=where), values
        self._patience = patience
        self.over = False

    def batches(self, since: str = "", until: str = "") -> Iterator[list[Key]]:
        """The matches in order, some at a time; before ``since`` and from ``until`` on none is wanted."""
        waiting: list[Key] = []
        below, size, looked = self._end(until), _FIRST, 0
        while not self.over and len(waiting) <= _WAITING and (self._patience is None or looked < self._patience):
            rows = self._ask(self._sql, [self._match, below, size, *self._values])
            waiting += [Key(*row[:3]) for row in rows if row[4]]
            last, newest, count = (rows[-1][2], rows[-1][3], rows[-1][5]) if rows else (0, "", 0)
            self.over = count < size or newest < since
            ready = [key for key in waiting if self.over or key.seen_at > newest]
            waiting = [] if self.over else [key for key in waiting if key.seen_at <= newest]
            if ready:
                yield in_order(ready)
            below, looked, size = last, looked + count, min(2 * size, _AT_ONCE)

    def _end(self, until: str) -> int:
        """A number above those of all flags before ``until``."""
        return int(self._ask(_LAST, (until, until))[0][0]) + 1 if until else _ABOVE_ALL


def in_order(keys: Sequence[Key]) -> list[Key]:
    """Newest first, ties by id."""
    return sorted(sorted(keys, key=lambda key: key.id), key=lambda key: key.seen_at, reverse=True)
