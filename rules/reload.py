"""Hot reload: notices that rule files changed, tries the whole new set, and hands it on only where all is sound."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import InputError
from core.folder import digest, stamp
from core.ports import Segmenter
from rules import lint, loader
from rules.engine import RuleEngine
from rules.loader import RuleSet
from rules.schema import Status


@dataclass(frozen=True, slots=True)
class Loaded:
    """A new set, compiled; its examples all came out as they should."""

    rules: RuleSet
    engine: RuleEngine


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with the new set, one error at least; the old one stays."""

    problems: tuple[InputError, ...]


Reload = Loaded | Refused


class Reloader:
    """Watches a folder of rules from the moment it is made; make it before the first set is read.

    ``poll`` is cheap while nothing changed: names, times and sizes. Contents are read only where these differ. A new
    day is a change too, since exceptions of rules end.
    """

    def __init__(self, folder: Path, segment: Segmenter, today: Callable[[], date]) -> None:
        self._folder = folder
        self._segment = segment
        self._today = today
        self._stamp = (today(), stamp(folder))
        self._content = (today(), digest(folder))

    def poll(self) -> Reload | None:
        """The new set or what is wrong with it, told once for each change; None where nothing changed.

        A folder that is written to while it is read is left to the next poll.
        """
        today = self._today()
        now = (today, stamp(self._folder))
        if now == self._stamp:
            return None
        content = (today, digest(self._folder))
        found = None if content == self._content else self._load(today)
        if stamp(self._folder) != now[1]:
            return None
        self._stamp, self._content = now, content
        return found

    def _load(self, today: date) -> Reload:
        try:
            _, problems = lint.check(self._folder, self._segment)
            banks = loader.read_banks()
            rules, bad = loader.read_rules(self._folder, banks)
        except InputError as problem:
            return Refused((problem,))
        if problems or bad:
            return Refused(problems or bad)
        if not any(rule.status is Status.LIVE for rule in rules.rules):
            return Refused((_none_live(self._folder),))
        return Loaded(rules, RuleEngine(rules, banks, self._segment, today))


def _none_live(folder: Path) -> InputError:
    return InputError(
        f"{folder} 里没有一条 live 的规则；请恢复规则文件，或把要用的规则改为 status: live。",
        f"There is no live rule in {folder}; restore the rule files, or set status: live where a rule should count.",
    )
