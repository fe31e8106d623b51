"""Learning from verdicts: what is learnt, what is left out, and a model that got worse is not put to use."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers import promote, rows, verdicts, versions
from classifiers.learning import Learning
from classifiers.model import Model
from core import codec
from core.errors import InputError
from core.ports import Segmenter, Stored
from core.text import Document
from core.types import Decision, Flag, Review, Role, State, Verdict
from tests.tiny import texts, write_corpus, write_rows

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Cells = Mapping[tuple[str, str], int]


def alone(by: Model) -> Callable[[Document], Decision]:
    """The model's own judgement."""

    def judge(document: Document) -> Decision:
        found = {one.role: one for one in by.detector.detect(document)}
        offer = found[Role.OFFER].score if Role.OFFER in found else 0.0
        harm = found[Role.HARM].category if Role.HARM in found else None
        return Decision(offer >= 0.5 and harm is not None, harm, offer)

    return judge


def nobody(_document: Document) -> Decision:
    """No judgement is asked for."""
    pytest.fail("the judgement in force was asked for")


@dataclass
class Desk:
    """Flags and what people said of them, a corpus, a frozen set, and the model's folder."""

    home: Path
    segment: Segmenter
    make: Callable[..., Flag]
    flags: dict[str, Flag] = field(default_factory=dict)
    said: list[Review] = field(default_factory=list)

    def flag(self, text: str, *what: Verdict, category: str = "gambling", title: str | None = None) -> Flag:
        """A flag with reviews, each by another person."""
        flag = self.make(text, title=title, url=f"http://town.test/{len(self.flags)}")
        flag = replace(flag, decision=replace(flag.decision, category=category))
        self.flags[flag.id] = flag
        self.said += [Review(flag.id, one, "王敏", NOON, "看过") for one in what]
        return flag

    def reviews(self) -> Path:
        """The file that ``lurewatch export reviews`` would write."""
        path = self.home / "reviews.jsonl"
        lines = [json.dumps(codec.review_out(review), ensure_ascii=False) for review in self.said]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def find(self, flag_id: str) -> Stored | None:
        """The store."""
        flag = self.flags.get(flag_id)
        return Stored(flag, State.OPEN) if flag else None

    def learning(self, minutes: int = 0) -> Learning:
        """What the commands use, at a time."""
        folder = self.home / "model"
        return Learning(
            corpus=self.home / "corpus",
            frozen=self.home / "frozen",
            folder=folder,
            in_use=versions.current(folder),
            segment=self.segment,
            judge=nobody,
            judging=alone,
            find=self.find,
            clock=lambda: NOON + timedelta(minutes=minutes),
        )


@pytest.fixture
def desk(tmp_path: Path, segment: Segmenter, make_flag: Callable[..., Flag]) -> Desk:
    """A small corpus, and a frozen set of texts that are not in it."""
    write_corpus(tmp_path / "corpus")
    frozen = [
        (text, category) for category in ("gambling", "forged_documents", "none") for text in texts(category, 6, 9)
    ]
    write_rows(tmp_path / "frozen" / "a.jsonl", frozen)
    return Desk(tmp_path, segment, make_flag)


def silent(_step: str, _done: int, _all: int) -> None:
    """Progress that nobody watches."""


def test_verdicts_become_rows(desk: Desk) -> None:
    """Confirmed: its harm; dismissed: none, hard for the harm it was flagged as; with title, marked as reviews."""
    desk.flag("彩金 首存", Verdict.CONFIRM, title="真人荷官")
    desk.flag("请教菜价", Verdict.DISMISS, category="fraud_ad")
    found = verdicts.read(desk.reviews(), desk.find, ())
    assert found.rows == [
        rows.Row("真人荷官\n彩金 首存", "gambling", "review", "review"),
        rows.Row("请教菜价", "none", "review", "review", "fraud_ad"),
    ]
    assert [row.where for row in found.rows] == [f"{desk.home / 'reviews.jsonl'}:{line}" for line in (1, 2)]


