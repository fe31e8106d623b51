"""Turns signals into a decision: harm and offer and a way to reach the seller, and nothing that speaks against it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from core.reasons import (
    CONTACT,
    HARM_MODEL,
    HARM_RULE,
    NO_HARM,
    NO_OFFER,
    NO_REACH,
    OFFER_MODEL,
    OFFER_WORDS,
    REACH_WORDS,
    SUPPRESSED,
    WEAK_HARM,
)
from core.text import Document
from core.types import Contact, Decision, Reason, Role, Signal
from rules.policy import ModelPolicy, Policy
from rules.shape import noisy_or

MODEL = "model"
_PUNCTUATION = " \n\t,.;:!?，。；：！？、…·*-_|/\"“”'‘’()（）[]【】"
_HAN = re.compile("[一-鿿]")
_NEVER = 2.0  # a threshold that no chance reaches
MOST_WORDS = 6  # an explanation names the first words, not all
Decide = Callable[[Document, Sequence[Signal], Sequence[Contact]], Decision]


@dataclass(frozen=True, slots=True)
class _Harm:
    """The evidence for one harm: rules, model, both together, and what was needed."""

    category: str
    rules: float
    model: float
    enough: bool

    @property
    def strength(self) -> float:
        return noisy_or((self.rules, self.model))


@dataclass(frozen=True, slots=True)
class _Weights:
    """What the decision rests on."""

    harm: _Harm | None
    offer: float
    reach: bool
    against: float
    suppressed: bool


def decider(policy: Policy, thresholds: Mapping[str, float]) -> Decide:
    """``decide`` with its policy and the model's threshold for each harm (empty without a model)."""
    return partial(decide, policy=policy, thresholds=thresholds)


def decide(
    document: Document,
    signals: Sequence[Signal],
    contacts: Sequence[Contact],
    policy: Policy,
    thresholds: Mapping[str, float],
) -> Decision:
    """The decision on one document.

    The score, from 0 to 1, grows with harm and offer, halves where nobody can be reached, and shrinks with what
    speaks against an offer. It orders flags; whether to flag is for the policy's thresholds to say.
    """
    weights = _weigh(document, signals, contacts, policy, thresholds)
    harm = weights.harm
    flagged = (
        harm is not None and harm.enough and weights.offer >= policy.offer and weights.reach and not weights.suppressed
    )
    return Decision(
        flagged=flagged,
        category=harm.category if harm else None,
        score=_score(weights),
        reasons=tuple(_reasons(document, signals, contacts, weights, policy)),
        signals=tuple(signals),
        contacts=tuple(contacts),
    )


def _weigh(
    document: Document,
    signals: Sequence[Signal],
    contacts: Sequence[Contact],
    policy: Policy,
    thresholds: Mapping[str, float],
) -> _Weights:
    by_role: dict[Role, list[Signal]] = {role: [] for role in Role}
    for signal in signals:
        by_role[signal.role].append(signal)
    offers = by_role[Role.OFFER]
    offer = max((signal.score for signal in offers), default=0.0)
    against = noisy_or(signal.score for signal in by_role[Role.SUPPRESS])
    # A model reads the whole text, a bank only words: where there is one, its chance of an offer is what doubts meet.
    resisting = _chance(offers) if _modelled(signals, thresholds) else offer
    return _Weights(
        harm=_strongest(
            by_role[Role.HARM], offers, policy, thresholds, says=_says(document, contacts, policy.model.alone_letters)
        ),
        offer=offer,
        reach=bool(contacts) or _asks(by_role[Role.REACH], resisting, policy),
        against=against,
        suppressed=against >= policy.suppress.at and against >= policy.suppress.share * resisting,
    )


def _asks(replies: Sequence[Signal], offer: float, policy: Policy) -> bool:
    """Whether words ask for a reply: clearly, or unclearly beside a sure offer."""
    clear = max((signal.score for signal in replies), default=0.0)
    return clear >= policy.reach.clear or (clear > 0 and offer >= policy.reach.unclear_offer)


def _modelled(signals: Sequence[Signal], thresholds: Mapping[str, float]) -> bool:
    """Whether a model is loaded; one that is and says nothing finds no offer: it has spoken too."""
    return bool(thresholds) or any(signal.detector == MODEL for signal in signals)


def _chance(offers: Sequence[Signal]) -> float:
    """The model's probability that somebody offers; 0 where it is silent."""
    return max((signal.score for signal in offers if signal.detector == MODEL), default=0.0)


def _says(document: Document, contacts: Sequence[Contact], least: int) -> bool:
    """Whether a document has ``least`` Han characters beside its contacts: a bare number or link says nothing."""
    norm = document.norm
    inside = sum(len(_HAN.findall(norm[slice(*document.place(contact.span))])) for contact in contacts)
    return sum(1 for _ in islice(_HAN.finditer(norm), inside + least)) == inside + least


