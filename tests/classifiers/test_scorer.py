"""Serving: the same scores as scikit-learn, and exact explanations."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers import estimator, files
from classifiers.features import abstract, names
from classifiers.rows import Row
from classifiers.scorer import Scorer
from core.ports import Segmenter
from core.text import Document
from tests.classifiers.conftest import Small

ODD = ("", " ", "\n", "🔥🔥", "\ue000\ue001", "a" * 3000, "办证" * 500, "ok", "【】", "𠀀")


@pytest.fixture(scope="session")
def saved(small: Small, segment: Segmenter) -> files.Saved:
    """The small model as read from its files."""
    return files.read(small[1], segment)


@pytest.fixture(scope="session")
def scorer(saved: files.Saved, segment: Segmenter) -> Scorer:
    """The small model at work."""
    return Scorer(saved.weights, segment)


def log_odds(chance: float) -> float:
    """The inverse of the logistic function."""
    return math.log(chance) - math.log1p(-chance)


def test_serving_is_training(
    small: Small, saved: files.Saved, scorer: Scorer, segment: Segmenter, known: tuple[Row, ...]
) -> None:
    """On every text, learnt or not, the compiled scorer gives what the saved estimators give, to 1e-9."""
    parts = estimator.load((small[1] / files.ESTIMATOR).read_bytes())
    norms = [Document.of(text).norm for text in (*ODD, *(row.text for row in known))]
    features = [names(abstract(norm), segment) for norm in norms]
    harms, offers = estimator.probabilities(parts, saved.weights, features)
    for norm, chances, offer in zip(norms, harms, offers, strict=True):
        score = scorer.score(norm)
        assert score.harm == saved.weights.harms[int(np.argmax(chances))]
        assert score.harm_chance == pytest.approx(chances.max(), abs=1e-9)
        assert score.offer_chance == pytest.approx(offer, abs=1e-9)


def test_contributions_are_exact(scorer: Scorer, known: tuple[Row, ...]) -> None:
    """All terms, each name once, and the rest add up to the log-odds of the harm and of an offer."""
    for row in known[::25]:
        norm = Document.of(row.text).norm
        score = scorer.score(norm)
        harm, offer = scorer.rest(score.harm)
        terms = scorer.terms(scorer.present(norm))
        assert len(set(terms.names)) == len(terms.names)
        assert harm + terms.harm.sum() == pytest.approx(log_odds(score.harm_chance), abs=1e-6)
        assert offer + terms.offer.sum() == pytest.approx(log_odds(score.offer_chance), abs=1e-6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text())
def test_any_text_has_a_score(scorer: Scorer, text: str) -> None:
    """Whatever the characters, chances are chances."""
    score = scorer.score(Document.of(text).norm)
    assert 0 <= score.harm_chance <= 1
    assert 0 <= score.offer_chance <= 1


def test_disguise_changes_little(scorer: Scorer) -> None:
    """Another number, width, script and inserted signs leave the score as it was."""
    first = scorer.score(Document.of("办理各类证件，刻章，加微信zheng_8812，电话13812345678").norm)
    again = scorer.score(Document.of("辦*理各類證·件，刻 章，加微信hao_zheng77，电话１７７－８８０１－２２３３").norm)
    assert again == first


def test_model_files_need_no_pickle(small: Small) -> None:
    """The arrays are read with pickles off, and are all numbers."""
    with np.load(small[1] / files.WEIGHTS, allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} == {"f"}
