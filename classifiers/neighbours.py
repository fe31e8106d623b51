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
            if count > _ALIKE * min(len(mine), len(shingles[other])):
                parents[_root(parents, at)] = _root(parents, other)
        for shingle in mine:
            holders.setdefault(shingle, []).append(at)
    return [_root(parents, at) for at in range(len(texts))]


def _shingles(text: str) -> set[str]:
    bare = _SIGNS.sub("", text)
    return {bare[at : at + _SIZE] for at in range(len(bare) - _SIZE + 1)} or {bare}


def _root(parents: list[int], at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at
