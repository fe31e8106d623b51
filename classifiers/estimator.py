"""The scikit-learn side of the model: linear heads, their calibration on held-out groups, and their weights.

Only training imports this module: scikit-learn takes longer to import than a short command takes to run.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.multiclass import OneVsRestClassifier

from classifiers.augment import variant
from classifiers.features import names
from classifiers.rows import NONE
from classifiers.scorer import Floats, Weights
from core.ports import Segmenter

FOLDS = 5
_SEED = 20
_RAREST = 3  # texts that a feature stands in, at the least
_STRENGTH = 10.0  # C, the inverse of regularisation
TRUSTED = (
    "classifiers.estimator.HeldOut",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)  # the types in a model file that skops does not know itself
Matrix = Any  # a sparse matrix; scipy has no types


class HeldOut(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Log-odds that were made on held-out groups, in the form of an estimator, so that they can be calibrated."""

    @property
    def classes_(self) -> Any:
        """Not of the head's class, then of it."""
        return np.array([False, True])

    def fit(self, _scores: Floats, _classes: Sequence[bool]) -> "HeldOut":
        """Nothing is learnt."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def decision_function(self, scores: Floats) -> Floats:
        """The scores as they are."""
        return scores

    def predict(self, scores: Floats) -> Any:
        """The class, by the sign of its score."""
        return scores > 0


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts as sets of features with their categories and groups; ``variants`` belong to the text at their place."""

    features: Sequence[set[str]]
    variants: Sequence[set[str]]
    categories: Sequence[str]
    groups: Sequence[int]

    def classes(self) -> list[str]:
        """The harms in order of their ids, then ``none``."""
        return [*sorted(set(self.categories) - {NONE}), NONE]


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gives: weights for serving, the estimators, and held-out log-odds (texts x classes, offers)."""

    weights: Weights
    estimator: dict[str, Any]
    odds: Floats
    offers: Floats


@dataclass(frozen=True, slots=True)
class _Heads:
    """One linear head for each class over one vocabulary; ``matrix`` and ``bias`` speak in classes' order."""

    names: tuple[str, ...]
    idf: Floats
    estimator: Any
    matrix: Floats
    bias: Floats

    def scores(self, features: Sequence[set[str]]) -> Floats:
        found: Floats = _matrix(features, self.names, self.idf) @ self.matrix + self.bias
        return found


def examples(plain: Sequence[str], categories: Sequence[str], groups: Sequence[int], segment: Segmenter) -> Examples:
    """Abstracted texts and a varied copy of each, read once."""
    chance = random.Random(_SEED)  # noqa: S311 - repeatable on purpose
    varied = [variant(text, chance) for text in plain]
    return Examples(
        [names(text, segment) for text in plain], [names(text, segment) for text in varied], categories, groups
    )


def fit(given: Examples, progress: Callable[[int], None]) -> Trained:
    """Heads learnt from all examples, calibrated on scores that each got while its group was held out.

    Calibration by logistic regression on the scores: Platt, "Probabilistic outputs for support vector machines"
    (1999). ``progress`` is told how many of ``FOLDS`` + 1 parts are done.
    """
    classes = given.classes()
    raw = np.zeros((len(given.features), len(classes)))
    for done, (learnt, held) in enumerate(_folds(given)):
        progress(done)
        raw[held] = _learn(given, learnt).scores([given.features[at] for at in held])
    progress(FOLDS)
    heads = _learn(given, range(len(given.features)))
    categories = np.array(given.categories)
    harm = {name: _calibrated(raw[:, at], categories == name) for at, name in enumerate(classes)}
    slopes, intercepts = np.array([_line(one) for one in harm.values()]).T
    odds = raw * slopes + intercepts
    lead = _lead(odds)
    offer = _calibrated(lead, categories != NONE)
    slope, intercept = _line(offer)
    matrix = heads.matrix * slopes * heads.idf[:, None]
    weights = Weights(
        heads.names,
        tuple(classes[:-1]),
        matrix,
        heads.idf,
        heads.bias * slopes + intercepts,
        (slope, intercept),
    )
    parts = {"heads": heads.estimator, "harm": harm, "offer": offer}
    return Trained(weights, parts, odds, lead * slope + intercept)


