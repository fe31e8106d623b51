"""Trains the model from the corpus: checks the rows, learns, sets thresholds, writes the files and reports."""

import importlib
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifiers import files, rows
from classifiers.evaluate import Counts, Figures, Judged, score
from classifiers.features import abstract
from classifiers.neighbours import groups
from classifiers.rows import NONE, Row
from classifiers.scorer import Floats, Score, Scorer
from classifiers.tokens import fingerprint
from core.errors import InputError
from core.ports import Segmenter
from core.taxonomy import BY_ID
from core.text import Document
from core.words import Text

if TYPE_CHECKING:
    from classifiers.estimator import Trained

Bools = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]
FEWEST = 10  # rows of a category, so that every fold learns and judges it
_LEVEL = 0.5  # the chance of an offer above which a text counts as flagged in the report
_PRECISE = 0.9  # the share of offers above a threshold; a way to reach the seller, and the predicates, see to the rest
_LOW, _HIGH = 0.35, 0.95  # the bounds of a threshold
_OFFERED = 0.8  # thresholds are set among texts that are so likely offers (model.alone_offer of rules/policy.yml)
_FALSE_ALARMS = 0.01
_LIBRARIES = ("ahocorasick-rs", "numpy", "rjieba", "scikit-learn", "skops")
_STEPS = 9  # reading, grouping, features, five folds and all, writing


@dataclass(frozen=True, slots=True)
class Report:
    """What training gave. All figures are of texts held out in five-fold cross-validation, by the model alone.

    ``by_harm`` counts offers flagged under their own harm, ``by_style`` under any; ``at_one_percent`` is the recall
    of offers at 1 % false alarms; ``seconds`` is the time it took.
    """

    version: str
    rows: int
    offers: int
    features: int
    seconds: float
    figures: Figures
    at_one_percent: float
    thresholds: Mapping[str, float]

    def lines(self) -> tuple[Text, ...]:
        """The report as sentences and a table, one row each."""
        one = f"{self.at_one_percent:.1%}"
        head = Text(
            f"{self.rows} 条语料，其中违法要约 {self.offers} 条；特征 {self.features} 个；用时 {self.seconds:.0f} 秒；"
            f"模型版本 {self.version}。",
            f"{self.rows} rows, {self.offers} of them illegal offers; {self.features} features; {self.seconds:.0f} s; "
            f"model {self.version}.",
        )
        how = Text(
            f"五折交叉验证（近似重复同折），仅凭模型；误报率 1% 时查全率 {one}。查准率 / 查全率：",
            f"Five-fold cross-validation (near-duplicates together), model alone; recall {one} at 1 % false alarms. "
            "Precision / recall:",
        )
        figures = self.figures
        return (
            head,
            how,
            _line("合计", "all", figures.overall),
            *(_line(BY_ID[harm].zh, BY_ID[harm].en, counts) for harm, counts in figures.by_harm.items()),
            *(_line(style or "-", style or "-", counts) for style, counts in figures.by_group.items()),
        )


def _line(zh: str, en: str, counts: Counts) -> Text:
    both = " / ".join("-" if share is None else f"{share:.1%}" for share in (counts.precision, counts.recall))
    return Text(f"  {zh}：{both}", f"  {en}: {both}")


def train(corpus: Path, out: Path, segment: Segmenter, progress: Progress) -> Report:
    """Train from the folder ``corpus`` into the folder ``out``, the same model for the same corpus.

    ``progress`` is told a step's name, how many steps are done, and of how many. Raises InputError, with file and
    line, for a wrong row and for too few rows of a category. What is interrupted leaves the old model in place.
    """
    start = time.monotonic()
    progress("语料 corpus", 0, _STEPS)
    known = rows.read(corpus)
    _check_enough(corpus, known)
    documents = [Document.of(row.text).norm for row in known]
    progress("近似重复 near-duplicates", 1, _STEPS)
    grouped = groups(documents)
    progress("特征 features", 2, _STEPS)
    # scikit-learn takes over a second to import, and every command imports this module.
    estimator = importlib.import_module("classifiers.estimator")
    given = estimator.examples(
        [abstract(norm) for norm in documents], [row.category for row in known], grouped, segment
    )
    trained: Trained = estimator.fit(given, lambda done: progress("学习 learning", 3 + done, _STEPS))
    thresholds = _thresholds(trained, [row.category for row in known])
    saved = files.Saved(
        trained.weights,
        thresholds,
        _golden(known, Scorer(trained.weights, segment)),
        fingerprint(segment),
        rows.digest(corpus),
        {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
    )
    progress("写入 writing", _STEPS, _STEPS)
    made = files.write(out, saved, estimator.dump(trained.estimator))
    return _report(known, trained, thresholds, made, time.monotonic() - start)


def _check_enough(corpus: Path, known: Sequence[Row]) -> None:
    """Raise InputError where a category has too few rows to be learnt and judged."""
    counts = {category: sum(row.category == category for row in known) for category in {row.category for row in known}}
    short = sorted(category for category, count in {NONE: 0, **counts}.items() if count < FEWEST)
    if short or len(counts) < 3:  # noqa: PLR2004 - two harms and none
        names = ", ".join(short) or ", ".join(sorted(counts))
        raise InputError(
            f"{corpus}：语料不够（{names}）。none 和至少两类危害都要有，每类至少 {FEWEST} 条。",
            f"{corpus}: too few rows ({names}). There must be none and at least two harms, {FEWEST} rows each.",
        )


def _thresholds(trained: "Trained", categories: Sequence[str]) -> dict[str, float]:
    """For each harm the least chance above which enough of the held-out texts that look like its offers are offers."""
    chances, likely = _chance(trained.odds[:, :-1]), _chance(trained.offers) >= _LEVEL
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


def _report(
    known: Sequence[Row], trained: "Trained", thresholds: Mapping[str, float], made: str, seconds: float
) -> Report:
    harms = trained.weights.harms
    offers = _chance(trained.offers)
    judged = [
        Judged(row.category, bool(chance >= _LEVEL), harms[top], row.style)
        for row, chance, top in zip(known, offers, trained.odds[:, :-1].argmax(axis=1), strict=True)
    ]
    wanted = np.array([row.category != NONE for row in known])
    bar = np.quantile(offers[~wanted], 1 - _FALSE_ALARMS, method="higher")
    return Report(
        version=made,
        rows=len(known),
        offers=int(wanted.sum()),
        features=len(trained.weights.names),
        seconds=seconds,
        figures=score(judged),
        at_one_percent=float((offers[wanted] > bar).mean()),
        thresholds=thresholds,
    )


def _chance(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-odds))
    return found
