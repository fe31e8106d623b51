"""Versions of a model: a new one in force at once, the former back byte for byte, and always a whole one to load."""

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers import files, model, versions
from core.errors import InputError, NeedsSetup
from core.ports import Segmenter
from tests.classifiers.conftest import Small

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Add = Callable[[int], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the versions lie."""
    return tmp_path / "model"


@pytest.fixture
def add(small: Small, segment: Segmenter, folder: Path) -> Add:
    """Puts the model in force that is the n-th: the small one with another threshold."""
    saved = files.read(small[1], segment)

    def install(number: int) -> Path:
        changed = files.Saved(
            saved.weights,
            {**saved.thresholds, "gambling": 0.4 + number / 100},
            saved.golden,
            saved.dictionary,
            f"{number:064}",
            saved.libraries,
        )
        with versions.workplace(folder) as new:
            files.write(new, changed, b"estimator", lambda version: {"card.md": f"# {version} {number}\n"})
            return versions.install(folder, new, NOON + timedelta(minutes=number), None)

    return install


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_last_installed_is_in_force(folder: Path, add: Add, segment: Segmenter) -> None:
    """Each new version is loaded from then on, and nothing but versions and the pointer lies in the folder."""
    assert versions.current(folder) is None
    first, second = add(1), add(2)
    assert versions.current(folder) == second
    assert model.load(second, segment).thresholds["gambling"] == pytest.approx(0.42)
    assert first.name.startswith("20261122-120100-")
    assert sorted(path.name for path in folder.iterdir()) == ["current.json", "versions"]


def test_rollback_restores_the_former_byte_for_byte(folder: Path, add: Add) -> None:
    """Every file of the former is as it was; another step goes further back; beyond the first there is none."""
    first = add(1)
    before = contents(first)
    second = add(2)
    add(3)
    assert versions.rollback(folder).path == second
    assert versions.rollback(folder).path == first
    assert versions.current(folder) == first
    assert contents(first) == before
    with pytest.raises(InputError, match=str(folder)):
        versions.rollback(folder)
    assert versions.current(folder) == first


def test_after_a_rollback_the_next_follows_the_one_in_force(folder: Path, add: Add) -> None:
    """What was rolled back from is not what a later rollback goes to."""
    first, bad = add(1), add(2)
    versions.rollback(folder)
    assert bad.exists()
    add(3)
    assert not bad.exists()
    assert versions.rollback(folder).path == first


def test_few_versions_are_kept(folder: Path, add: Add) -> None:
    """The five last ones, newest first."""
    added = [add(number) for number in range(7)]
    found = versions.listed(folder)
    assert [one.path for one in found] == added[:1:-1]
    assert [one.in_force for one in found] == [True, False, False, False, False]
    assert [one.corpus for one in found] == [f"{number:064}" for number in (6, 5, 4, 3, 2)]
    assert found[0].at == NOON + timedelta(minutes=6)


def test_the_same_second_twice(folder: Path, add: Add) -> None:
    """Two versions of one second and one content are two versions."""
    assert add(1) != add(1)
    assert len(versions.listed(folder)) == 2


def test_a_model_without_versions_is_read_and_kept(small: Small, folder: Path, segment: Segmenter, add: Add) -> None:
    """A folder that is a model itself is in force until there is a version; then it is one step back, as it was."""
    saved = files.read(small[1], segment)
    files.write(folder, saved, b"estimator")
    assert versions.current(folder) == folder
    assert [one.version for one in versions.listed(folder)] == [small[2].version]
    before = contents(folder)
    with versions.workplace(folder) as new:
        files.write(new, saved, b"")
        versions.install(folder, new, NOON, versions.current(folder))
    former = versions.rollback(folder)
    assert former.path.parent == folder / versions.VERSIONS
    assert contents(former.path) == before
    assert model.load(former.path, segment).version == small[2].version


def test_an_interruption_leaves_what_was_in_force(folder: Path, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while it is made, or just before the pointer changes: the former is in force and can be loaded."""
    first = add(1)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt), versions.workplace(folder) as new:
        new.mkdir()
        stop()
    assert sorted(path.name for path in folder.iterdir()) == ["current.json", "versions"]
    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        add(2)
    monkeypatch.undo()
    assert versions.current(folder) == first
    assert add(3) == versions.current(folder)


def test_nothing_made_leaves_nothing(folder: Path) -> None:
    """A training that fails at once does not leave an empty folder that looks like a model's."""
    with pytest.raises(InputError), versions.workplace(folder):
        raise InputError("", "")
    assert not folder.exists()


def test_a_reader_always_finds_a_whole_model(folder: Path, add: Add, segment: Segmenter) -> None:
    """While versions are added and rolled back, each load succeeds."""
    add(0)
    add(1)
    done = threading.Event()
    problems: list[BaseException] = []
    loads = 0

    def read() -> None:
        nonlocal loads
        while not done.is_set() or loads == 0:
            try:
                files.read(versions.current(folder) or folder, segment)
            except NeedsSetup as problem:
                problems.append(problem)
            loads += 1

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in (2, 3, 4):
            add(number)
            versions.rollback(folder)
    finally:
        done.set()
        reader.join()
    assert loads > 0
    assert problems == []


@pytest.mark.parametrize("content", ["{", "{}", "[1]"])
def test_a_damaged_pointer_is_refused(folder: Path, content: str) -> None:
    """It says that the files are damaged, and what to run."""
    folder.mkdir()
    (folder / versions.CURRENT).write_text(content)
    with pytest.raises(NeedsSetup, match="lurewatch train"):
        versions.current(folder)


def test_what_is_set_aside_is_not_in_force(folder: Path, add: Add) -> None:
    """The candidate lies there to be looked at, the last one only."""
    first = add(1)
    for text in ("one", "two"):
        with versions.workplace(folder) as new:
            new.mkdir()
            (new / "card.md").write_text(text)
            place = versions.set_aside(folder, new)
    assert (place / "card.md").read_text() == "two"
    assert versions.current(folder) == first
    assert json.loads((folder / versions.CURRENT).read_text()) == [first.name]
    assert os.listdir(place) == ["card.md"]  # noqa: PTH208 - all that lies there
