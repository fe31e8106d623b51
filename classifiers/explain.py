"""Turns a model's contributions into the words that a reviewer sees, and into spans of the original text."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.features import SHOWN, abstract, replaced
from core.text import Document
from core.types import Span

Pair = tuple[str, float]
Floats = NDArray[np.float64]
MOST_TERMS = 8
_MOST_PLACES = 3  # of one word in a text
_SHORTEST = 2  # characters; a single one says nothing to a reader


def strongest(names: Sequence[str], values: Floats) -> tuple[Pair, ...]:
    """The names with the highest values above 0, in falling order, and of equal ones in the order of the alphabet."""
    most = min(MOST_TERMS, len(names))
    top = np.argpartition(-values, most - 1)[:most].tolist() if most else []
    found = sorted((-float(values[at]), names[at]) for at in top)
    return tuple((name, -value) for value, name in found if value < 0)


def places(document: Document, terms: Sequence[Pair]) -> tuple[Span, ...]:
    """Where the words among ``terms`` stand in the original title and text, joined where they touch, in order."""
    plain = abstract(document.norm)
    ranges = sorted({found for term, _ in terms for found in _occurrences(plain, term)})
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    steps = replaced(document.norm)
    return tuple(document.span(_back(start, steps), _back(end - 1, steps) + 1) for start, end in joined)


def _occurrences(plain: str, term: str) -> Iterator[tuple[int, int]]:
    if len(term) < _SHORTEST or any(mark in term for mark in SHOWN.values()):
        return
    at = plain.find(term)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at, at + len(term)
        at = plain.find(term, at + len(term))


def _back(at: int, steps: Sequence[tuple[int, int, int]]) -> int:
    """The offset in the normalised text behind offset ``at`` of its abstracted form."""
    moved = 0
    for place, start, end in steps:
        if place >= at:
            break
        moved = end - start - 1 + moved
    return at + moved