@pytest.mark.parametrize(
    "what",
    [
        (Verdict.DISMISS, Verdict.APPEAL),
        (Verdict.CONFIRM, Verdict.UNDO),
        (Verdict.DISMISS, Verdict.UNDO),
    ],
)
def test_what_is_in_dispute_is_left_out(desk: Desk, what: tuple[Verdict, ...]) -> None:
    """An appeal that nobody decided, and a verdict taken back, teach nothing; an appeal decided does."""
    desk.flag("彩金 首存", *what)
    desk.flag("特码 串关", Verdict.DISMISS, Verdict.APPEAL, Verdict.CONFIRM)
    found = verdicts.read(desk.reviews(), desk.find, ())
    assert [(row.text, row.category) for row in found.rows] == [("特码 串关", "gambling")]
    assert found.disputed == 1


def test_one_text_is_learnt_once_and_not_both_ways(desk: Desk) -> None:
    """Reposts that people judge alike count once; those judged differently, or under two harms, not at all."""
    for _ in range(3):
        desk.flag("彩金 首存", Verdict.CONFIRM)
    desk.flag("特码 串关", Verdict.CONFIRM)
    desk.flag("特码串.关", Verdict.DISMISS)
    desk.flag("特码 串关", Verdict.DISMISS)
    desk.flag("办证", Verdict.CONFIRM, category="forged_documents")
    desk.flag("办证", Verdict.CONFIRM, category="fraud_ad")
    desk.flag("办证", Verdict.CONFIRM, category="fraud_ad")
    found = verdicts.read(desk.reviews(), desk.find, ())
    assert [row.text for row in found.rows] == ["彩金 首存"]
    assert (found.repeated, found.disputed) == (2, 6)


def test_unknown_flags_and_frozen_texts_are_counted(desk: Desk) -> None:
    """Reviews of another store's flags, and copies of frozen rows, are left out, and the sentence says how many."""
    frozen = rows.read(desk.home / "frozen")
    desk.flag(f"{frozen[0].text}，速来", Verdict.CONFIRM)
    desk.flag("彩金 首存", Verdict.CONFIRM)
    desk.said.append(Review("f" * 32, Verdict.CONFIRM, "王敏", NOON, "看过"))
    found = verdicts.read(desk.reviews(), desk.find, frozen)
    assert [row.text for row in found.rows] == ["彩金 首存"]
    assert (found.unknown, found.frozen) == (1, 1)
    assert "1 confirmed and 0 dismissed" in found.said().en


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"flag_id": "x", "verdict": "maybe"}', '{"flag_id": 1}'])
def test_a_wrong_review_is_named_with_file_and_line(desk: Desk, line: str) -> None:
    """Nothing is learnt from a file with a line that is no review."""
    desk.flag("彩金 首存", Verdict.CONFIRM)
    path = desk.reviews()
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        verdicts.read(path, desk.find, ())
    assert f"{path}:3" in caught.value.en
    assert f"{path}:3" in caught.value.zh


def test_nothing_to_learn_is_said(desk: Desk) -> None:
    """A file without a verdict that counts, and a file that is not there."""
    desk.flag("彩金 首存", Verdict.CONFIRM, Verdict.UNDO)
    with pytest.raises(InputError, match="nothing to learn"):
        verdicts.read(desk.reviews(), desk.find, ())
    with pytest.raises(InputError, match="missing"):
        verdicts.read(desk.home / "missing.jsonl", desk.find, ())


def test_reviews_are_learnt_and_the_model_is_promoted(desk: Desk) -> None:
    """A model that is no worse is put in force, counts its reviews, and leaves the former one step back."""
    first = desk.learning().train(silent)
    for text in texts("gambling", 3, 5):
        desk.flag(text, Verdict.CONFIRM)
    outcome = desk.learning(1).train(silent, desk.reviews())
    assert outcome.worse == ()
    newest, former = desk.learning().listed()
    assert (newest.path, newest.in_force, newest.report["origin"]["reviews"]) == (outcome.folder, True, 3)
    assert newest.report["origin"]["styles"]["review"] == 3
    assert former.path == first.folder
    assert desk.learning().rollback().path == first.folder


