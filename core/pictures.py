"""What a picture of a post shows, as text, and where each part of it stands in the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.words import Text

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` of a picture's text, and the corners of where they stand, in pixels.

    ``is_code``: they are what a QR code leads to, not what can be read with the eyes.
    """

    start: int
    end: int
    corners: tuple[Point, ...]
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was read; its bytes live in memory alone, and on the disk only as evidence of a flag.

    ``text`` holds one line for each that was read, and one for each code. ``unread`` says why nothing was read.
    """

    url: str
    text: str = ""
    marks: tuple[Mark, ...] = ()
    data: bytes = field(default=b"", repr=False)
    unread: Text | None = None


class PictureReader(Protocol):
    """Reads what a picture shows; blocks."""

    def read(self, url: str, data: bytes) -> Picture:
        """What it shows, or why it cannot be read; raises nothing."""
        ...

    def close(self) -> None:
        """End its threads."""
        ...


def shown(pictures: Sequence[Picture]) -> str:
    """The text of all pictures of a post, in order."""
    return "\n".join(picture.text for picture in pictures if picture.text)


def offsets(pictures: Sequence[Picture]) -> list[int]:
    """Where the text of each picture begins in ``shown``."""
    found, at = [], 0
    for picture in pictures:
        found.append(at)
        at += len(picture.text) + 1 if picture.text else 0
    return found


def codes(pictures: Sequence[Picture]) -> tuple[tuple[int, int], ...]:
    """Where in ``shown`` the targets of codes stand, as (start, end)."""
    if not pictures:
        return ()
    placed = zip(pictures, offsets(pictures), strict=True)
    return tuple((at + mark.start, at + mark.end) for one, at in placed for mark in one.marks if mark.is_code)
