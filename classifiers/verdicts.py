"""Turns people's verdicts on flags into rows to learn from; what is in dispute is left out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from classifiers import rows
from classifiers.neighbours import copies
from classifiers.report import REVIEW
from classifiers.rows import NONE, Row
from core import codec
from core.errors import InputError
from core.ports import Stored
from core.reviews import state_of
from core.text import Document
from core.types import Review, State
from core.words import Text

Find = Callable[[str], Stored | None]
_FIELDS = ("flag_id", "verdict", "reviewer", "at", "reason")


@dataclass(slots=True)
class Verdicts:
    """What the verdicts of a file gave: rows, and how many flags gave none, by the reason."""

    rows: list[Row] = field(default_factory=list)
    disputed: int = 0
    unknown: int = 0
    repeated: int = 0
    frozen: int = 0

    def said(self) -> Text:
        """The counts as a sentence."""
        lawful = sum(row.category == NONE for row in self.rows)
        offers = len(self.rows) - lawful
        return Text(
            f"复核结论：学习已确认 {offers} 条、已驳回 {lawful} 条；未用：有争议或已撤销 {self.disputed}，"
            f"重复 {self.repeated}，本库没有该标记 {self.unknown}，与封存测试集相同或近似 {self.frozen}。",
            f"Verdicts: {offers} confirmed and {lawful} dismissed are learnt; left out: {self.disputed} in dispute or "
            f"undone, {self.repeated} repeated, {self.unknown} of flags that this store has not, {self.frozen} the "
            "same as, or nearly, a row of the frozen test set.",
        )


def read(path: Path, find: Find, frozen: tuple[Row, ...]) -> Verdicts:
    """The rows that the reviews in ``path`` (``lurewatch export reviews``) teach, with the texts that ``find`` knows.

    A confirmed flag is a row of its harm, a dismissed one of ``none``; a text that was both is in dispute. What is
    near to a frozen row is left out. Raises InputError with file and line for a wrong row, and where nothing is left.
    """
    found = Verdicts()
    seen: dict[str, Row | None] = {}
    for where, reviews in _by_flag(path).items():
        stored = find(reviews[0].flag_id)
        if stored is None:
            found.unknown += 1
        elif (row := _row(stored, state_of(reviews), where)) is None:
            found.disputed += 1
        else:
            _settle(found, seen, row)
    found.rows = _apart(found, [row for row in seen.values() if row], frozen)
    if not found.rows:
        said = found.said()
        raise InputError(f"{path}：没有可学的结论。{said.zh}", f"{path}: there is nothing to learn. {said.en}")
    return found


def _settle(found: Verdicts, seen: dict[str, Row | None], row: Row) -> None:
    """Keep one row a text, none where people differ about it."""
    norm = Document.of(row.text).norm
    other = seen.setdefault(norm, row)
    if other is row:
        return
    if other is not None and other.category == row.category:
        found.repeated += 1
        return
    found.disputed += 1 if other is None else 2
    seen[norm] = None


def _apart(found: Verdicts, learnt: list[Row], frozen: tuple[Row, ...]) -> list[Row]:
    near = copies([Document.of(row.text).norm for row in learnt], [Document.of(row.text).norm for row in frozen])
    found.frozen = len(near)
    return [row for at, row in enumerate(learnt) if at not in near]


def _row(stored: Stored, state: State, where: str) -> Row | None:
    flag = stored.flag
    text = "\n".join(part for part in (flag.title, flag.text, flag.shown) if part)
    harm = flag.decision.category or ""
    if state is State.CONFIRMED and harm:
        return Row(text, harm, REVIEW, REVIEW, where=where)
    if state is State.DISMISSED:
        return Row(text, NONE, REVIEW, REVIEW, near=harm, where=where)
    return None


def _by_flag(path: Path) -> Mapping[str, list[Review]]:
    """The reviews of each flag in the file's order, by the place of the first."""
    places: dict[str, str] = {}
    found: dict[str, list[Review]] = {}
    for where, review in _reviews(path):
        found.setdefault(places.setdefault(review.flag_id, where), []).append(review)
    return found


def _reviews(path: Path) -> Iterator[tuple[str, Review]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as problem:
        raise InputError(f"打不开 {path}：{problem.strerror}", f"Cannot open {path}: {problem.strerror}") from problem
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, _review(rows.parse(line, where), where)


def _review(value: dict[str, object], where: str) -> Review:
    texts = [value.get(key) for key in _FIELDS]
    try:
        return codec.review_in([text for text in texts if isinstance(text, str)])
    except ValueError as problem:
        names = ", ".join(_FIELDS)
        raise InputError(
            f"{where}：不是复核记录（应有 {names}），请用 lurewatch export reviews 导出。",
            f"{where}: not a review (it should have {names}); write the file with lurewatch export reviews.",
        ) from problem
