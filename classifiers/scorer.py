"""Scores a text with the trained weights, compiled once; explains a score as a sum of exact contributions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from classifiers.features import abstract, shape, shown
from classifiers.grams import UNKNOWN, Grams, Rows
from core.ports import Segmenter

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model as numbers.

    ``names``: the n features; ``harms``: the 8 ids; ``matrix``: n x 9, the heads of the harms and of ``none``, in
    log-odds for a text of length 1, idf folded in; ``idf``: n; ``bias``: 9, in log-odds; ``offer``: slope and
    intercept that turn the best harm's lead over ``none`` into the log-odds of an offer.
    """

    names: tuple[str, ...]
    harms: tuple[str, ...]
    matrix: Floats
    idf: Floats
    bias: Floats
    offer: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Score:
    """``harm`` is the likeliest of the harms, even where none is likely; chances are from 0 to 1."""

    harm: str
    harm_chance: float
    offer_chance: float


@dataclass(frozen=True, slots=True)
class Terms:
    """Parts of the log-odds of the harm and of an offer; ``names`` are as a person reads them.

    Features that read alike (a word, and the same two characters) are one term, and their parts are added up.
    """

    names: Sequence[str]
    harm: Floats
    offer: Floats


class Scorer:
    """The weights, compiled for one look at all characters and one pass over the words.

    Features are numbered from 1, in the order of ``Weights.names``; 0 stands for what is none and weighs nothing.
    """

    def __init__(self, weights: Weights, segment: Segmenter) -> None:
        self._weights = weights
        self._segment = segment
        columns = np.hstack([weights.matrix, np.square(weights.idf)[:, None]])
        self._table: Floats = np.ascontiguousarray(np.vstack([np.zeros((1, columns.shape[1])), columns]))
        self._ones = np.ones(len(self._table))
        self._bias: list[float] = weights.bias.tolist()
        self._grams = Grams(_numbered(weights.names, "c:"))
        self._words = _numbered(weights.names, "w:")
        self._shapes = {f"s:{name}": at for name, at in _numbered(weights.names, "s:").items()}
        labels = ["", *map(shown, weights.names)]
        self._names = list(dict.fromkeys(labels))
        places = {name: at for at, name in enumerate(self._names)}
        self._alike = np.array([places[label] for label in labels], np.int32)  # feature -> its name

    def score(self, norm: str) -> Score:
        """The chances of a normalised text (``Document.norm``)."""
        return self.chances(self.present(norm))

    def chances(self, present: Rows) -> Score:
        """The chances of a text with these features."""
        odds = self._odds(present)
        top = _top(odds)
        slope, intercept = self._weights.offer
        lead = odds[top] - odds[-1]
        return Score(self._weights.harms[top], _chance(odds[top]), _chance(slope * lead + intercept))

    def terms(self, present: Rows) -> Terms:
        """What each of these features adds to the scores; with ``rest`` they add up to the log-odds."""
        top = _top(self._odds(present))
        rows = self._table.take(present, axis=0)
        rows /= math.sqrt(rows[:, -1].sum()) or 1.0
        harm = rows[:, top]
        offer = (harm - rows[:, -2]) * self._weights.offer[0]
        alike = self._alike.take(present)
        order = alike.argsort(kind="stable")
        alike = alike.take(order)
        first = np.flatnonzero(np.diff(alike, prepend=-1))  # where each name begins
        names = [self._names[at] for at in alike.take(first).tolist()]
        return Terms(names, _added(harm.take(order), first), _added(offer.take(order), first))

    def rest(self, harm: str) -> tuple[float, float]:
        """The part of the log-odds of ``harm`` and of an offer that is the same for all texts."""
        slope, intercept = self._weights.offer
        bias = self._bias[self._weights.harms.index(harm)]
        return bias, slope * (bias - self._bias[-1]) + intercept

    def present(self, norm: str) -> Rows:
        """The features of a normalised text by number, each once, in rising order."""
        plain = abstract(norm)
        words = map(self._words.get, self._segment(plain), repeat(UNKNOWN))
        shapes = map(self._shapes.get, shape(plain), repeat(UNKNOWN))
        found = np.concatenate((*self._grams.find(plain), np.array([*words, *shapes, UNKNOWN], np.int32)))
        found.sort()
        kept: Rows = found[1:][found[1:] != found[:-1]]  # the first is always UNKNOWN
        return kept

    def _odds(self, present: Rows) -> list[float]:
        """The log-odds of the harms, and of ``none`` at the end."""
        if not len(present):
            return self._bias
        # A product with ones adds the rows up in half the time of a sum.
        sums: list[float] = (self._ones[: len(present)] @ self._table.take(present, axis=0)).tolist()
        length = math.sqrt(sums[-1])
        return [total / length + bias for total, bias in zip(sums, self._bias, strict=False)]


def _numbered(names: tuple[str, ...], kind: str) -> dict[str, int]:
    """The features of a kind, without its prefix, and their numbers."""
    return {name[2:]: at for at, name in enumerate(names, start=1) if name.startswith(kind)}


def _added(values: Floats, first: NDArray[np.intp]) -> Floats:
    """The sums of values from each of the places ``first`` up to the next."""
    found: Floats = np.add.reduceat(values, first) if len(first) else np.zeros(0)
    return found


def _top(odds: list[float]) -> int:
    best = max(odds[:-1])
    return odds.index(best)


def _chance(odds: float) -> float:
    """The logistic function, without overflow."""
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-odds))
    power = math.exp(odds)
    return power / (1.0 + power)
