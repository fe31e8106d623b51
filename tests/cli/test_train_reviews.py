"""``lurewatch train --reviews`` and ``lurewatch model``: from a person's verdict to a better model, and back."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import build
from core.settings import read_settings
from core.types import Flag, Review, Verdict
from tests.conftest import NOON
from tests.running import Ran, lurewatch
from tests.tiny import WORDS, texts, write_corpus, write_rows


@dataclass
class Desk:
    """A folder with a corpus, a frozen set, a first model and a store of flags."""

    home: Path
    make: Callable[..., Flag]

    def run(self, *args: str) -> Ran:
        """Run the command."""
        names = ("CORPUS", "FROZEN", "MODEL")
        folders = {f"LUREWATCH_{name}": str(self.home / name.lower()) for name in names}
        return lurewatch(*args, home=self.home, env=folders)

    def decide(self, verdict: Verdict, *words: str) -> Path:
        """Flags with these texts and a verdict on each; gives the file that ``export reviews`` wrote."""
        with build(read_settings(data=self.home / "data")) as app:
            for at, text in enumerate(words):
                flag = self.make(text, url=f"http://town.test/{verdict}/{at}")
                flag = replace(flag, decision=replace(flag.decision, category="gambling"))
                app.flags.put(flag)
                app.flags.add_review(Review(flag.id, verdict, "王敏", NOON, "看过"))
        path = self.home / "reviews.jsonl"
        ran = self.run("export", "reviews", "--out", str(path))
        assert ran.code == 0, ran.err
        return path

    def listed(self) -> list[dict[str, object]]:
        """``model list`` for scripts."""
        return [json.loads(line) for line in self.run("model", "list", "--json").out.splitlines()]

    def model(self) -> dict[str, bytes]:
        """All files of the model in force."""
        (place,) = [Path(str(one["path"])) for one in self.listed() if one["in_force"]]
        return {path.name: path.read_bytes() for path in (self.home / place).iterdir()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a first model was trained."""
    home = tmp_path_factory.mktemp("first")
    write_corpus(home / "corpus")
    write_rows(home / "frozen" / "a.jsonl", [(text, category) for category in WORDS for text in texts(category, 6, 9)])
    ran = Desk(home, lambda: pytest.fail("no flag")).run("train")
    assert ran.code == 0, ran.err
    return home


@pytest.fixture
def desk(first: Path, tmp_path: Path, make_flag: Callable[..., Flag]) -> Desk:
    """A desk with a copy of that folder."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path, make_flag)


def test_verdicts_make_a_new_model_and_rollback_takes_it_back(desk: Desk) -> None:
    """Confirmed flags are learnt, the new model is listed in force, and one command restores every byte."""
    before = desk.model()
    reviews = desk.decide(Verdict.CONFIRM, *texts("gambling", 3, 5))
    ran = desk.run("train", "--reviews", str(reviews))
    assert (ran.code, "已确认 3 条" in ran.out, "已就绪" in ran.out) == (0, True, True), ran.err
    newest, former = desk.listed()
    assert (newest["reviews"], newest["in_force"], former["in_force"]) == (3, True, False)
    assert newest["rows"] == 75
    assert desk.model() != before
    table = desk.run("model", "list").out
    assert str(newest["version"]) in table
    assert str(newest["corpus"])[:12] in table
    back = desk.run("model", "rollback")
    assert (back.code, str(former["version"]) in back.out) == (0, True)
    assert desk.model() == before
    again = desk.run("model", "rollback")
    assert (again.code, "model list" in again.err) == (2, True)
    assert desk.model() == before


def test_a_worse_model_stays_out_and_says_why(desk: Desk) -> None:
    """Dismissals against all gambling: exit code 1, the harm and by how much, and the model in force is as it was."""
    before = desk.model()
    reviews = desk.decide(Verdict.DISMISS, *texts("gambling", 240, 5))
    ran = desk.run("--lang", "en", "train", "--reviews", str(reviews))
    assert ran.code == 1
    assert "got worse" in ran.err
    assert "Promotion of online gambling: on the frozen test set, found went from" in ran.err
    assert "candidate" in ran.err
    assert desk.model() == before
    assert len(desk.listed()) == 1
    forced = desk.run("train", "--reviews", str(reviews), "--force")
    assert (forced.code, "--force" in forced.err) == (2, True)


def test_wrong_reviews_are_wrong_input(desk: Desk) -> None:
    """File and line, exit code 2, and no new version."""
    path = desk.decide(Verdict.CONFIRM, *texts("gambling", 1, 5))
    path.write_text(path.read_text(encoding="utf-8") + '{"flag_id": 3}\n', encoding="utf-8")
    ran = desk.run("train", "--reviews", str(path))
    assert (ran.code, f"{path}:2" in ran.err) == (2, True)
    assert len(desk.listed()) == 1


def test_a_frozen_row_in_the_corpus_stops_the_training(desk: Desk) -> None:
    """Both places are named, exit code 2, and no new version."""
    stolen = [(texts("gambling", 6, 9)[2], "gambling")]
    path = write_rows(desk.home / "corpus" / "z.jsonl", stolen)
    ran = desk.run("train")
    assert ran.code == 2
    assert f"{path}:1" in ran.err
    assert "a.jsonl:3" in ran.err
    assert len(desk.listed()) == 1


def test_a_model_of_ones_own_folder(desk: Desk) -> None:
    """``--out`` has versions of its own, which ``--model`` and LUREWATCH_MODEL find."""
    ran = desk.run("train", "--out", "own")
    assert ran.code == 0, ran.err
    assert len(desk.listed()) == 1
    (one,) = map(json.loads, desk.run("model", "list", "--model", "own", "--json").out.splitlines())
    assert one["path"].startswith("own/")
    rows = '{"id": 1, "text": "今天天气不错"}\n'.encode()
    assert lurewatch("detect", "-", home=desk.home, given=rows, env={"LUREWATCH_MODEL": "own"}).code == 0


def test_the_built_model_is_the_first_former(desk: Desk) -> None:
    """The first model trained into the data folder can be rolled back to the one that came with the code."""
    corpus = ("--corpus", str(desk.home / "corpus"))
    ran = lurewatch("train", *corpus, home=desk.home, env={"LUREWATCH_FROZEN": str(desk.home / "frozen")})
    assert ran.code == 0, ran.err
    newest, former = map(json.loads, lurewatch("model", "list", "--json", home=desk.home).out.splitlines())
    assert (newest["rows"], newest["in_force"], former["in_force"]) == (72, True, False)
    assert lurewatch("model", "rollback", home=desk.home).code == 0
    back = [json.loads(line) for line in lurewatch("model", "list", "--json", home=desk.home).out.splitlines()]
    assert [(one["version"], one["in_force"]) for one in back] == [
        (newest["version"], False),
        (former["version"], True),
    ]
