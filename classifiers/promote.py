"""Says where a new model is worse than the one in force, harm by harm, on texts that neither has learnt from."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from classifiers.evaluate import Cells, Judged, expecting, score
from classifiers.rows import NONE, Row
from core.taxonomy import HARMS, Harm
from core.text import Document
from core.types import Decision
from core.words import Text

Judging = Callable[[Document], Decision]


class _Held(NamedTuple):
    """One harm on the frozen set: its offers flagged, those under its own name, and lawful texts flagged as it."""

    flagged: int
    named: int
    false_alarms: int


def judged(frozen: Iterable[Row], judge: Judging) -> Cells:
    """What a model, with all that decides with it, says of the frozen texts."""
    pairs = ((row, judge(Document.of(row.text))) for row in frozen)
    return score(Judged(row.category, said.flagged, said.category) for row, said in pairs).cells


def worse(before: Cells, after: Cells) -> tuple[Text, ...]:
    """A sentence for each harm and figure in which ``after`` is worse than ``before``; none: it may be promoted."""
    return tuple(text for harm in HARMS for text in _worse(harm, _held(before, harm.id), _held(after, harm.id)))


def _held(cells: Cells, harm: str) -> _Held:
    counts = expecting(cells, harm)
    return _Held(counts.right, counts.named, cells.get((NONE, harm), 0))


def _worse(harm: Harm, before: _Held, after: _Held) -> Sequence[Text]:
    found = []
    if after.flagged < before.flagged:
        found.append(_said(harm, "查出", "found", before.flagged, after.flagged))
    if after.named < before.named:
        found.append(_said(harm, "类别判对", "given the right harm", before.named, after.named))
    if after.false_alarms > before.false_alarms:
        found.append(_said(harm, "误报", "false alarms", before.false_alarms, after.false_alarms))
    return found


def _said(harm: Harm, zh: str, en: str, before: int, after: int) -> Text:
    return Text(
        f"{harm.zh}：封存测试集上{zh}由 {before} 条变为 {after} 条（{after - before:+d}）。",
        f"{harm.en}: on the frozen test set, {en} went from {before} to {after} ({after - before:+d}).",
    )
