"""Tells early that a document cannot be a flag: the model sees no offer, and no rule is sure enough to outvote it."""

from collections.abc import Callable, Sequence

from core.reasons import NO_OFFER_MODEL
from core.text import Document
from core.types import Reason, Role, Signal
from rules.policy import Policy

Screen = Callable[[Document, Sequence[Signal]], Reason | None]


def screener(policy: Policy, may_outvote: Callable[[Document], bool]) -> Screen:
    """The screen for a model's signals; ``may_outvote`` tells whether a rule of ``sure_rule`` might hold.

    It is exact: what it stops, ``decide`` would not have flagged either.
    """

    def screen(document: Document, signals: Sequence[Signal]) -> Reason | None:
        chance = max((signal.score for signal in signals if signal.role is Role.OFFER), default=0.0)
        if chance >= policy.model.doubts_below or may_outvote(document):
            return None
        return Reason(NO_OFFER_MODEL, {"chance": f"{chance:.0%}"})

    return screen
