"""Tells from terms alone what the rules could at most say of a text: far faster than to run them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.ports import Segmenter
from rules.compiled import CompiledBank, CompiledRule
from rules.grammar import And, Name, Node, Not, Or
from rules.matcher import Hits, Matcher, Slot
from rules.schema import BankRole

Needed = Mapping[str, Sequence[frozenset[int]]]


class MayHold:
    """Some rules, of which one might hold: by what hits at all, whatever its place."""

    def __init__(self, rules: Sequence[CompiledRule], banks: Mapping[str, CompiledBank]) -> None:
        self._rules = [(rule.condition, _needed(rule, banks)) for rule in rules]
        self._of: dict[int, list[int]] = {}  # slot -> the rules whose own terms it holds
        for number, rule in enumerate(rules):
            for slot in _own(rule):
                self._of.setdefault(slot, []).append(number)

    def __call__(self, hits: Hits) -> bool:
        """Whether one of the rules might hold where these slots hit; never False where one does."""
        tried = {number for slot in hits for number in self._of.get(slot, ())}
        return any(_might(*self._rules[number], hits) for number in tried)


class Askers:
    """The banks of requests for a reply."""

    def __init__(self, banks: Iterable[CompiledBank], slots: Sequence[Slot], segment: Segmenter) -> None:
        tiers = [tier for bank in banks if bank.role is BankRole.REACH for tier in bank.tiers]
        # Each slot with what must hold beside a hit in it: one of the regexes behind its terms, or nothing.
        watched = [(tier.any, ()) for tier in tiers] + [(tier.after, tier.regexes) for tier in tiers]
        asked = [(slot, regexes) for slot, regexes in watched if slot is not None]
        self._regexes = [regexes for _, regexes in asked]
        self._matcher = Matcher([Slot(slots[slot].terms) for slot, _ in asked], segment)

    def may_ask(self, norm: str) -> bool:
        """Whether a normalised text might ask for a reply; never False where it does."""
        tried: set[int] = set()
        for slot in self._matcher.touched(norm):
            if slot not in tried:
                tried.add(slot)
                regexes = self._regexes[slot]
                if not regexes or any(regex.holds(norm) for regex in regexes):
                    return True
        return False


def _own(rule: CompiledRule) -> set[int]:
    """The slots of a rule's own terms; without a hit in one of them it is not tried."""
    found = {slot for group in rule.groups.values() for slot in (*group.all, group.any)}
    return {slot for slot in found if slot is not None}


def _needed(rule: CompiledRule, banks: Mapping[str, CompiledBank]) -> Needed:
    """For each group of a rule sets of slots, of each of which one must hit for the group to hold."""
    found: dict[str, list[frozenset[int]]] = {}
    for name, group in rule.groups.items():
        found[name] = [frozenset({slot}) for slot in group.all]
        own = {slot for bank in group.banks for slot in _slots(banks[bank])}
        own.update(() if group.any is None else (group.any,))
        if own and not group.regexes:
            found[name].append(frozenset(own))
    return found


def _slots(bank: CompiledBank) -> Iterator[int]:
    """The slots without a hit in which a bank finds nothing."""
    for tier in bank.tiers:
        yield from (slot for slot in (tier.any, tier.after) if slot is not None)


def _might(node: Node, needed: Needed, hit: Hits) -> bool:
    """Whether a condition might hold where these slots hit; names that are built in might always."""
    match node:
        case Name():
            return not any(one.isdisjoint(hit) for one in needed.get(node.name, ()))
        case And():
            return _might(node.left, needed, hit) and _might(node.right, needed, hit)
        case Or():
            return any(_might(part, needed, hit) for part in node.parts)
        case Not():
            return True
