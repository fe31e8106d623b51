"""Tells from terms alone what the rules could at most say of a text: far faster than to run them."""

from collections.abc import Iterable, Iterator, Sequence

from core.ports import Segmenter
from rules.compiled import CompiledBank, CompiledRule
from rules.grammar import And, Name, Node
from rules.matcher import Matcher, Slot
from rules.schema import BankRole


class Outvoters:
    """The rules that outvote the model; there are few or none, so most texts cost nothing.

    A rule can hold only where each group of terms that its condition asks for hits somewhere.
    """

    def __init__(self, rules: Sequence[CompiledRule], slots: Sequence[Slot], segment: Segmenter) -> None:
        self._needed = [frozenset(_needed(rule)) for rule in rules]
        self._own = [frozenset(_own(rule)) for rule in rules]
        watched = sorted({slot for own in self._own for slot in own})
        self._slots = dict(enumerate(watched))
        self._matcher = Matcher([Slot(slots[slot].terms) for slot in watched], segment) if rules else None

    def may_hold(self, norm: str) -> bool:
        """Whether one of the rules might hold on a normalised text; never False where one does."""
        if self._matcher is None:
            return False
        hit = {self._slots[slot] for slot in self._matcher.scan(norm)}
        return any(needed <= hit and own & hit for needed, own in zip(self._needed, self._own, strict=True))


class Askers:
    """The banks of requests for a reply."""

    def __init__(self, banks: Iterable[CompiledBank], slots: Sequence[Slot], segment: Segmenter) -> None:
        tiers = [tier for bank in banks if bank.role is BankRole.REACH for tier in bank.tiers]
        watched = {slot for tier in tiers for slot in (tier.any, tier.after) if slot is not None}
        self._matcher = Matcher([Slot(slots[slot].terms) for slot in sorted(watched)], segment)

    def may_ask(self, norm: str) -> bool:
        """Whether a normalised text might ask for a reply; never False where it does."""
        return self._matcher.may_hit(norm)


def _own(rule: CompiledRule) -> Iterator[int]:
    for group in rule.groups.values():
        yield from group.all
        if group.any is not None:
            yield group.any


def _needed(rule: CompiledRule) -> Iterator[int]:
    """Slots without a hit in which the rule cannot hold."""
    for name in _asked(rule.condition):
        group = rule.groups.get(name)
        if group is not None:
            yield from group.all
            if group.any is not None and not group.banks and not group.regexes:
                yield group.any


def _asked(node: Node) -> Iterator[str]:
    """The names that stand in the condition with nothing but ``and`` around them."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, And):
        yield from _asked(node.left)
        yield from _asked(node.right)
