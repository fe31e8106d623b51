"""Refits the model without a part of the corpus, five times, so that each row is judged by one that never saw it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifiers.model import Model, ModelDetector
from classifiers.rows import Row
from classifiers.scorer import Scorer
from classifiers.train import Learnt, Progress, learn, prepare
from core.ports import Segmenter

FOLDS = 5
_STEPS_A_FOLD = 6  # five inner folds, which calibrate, and all


@dataclass(frozen=True, slots=True)
class Fold:
    """A model, and the rows that it has neither learnt from nor been calibrated or given thresholds on."""

    model: Model
    rows: tuple[Row, ...]


def folds(known: Sequence[Row], segment: Segmenter, progress: Progress) -> Iterator[Fold]:
    """Each fifth of the rows with a model of the others; near-duplicates are in one fold.

    ``progress`` is told a step's name, how many steps are done, and of how many.
    """
    steps = 2 + FOLDS * _STEPS_A_FOLD
    lesson = prepare(known, segment, lambda words, done: progress(words, done, steps))
    places = split([row.category for row in known], lesson.groups)
    for fold in range(FOLDS):
        held = [at for at, place in enumerate(places) if place == fold]
        name = f"第 {fold + 1}/{FOLDS} 折 fold"
        start = 2 + fold * _STEPS_A_FOLD
        rest = lesson.part([at for at, place in enumerate(places) if place != fold])
        learnt = learn(rest, lambda done, name=name, start=start: progress(name, start + done, steps))  # type: ignore[misc]
        yield Fold(_model(learnt, segment), tuple(lesson.rows[at] for at in held))
    progress("完成 done", steps, steps)


def split(categories: Sequence[str], groups: Sequence[int]) -> list[int]:
    """A fold for each row, the same for rows of one group; the folds have about as many rows of each category."""
    members: dict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        members[group].append(at)
    sizes: list[Counter[str]] = [Counter() for _ in range(FOLDS)]
    found = [0] * len(groups)
    for places in sorted(members.values(), key=lambda places: (-len(places), places)):
        mine = Counter(categories[at] for at in places)
        main = mine.most_common(1)[0][0]
        fold = min(range(FOLDS), key=lambda at: (sizes[at][main], sizes[at].total(), at))
        sizes[fold] += mine
        for at in places:
            found[at] = fold
    return found


def _model(learnt: Learnt, segment: Segmenter) -> Model:
    return Model(ModelDetector(Scorer(learnt.trained.weights, segment)), learnt.thresholds, "", "")
