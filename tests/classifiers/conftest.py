"""A corpus cut small, and a model trained from it once."""

from pathlib import Path

import pytest

from classifiers import rows, tokens
from classifiers.rows import Row
from classifiers.train import Report, train
from core.ports import Segmenter

CORPUS = Path(__file__).parents[2] / "classifiers" / "corpus"
Small = tuple[Path, Path, Report]


@pytest.fixture(scope="session")
def segment() -> Segmenter:
    """The one segmenter."""
    return tokens.make_segmenter()


@pytest.fixture(scope="session")
def known() -> tuple[Row, ...]:
    """All rows of the corpus."""
    return rows.read(CORPUS)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, segment: Segmenter) -> Small:
    """Folders of a fifth of the corpus and of the model trained from it, and the report."""
    corpus = tmp_path_factory.mktemp("corpus")
    for path in CORPUS.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (corpus / path.name).write_text("".join(lines[::5]), encoding="utf-8")
    model = tmp_path_factory.mktemp("trained") / "model"
    return corpus, model, train(corpus, model, segment, silent)


def silent(_step: str, _done: int, _all: int) -> None:
    """Progress that nobody watches."""
