"""Reads folders of rules and banks; what it hands on can be compiled without a surprise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from core import yamlfile
from core.errors import InputError, YamlError
from core.text import normalise
from core.yamlfile import Layout
from rules.grammar import ConditionError, Hit, Name, parse
from rules.matcher import Regex
from rules.places import place
from rules.schema import BUILT_IN, Bank, Rule

BANKS = Path(__file__).parent / "banks"
Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule and the file it was read from."""

    path: Path
    rule: Rule
    layout: Layout

    def error(self, loc: Loc, zh: str, en: str, offset: int | None = None) -> YamlError:
        """An error at a place in the file, or at a character of the string that stands there."""
        line, column = place(self.path, self.layout, loc, offset)
        return YamlError(self.path, line, column, zh, en)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules that may run, in order of slug; a reload makes a new one."""

    rules: tuple[Rule, ...]

    @property
    def digest(self) -> str:
        """The first 12 hex digits of the sha256 over the rules' digests and statuses."""
        return sha256("".join(rule.digest + rule.status for rule in self.rules).encode()).hexdigest()[:12]


def read_banks(folder: Path = BANKS) -> tuple[Bank, ...]:
    """All banks of a folder by name; raises InputError at the first wrong one, since every rule may rest on it."""
    banks: dict[str, Bank] = {}
    for path in _files(folder):
        bank, layout = yamlfile.load(path, Bank)
        if bank.name != path.stem:
            raise _at(
                path,
                layout,
                ["name"],
                f"词库名应与文件名 {path.stem} 相同。",
                f"a bank is named as its file: {path.stem}.",
            )
        _check_bank(path, bank, layout)
        banks[bank.name] = bank
    return tuple(banks.values())


def read_rules(folder: Path, banks: Sequence[Bank]) -> tuple[RuleSet, tuple[InputError, ...]]:
    """The good rules of a folder and its subfolders, and an error for each bad one.

    Raises InputError where there is no such folder.
    """
    files, errors = read_files(folder, banks)
    return RuleSet(tuple(sorted((file.rule for file in files), key=lambda rule: rule.slug))), errors


def read_files(folder: Path, banks: Sequence[Bank]) -> tuple[tuple[RuleFile, ...], tuple[InputError, ...]]:
    """Like ``read_rules``, with each rule's file."""
    if not folder.is_dir():
        raise InputError(
            f"没有规则目录 {folder}。请建立它并放入规则 YAML，或设置 LUREWATCH_RULES。",
            f"There is no folder of rules {folder}. Make it and put rule YAML there, or set LUREWATCH_RULES.",
        )
    names = frozenset(bank.name for bank in banks)
    good: list[RuleFile] = []
    bad: list[InputError] = []
    taken: dict[str, Path] = {}
    for path in _files(folder):
        try:
            file = RuleFile(path, *yamlfile.load(path, Rule))
        except InputError as problem:
            bad.append(problem)
            continue
        errors = [*_doubled(file, taken), *check(file, names)]
        bad.extend(errors)
        if not errors:
            good.append(file)
        taken.setdefault(str(file.rule.id), path)
        taken.setdefault(file.rule.slug, path)
    return tuple(good), tuple(bad)


def check(file: RuleFile, banks: frozenset[str]) -> Iterator[YamlError]:
    """What a rule's model cannot see: its condition, banks, terms and regexes."""
    yield from _check_banks(file, banks)
    yield from _check_terms(file)
    yield from _check_regexes(file)
    yield from _check_condition(file)


def _check_banks(file: RuleFile, banks: frozenset[str]) -> Iterator[YamlError]:
    for name, group in file.rule.terms.items():
        for bank in group.bank:
            if bank not in banks:
                hint = _nearest(bank, banks)
                yield file.error(
                    ("terms", name, "bank"), f"没有词库“{bank}”。{hint[0]}", f"there is no bank {bank!r}. {hint[1]}"
                )


def _check_terms(file: RuleFile) -> Iterator[YamlError]:
    for name, group in file.rule.terms.items():
        for field in ("any", "all"):
            for at, term in enumerate(getattr(group, field)):
                if not normalise(term).text.strip():
                    yield file.error(
                        ("terms", name, field, at),
                        f"词“{term}”规范化后为空，请删去。",
                        f"the term {term!r} is empty once normalised; remove it.",
                    )


def _check_regexes(file: RuleFile) -> Iterator[YamlError]:
    for name, group in file.rule.terms.items():
        for at, pattern in enumerate(group.regex):
            try:
                Regex(pattern)
            except ValueError as problem:
                yield file.error(
                    ("terms", name, "regex", at),
                    f"RE2 不接受这条正则：{problem}。RE2 没有环视和反向引用。",
                    f"RE2 refuses this regex: {problem}. RE2 has no look-around and no backreferences.",
                )


def _check_condition(file: RuleFile) -> Iterator[YamlError]:
    terms = file.rule.terms
    try:
        tree = parse(file.rule.condition)
    except ConditionError as problem:
        yield file.error(("condition",), problem.zh, problem.en, problem.offset)
        return
    known = terms.keys() | BUILT_IN
    used = list(tree.names())
    for node in used:
        if node.name not in known:
            yield _unknown_name(file, node, known)
    for name in sorted(terms.keys() - {node.name for node in used}):
        yield file.error(
            ("terms", name), f"条件没有用到词组“{name}”。", f"the condition does not use the group {name!r}."
        )
    own = {name for name, group in terms.items() if group.all or not group.bank}
    keyed = any(group.keywords for group in terms.values())
    if not keyed or tree.find(lambda name: None if name in own else (Hit(0, 1),)) is not None:
        yield file.error(
            ("condition",),
            "条件不靠本规则自己的关键词也能成立（只有正则、词库或 not）；请加上必须出现的关键词。",
            "the condition can hold without any keyword of the rule itself (regexes, banks or not alone); "
            "add keywords that must be there.",
        )


def _unknown_name(file: RuleFile, name: Name, known: frozenset[str] | set[str]) -> YamlError:
    hint = _nearest(name.name, known)
    return file.error(
        ("condition",),
        f"条件里的“{name.name}”不是词组。{hint[0]}",
        f"{name.name!r} in the condition is no group. {hint[1]}",
        name.offset,
    )


def _doubled(file: RuleFile, taken: dict[str, Path]) -> Iterator[YamlError]:
    for field, value in (("id", str(file.rule.id)), ("slug", file.rule.slug)):
        if value in taken:
            other = taken[value].name
            yield file.error(
                (field,), f"{field} 已被 {other} 使用，请换一个。", f"this {field} is used by {other}; choose another."
            )


def _check_bank(path: Path, bank: Bank, layout: Layout) -> None:
    for number, tier in enumerate(bank.tiers):
        for at, pattern in enumerate(tier.regex):
            try:
                Regex(pattern)
            except ValueError as problem:
                loc: Loc = ("tiers", number, "regex", at)
                raise _at(
                    path, layout, loc, f"RE2 不接受这条正则：{problem}", f"RE2 refuses this regex: {problem}"
                ) from problem


def _at(path: Path, layout: Layout, loc: Sequence[int | str], zh: str, en: str) -> YamlError:
    line, column = layout.position(loc)
    return YamlError(path, line, column, zh, en)


def _nearest(word: str, known: frozenset[str] | set[str]) -> tuple[str, str]:
    close = get_close_matches(word, known, 1)
    if close:
        return f"是否要写“{close[0]}”？", f"Did you mean {close[0]!r}?"
    names = "、".join(sorted(known))
    return f"可用的有：{names}。", f"There are: {', '.join(sorted(known))}."


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")])
