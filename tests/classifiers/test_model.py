"""The detector, and the refusal to serve a model that is not as it was trained."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers import files, model, tokens
from classifiers.model import Model
from core.errors import NeedsSetup
from core.ports import Segmenter
from core.taxonomy import HARM_IDS
from core.text import Document
from core.types import Field, Role
from tests.classifiers.conftest import Small

OFFER = "高价收银行卡四件套，U盾电话卡齐，一套1800现结，加微信 kashang_1688"


@pytest.fixture(scope="session")
def loaded(small: Small, segment: Segmenter) -> Model:
    """The small model."""
    return model.load(small[1], segment)


def test_an_offer_gives_harm_and_offer(loaded: Model) -> None:
    """Both heads speak with chances; explained, with terms in falling order and spans of the original words."""
    document = Document.of(OFFER)
    said = loaded.detector.detect(document)
    assert all(signal.terms == () and signal.spans == () for signal in said)
    harm, offer = loaded.detector.explain(document, said)
    assert (harm.role, harm.category, harm.detector) == (Role.HARM, "account_trading", "model")
    assert (offer.role, offer.category, offer.label) == (Role.OFFER, None, "offer")
    for signal in (harm, offer):
        assert 0.5 < signal.score <= 1
        values = [value for _, value in signal.terms]
        assert values == sorted(values, reverse=True)
        assert 0 < len(values) <= 8
    assert harm.spans
    assert all(document.at(span) in OFFER for span in harm.spans)


def test_spans_in_the_title(loaded: Model) -> None:
    """What the title says is shown in the title."""
    document = Document.of("联系我 kashang_1688", title="高价收银行卡四件套")
    harm = loaded.detector.explain(document, loaded.detector.detect(document))[0]
    assert Field.TITLE in {span.field for span in harm.spans}


@pytest.mark.parametrize("text", ["今天天气不错，大家去公园玩吗？", "警方提醒：骗子收购银行卡，遇到请拨打110举报"])
def test_plain_texts_are_quiet(loaded: Model, text: str) -> None:
    """A text that offers nothing has no chance worth explaining."""
    assert all(signal.score < 0.5 and signal.terms == () for signal in loaded.detector.detect(Document.of(text)))


def test_thresholds_and_version(loaded: Model, small: Small) -> None:
    """Every harm has a threshold within bounds; the version is that of the report."""
    assert set(loaded.thresholds) == HARM_IDS
    assert all(0.3 <= value <= 0.5 for value in loaded.thresholds.values())
    assert loaded.version == small[2].version


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _lie(path: Path) -> None:
    """Golden predictions that the model does not give."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["golden"][0][3] = 1 - manifest["golden"][0][3]
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _future(path: Path) -> None:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "format": files.FORMAT + 1}), encoding="utf-8")


def _list(path: Path) -> None:
    path.write_text("[]", encoding="utf-8")


DAMAGE: tuple[tuple[str, Callable[[Path], None]], ...] = (
    *((name, _cut) for name in (files.MANIFEST, files.WEIGHTS, files.NAMES, files.THRESHOLDS, files.ESTIMATOR)),
    *((name, Path.unlink) for name in (files.MANIFEST, files.WEIGHTS, files.ESTIMATOR)),
    (files.MANIFEST, _lie),
    (files.MANIFEST, _future),
    (files.MANIFEST, _list),
)


@pytest.mark.parametrize(("name", "damage"), DAMAGE)
def test_a_damaged_model_is_refused(
    tmp_path: Path, small: Small, segment: Segmenter, name: str, damage: Callable[[Path], None]
) -> None:
    """Any file cut short, gone, or at odds with the others: the error says what to run."""
    folder = tmp_path / "model"
    shutil.copytree(small[1], folder)
    damage(folder / name)
    with pytest.raises(NeedsSetup, match="lurewatch train") as caught:
        model.load(folder, segment)
    assert "lurewatch train" in caught.value.zh


def test_another_dictionary_is_refused(small: Small) -> None:
    """A segmenter that cuts otherwise than the one in training gives no model."""
    with pytest.raises(NeedsSetup, match="dictionary"):
        model.load(small[1], tokens.make_segmenter(()))


def test_no_model_yet(tmp_path: Path, segment: Segmenter) -> None:
    """An empty folder asks for training."""
    with pytest.raises(NeedsSetup, match="lurewatch train"):
        model.load(tmp_path, segment)
