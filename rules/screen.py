"""Tells early that a document cannot be a flag: nobody offers anything, or nobody can be reached."""

from collections.abc import Callable, Sequence

from core.contacts import find
from core.reasons import NO_OFFER_MODEL, NO_REACH
from core.text import Document
from core.types import Reason, Role, Signal
from rules.policy import Policy

Check = Callable[[Document], bool]
Screen = Callable[[Document, Sequence[Signal]], Reason | None]


def screener(policy: Policy, may_outvote: Check, may_ask: Check) -> Screen:
    """The screen for a model's signals.

    ``may_outvote`` tells whether a rule of ``sure_rule`` might hold, ``may_ask`` whether words might ask for a reply;
    neither is ever False where it is so. The screen is exact then: ``decide`` would not flag what it stops.
    """

    def screen(document: Document, signals: Sequence[Signal]) -> Reason | None:
        chance = max((signal.score for signal in signals if signal.role is Role.OFFER), default=0.0)
        if chance < policy.model.doubts_below and not may_outvote(document):
            return Reason(NO_OFFER_MODEL, {"chance": f"{chance:.0%}"})
        return None if may_ask(document) or find(document) else Reason(NO_REACH)

    return screen
