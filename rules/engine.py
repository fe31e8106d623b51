"""The detector that runs the rules: harms from rules, offers and ways of reply from banks, and what speaks against."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from core.ports import Segmenter
from core.text import Document
from core.types import Role, Signal
from rules.bounds import Askers, MayHold
from rules.compiled import CompiledBank, CompiledRule, compile_program
from rules.grammar import Hit
from rules.loader import RuleSet
from rules.matcher import Hits, Matcher
from rules.reading import Place, Reading
from rules.schema import Bank, BankRole
from rules.shape import Shape
from rules.suppress import signals as suppress_signals

DETECTOR = "rules"
OWN_OFFER = 0.7  # the strength of an offer in a rule's own words
_ROLES = {BankRole.OFFER: Role.OFFER, BankRole.REACH: Role.REACH}


class RuleEngine:
    """Implements ``core.ports.Detector``; immutable, so a reload builds a new one and swaps it in.

    Exceptions of rules that ended before ``today`` do not count.
    """

    def __init__(self, rules: RuleSet, banks: Sequence[Bank], segment: Segmenter, today: date | None = None) -> None:
        self._program = compile_program(rules.rules, banks, today)
        self._matcher = Matcher(self._program.slots, segment)
        self._segment = segment
        self._cues = frozenset(bank.name for bank in banks if bank.role is BankRole.CUE)

    @property
    def terms(self) -> int:
        """How many different terms one scan looks for."""
        return len(self._matcher)

    def may_hold(self, least: float = 0.0) -> Callable[[Document], bool]:
        """A cheap check whether a rule of a weight of ``least`` or more might hold; never False where one does."""
        rules = [rule for rule in self._program.rules if rule.weight >= least]
        found = MayHold(rules, self._program.banks)
        return lambda document: bool(rules) and found(self._hits(document))

    def askers(self) -> Callable[[Document], bool]:
        """A cheap check whether words might ask for a reply; never False where ``detect`` finds that they do."""
        found = Askers(self._program.banks.values(), self._program.slots, self._segment)
        return lambda document: found.may_ask(document.norm)

    def detect(self, document: Document) -> Sequence[Signal]:
        """The signals of rules, banks and predicates; none where no term hits."""
        hits = self._hits(document)
        if not hits:
            return ()
        program = self._program
        rules = sorted({program.rule_of[slot] for slot in hits if slot in program.rule_of})
        banks = dict.fromkeys(program.bank_of[slot] for slot in hits if slot in program.bank_of)
        reading = Reading(document, hits, program.banks, banks)
        found: list[Signal] = []
        harms: dict[str, list[Hit]] = {}
        offers: list[Place] = []
        for number in rules:
            rule = program.rules[number]
            held = reading.rule(rule)
            if held is not None:
                own = reading.own_offers(rule, held) if rule.weight else ()
                found.extend(_of_rule(reading, rule, held, own))
                if rule.weight:  # a background rule moves nothing, not even the predicates
                    harms.setdefault(rule.category, []).extend(held)
                offers.extend(Place(hit, OWN_OFFER) for hit in own)
        for name in banks:
            found.extend(_of_bank(reading, program.banks[name]))
            if program.banks[name].role is BankRole.OFFER:
                offers.extend(reading.bank(name))
        if harms or not self._cues.isdisjoint(banks):
            found.extend(suppress_signals(Shape(reading, harms, offers)))
        return found

    def _hits(self, document: Document) -> Hits:
        return document.once(self, self._scan)

    def _scan(self, document: Document) -> Hits:
        return self._matcher.scan(document.norm)


def _of_rule(reading: Reading, rule: CompiledRule, held: Sequence[Hit], own: Sequence[Hit]) -> Iterator[Signal]:
    slug, spans = rule.ref.slug, reading.spans(held)
    yield Signal(DETECTOR, Role.HARM, rule.weight, slug, category=rule.category, spans=spans, rule=rule.ref)
    if own:
        yield Signal(DETECTOR, Role.OFFER, OWN_OFFER, slug, spans=reading.spans(own), rule=rule.ref)


def _of_bank(reading: Reading, bank: CompiledBank) -> Iterator[Signal]:
    role = _ROLES.get(bank.role)
    places = reading.bank(bank.name) if role else ()
    if role and places:
        score = max(place.score for place in places)
        yield Signal(DETECTOR, role, score, bank.name, spans=reading.spans([place.hit for place in places]))
