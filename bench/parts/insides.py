"""The terms, n-grams and weights that the product itself uses, so that peers are given the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from app import App, model_folder
from classifiers import files
from core.text import normalise
from rules import loader
from rules.engine import RuleEngine
from rules.loader import RuleSet
from rules.schema import Group


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


def many_terms(app: App, count: int) -> RuleEngine:
    """A rule engine with the shipped banks and ``count`` terms in rules: the shipped ones, and pairs of their words."""
    banks = loader.read_banks()
    rules, _ = loader.read_rules(app.settings.rules, banks)
    shipped = sorted({term for rule in rules.rules for group in rule.terms.values() for term in group.keywords})
    pairs = (first + second for first, second in product(shipped, repeat=2))
    terms = list(islice((*shipped, *islice(pairs, count)), count))
    sample = rules.rules[0]
    size = max(1, len(terms) // len(rules.rules))
    groups = (Group(any=tuple(terms[at : at + size])) for at in range(0, len(terms), size))
    made = tuple(
        sample.model_copy(
            update={"slug": f"bench-{at}", "id": uuid4(), "condition": "bench", "terms": {"bench": group}}
        )
        for at, group in enumerate(groups)
    )
    return RuleEngine(RuleSet(made), banks, app.segment)
