"""Holds judgements against what was expected: precision and recall, overall, by harm and by group."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from classifiers.rows import NONE


class Judged(NamedTuple):
    """One text: the harm it was expected to be (or ``none``), and what was said of it.

    ``category`` is the harm it was flagged as; ``group`` is whatever the texts are told apart by.
    """

    expect: str
    flagged: bool
    category: str | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Texts rightly flagged, falsely flagged and missed, and the ``lawful`` ones among which false flags count."""

    right: int = 0
    false_alarms: int = 0
    missed: int = 0
    lawful: int = 0

    @property
    def precision(self) -> float | None:
        """Of the flagged texts the share that is right; None where nothing was flagged."""
        return _share(self.right, self.right + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """Of the texts to be flagged the share that was; None where there is none."""
        return _share(self.right, self.right + self.missed)

    @property
    def false_alarm_rate(self) -> float | None:
        """Of the lawful texts the share that was flagged; None where there is none."""
        return _share(self.false_alarms, self.lawful)


@dataclass(frozen=True, slots=True)
class Figures:
    """``overall`` and ``by_group`` count offers flagged as any harm, ``by_harm`` those flagged as their own.

    Keys of ``by_harm`` and ``by_group`` are sorted.
    """

    overall: Counts
    by_harm: Mapping[str, Counts]
    by_group: Mapping[str, Counts]


def score(rows: Iterable[Judged]) -> Figures:
    """The figures of all rows."""
    judged = list(rows)
    harms = sorted(({row.expect for row in judged} | {row.category or NONE for row in judged if row.flagged}) - {NONE})
    names = sorted({row.group for row in judged})
    return Figures(
        _counts(judged, _any_harm, _flagged),
        {harm: _of_harm(judged, harm) for harm in harms},
        {name: _counts((row for row in judged if row.group == name), _any_harm, _flagged) for name in names},
    )


def _of_harm(judged: Iterable[Judged], harm: str) -> Counts:
    return _counts(judged, lambda row: row.expect == harm, lambda row: row.flagged and row.category == harm)


def _counts(rows: Iterable[Judged], wanted: Callable[[Judged], bool], said: Callable[[Judged], bool]) -> Counts:
    pairs = [(wanted(row), said(row)) for row in rows]
    return Counts(
        right=pairs.count((True, True)),
        false_alarms=pairs.count((False, True)),
        missed=pairs.count((True, False)),
        lawful=sum(not want for want, _ in pairs),
    )


def _any_harm(row: Judged) -> bool:
    return row.expect != NONE


def _flagged(row: Judged) -> bool:
    return row.flagged


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
