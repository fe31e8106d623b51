"""Five-fold with refitted models: every row once, by a model that knows nothing of it."""

from pathlib import Path

import pytest

from classifiers import rows
from classifiers.folds import FOLDS, Fold, folds, split
from core.ports import Segmenter
from core.text import Document
from core.types import Role
from tests.tiny import write_corpus, write_rows


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus, with a text that stands in it three times."""
    folder = write_corpus(tmp_path_factory.mktemp("corpus"))
    twice = "今晚出特码，跟单包中，首存送彩金，加微信 tema_88123"
    write_rows(folder / "z.jsonl", [(twice, "gambling"), (f"{twice}。", "gambling"), (f"【{twice}】", "gambling")])
    return folder


@pytest.fixture(scope="module")
def found(corpus: Path, segment: Segmenter) -> list[Fold]:
    """The five folds."""
    return list(folds(rows.read(corpus), segment, lambda *_: None))


def test_each_row_is_judged_once(found: list[Fold], corpus: Path) -> None:
    """The folds' rows are the corpus, and near-duplicates are in one fold."""
    assert len(found) == FOLDS
    assert sorted(row.where for fold in found for row in fold.rows) == sorted(row.where for row in rows.read(corpus))
    alike = [sum("tema_88123" in row.text for row in fold.rows) for fold in found]
    assert sorted(alike) == [0, 0, 0, 0, 3]


def test_each_folds_model_judges(found: list[Fold]) -> None:
    """Each has thresholds for its harms, and tells offers it never saw from everyday words."""
    for fold in found:
        assert set(fold.model.thresholds) == {"forged_documents", "gambling"}
        for row in fold.rows:
            signals = fold.model.detector.detect(Document.of(row.text))
            chance = max((one.score for one in signals if one.role is Role.OFFER), default=0.0)
            assert (chance > 0.5) == (row.category != rows.NONE), row.text


def test_a_folds_model_has_not_learnt_its_rows(segment: Segmenter, tmp_path: Path) -> None:
    """A word that one group alone holds says nothing to the model that judges this group."""
    known = [*rows.read(write_corpus(tmp_path))]
    marked = [rows.Row(f"{row.text}，貔貅牌貔貅", row.category) for row in known[:1]] * 2
    for fold in folds([*known, *marked], segment, lambda *_: None):
        terms = fold.model.detector.explain(Document.of("貔貅"), fold.model.detector.detect(Document.of("貔貅")))
        held = any("貔貅" in row.text for row in fold.rows)
        spoken = any("貔" in name for one in terms for name, _ in one.terms)
        assert not (held and spoken)


def test_progress_counts_up(corpus: Path, segment: Segmenter) -> None:
    """Steps are told in order up to the last."""
    seen: list[tuple[int, int]] = []
    for _ in folds(rows.read(corpus), segment, lambda _words, done, steps: seen.append((done, steps))):
        pass
    assert seen == sorted(seen)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1]


def test_split_keeps_groups_and_balance() -> None:
    """Groups stay whole whatever their size; categories are spread evenly; the same again for the same rows."""
    categories = ["a"] * 40 + ["b"] * 20 + ["none"] * 100
    groups = [0] * 6 + list(range(6, 160))
    found = split(categories, groups)
    assert found == split(categories, groups)
    assert len(set(found[:6])) == 1
    for category, most in (("a", 8), ("b", 4), ("none", 20)):
        counts = [
            sum(fold == at for fold, name in zip(found, categories, strict=True) if name == category)
            for at in range(FOLDS)
        ]
        assert max(counts) <= most + 1
        assert min(counts) >= most - 1
