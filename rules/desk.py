"""Finds the rule that an editor means, and lays it beside the rules around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from core import yamlfile
from core.errors import InputError
from core.ports import Segmenter
from rules import loader
from rules.engine import RuleEngine
from rules.loader import RuleFile, RuleSet
from rules.schema import Bank, Rule, Status

_SUFFIXES = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A rule that counts as live whatever its status, the other live rules, and the banks; as of ``today``.

    ``before`` is the live version of the same id in another file, None where there is none. ``left_out`` says
    which other files of the folder are wrong and stand aside.
    """

    rule: Rule
    status: Status
    before: Rule | None
    others: tuple[Rule, ...]
    banks: tuple[Bank, ...]
    left_out: tuple[InputError, ...]
    today: date

    @property
    def whole(self) -> RuleSet:
        """The rule and those around it, in order of slug."""
        return RuleSet(tuple(sorted((*self.others, self.rule), key=lambda rule: rule.slug)))

    def engine(self, rules: Sequence[Rule], segment: Segmenter) -> RuleEngine:
        """Some rules, compiled with the banks."""
        return RuleEngine(RuleSet(tuple(rules)), self.banks, segment, self.today)


def lay_out(wanted: str, folder: Path, shipped: Path, today: date) -> Desk:
    """The desk for the rule in the file ``wanted``, or with the slug ``wanted`` in ``folder``.

    The version before it is looked for in ``folder``, then in ``shipped``. Raises InputError.
    """
    banks = loader.read_banks()
    files, bad = loader.read_files(folder, banks)
    path = Path(wanted)
    named = path.suffix in _SUFFIXES or path.is_file()
    file = _read(path, banks) if named else _with_slug(wanted, files, bad)
    rule = file.rule.model_copy(update={"status": Status.LIVE})
    others = tuple(one.rule for one in files if _live(one) and rule.id != one.rule.id and rule.slug != one.rule.slug)
    before = _before(file, files)
    if before is None and shipped.is_dir() and shipped.resolve() != folder.resolve():
        before = _before(file, loader.read_files(shipped, banks)[0])
    left_out = tuple(one for one in bad if getattr(one, "path", None) != file.path)
    return Desk(rule, file.rule.status, before, others, banks, left_out, today)


def _read(path: Path, banks: Sequence[Bank]) -> RuleFile:
    file = RuleFile(path, *yamlfile.load(path, Rule))
    wrong = next(loader.check(file, frozenset(bank.name for bank in banks)), None)
    if wrong is not None:
        raise wrong
    return file


def _with_slug(slug: str, files: Sequence[RuleFile], bad: Sequence[InputError]) -> RuleFile:
    for file in files:
        if file.rule.slug == slug:
            return file
    for problem in bad:
        path = getattr(problem, "path", None)
        if isinstance(path, Path) and path.stem == slug:
            raise problem
    close = get_close_matches(slug, [file.rule.slug for file in files], 3)
    zh = f"是否要写 {'、'.join(close)}？" if close else "请写规则文件的路径，或规则的 slug。"
    en = f"Did you mean {', '.join(close)}?" if close else "Give the path of a rule file, or a rule's slug."
    raise InputError(f"没有规则 {slug}。{zh}", f"There is no rule {slug}. {en}")


def _before(file: RuleFile, files: Iterable[RuleFile]) -> Rule | None:
    here = file.path.resolve()
    for one in files:
        if one.rule.id == file.rule.id and _live(one) and one.path.resolve() != here:
            return one.rule
    return None


def _live(file: RuleFile) -> bool:
    return file.rule.status is Status.LIVE
