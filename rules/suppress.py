"""Tells warnings, news, stories, complaints, questions, opinions, fiction and house rules from offers.

Each predicate is pure and says how surely (0 to 1) a text is of its kind. None of them goes by one word: forgers
write that they never forge, and swindlers sign as the police. What counts is the whole shape: the cues together,
against a pitch of the author himself (an offer and a way to reach him, neither quoted nor forbidden).
"""

from collections.abc import Callable, Iterator, Sequence

from core.types import Role, Signal
from rules.grammar import Hit
from rules.shape import STRONG_CUE, Shape

DETECTOR = "rules"
LEAST = 0.1  # weaker is not worth a signal
MENTION = "mention"
NOTICE = "notice"
STORY = "story"
THIN = "thin"
THICK = 5.0  # hits in 100 characters from which a text speaks of little else
Predicate = Callable[[Shape], float]


def signals(shape: Shape) -> Iterator[Signal]:
    """A SUPPRESS signal for each kind that the text may be of."""
    for kind, predicate in PREDICATES:
        strength = predicate(shape)
        if strength >= LEAST:
            yield Signal(DETECTOR, Role.SUPPRESS, strength, kind, spans=shape.reading.spans(_places(shape, kind)))


def _places(shape: Shape, kind: str) -> Sequence[Hit]:
    """Where a kind shows: the mentioned harms, else its cues."""
    if kind == MENTION:
        return shape.mentioned
    return [place.hit for place in shape.cues(kind)] if kind in CUED else []


def _against_pitch(shape: Shape, kind: str, weight: float) -> float:
    """The strength of a kind's cues, less ``weight`` times the pitch; a third of it where the harm is not fraud.

    Only swindlers pose as who warns, reports or asks; a forger's or dealer's advert has next to none of these cues.
    """
    strength = shape.strength(kind)
    if not strength:
        return 0.0
    posing = 1.0 if "fraud_ad" in shape.harms else 1 / 3
    return strength * (1.0 - weight * posing * shape.pitch)


def is_warning(shape: Shape) -> float:
    """Somebody advises against it: police, bank, school, neighbour. A seller's own "beware of fakes" is none."""
    return _against_pitch(shape, "warning", 0.5)


def is_news(shape: Shape) -> float:
    """A report on what happened: arrests, trials, inspections, statistics."""
    return _against_pitch(shape, "news", 0.5)


def is_victim(shape: Shape) -> float:
    """A story of one's own loss. A swindler who promises the loss back has a pitch."""
    return _against_pitch(shape, "victim", 0.5)


def is_complaint(shape: Shape) -> float:
    """A complaint, a report to the authorities, a petition."""
    return _against_pitch(shape, "complaint", 0.5)


def is_question(shape: Shape) -> float:
    """Somebody asks whether it is lawful, true, safe; a seller's "short of money?" is no such cue."""
    return _against_pitch(shape, "question", 0.9)


def is_opinion(shape: Shape) -> float:
    """Somebody thinks, hears, doubts, jokes."""
    return _against_pitch(shape, "opinion", 0.9)


def is_fiction(shape: Shape) -> float:
    """A story, a lecture, a glossary, a film."""
    return _against_pitch(shape, "fiction", 0.6)


def is_house_rule(shape: Shape) -> float:
    """A moderator or landlord says what is not allowed here."""
    return _against_pitch(shape, "house_rule", 0.6)


def is_disclaimer(shape: Shape) -> float:
    """An honest seller says what he does not do: no guarantee, no fees, licence shown, no false invoices.

    Swindlers say so too ("this is no fake-order job"), so where the harm is fraud a refusal counts for nothing.
    """
    refusal = 0.8 if shape.refused and "fraud_ad" not in shape.harms else 0.0
    return max(refusal, _against_pitch(shape, "disclaimer", 0.4))


def is_mention(shape: Shape) -> float:
    """The harm is only named: quoted, forbidden, reported or denied; or every way to reach somebody is."""
    second_hand = 0.75 if shape.ways and not shape.invites else 0.0
    return max(0.9 * shape.mention**2, second_hand)


def is_thin(shape: Shape) -> float:
    """The harm is but touched upon: in an advert it stands in every clause."""
    return max(0.0, 0.45 * (1.0 - shape.density / THICK)) if shape.harms else 0.0


def is_notice(shape: Shape) -> float:
    """An office, a school or a community signs. Swindlers sign so too, but they do not warn of themselves."""
    if not shape.signed_by_office:
        return 0.0
    if "fraud_ad" in shape.harms:
        return 0.6 if shape.strength("warning") >= STRONG_CUE else 0.1
    return 0.8 * (1.0 - 0.4 * shape.pitch)


def is_story(shape: Shape) -> float:
    """A long text that gives no contact: words such as "joined the group" stand in every story."""
    return 0.6 if shape.rambling else 0.0


PREDICATES: tuple[tuple[str, Predicate], ...] = (
    ("warning", is_warning),
    ("news", is_news),
    ("victim", is_victim),
    ("complaint", is_complaint),
    ("question", is_question),
    ("opinion", is_opinion),
    ("fiction", is_fiction),
    ("house_rule", is_house_rule),
    ("disclaimer", is_disclaimer),
    (MENTION, is_mention),
    (NOTICE, is_notice),
    (STORY, is_story),
    (THIN, is_thin),
)
CUED = frozenset(kind for kind, _ in PREDICATES) - {MENTION, NOTICE, STORY, THIN}  # those that have a bank of cues
