"""One document as rules read it: what hits where, each thing looked up once and only when asked for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from core.contacts import find
from core.text import Document
from core.types import ContactKind, Span
from rules.compiled import CompiledBank, CompiledGroup, CompiledRule, CompiledTier
from rules.grammar import Found, Hit
from rules.matcher import Hits
from rules.schema import BankRole

MOST_SPANS = 12  # a signal shows its first places; a long page may hold thousands


@dataclass(frozen=True, slots=True)
class Place:
    """A hit of a bank and its tier's strength."""

    hit: Hit
    score: float


@dataclass(slots=True)
class Reading:
    """The hits of one scan and what follows from them; ``touched`` are the banks of which any term hit."""

    document: Document
    hits: Hits
    banks: Mapping[str, CompiledBank]
    touched: Collection[str]
    _places: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    _contacts: tuple[tuple[ContactKind, Hit], ...] | None = None

    @property
    def norm(self) -> str:
        """The normalised text."""
        return self.document.norm

    def bank(self, name: str) -> tuple[Place, ...]:
        """The hits of a bank, in order."""
        if name not in self.touched:
            return ()
        if name not in self._places:
            found = [place for tier in self.banks[name].tiers for place in self._tier(tier)]
            self._places[name] = tuple(sorted(found, key=lambda place: place.hit))
        return self._places[name]

    def contacts(self) -> tuple[tuple[ContactKind, Hit], ...]:
        """The contacts of the text, placed in ``norm``."""
        if self._contacts is None:
            document = self.document
            self._contacts = tuple((contact.kind, Hit(*document.place(contact.span))) for contact in find(document))
        return self._contacts

    def replies(self) -> tuple[Place, ...]:
        """The places where the text asks for a reply."""
        names = (bank.name for bank in self.banks.values() if bank.role is BankRole.REACH)
        return tuple(place for name in names for place in self.bank(name))

    def rule(self, rule: CompiledRule) -> Found:
        """The hits that make a rule's condition hold, or None."""
        return rule.condition.find(partial(self._named, rule.groups))

    def own_offers(self, rule: CompiledRule, found: Sequence[Hit]) -> tuple[Hit, ...]:
        """Of the hits that made a rule hold those of the groups that speak of the offer itself."""
        groups = [group for group in rule.groups.values() if group.offer]
        kept = frozenset(found) if groups else ()
        return tuple(hit for group in groups for hit in self._group(group) or () if hit in kept)

    def spans(self, hits: Sequence[Hit]) -> tuple[Span, ...]:
        """The original places of the first hits."""
        if len(hits) == 1:
            return (self.document.span(hits[0].start, hits[0].end),)
        ordered = sorted(set(hits))[:MOST_SPANS]
        return tuple(dict.fromkeys(self.document.span(hit.start, hit.end) for hit in ordered))

    def _named(self, groups: Mapping[str, CompiledGroup], name: str) -> Found:
        built_in = _BUILT_IN.get(name)
        return built_in(self) if built_in else self._group(groups[name])

    def _group(self, group: CompiledGroup) -> Found:
        if group.any is not None and not group.all and not group.regexes and not group.banks:
            return self.hits.get(group.any)
        needed: list[Hit] = []
        for slot in group.all:
            if slot not in self.hits:
                return None
            needed.extend(self.hits[slot])
        if group.any is None and not group.regexes and not group.banks:
            return tuple(needed)
        found = list(self.hits.get(group.any, ())) if group.any is not None else []
        for name in group.banks:
            found.extend(place.hit for place in self.bank(name))
        for regex in group.regexes:
            found.extend(regex.find(self.norm))
        return (*needed, *found) if found else None

    def _tier(self, tier: CompiledTier) -> list[Place]:
        found = list(self.hits.get(tier.any, ())) if tier.any is not None else []
        if tier.after in self.hits:
            for regex in tier.regexes:
                found.extend(regex.find(self.norm))
        return [Place(hit, tier.score) for hit in found]


def _any_contact(reading: Reading) -> Found:
    return tuple(hit for _, hit in reading.contacts()) or None


def _link(reading: Reading) -> Found:
    return tuple(hit for kind, hit in reading.contacts() if kind is ContactKind.URL) or None


def _reach(reading: Reading) -> Found:
    return (*(_any_contact(reading) or ()), *(place.hit for place in reading.replies())) or None


_BUILT_IN: dict[str, Callable[[Reading], Found]] = {
    "contact": _any_contact,
    "link": _link,
    "reach": _reach,
}
