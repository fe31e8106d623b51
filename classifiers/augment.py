"""Writes texts as advertisers vary them: through another channel, or without punctuation."""

import random
import re

from classifiers.features import CONTACTS, ID, LINK, NUMBER, PHONE, without_signs

_CONTACT = re.compile(f"[{CONTACTS}]")
_CHANNELS = (LINK, PHONE, NUMBER, ID)
_RUN_TOGETHER = 0.25  # the share of texts that lose their punctuation, as many SMS are written


def variant(plain: str, chance: random.Random) -> str:
    """An abstracted text with its channels changed, so that no harm is learnt by the channel it happened to name.

    Disguises by script, width, inserted signs and spelled digits need no variant: ``core.text`` and
    ``features.abstract`` undo them before the model reads.
    """
    moved = _CONTACT.sub(lambda _: chance.choice(_CHANNELS), plain)
    return without_signs(moved) if chance.random() < _RUN_TOGETHER else moved
