"""Scores a text with the trained weights, compiled once; explains a score as a sum of exact contributions."""

import math
from dataclasses import dataclass

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from classifiers.features import abstract, shape, shown
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
class Term:
    """A feature's part in the log-odds of the harm and of an offer; ``name`` is as a person reads it."""

    name: str
    harm: float
    offer: float


class Scorer:
    """The weights, compiled for one pass over the characters and one over the words."""

    def __init__(self, weights: Weights, segment: Segmenter) -> None:
        self._weights = weights
        self._segment = segment
        columns = [weights.matrix, np.square(weights.idf)[:, None]]
        self._table: Floats = np.ascontiguousarray(np.hstack(columns))
        self._bias: list[float] = weights.bias.tolist()
        grams = [(name[2:], at) for at, name in enumerate(weights.names) if name.startswith("c:")]
        self._grams = [at for _, at in grams]
        self._automaton = AhoCorasick([gram for gram, _ in grams])
        self._words = {name[2:]: at for at, name in enumerate(weights.names) if name.startswith("w:")}
        self._shown = [shown(name) for name in weights.names]
        self._shapes = {name: at for at, name in enumerate(weights.names) if name.startswith("s:")}

    def score(self, norm: str) -> Score:
        """The chances of a normalised text (``Document.norm``)."""
        odds = self._odds(self._present(abstract(norm)))
        top = _top(odds)
        slope, intercept = self._weights.offer
        lead = odds[top] - odds[-1]
        return Score(self._weights.harms[top], _chance(odds[top]), _chance(slope * lead + intercept))

    def terms(self, norm: str) -> list[Term]:
        """What each feature adds to the scores of ``norm``; with ``rest`` they add up to the log-odds."""
        present = self._present(abstract(norm))
        top = _top(self._odds(present))
        rows = self._table[present]
        length = math.sqrt(rows[:, -1].sum()) or 1.0
        harm = rows[:, top] / length
        offer = (harm - rows[:, -2] / length) * self._weights.offer[0]
        names = [self._shown[at] for at in present]
        return [Term(*parts) for parts in zip(names, harm.tolist(), offer.tolist(), strict=True)]

    def rest(self, harm: str) -> tuple[float, float]:
        """The part of the log-odds of ``harm`` and of an offer that is the same for all texts."""
        slope, intercept = self._weights.offer
        bias = self._bias[self._weights.harms.index(harm)]
        return bias, slope * (bias - self._bias[-1]) + intercept

    def _present(self, plain: str) -> list[int]:
        """The features of an abstracted text, as rows of the table, each once."""
        grams = self._grams
        found = {grams[hit[0]] for hit in self._automaton.find_matches_as_indexes(plain, overlapping=True)}
        known = self._words
        found.update(known[word] for word in self._segment(plain) if word in known)
        found.update(self._shapes[name] for name in shape(plain) if name in self._shapes)
        return list(found)

    def _odds(self, present: list[int]) -> list[float]:
        """The log-odds of the harms, and of ``none`` at the end."""
        if not present:
            return self._bias
        sums: list[float] = self._table.take(present, axis=0).sum(axis=0).tolist()
        length = math.sqrt(sums[-1])
        return [total / length + bias for total, bias in zip(sums, self._bias, strict=False)]


def _top(odds: list[float]) -> int:
    best = max(odds[:-1])
    return odds.index(best)


def _chance(odds: float) -> float:
    """The logistic function, without overflow."""
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-odds))
    power = math.exp(odds)
    return power / (1.0 + power)
