"""The trained model at work: a detector that says how likely a text is an offer, and of which harm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifiers import files
from classifiers.explain import places, strongest
from classifiers.grams import Rows
from classifiers.scorer import Scorer
from core.ports import Segmenter
from core.text import Document
from core.types import Role, Signal, Span

NAME = "model"
_LEAST = 0.05  # a smaller chance is no signal


class ModelDetector:
    """The two heads of the model as signals."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    def detect(self, document: Document) -> Sequence[Signal]:
        """The chance of the likeliest harm and the chance of an offer, each if it is 0.05 or more."""
        score = self._scorer.chances(self._present(document))
        found = []
        if score.harm_chance >= _LEAST:
            found.append(Signal(NAME, Role.HARM, score.harm_chance, score.harm, score.harm))
        if score.offer_chance >= _LEAST:
            found.append(Signal(NAME, Role.OFFER, score.offer_chance, "offer"))
        return found

    def explain(self, document: Document, signals: Sequence[Signal]) -> Sequence[Signal]:
        """The same signals; those of this detector with the terms behind them, and that of the harm with their spans.

        It takes longer than ``detect``, so it is for what a person gets to see.
        """
        terms = self._scorer.terms(self._present(document))
        harm, offer = strongest(terms.names, terms.harm), strongest(terms.names, terms.offer)
        spans = places(document, harm)
        return [
            _with(signal, harm, spans) if signal.role is Role.HARM else _with(signal, offer, ()) for signal in signals
        ]

    def _present(self, document: Document) -> Rows:
        return document.once(self, self._features)

    def _features(self, document: Document) -> Rows:
        return self._scorer.present(document.norm)


def _with(signal: Signal, terms: tuple[tuple[str, float], ...], spans: tuple[Span, ...]) -> Signal:
    return replace(signal, terms=terms, spans=spans) if signal.detector == NAME else signal


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
