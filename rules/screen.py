"""Tells early that a document cannot be a flag: nobody can be reached, nobody offers anything, or no harm is likely."""

from collections.abc import Callable, Sequence

from core.contacts import may_find
from core.reasons import NO_HARM, NO_OFFER_MODEL, NO_REACH, WEAK_HARM
from core.text import Document
from core.types import Reason, Role, Signal
from rules.policy import Policy

Check = Callable[[Document], bool]
Reach = Callable[[Document], Reason | None]
Screen = Callable[[Document, Sequence[Signal]], Reason | None]
_NO_REACH = Reason(NO_REACH)


def reacher(may_ask: Check) -> Reach:
    """The screen for a document alone; exact, since ``may_ask`` is never False where words ask for a reply."""
    return lambda document: None if may_find(document) or may_ask(document) else _NO_REACH


def screener(policy: Policy, may_outvote: Check, may_hold: Check) -> Screen:
    """The screen for a model's signals.

    ``may_outvote`` tells whether a rule of ``sure_rule`` might hold, ``may_hold`` whether any rule might; neither is
    ever False where one does. The screen is exact then: ``decide`` would not flag what it stops.
    """
    needs = policy.model

    def screen(document: Document, signals: Sequence[Signal]) -> Reason | None:
        chance = max((signal.score for signal in signals if signal.role is Role.OFFER), default=0.0)
        if chance < needs.doubts_below and not may_outvote(document):
            return Reason(NO_OFFER_MODEL, {"chance": f"{chance:.0%}"})
        harm = max((signal for signal in signals if signal.role is Role.HARM), key=_score, default=None)
        alone = harm is not None and harm.score >= needs.alone and chance >= needs.alone_offer
        return None if alone or may_hold(document) else _weak(harm)

    return screen


def _score(signal: Signal) -> float:
    return signal.score


def _weak(harm: Signal | None) -> Reason:
    """What a model says of a harm that no rule speaks of, too weak to stand alone."""
    if harm is None or not harm.category:
        return Reason(NO_HARM)
    return Reason(WEAK_HARM, {"category": harm.category, "strength": f"{harm.score:.2f}"})
