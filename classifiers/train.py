"""Trains the model from the corpus: checks the rows, learns, sets thresholds, writes the files and reports."""

import importlib
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifiers import card, files, report, rows
from classifiers.features import abstract
from classifiers.neighbours import copies, groups
from classifiers.report import Report
from classifiers.rows import NONE, Row
from classifiers.scorer import Floats, Score, Scorer
from classifiers.tokens import fingerprint
from core.errors import InputError
from core.ports import Segmenter
from core.text import Document

if TYPE_CHECKING:
    from classifiers.estimator import Examples, Trained

Progress = Callable[[str, int, int], None]
FEWEST = 10  # rows of a category, so that every fold learns and judges it
_PRECISE = 0.9  # the share of offers above a threshold; a way to reach the seller, and the predicates, see to the rest
_LOW, _HIGH = 0.3, 0.5  # the bounds of a threshold
_LIBRARIES = ("ahocorasick-rs", "numpy", "rjieba", "scikit-learn", "skops")
_STEPS = 9  # reading, grouping, features, five folds and all, writing


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows made ready to be learnt: their groups of near-duplicates, and what the model reads in them."""

    rows: tuple[Row, ...]
    groups: Sequence[int]
    examples: "Examples"

    def part(self, places: Sequence[int]) -> "Lesson":
        """Some of the rows, with all that was made of them."""
        given = self.examples
        chosen = replace(
            given,
            features=[given.features[at] for at in places],
            variants=[given.variants[at] for at in places],
            categories=[given.categories[at] for at in places],
            groups=[given.groups[at] for at in places],
        )
        return Lesson(tuple(self.rows[at] for at in places), chosen.groups, chosen)


@dataclass(frozen=True, slots=True)
class Learnt:
    """A model: its numbers, held-out predictions and estimators, and the least chance of each harm to flag alone."""

    trained: "Trained"
    thresholds: Mapping[str, float]


def train(
    corpus: Path,
    out: Path,
    segment: Segmenter,
    progress: Progress,
    more: Sequence[Row] = (),
    frozen: Sequence[Row] = (),
) -> Report:
    """Train from the folder ``corpus``, and ``more`` rows, into the folder ``out``; the same model for the same rows.

    ``progress`` is told a step's name, how many steps are done, and of how many. Raises InputError, with file and
    line, for a wrong row, too few rows of a category, and a row that is in the ``frozen`` test set, or nearly so.
    What is interrupted leaves the old model in place. Beside the model lie its card and charts.
    """
    start = time.monotonic()
    progress("语料 corpus", 0, _STEPS)
    known = (*rows.read(corpus), *more)
    check_enough(corpus, known)
    check_unseen(known, frozen)
    lesson = prepare(known, segment, lambda words, done: progress(words, 1 + done, _STEPS))
    learnt = learn(lesson, lambda done: progress("学习 learning", 3 + done, _STEPS))
    libraries = {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}
    origin = report.counted(known, rows.digest(corpus), fingerprint(segment), libraries)
    found = _report(lesson, learnt, origin)
    saved = files.Saved(
        learnt.trained.weights,
        learnt.thresholds,
        _golden(lesson.rows[: len(known) - len(more)], Scorer(learnt.trained.weights, segment)),
        origin.dictionary,
        origin.corpus,
        libraries,
    )
    progress("写入 writing", _STEPS, _STEPS)
    dumped = _learner().dump(learnt.trained.estimator)
    made = files.write(out, saved, dumped, lambda name: card.files(replace(found, version=name)))
    return replace(found, version=made, seconds=time.monotonic() - start)


def prepare(known: Sequence[Row], segment: Segmenter, progress: Callable[[str, int], None]) -> Lesson:
    """Group and read the rows; ``progress`` is told which of the two is being done."""
    norms = [Document.of(row.text).norm for row in known]
    progress("近似重复 near-duplicates", 0)
    grouped = groups(norms)
    progress("特征 features", 1)
    given = _learner().examples([abstract(norm) for norm in norms], [row.category for row in known], grouped, segment)
    return Lesson(tuple(known), grouped, given)


def learn(lesson: Lesson, progress: Callable[[int], None]) -> Learnt:
    """Learn from the rows; ``progress`` is told how many of the five folds are done."""
    trained: Trained = _learner().fit(lesson.examples, progress)
    return Learnt(trained, _thresholds(trained, lesson.examples.categories))


def check_enough(corpus: Path, known: Sequence[Row]) -> None:
    """Raise InputError where a category has too few rows to be learnt and judged."""
    counts = {category: sum(row.category == category for row in known) for category in {row.category for row in known}}
    short = sorted(category for category, count in {NONE: 0, **counts}.items() if count < FEWEST)
    if short or len(counts) < 3:  # noqa: PLR2004 - two harms and none
        names = ", ".join(short) or ", ".join(sorted(counts))
        raise InputError(
            f"{corpus}：语料不够（{names}）。none 和至少两类危害都要有，每类至少 {FEWEST} 条。",
            f"{corpus}: too few rows ({names}). There must be none and at least two harms, {FEWEST} rows each.",
        )


def check_unseen(known: Sequence[Row], frozen: Sequence[Row]) -> None:
    """Raise InputError, with both places, where a row to learn is in the frozen test set, or nearly so."""
    seen = copies([Document.of(row.text).norm for row in known], [Document.of(row.text).norm for row in frozen])
    for at, original in seen.items():
        one, other = known[at].where, frozen[original].where
        raise InputError(
            f"{one}：与封存测试集的 {other} 相同或近似。封存的文本不能用来训练，请从语料中去掉这一行。",
            f"{one}: the same as, or nearly, {other} of the frozen test set. What is frozen is never trained on; "
            "take this row out of the corpus.",
        )


def _learner() -> Any:
    """The scikit-learn side, loaded when needed: it takes over a second to import, and every command imports this."""
    return importlib.import_module("classifiers.estimator")


def _thresholds(trained: "Trained", categories: Sequence[str]) -> dict[str, float]:
    """For each harm the least chance above which enough of the held-out texts that look like its offers are offers."""
    chances, likely = _chance(trained.odds[:, :-1]), _chance(trained.offers) >= report.LEVEL
    offers = np.array(categories) != NONE
    found = {}
    for at, harm in enumerate(trained.weights.harms):
        mine = likely & (chances.argmax(axis=1) == at)
        order = np.argsort(-chances[mine, at], kind="stable")
        values = chances[mine, at][order]
        precise = np.cumsum(offers[mine][order]) / np.arange(1, len(values) + 1) >= _PRECISE
        least = values[precise].min() if precise.any() else _HIGH
        found[harm] = round(float(np.clip(least, _LOW, _HIGH)), 4)
    return found


def _golden(known: Sequence[Row], scorer: Scorer) -> list[tuple[str, Score]]:
    """The first text of each category with its prediction, to recognise a model that no longer gives the same."""
    first: dict[str, str] = {}
    for row in known:
        first.setdefault(row.category, row.text)
    return [(text, scorer.score(Document.of(text).norm)) for text in first.values()]


def _report(lesson: Lesson, learnt: Learnt, origin: report.Origin) -> Report:
    trained = learnt.trained
    tops = [trained.weights.harms[top] for top in trained.odds[:, :-1].argmax(axis=1)]
    size = len(trained.weights.names)
    return report.report(lesson.rows, tops, _chance(trained.offers), learnt.thresholds, origin, size)


def _chance(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-odds))
    return found
