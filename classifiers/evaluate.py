"""Holds judgements against what was expected: precision and recall, overall, by harm and by group."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from classifiers.lengths import bands
from classifiers.rows import NONE, Labelled
from core.types import Decision

Cells = Mapping[tuple[str, str], int]  # how many texts were expected to be the first and said to be the second


class Judged(NamedTuple):
    """One text: the harm it was expected to be (or ``none``), and what was said of it.

    ``category`` is the harm it was flagged as; ``group`` is whatever the texts are told apart by.
    """

    expect: str
    flagged: bool
    category: str | None = None
    group: str = ""

    @property
    def said(self) -> str:
        """The harm it was flagged as, ``none`` where it was not."""
        return (self.category or "") if self.flagged else NONE


@dataclass(frozen=True, slots=True)
class Counts:
    """Texts rightly flagged, falsely flagged and missed, and the ``lawful`` ones among which false flags count.

    ``named`` are those of the rightly flagged that were given the right harm.
    """

    right: int = 0
    false_alarms: int = 0
    missed: int = 0
    lawful: int = 0
    named: int = 0

    @property
    def offers(self) -> int:
        """Texts that were to be flagged."""
        return self.right + self.missed

    @property
    def rows(self) -> int:
        """All texts."""
        return self.offers + self.lawful

    @property
    def precision(self) -> float | None:
        """Of the flagged texts the share that is right; None where nothing was flagged."""
        return _share(self.right, self.right + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """Of the texts to be flagged the share that was; None where there is none."""
        return _share(self.right, self.offers)

    @property
    def false_alarm_rate(self) -> float | None:
        """Of the lawful texts the share that was flagged; None where there is none."""
        return _share(self.false_alarms, self.lawful)

    @property
    def category(self) -> float | None:
        """Of the rightly flagged texts the share that was given the right harm; None where there is none."""
        return _share(self.named, self.right)


@dataclass(frozen=True, slots=True)
class Figures:
    """``overall`` and ``by_group`` count offers flagged as any harm, ``by_harm`` those flagged as their own.

    ``cells`` is the confusion matrix. Keys of ``by_harm`` and ``by_group`` are sorted.
    """

    overall: Counts
    by_harm: Mapping[str, Counts]
    by_group: Mapping[str, Counts]
    cells: Cells


class Tally:
    """Counts judgements one by one; it holds one number for each pair of harms and each group, and no text."""

    def __init__(self) -> None:
        self._groups: dict[str, Counter[tuple[str, str]]] = {}

    def add(self, row: Judged) -> None:
        """Count one more."""
        self._groups.setdefault(row.group, Counter())[row.expect, row.said] += 1

    def figures(self) -> Figures:
        """The figures of all that was counted."""
        cells: Counter[tuple[str, str]] = sum(self._groups.values(), Counter())
        harms = sorted({harm for pair in cells for harm in pair} - {NONE})
        return Figures(
            counts(cells),
            {harm: _of_harm(cells, harm) for harm in harms},
            {name: counts(self._groups[name]) for name in sorted(self._groups)},
            dict(cells),
        )


class Case(NamedTuple):
    """A row, what was decided on it, and the groups it is counted in, by what tells them apart (style, length...)."""

    row: Labelled
    decision: Decision
    groups: Mapping[str, str]

    @property
    def said(self) -> str:
        """The harm it was flagged as, ``none`` where it was not."""
        return (self.decision.category or "") if self.decision.flagged else NONE


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one group; shares are None where there is nothing to take a share of.

    ``false_alarms`` of ``lawful`` rows were flagged; ``category`` is the share of the flagged offers with the right
    harm. In a line of a harm, ``rows`` are those of the harm, and ``precision`` is that of flags with its name.
    """

    group: str
    rows: int
    offers: int
    lawful: int
    recall: float | None
    precision: float | None
    false_alarms: int
    false_alarm_rate: float | None
    category: float | None


class Board:
    """Counts cases as they come, and gives a table for each way to tell them apart; no text is kept."""

    def __init__(self) -> None:
        self._whole = Tally()
        self._tallies: dict[str, Tally] = {}

    def add(self, case: Case) -> None:
        """Count one more."""
        judged = Judged(case.row.expect, case.decision.flagged, case.decision.category)
        self._whole.add(judged)
        for name, group in case.groups.items():
            self._tallies.setdefault(name, Tally()).add(judged._replace(group=group))

    def total(self) -> Line:
        """The figures of all cases."""
        return _line("all", self._whole.figures().overall)

    def sections(self) -> Mapping[str, list[Line]]:
        """``harm`` and then each way the cases were told apart, groups in order (of length, or of name)."""
        order = {name: at for at, name in enumerate(bands())}
        whole = self._whole.figures()
        expected = sorted({expect for expect, _ in whole.cells} - {NONE})
        harms = [_line(harm, expecting(whole.cells, harm), whole.by_harm[harm].precision) for harm in expected]
        lawful = expecting(whole.cells, NONE)
        others = {
            name: [
                _line(*pair) for pair in sorted(tally.figures().by_group.items(), key=lambda one: order.get(one[0], 0))
            ]
            for name, tally in self._tallies.items()
        }
        return {"harm": [*harms, *([_line(NONE, lawful)] if lawful.rows else [])], **others}


def _line(group: str, of: Counts, precision: float | None = None) -> Line:
    own = of.precision if precision is None and of.lawful and of.offers else precision
    return Line(group, of.rows, of.offers, of.lawful, of.recall, own, of.false_alarms, of.false_alarm_rate, of.category)


def score(rows: Iterable[Judged]) -> Figures:
    """The figures of all rows."""
    tally = Tally()
    for row in rows:
        tally.add(row)
    return tally.figures()


def counts(cells: Cells) -> Counts:
    """Whether flagged at all, whatever the harm."""
    pairs = cells.items()
    return Counts(
        right=sum(count for (expect, said), count in pairs if NONE not in (expect, said)),
        false_alarms=sum(count for (expect, said), count in pairs if expect == NONE != said),
        missed=sum(count for (expect, said), count in pairs if expect != NONE == said),
        lawful=sum(count for (expect, _), count in pairs if expect == NONE),
        named=sum(count for (expect, said), count in pairs if expect == said != NONE),
    )


def expecting(cells: Cells, harm: str) -> Counts:
    """The texts that were expected to be of ``harm`` alone; whether flagged at all, and as that harm."""
    return counts({pair: count for pair, count in cells.items() if pair[0] == harm})


def _of_harm(cells: Cells, harm: str) -> Counts:
    """Whether flagged as this harm; to the others all other texts are lawful."""
    right = cells.get((harm, harm), 0)
    return Counts(
        right=right,
        false_alarms=sum(count for (expect, said), count in cells.items() if expect != harm == said),
        missed=sum(count for (expect, said), count in cells.items() if expect == harm != said),
        lawful=sum(count for (expect, _), count in cells.items() if expect != harm),
        named=right,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
