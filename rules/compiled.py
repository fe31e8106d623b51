"""Rules and banks made ready to run: terms as slots of one automaton, conditions as trees, regexes as RE2."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.types import RuleRef
from rules.grammar import And, Name, Node, Not, parse
from rules.matcher import Regex, Slot
from rules.schema import EXCEPTIONS, Bank, BankRole, Group, Rule, Status, Tier


@dataclass(frozen=True, slots=True)
class CompiledTier:
    """Where a tier's hits are found; None where it has no such terms."""

    score: float
    any: int | None
    after: int | None
    regexes: tuple[Regex, ...]


@dataclass(frozen=True, slots=True)
class CompiledBank:
    """A bank with its tiers."""

    name: str
    role: BankRole
    tiers: tuple[CompiledTier, ...]


@dataclass(frozen=True, slots=True)
class CompiledGroup:
    """Where a group's hits are found."""

    any: int | None
    all: tuple[int, ...]
    regexes: tuple[Regex, ...]
    banks: tuple[str, ...]
    offer: bool


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its condition; a background rule has a weight of 0."""

    ref: RuleRef
    category: str
    weight: float
    condition: Node
    groups: dict[str, CompiledGroup]


@dataclass(slots=True)
class Program:
    """Everything compiled, and who owns which slot."""

    slots: list[Slot] = field(default_factory=list)
    banks: dict[str, CompiledBank] = field(default_factory=dict)
    rules: list[CompiledRule] = field(default_factory=list)
    rule_of: dict[int, int] = field(default_factory=dict)  # slot -> number of the rule
    bank_of: dict[int, str] = field(default_factory=dict)  # slot -> name of the bank

    def slot(self, terms: Sequence[str], *, words: bool) -> int | None:
        """The number of a new slot for these terms, or None where there are none."""
        if not terms:
            return None
        self.slots.append(Slot(tuple(terms), words))
        return len(self.slots) - 1


def compile_program(rules: Sequence[Rule], banks: Sequence[Bank], today: date | None = None) -> Program:
    """The banks, and the rules that are live or in the background; both as the loader checked them.

    Exceptions that ended before ``today`` are left out; without ``today`` none has ended.
    """
    program = Program()
    for bank in banks:
        _add_bank(program, bank)
    for rule in rules:
        if rule.status in (Status.LIVE, Status.BACKGROUND):
            _add_rule(program, rule, today or date.min)
    return program


def _add_bank(program: Program, bank: Bank) -> None:
    first = len(program.slots)
    tiers = tuple(_tier(program, tier) for tier in bank.tiers)
    program.banks[bank.name] = CompiledBank(bank.name, bank.role, tiers)
    program.bank_of.update(dict.fromkeys(range(first, len(program.slots)), bank.name))


def _tier(program: Program, tier: Tier) -> CompiledTier:
    return CompiledTier(
        tier.score,
        program.slot(tier.any, words=tier.words),
        program.slot(tier.after, words=False),
        tuple(Regex(pattern) for pattern in tier.regex),
    )


def _add_rule(program: Program, rule: Rule, today: date) -> None:
    first = len(program.slots)
    groups = {name: _group(program, group) for name, group in rule.terms.items()}
    program.rule_of.update(dict.fromkeys(range(first, len(program.slots)), len(program.rules)))
    weight = rule.weight if rule.status is Status.LIVE else 0.0
    condition = parse(rule.condition)
    phrases = tuple(one.phrase for one in rule.exceptions if one.until >= today)
    if phrases:  # after rule_of was set: the phrase of an exception is no reason to try the rule
        groups[EXCEPTIONS] = _group(program, Group(any=phrases))
        condition = And(condition, Not(Name(EXCEPTIONS, 0)))
    program.rules.append(CompiledRule(rule.ref, rule.category, weight, condition, groups))


def _group(program: Program, group: Group) -> CompiledGroup:
    return CompiledGroup(
        program.slot(group.any, words=group.words),
        tuple(_numbers(program, group)),
        tuple(Regex(pattern) for pattern in group.regex),
        group.bank,
        group.offer,
    )


def _numbers(program: Program, group: Group) -> Iterator[int]:
    for term in group.all:
        number = program.slot((term,), words=group.words)
        if number is not None:
            yield number
