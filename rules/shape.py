"""The shape of a text: how much of it warns or tells, and how much the author himself offers."""

from collections.abc import Iterable, Mapping, Sequence

from core.lazy import lazy
from rules.grammar import Hit
from rules.marks import Marks
from rules.reading import Place, Reading

STRONG_CUE = 0.4
_CLEAR_WAY = 0.6  # requests for a reply below this are words that any story holds
_LONG = 120  # characters from which a text may be a story


class Shape:
    """What the predicates weigh: a reading, the hits that made rules hold (by harm), and those of offers.

    Each part is computed once, when first asked for.
    """

    def __init__(self, reading: Reading, harms: Mapping[str, Sequence[Hit]], offers: Sequence[Place]) -> None:
        self.reading = reading
        self.harms = frozenset(harms)
        self._harms = tuple(dict.fromkeys(hit for hits in harms.values() for hit in hits))
        self._offers = offers
        self._marks = Marks(reading.norm)

    def cues(self, kind: str) -> tuple[Place, ...]:
        """The hits of the bank ``cue_<kind>``."""
        return self.reading.bank(f"cue_{kind}")

    def strength(self, kind: str) -> float:
        """Noisy-or over the different terms of ``cue_<kind>``; of terms that overlap the first and longest counts.

        Against a pitch the weak cues say nothing: swindlers name the police, and forbid to tell anybody.
        """
        places = self.cues(kind)
        if not places:
            return 0.0
        least = STRONG_CUE if self.pitch else 0.0
        norm = self.reading.norm
        best: dict[str, float] = {}
        end = 0
        for place in sorted(places, key=lambda place: (place.hit.start, -place.hit.end)):
            if place.hit.start >= end and place.score >= least:
                end = place.hit.end
                best.setdefault(norm[place.hit.start : end], place.score)
        return noisy_or(best.values())

    @lazy
    def mentioned(self) -> tuple[Hit, ...]:
        """The hits of rules that are only mentioned: in quotation marks, forbidden, reported or denied."""
        marks = self._marks
        return tuple(hit for hit in self._harms if marks.second_hand(hit) or marks.denied(hit))

    @lazy
    def refused(self) -> tuple[Hit, ...]:
        """The hits of rules that the author refuses to do."""
        return tuple(hit for hit in self._harms if self._marks.refused(hit))

    @property
    def density(self) -> float:
        """How many hits of rules there are in 100 characters; adverts are dense (11), other texts are not (4)."""
        return 100.0 * len(self._harms) / max(len(self.reading.norm), 1)

    @property
    def mention(self) -> float:
        """The share of the rules' hits that are only mentioned; 0 where no rule hit."""
        return len(self.mentioned) / len(self._harms) if self._harms else 0.0

    @lazy
    def ways(self) -> tuple[Hit, ...]:
        """All contacts and requests for a reply."""
        return (*(hit for _, hit in self.reading.contacts()), *(place.hit for place in self.reading.replies()))

    @lazy
    def invites(self) -> tuple[Hit, ...]:
        """The ways to reach the author that he himself holds out: not second-hand, and no office's."""
        marks = self._marks
        return tuple(hit for hit in self.ways if not marks.second_hand(hit) and not marks.official(hit))

    @property
    def rambling(self) -> bool:
        """Whether a long text gives no contact, and asks for a reply only in words that any story holds."""
        return (
            len(self.reading.norm) >= _LONG
            and not self.reading.contacts()
            and all(place.score < _CLEAR_WAY for place in self.reading.replies())
        )

    @property
    def signed_by_office(self) -> bool:
        """Whether the sender's name at the start is that of an office, a bank, a school or a community."""
        return self._marks.signed_by_office

    @lazy
    def pitch(self) -> float:
        """How strongly the author himself offers; 0 where he holds out no way to reach him."""
        if not self.invites:
            return 0.0
        return max((place.score for place in self._offers if not self._marks.second_hand(place.hit)), default=0.0)


def noisy_or(chances: Iterable[float]) -> float:
    """The chance that at least one of independent causes is there (Pearl 1988, noisy-or)."""
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none