def dump(estimator: dict[str, Any]) -> bytes:
    """The estimators as a skops file."""
    found: bytes = skops.io.dumps(estimator)
    return found


def load(data: bytes) -> dict[str, Any]:
    """The estimators in a skops file; raises skops' UntrustedTypesFoundException for types that are not expected."""
    found: dict[str, Any] = skops.io.loads(data, trusted=list(TRUSTED))
    return found


def probabilities(estimator: dict[str, Any], weights: Weights, features: Sequence[set[str]]) -> tuple[Floats, Floats]:
    """What the estimators say: the chance of each harm (texts x harms) and of an offer (texts), for comparison."""
    raw = estimator["heads"].decision_function(_matrix(features, weights.names, weights.idf))
    columns = {name: raw[:, at] for at, name in enumerate(estimator["heads"].classes_)}
    chances = {name: one.predict_proba(columns[name])[:, 1] for name, one in estimator["harm"].items()}
    odds = np.array([np.log(chance) - np.log1p(-chance) for chance in chances.values()]).T
    harms = np.array([chances[name] for name in weights.harms]).T
    return harms, estimator["offer"].predict_proba(_lead(odds))[:, 1]


def _folds(given: Examples) -> Iterable[tuple[Sequence[int], Sequence[int]]]:
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=_SEED)
    found: Iterable[tuple[Sequence[int], Sequence[int]]] = splitter.split(
        np.zeros(len(given.features)), given.categories, given.groups
    )
    return found


def _learn(given: Examples, rows: Iterable[int]) -> _Heads:
    at = list(rows)
    texts = [given.features[row] for row in at]
    counts = Counter(name for text in texts for name in text)
    known = tuple(sorted(name for name, count in counts.items() if count >= _RAREST))
    idf = np.log((1 + len(texts)) / (1 + np.array([counts[name] for name in known]))) + 1
    everything = [*texts, *(given.variants[row] for row in at)]
    head = LogisticRegression(
        C=_STRENGTH, class_weight="balanced", solver="liblinear", dual=True, tol=1e-2, max_iter=500, random_state=_SEED
    )
    estimator = OneVsRestClassifier(head).fit(
        _matrix(everything, known, idf), [given.categories[row] for row in at] * 2
    )
    order = [list(estimator.classes_).index(name) for name in given.classes()]
    heads = [estimator.estimators_[place] for place in order]
    bias = np.array([head.intercept_[0] for head in heads])
    return _Heads(known, idf, estimator, np.array([head.coef_[0] for head in heads]).T, bias)


def _matrix(features: Sequence[set[str]], known: Sequence[str], idf: Floats) -> Matrix:
    """Texts x features: idf where a feature is present, each row of length 1."""
    places = {name: at for at, name in enumerate(known)}
    rows = [sorted(places[name] for name in text if name in places) for text in features]
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    lengths = [np.sqrt(np.square(idf[row]).sum()) or 1.0 for row in rows]
    values = idf[columns] / np.repeat(lengths, np.diff(starts))
    return csr_matrix((values, columns, starts), shape=(len(rows), len(known)))


def _lead(odds: Floats) -> Floats:
    """By how much the likeliest harm is likelier than ``none``, the last column."""
    found: Floats = odds[:, :-1].max(axis=1) - odds[:, -1]
    return found


def _calibrated(scores: Floats, expected: NDArray[np.bool_]) -> Any:
    return CalibratedClassifierCV(FrozenEstimator(HeldOut()), method="sigmoid").fit(scores, expected)


def _line(calibrated: Any) -> tuple[float, float]:
    """Slope and intercept of the calibrated log-odds; scikit-learn keeps both with the opposite sign."""
    (found,) = calibrated.calibrated_classifiers_[0].calibrators
    return -float(found.a_), -float(found.b_)
