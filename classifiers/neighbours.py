"""Groups near-duplicate texts, so that none is learnt in one part of the corpus and judged in another."""

import re
from collections import Counter
from collections.abc import Sequence

_SIGNS = re.compile(r"\W+")
_SIZE = 5  # characters of a shingle
_ALIKE = 0.5  # the share of the shorter text's shingles that two near-duplicates have in common


def groups(texts: Sequence[str]) -> list[int]:
    """A group's number for each text; texts that share half of the shorter one's shingles are in one group.

    Shingles and containment after Broder, "On the resemblance and containment of documents" (1997).
    """
    shingles = [_shingles(text) for text in texts]
    parents = list(range(len(texts)))
    holders: dict[str, list[int]] = {}
    for at, mine in enumerate(shingles):
        shared = Counter(other for shingle in mine for other in holders.get(shingle, ()))
        for other, count in shared.items():
            if _alike(count, mine, shingles[other]):
                parents[_root(parents, at)] = _root(parents, other)
        for shingle in mine:
            holders.setdefault(shingle, []).append(at)
    return [_root(parents, at) for at in range(len(texts))]


def copies(texts: Sequence[str], originals: Sequence[str]) -> dict[int, int]:
    """The places in ``texts`` that are near-duplicates of an original, each with the original's place."""
    held = [_shingles(text) for text in originals]
    holders: dict[str, list[int]] = {}
    for at, theirs in enumerate(held):
        for shingle in theirs:
            holders.setdefault(shingle, []).append(at)
    found = {}
    for place, mine in enumerate(map(_shingles, texts)):
        shared = Counter(other for shingle in mine for other in holders.get(shingle, ()))
        for other, count in shared.most_common():
            if _alike(count, mine, held[other]):
                found[place] = other
                break
    return found


def _alike(shared: int, one: set[str], other: set[str]) -> bool:
    return shared > _ALIKE * min(len(one), len(other))


def _shingles(text: str) -> set[str]:
    bare = _SIGNS.sub("", text)
    return {bare[at : at + _SIZE] for at in range(len(bare) - _SIZE + 1)} or {bare}


def _root(parents: list[int], at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at