def _strongest(
    harms: Sequence[Signal],
    offers: Sequence[Signal],
    policy: Policy,
    thresholds: Mapping[str, float],
    *,
    says: bool,
) -> _Harm | None:
    """The strongest harm that is strong enough, else the strongest one; the model alone needs a text that ``says``."""
    chance = _chance(offers)
    modelled = _modelled((*harms, *offers), thresholds)
    found = []
    for category in dict.fromkeys(signal.category for signal in harms if signal.category and signal.score > 0):
        mine = [signal for signal in harms if signal.category == category]
        weights = [signal.score for signal in mine if signal.detector != MODEL]
        rules, surest = noisy_or(weights), max(weights, default=0.0)
        model = max((signal.score for signal in mine if signal.detector == MODEL), default=0.0)
        if modelled:
            threshold = thresholds.get(category, 0.0) if says or rules else _NEVER
            enough = _enough(rules, surest, model, chance, policy.model, threshold)
        else:
            enough = rules >= policy.rules_alone
        found.append(_Harm(category, rules, model, enough))
    return max(found, key=lambda harm: (harm.enough, harm.strength), default=None)


def _enough(rules: float, surest: float, model: float, chance: float, needs: ModelPolicy, threshold: float) -> bool:
    """Whether harm is strong enough where a model speaks; ``chance`` is its probability of an offer."""
    if chance < needs.doubts_below:
        return surest >= needs.sure_rule
    if rules == 0:
        return model >= max(needs.alone, threshold) and chance >= needs.alone_offer
    return noisy_or((rules, model)) >= needs.together


def _score(weights: _Weights) -> float:
    if weights.harm is None:
        return 0.0
    reach = 1.0 if weights.reach else 0.5
    return weights.harm.strength * (0.5 + 0.5 * weights.offer) * reach * (1.0 - weights.against)


def _reasons(
    document: Document, signals: Sequence[Signal], contacts: Sequence[Contact], weights: _Weights, policy: Policy
) -> list[Reason]:
    harm = weights.harm
    if harm is None:
        return [Reason(NO_HARM)]
    found = [*_harm_reasons(document, signals, harm.category), *_offer_reasons(document, signals)]
    if contacts:
        values = dict.fromkeys(f"{contact.kind.value} {contact.value}" for contact in contacts)
        found.append(Reason(CONTACT, {"contacts": "、".join(list(values)[:MOST_WORDS])}))
    if not harm.enough:
        found.append(Reason(WEAK_HARM, {"category": harm.category, "strength": f"{harm.strength:.2f}"}))
    if weights.offer < policy.offer:
        found.append(Reason(NO_OFFER))
    if not weights.reach:
        found.append(Reason(NO_REACH))
    if weights.suppressed:
        found.extend(
            Reason(SUPPRESSED, {"kind": signal.label, "words": _words(document, [signal])})
            for signal in signals
            if signal.role is Role.SUPPRESS
        )
    return found


def _harm_reasons(document: Document, signals: Sequence[Signal], category: str) -> Iterator[Reason]:
    """What rules and model say of the harm that was decided on; nothing of other harms and background rules."""
    mine = [one for one in signals if one.role is Role.HARM and one.category == category and one.score > 0]
    for signal in mine:
        if signal.detector != MODEL:
            words = _words(document, [signal])
            yield Reason(HARM_RULE, {"rule": signal.label, "category": category, "words": words})
    for signal in mine:
        if signal.detector == MODEL:
            yield Reason(HARM_MODEL, {"category": category, "chance": f"{signal.score:.0%}"})


def _offer_reasons(document: Document, signals: Sequence[Signal]) -> Iterator[Reason]:
    """The words of an offer, the strongest first, what the model says of it, and the words that ask for a reply."""
    offers = sorted((one for one in signals if one.role is Role.OFFER), key=lambda one: -one.score)
    worded = [signal for signal in offers if signal.detector != MODEL]
    if worded:
        yield Reason(OFFER_WORDS, {"words": _words(document, worded)})
    for signal in offers:
        if signal.detector == MODEL:
            yield Reason(OFFER_MODEL, {"chance": f"{signal.score:.0%}"})
    replies = [signal for signal in signals if signal.role is Role.REACH]
    if replies:
        yield Reason(REACH_WORDS, {"words": _words(document, replies)})


def _words(document: Document, signals: Sequence[Signal]) -> str:
    """The first few words behind some signals, each once."""
    spans = [span for signal in signals for span in signal.spans]
    words = dict.fromkeys(word for span in spans if (word := document.at(span).strip(_PUNCTUATION)))
    return "、".join(list(words)[:MOST_WORDS])
