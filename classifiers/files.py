"""The files of a model: written whole or not at all, and read only if nothing about them has changed.

::

    manifest.json     version, hashes of dictionary, corpus and files, versions of libraries, golden predictions
    weights.npz       the numbers that serving needs (plain arrays, no pickle)
    names.json        the features and harms, in the order of the weights
    thresholds.json   the least chance of each harm that may flag alone
    estimator.skops   the scikit-learn objects behind the weights

and, for people and not read in serving, the model card: ``card.md``, ``report.json``, ``*.svg`` (classifiers/card.py).
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.scorer import Score, Scorer, Weights
from classifiers.tokens import fingerprint
from core.errors import NeedsSetup
from core.ports import Segmenter
from core.text import Document

FORMAT = 1
MANIFEST, WEIGHTS, NAMES, THRESHOLDS, ESTIMATOR = (
    "manifest.json",
    "weights.npz",
    "names.json",
    "thresholds.json",
    "estimator.skops",
)
_PARTS = (WEIGHTS, NAMES, THRESHOLDS, ESTIMATOR)
_TOLERANCE = 1e-6  # libraries may round differently
_VERSION_SIZE = 12


@dataclass(frozen=True, slots=True)
class Saved:
    """A model as its files hold it."""

    weights: Weights
    thresholds: Mapping[str, float]
    golden: Sequence[tuple[str, Score]]
    dictionary: str
    corpus: str
    libraries: Mapping[str, str]
    version: str = ""


def write(
    folder: Path, saved: Saved, estimator: bytes, beside: Callable[[str], Mapping[str, str]] = lambda _version: {}
) -> str:
    """Write a model to ``folder`` in place of the one there, and give its version.

    ``beside`` gives, for the version, the texts of files that lie beside the model for people, by name. An
    interruption leaves the old model as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as work:
        new, old = Path(work) / "new", Path(work) / "old"
        new.mkdir()
        version = _fill(new, saved, estimator)
        for name, text in beside(version).items():
            (new / name).write_text(text, encoding="utf-8")
        _sync(new)
        swap(new, folder, old)
    return version


def swap(new: Path, folder: Path, old: Path) -> None:
    """Put ``new`` in the place of ``folder``, which becomes ``old``; or, if that fails, leave it as it was."""
    try:
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise


def _fill(new: Path, saved: Saved, estimator: bytes) -> str:
    weights = saved.weights
    with (new / WEIGHTS).open("wb") as file:
        np.savez(file, matrix=weights.matrix, idf=weights.idf, bias=weights.bias, offer=np.array(weights.offer))
    _dump(new / NAMES, {"harms": weights.harms, "features": weights.names})
    _dump(new / THRESHOLDS, saved.thresholds)
    (new / ESTIMATOR).write_bytes(estimator)
    hashes = {name: _hash(new / name) for name in _PARTS}
    version = hashlib.sha256("".join(hashes[name] for name in (WEIGHTS, NAMES, THRESHOLDS)).encode()).hexdigest()
    manifest = {
        "format": FORMAT,
        "version": version[:_VERSION_SIZE],
        "dictionary": saved.dictionary,
        "corpus": saved.corpus,
        "libraries": saved.libraries,
        "files": hashes,
        "golden": [[text, score.harm, score.harm_chance, score.offer_chance] for text, score in saved.golden],
    }
    _dump(new / MANIFEST, manifest)
    return version[:_VERSION_SIZE]


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def read(folder: Path, segment: Segmenter) -> Saved:
    """The model in ``folder``; raises NeedsSetup where it is missing, damaged or of another dictionary."""
    try:
        manifest = _load(folder / MANIFEST)
        _check_manifest(folder, manifest, segment)
        return _saved(folder, manifest)
    except FileNotFoundError as problem:
        raise _refusal(folder, "还没有训练好的模型", "there is no trained model yet") from problem
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as problem:
        raise _refusal(folder, "模型文件已损坏", "the model's files are damaged") from problem


def _check_manifest(folder: Path, manifest: dict[str, Any], segment: Segmenter) -> None:
    if manifest["format"] != FORMAT:
        raise _refusal(folder, "模型是另一版本的程序训练的", "the model was made by another version of the program")
    if manifest["dictionary"] != fingerprint(segment):
        raise _refusal(folder, "模型训练时用的词典与现在不同", "the model was trained with another dictionary")
    for name in _PARTS:
        if _hash(folder / name) != manifest["files"][name]:
            raise _refusal(folder, f"{name} 与训练时不同", f"{name} is not as it was written")


def _saved(folder: Path, manifest: dict[str, Any]) -> Saved:
    names = _load(folder / NAMES)
    with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        slope, intercept = arrays["offer"].tolist()
        weights = Weights(
            tuple(names["features"]),
            tuple(names["harms"]),
            arrays["matrix"],
            arrays["idf"],
            arrays["bias"],
            (slope, intercept),
        )
    return Saved(
        weights,
        _load(folder / THRESHOLDS),
        [(text, Score(*values)) for text, *values in manifest["golden"]],
        manifest["dictionary"],
        manifest["corpus"],
        manifest["libraries"],
        manifest["version"],
    )


def check_golden(folder: Path, golden: Sequence[tuple[str, Score]], scorer: Scorer) -> None:
    """Raise NeedsSetup where ``scorer`` does not give the predictions that were written beside the model."""
    for text, expected in golden:
        found = scorer.score(Document.of(text).norm)
        off = max(abs(found.harm_chance - expected.harm_chance), abs(found.offer_chance - expected.offer_chance))
        if found.harm != expected.harm or off > _TOLERANCE:
            raise _refusal(
                folder, "模型给出的结果与训练时不同", "the model does not give the results that it gave when trained"
            )


def _refusal(folder: Path, zh: str, en: str) -> NeedsSetup:
    return NeedsSetup(
        f"{folder}：{zh}。请运行 lurewatch train 重新训练。", f"{folder}: {en}. Run lurewatch train to build it."
    )


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
