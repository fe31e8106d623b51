"""Finds which single characters and pairs of characters of a text are known, all at once."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
_CODES = 0x20000  # code points with a number of their own; the few beyond (rare Han) are never features
UNKNOWN = 0


class Grams:
    """The numbers of known grams by their characters: a row for each first, a column for each second character.

    A table is read in one step for a whole text, where a dictionary would be asked once for every pair, each time at
    another place of the memory. With 3,000 different characters it takes 36 MB.
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        """``known``: grams of one or two characters and their numbers, above 0."""
        chars = sorted({char for gram in known for char in gram if ord(char) < _CODES - 1})
        number = {char: at for at, char in enumerate(chars, start=1)}
        self._size = len(chars) + 1
        self._number = np.zeros(_CODES, np.int32)
        self._number[[ord(char) for char in chars]] = np.arange(1, self._size)
        self._singles = np.zeros(self._size, np.int32)
        self._pairs = np.zeros(self._size * self._size, np.int32)
        for gram, row in known.items():
            places = [number[char] for char in gram if char in number]
            if len(places) < len(gram):
                continue
            if len(places) == 1:
                self._singles[places[0]] = row
            else:
                self._pairs[places[0] * self._size + places[1]] = row

    def find(self, plain: str) -> tuple[Rows, Rows]:
        """The numbers of the characters and of the pairs of ``plain`` in order, ``UNKNOWN`` for those not known."""
        codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
        chars = self._number.take(codes, mode="clip")
        return self._singles.take(chars), self._pairs.take(chars[:-1] * self._size + chars[1:])
