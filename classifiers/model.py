"""The trained model at work: a detector that says how likely a text is an offer, and of which harm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers import files
from classifiers.explain import places, strongest
from classifiers.scorer import Scorer
from core.ports import Segmenter
from core.text import Document
from core.types import Role, Signal

NAME = "model"
_LEAST = 0.05  # a smaller chance is no signal
_EXPLAINED = 0.2  # chances of an offer from which on a person may want to know why


class ModelDetector:
    """The two heads of the model as signals."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    def detect(self, document: Document) -> Sequence[Signal]:
        """The chance of the likeliest harm and the chance of an offer, each if it is 0.05 or more.

        From a chance of an offer of 0.2 on both carry the terms behind them, and the harm carries their spans.
        """
        score = self._scorer.score(document.norm)
        if max(score.harm_chance, score.offer_chance) < _LEAST:
            return ()
        harm_terms, offer_terms = self._terms(document) if score.offer_chance >= _EXPLAINED else ((), ())
        found = []
        if score.harm_chance >= _LEAST:
            spans = places(document, harm_terms) if harm_terms else ()
            found.append(Signal(NAME, Role.HARM, score.harm_chance, score.harm, score.harm, spans, terms=harm_terms))
        if score.offer_chance >= _LEAST:
            found.append(Signal(NAME, Role.OFFER, score.offer_chance, "offer", terms=offer_terms))
        return found

    def _terms(self, document: Document) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
        terms = self._scorer.terms(document.norm)
        return strongest((term.name, term.harm) for term in terms), strongest((term.name, term.offer) for term in terms)


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model: its detector, the least chance of each harm that may flag alone, and its version."""

    detector: ModelDetector
    thresholds: Mapping[str, float]
    version: str
    corpus: str


def load(folder: Path, segment: Segmenter) -> Model:
    """The model in ``folder``, if it is whole and fits ``segment``.

    Raises NeedsSetup, which says to run ``lurewatch train``, where it is missing, damaged, made with another
    dictionary, or does not give the chances that it gave when it was trained.
    """
    saved = files.read(folder, segment)
    scorer = Scorer(saved.weights, segment)
    files.check_golden(folder, saved.golden, scorer)
    return Model(ModelDetector(scorer), saved.thresholds, saved.version, saved.corpus)
