"""Says what is wrong with a folder of rules, and what is worth a look: files, terms, conditions, dates, examples."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import rjieba

from core.errors import InputError, YamlError
from core.ports import Segmenter
from rules.lint_conditions import impossible, touching
from rules.lint_dates import changed, ended, overdue, unstamped
from rules.lint_examples import wrong_examples
from rules.lint_terms import nested, wrong_terms
from rules.loader import RuleFile, read_banks, read_files

_Check = Callable[[RuleFile], Iterator[YamlError]]
_ERRORS: tuple[_Check, ...] = (wrong_terms, impossible, changed)
_WARNINGS: tuple[_Check, ...] = (nested, touching, unstamped)


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rules are sound, what is wrong, and what is worth a look and does no harm.

    ``warnings`` are by kind: the name of the check, then what it found, each with file:line:column.
    """

    sound: int
    errors: tuple[InputError, ...]
    warnings: tuple[tuple[str, tuple[YamlError, ...]], ...] = ()


def plain_segment(text: str) -> list[str]:
    """The words of a text, without the domain words that the composition root may add."""
    words: list[str] = rjieba.cut(text, False)
    return words


def check(
    folder: Path, segment: Segmenter = plain_segment, today: date = date.min
) -> tuple[int, tuple[InputError, ...]]:
    """How many rules are sound, and an error with file:line:column for each thing that is wrong; see ``inspect``."""
    report = inspect(folder, segment, today)
    return report.sound, report.errors


def inspect(folder: Path, segment: Segmenter = plain_segment, today: date = date.min) -> Checked:
    """All that can be said of a folder's rules on a day (without one nothing is out of date).

    Examples are judged by all live rules of the folder together, with the shipped banks and policy and no model; a
    rule that is not live yet is judged as if it were. Raises InputError where there is no such folder.
    """
    banks = read_banks()
    files, bad = read_files(folder, banks)
    found = [error for file in files for error in chain(ended(file, today), *(one(file) for one in _ERRORS))]
    found += wrong_examples(files, banks, segment, today)
    wrong = {error.path for error in found}
    warnings = [("overdue", tuple(one for file in files for one in overdue(file, today)))]
    warnings += [(one.__name__, tuple(chain.from_iterable(map(one, files)))) for one in _WARNINGS]
    sound = sum(file.path not in wrong for file in files)
    return Checked(sound, (*bad, *found), tuple(kind for kind in warnings if kind[1]))