def test_a_model_that_got_worse_is_not_promoted(desk: Desk) -> None:
    """Dismissals that speak against all gambling: it says for which harm and by how much, and nothing changes."""
    first = desk.learning().train(silent)
    for text in texts("gambling", 90, 5):
        desk.flag(text, Verdict.DISMISS)
    outcome = desk.learning(1).train(silent, desk.reviews())
    assert any("网络赌博推广" in text.zh and "gambling" in text.en for text in outcome.worse)
    assert all("封存测试集" in text.zh and "frozen test set" in text.en for text in outcome.worse)
    assert versions.current(desk.home / "model") == first.folder
    assert outcome.folder == desk.home / "model" / versions.CANDIDATE
    assert (outcome.folder / "card.md").exists()


def test_the_first_model_has_nothing_to_be_worse_than(desk: Desk) -> None:
    """Where no model is in use yet, what was learnt is put in force."""
    desk.flag(texts("gambling", 1, 5)[0], Verdict.CONFIRM)
    outcome = desk.learning().train(silent, desk.reviews())
    assert (outcome.worse, versions.current(desk.home / "model")) == ((), outcome.folder)


def test_no_frozen_set_no_promotion(desk: Desk) -> None:
    """Without frozen texts nobody could tell; a training without reviews does not need them."""
    (desk.home / "frozen" / "a.jsonl").unlink()
    desk.flag("彩金 首存", Verdict.CONFIRM)
    with pytest.raises(InputError, match="LUREWATCH_FROZEN"):
        desk.learning().train(silent, desk.reviews())
    assert not (desk.home / "model").exists()
    assert desk.learning().train(silent).folder.exists()


@pytest.mark.parametrize("change", ["{}", "【转发】{}！", "{}，先到先得"])
def test_a_frozen_row_in_the_corpus_is_refused(desk: Desk, change: str) -> None:
    """The same text, or nearly the same: both places are named, and nothing is trained."""
    frozen = rows.read(desk.home / "frozen")[4]
    path = write_rows(
        desk.home / "corpus" / "z.jsonl", [("无关的一行", "none"), (change.format(frozen.text), "gambling")]
    )
    with pytest.raises(InputError) as caught:
        desk.learning().train(silent)
    for said in (caught.value.zh, caught.value.en):
        assert f"{path}:2" in said
        assert frozen.where in said
    assert not (desk.home / "model").exists()


def test_the_texts_of_flags_are_not_in_the_model(desk: Desk) -> None:
    """Neither the card nor any other file of the model holds a reviewed text or a reviewer's name."""
    desk.learning().train(silent)
    flagged = [desk.flag(text, Verdict.CONFIRM) for text in texts("gambling", 3, 5)]
    folder = desk.learning(1).train(silent, desk.reviews()).folder
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    for flag in flagged:
        assert flag.text.encode() not in everything
        assert json.dumps(flag.text).encode() not in everything
    assert "王敏".encode() not in everything


BEFORE: Cells = {("gambling", "gambling"): 3, ("gambling", "none"): 1, ("none", "none"): 4, ("none", "gambling"): 1}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (BEFORE, ""),
        ({("gambling", "gambling"): 4, ("none", "none"): 5}, ""),
        ({**BEFORE, ("gambling", "gambling"): 2, ("gambling", "none"): 2}, "found went from 3 to 2 (-1)"),
        ({**BEFORE, ("gambling", "gambling"): 2, ("gambling", "fraud_ad"): 1}, "right harm went from 3 to 2 (-1)"),
        ({**BEFORE, ("none", "gambling"): 3, ("none", "none"): 2}, "false alarms went from 1 to 3 (+2)"),
        ({**BEFORE, ("none", "fraud_ad"): 1, ("none", "none"): 3}, "Scam advert: on the frozen test set, false alarms"),
        ({**BEFORE, ("gambling", "fraud_ad"): 1, ("gambling", "none"): 0}, ""),  # better found than not at all
    ],
)
def test_worse_is_said_harm_by_harm(after: Cells, said: str) -> None:
    """No harm may lose recall or its right name, or gain false alarms, however good the others get."""
    found = promote.worse(BEFORE, after)
    assert bool(found) == bool(said)
    assert not said or any(said in text.en for text in found)
