"""The terms, n-grams and weights that the product itself uses, so that peers are given the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app import App, model_folder
from classifiers import files
from core.text import normalise
from rules import loader


@dataclass(frozen=True)
class Insides:
    """Terms of the rules, character n-grams of the model, and its weights, one row an n-gram."""

    terms: Sequence[str]
    grams: Sequence[str]
    weights: NDArray[np.float64]


def insides(app: App) -> Insides:
    """What ``app`` looks for."""
    banks = loader.read_banks()
    rules, _ = loader.read_rules(app.settings.rules, banks)
    groups = [group for rule in rules.rules for group in rule.terms.values()]
    words = [term for group in groups for term in group.keywords]
    words += [term for bank in banks for tier in bank.tiers for term in tier.any]
    saved = files.read(model_folder(app.settings), app.segment).weights
    chosen = [at for at, name in enumerate(saved.names) if name.startswith("c:")]
    terms = sorted({normalise(word).text for word in words})
    return Insides(terms, [saved.names[at][2:] for at in chosen], np.ascontiguousarray(saved.matrix[chosen]))
