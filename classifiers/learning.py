"""Training, evaluation and versions of the model, as the commands ask for them; what decides beside it is passed in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifiers import folds, model, promote, rows, train, verdicts, versions
from classifiers.evaluate import Case
from classifiers.lengths import band
from classifiers.model import Model
from classifiers.promote import Judging
from classifiers.rows import Labelled, Row
from classifiers.train import Progress
from core.errors import InputError
from core.ports import Segmenter
from core.text import Document
from core.words import Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a training: what it says, where the model lies, and why it is not in force (empty: it is)."""

    lines: tuple[Text, ...]
    folder: Path
    worse: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Learning:
    """What people ask of the model beside its judgements.

    ``folder`` holds the versions, ``in_use`` is the model in force now (None: there is none yet); ``judge`` is the
    whole judgement in force, ``judging`` gives it with another model; ``find`` gives a flag and its reviews.
    """

    corpus: Path
    frozen: Path
    folder: Path
    in_use: Path | None
    segment: Segmenter
    judge: Judging
    judging: Callable[[Model], Judging]
    find: verdicts.Find
    clock: Callable[[], datetime]

    def train(self, progress: Progress, reviews: Path | None = None) -> Outcome:
        """Train from the corpus; with ``reviews``, from people's verdicts too, and put it in force only if no worse.

        Raises InputError for wrong rows, with file and line. What is interrupted leaves everything as it was.
        """
        frozen = self._frozen()
        learnt = self._verdicts(reviews, frozen) if reviews else None
        more = learnt.rows if learnt else []
        with versions.workplace(self.folder) as new:
            report = train.train(self.corpus, new, self.segment, progress, more, frozen)
            lines = (*report.lines(), *((learnt.said(),) if learnt else ()))
            worse = self._worse(new, frozen) if learnt else ()
            if worse:
                return Outcome(lines, versions.set_aside(self.folder, new), worse)
            return Outcome(lines, versions.install(self.folder, new, self.clock(), self.in_use))

    def cases(self, lines: Iterable[bytes], name: str) -> Iterator[Case]:
        """The rows of a stream ``name``, each with the judgement in force; raises InputError at a wrong row."""
        for row in rows.labelled(lines, name):
            groups = {"group": row.group} if row.group else {}
            yield Case(row, self.judge(Document.of(row.text, row.title)), groups)

    def corpus_cases(self, progress: Progress) -> Iterator[Case]:
        """Every row of the corpus with the whole judgement by a model that never saw it."""
        for fold in folds.folds(rows.read(self.corpus), self.segment, progress):
            judge = self.judging(fold.model)
            for row in fold.rows:
                groups = {"style": row.style, "length": band(row.text), "provenance": row.provenance}
                where = Path(row.where).name
                yield Case(Labelled(where, row.text, row.category), judge(Document.of(row.text)), groups)

    def listed(self) -> list[versions.Version]:
        """All versions, the newest first; where there is none yet, the model in use."""
        found = versions.listed(self.folder)
        return found or ([versions.described(self.in_use)] if self.in_use else [])

    def rollback(self) -> versions.Version:
        """Put the former version back; raises InputError where there is none."""
        return versions.rollback(self.folder)

    def _frozen(self) -> tuple[Row, ...]:
        return rows.read(self.frozen) if any(self.frozen.glob("*.jsonl")) else ()

    def _verdicts(self, reviews: Path, frozen: tuple[Row, ...]) -> verdicts.Verdicts:
        if not frozen:
            raise InputError(
                f"{self.frozen}：没有封存测试集（*.jsonl），无法判断新模型是否变差。请用 LUREWATCH_FROZEN 指明其目录。",
                f"{self.frozen}: there is no frozen test set (*.jsonl) here, so nobody could tell whether the new "
                "model is worse. Name its folder with LUREWATCH_FROZEN.",
            )
        return verdicts.read(reviews, self.find, frozen)

    def _worse(self, new: Path, frozen: tuple[Row, ...]) -> tuple[Text, ...]:
        """Where the new model is worse than the one in use; nothing where there is none to be worse than."""
        if self.in_use is None:
            return ()
        before, after = (
            promote.judged(frozen, self.judging(model.load(folder, self.segment))) for folder in (self.in_use, new)
        )
        return promote.worse(before, after)
