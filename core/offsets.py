"""Keeps track of where a text was edited, so that every place in the new text leads back to the old one."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

Edit = tuple[int, int, str]  # old start, old end (exclusive, above start), what stands there now


@dataclass(frozen=True, slots=True)
class Edits:
    """The replaced pieces of a text, in order and apart; between them old and new are the same.

    Of each piece the start and end in the new and in the old text.
    """

    starts: "array[int]"
    ends: "array[int]"
    old_starts: "array[int]"
    old_ends: "array[int]"

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The old range behind ``start`` to ``end`` of the new text; a piece counts as a whole."""
        first = self._old_start(start)
        return (first, self._old_end(end)) if start < end else (first, first)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The new range of what stood at ``start`` to ``end`` of the old text."""
        at = bisect_right(self.old_starts, start) - 1
        if at >= 0:
            start = self.starts[at] if start < self.old_ends[at] else self.ends[at] + start - self.old_ends[at]
        at = bisect_left(self.old_starts, end) - 1
        if at >= 0:
            end = self.ends[at] + max(end - self.old_ends[at], 0)
        return start, end

    def _old_start(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        if piece < 0:
            return at
        return self.old_starts[piece] if at < self.ends[piece] else self.old_ends[piece] + at - self.ends[piece]

    def _old_end(self, end: int) -> int:
        piece = bisect_right(self.starts, end - 1) - 1
        return end if piece < 0 else self.old_ends[piece] + max(end - self.ends[piece], 0)


def edit(text: str, edits: Iterable[Edit]) -> tuple[str, Edits | None]:
    """The text after ``edits`` (in order, not overlapping), and the way back; None where nothing changed."""
    kept: list[str] = []
    track = Edits(array("q"), array("q"), array("q"), array("q"))
    done = size = 0
    for start, end, new in edits:
        kept += (text[done:start], new)
        size += start - done
        track.starts.append(size)
        size += len(new)
        track.ends.append(size)
        track.old_starts.append(start)
        track.old_ends.append(end)
        done = end
    if not kept:
        return text, None
    kept.append(text[done:])
    return "".join(kept), track
