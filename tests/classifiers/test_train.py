"""Training: repeatable, whole or not at all, and honest about the corpus."""

import json
import random
import time
from pathlib import Path

import pytest
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from classifiers import estimator, files, model
from classifiers.augment import variant
from classifiers.features import ID, LINK, NUMBER, PHONE
from classifiers.train import train
from core.errors import InputError
from core.ports import Segmenter
from core.taxonomy import HARM_IDS
from tests.classifiers.conftest import CORPUS, Small, silent


class Stranger:
    """A type that no model file should hold."""


def test_the_same_corpus_gives_the_same_model(small: Small, tmp_path: Path, segment: Segmenter) -> None:
    """Trained again, every number is the same."""
    corpus, first, report = small
    again = train(corpus, tmp_path / "model", segment, silent)
    assert again.version == report.version
    for name in (files.WEIGHTS, files.NAMES, files.THRESHOLDS):
        assert (tmp_path / "model" / name).read_bytes() == (first / name).read_bytes()


def test_an_interruption_leaves_the_old_model(small: Small, tmp_path: Path, segment: Segmenter) -> None:
    """Ctrl-C at any step: the model that was there still loads, and nothing else lies beside it."""
    corpus, trained, report = small
    out = tmp_path / "models" / "model"
    files.write(out, files.read(trained, segment), (trained / files.ESTIMATOR).read_bytes())

    def stop(_step: str, done: int, steps: int) -> None:
        if done == steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(corpus, out, segment, stop)
    assert model.load(out, segment).version == report.version
    assert [path.name for path in out.parent.iterdir()] == ["model"]


def test_a_failed_write_leaves_the_old_model(small: Small, tmp_path: Path, segment: Segmenter) -> None:
    """A write that fails in the middle leaves the old files in place."""
    trained = small[1]
    saved = files.read(trained, segment)
    out = tmp_path / "model"
    version = files.write(out, saved, b"")
    with pytest.raises(TypeError):
        files.write(out, saved, None)  # type: ignore[arg-type]
    assert model.load(out, segment).version == version
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_failed_swap_puts_the_old_model_back(tmp_path: Path) -> None:
    """Where the new folder cannot take its place, the old one has it again."""
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(FileNotFoundError):
        files.swap(tmp_path / "missing", folder, tmp_path / "old")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_new_model_replaces_the_old(small: Small, tmp_path: Path, segment: Segmenter) -> None:
    """The folder holds the new files only."""
    out = tmp_path / "model"
    out.mkdir()
    (out / "old").write_text("")
    files.write(out, files.read(small[1], segment), b"")
    assert model.load(out, segment).version == small[2].version
    assert not (out / "old").exists()


def test_progress_counts_up(small: Small, tmp_path: Path, segment: Segmenter) -> None:
    """Steps are told in order, the last one as done."""
    seen: list[tuple[int, int]] = []
    train(small[0], tmp_path / "model", segment, lambda _step, done, steps: seen.append((done, steps)))
    assert seen == sorted(seen)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("categories", [("none",), ("none", "gambling"), ("gambling", "fraud_ad")])
def test_too_small_a_corpus_is_refused(tmp_path: Path, segment: Segmenter, categories: tuple[str, ...]) -> None:
    """Without lawful texts, or with one harm only, there is nothing to tell apart."""
    lines = [json.dumps({"text": f"{name} {at}", "category": name}) for name in categories for at in range(20)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=str(tmp_path)):
        train(tmp_path, tmp_path / "model", segment, silent)
    assert not (tmp_path / "model").exists()


def test_report_speaks_both_languages(small: Small) -> None:
    """A line for the whole, for each harm and for each style, in Chinese and English, free of braces."""
    lines = small[2].lines()
    styles = len(small[2].figures.by_group)
    assert len(lines) == 3 + len(HARM_IDS) + styles
    assert any("查全率" in line.zh and "recall" in line.en for line in lines)
    assert not any(mark in line.zh + line.en for line in lines for mark in "{}")


def test_estimator_file_holds_expected_types_only(small: Small) -> None:
    """The skops file loads with the fixed list; a type that is not on it is refused."""
    data = (small[1] / files.ESTIMATOR).read_bytes()
    assert set(estimator.load(data)) == {"heads", "harm", "offer"}
    with pytest.raises(UntrustedTypesFoundException):
        estimator.load(skops.io.dumps({"heads": Stranger()}))


def test_variants_change_channels_and_signs_only() -> None:
    """A varied copy is repeatable, and says the same words."""
    text = f"办证，刻章！加{ID}或{PHONE}"
    made = {variant(text, random.Random(seed)) for seed in range(40)}  # noqa: S311 - repeatable on purpose
    assert made == {variant(text, random.Random(seed)) for seed in range(40)}  # noqa: S311
    channels = str.maketrans(dict.fromkeys((ID, PHONE, LINK, NUMBER), "#"))
    assert {copy.translate(channels) for copy in made} == {"办证，刻章！加#或#", "办证刻章加#或#"}


def test_the_corpus_teaches_enough(tmp_path: Path, segment: Segmenter) -> None:
    """Trained from the whole corpus in two minutes of work, held-out texts are judged well enough to be of use."""
    begun = time.process_time()
    report = train(CORPUS, tmp_path / "model", segment, silent)
    overall = report.figures.overall
    assert time.process_time() - begun < 120
    assert (overall.precision or 0) > 0.85
    assert (overall.recall or 0) > 0.85
    assert report.at_one_percent > 0.55
