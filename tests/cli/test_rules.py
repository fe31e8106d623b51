"""``lurewatch rules try``, ``backtest`` and ``suggest`` as a person meets them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from classifiers import tokens
from core.types import Decision, Review, Role, RuleRef, Signal, Span, Verdict
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag
from tests.rules.conftest import WRITTEN
from tests.running import Ran, lurewatch, places_with

OFFER = "蓝莓赌局，开户即玩，加微信 lanmei_{number:02d}，{place}见"
PLACES = ("城东", "城西", "河边", "桥头", "北门")


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """A draft in a file of its own."""
    path = tmp_path / "draft.yml"
    path.write_text(WRITTEN.replace("status: live", "status: draft"), "utf-8")
    return path


def run(home: Path, *args: str, given: bytes | None = None) -> Ran:
    """Run the command in a folder."""
    return lurewatch(*args, home=home, given=given)


def store(home: Path, make_flag: MakeFlag, verdicts: Sequence[Verdict | None]) -> None:
    """Put one flag a verdict into the store, each recorded with a hit of the sample rule."""
    ref = RuleRef("6f2c1d9e-5a0b-4c53-9a52-0d2a1f3b7c11", "sample-rule", 1, "0" * 12)
    signal = Signal("rules", Role.HARM, 0.8, "sample-rule", "gambling", (Span(0, 4),), ref)
    decision = Decision(True, "gambling", 0.9, (), (signal,))
    flags = SqliteFlags(home / "data" / "lurewatch.db", tokens.make_segmenter())
    for number, verdict in enumerate(verdicts):
        text = OFFER.format(number=number, place=PLACES[number % len(PLACES)]) + "，新开紫薯牌局"
        flag = make_flag(text, url=f"http://town.test/{number}", decision=decision)
        flags.put(flag)
        if verdict:
            flags.add_review(Review(flag.id, verdict, "zhou", NOON, "看过"))
    flags.close()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ("没有命中", "【蓝莓赌局】", "是  item", "否  offer", "没有成立的部分：offer", "不标记", "draft")),
        ("en", ("does not hit", "【蓝莓赌局】", "yes  item", "no   offer", "What does not hold: offer", "not flagged")),
    ],
)
def test_try_explains_a_miss(tmp_path: Path, rule: Path, lang: str, said: tuple[str, ...]) -> None:
    """The words found, the groups, the part that fails, and the whole decision; a miss is no error."""
    ran = run(tmp_path, "--lang", lang, "rules", "try", str(rule), "蓝莓赌局今天停业")
    assert (ran.code, ran.err) == (0, "")
    assert [word for word in said if word not in ran.out] == []


def test_try_reads_standard_input_and_writes_json(tmp_path: Path, rule: Path) -> None:
    """The same for programs: spans, steps and the decision, with the draft counted in."""
    text = OFFER.format(number=1, place="城东")
    ran = run(tmp_path, "rules", "try", str(rule), "-", "--json", given=text.encode())
    row = json.loads(ran.out)
    assert (ran.code, row["hit"], row["status"], row["rule"]["slug"]) == (0, True, "draft", "sample-rule")
    item = next(group for group in row["groups"] if group["name"] == "item")
    assert item["places"] == [{"word": "蓝莓赌局", "span": [0, 4], "by": "any"}]
    assert row["steps"][0] == {"depth": 0, "part": row["condition"], "holds": True, "apart": None}
    assert any("sample-rule" in reason for reason in row["reasons"])


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [
        (("nowhere", "文本"), None, "没有规则 nowhere"),
        (("none.yml", "文本"), None, "none.yml：读不了"),
        (("draft.yml", "  "), None, "文本是空的"),
        (("draft.yml", "-"), b"\xff\xfe", "不是 UTF-8"),
    ],
)
def test_try_names_wrong_input(
    tmp_path: Path, rule: Path, args: tuple[str, str], given: bytes | None, said: str
) -> None:
    """One sentence, exit 2."""
    ran = run(tmp_path, "rules", "try", *args, given=given)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_backtest_counts_flags_reviews_and_local_texts(tmp_path: Path, rule: Path, make_flag: MakeFlag) -> None:
    """In words and as JSON; nothing of the local texts is kept anywhere."""
    store(tmp_path, make_flag, (Verdict.CONFIRM, Verdict.CONFIRM, Verdict.DISMISS, None))
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(OFFER.format(number=9, place="只在这里的暗号"), "utf-8")
    (texts / "b.jsonl").write_text('{"text": "今天的萝卜很新鲜"}\n', "utf-8")
    ran = run(tmp_path, "rules", "backtest", str(rule), "--texts", str(texts), "--json")
    assert ran.code == 0, ran.err
    row = json.loads(ran.out)
    assert (row["flags"]["seen"], row["flags"]["hits"], row["flags"]["lost"]) == (4, 4, 0)
    assert (row["texts"]["seen"], row["texts"]["hits"], row["texts"]["new"]) == (2, 1, 1)
    assert (row["verdicts"]["confirmed"], row["verdicts"]["dismissed"]) == (2, 1)
    assert row["verdicts"]["precision"] == pytest.approx(2 / 3)
    assert row["micros"]["alone"] > 0
    said = run(tmp_path, "--lang", "en", "rules", "backtest", str(rule), "--texts", str(texts))
    assert "Precision on past verdicts: 67% (confirmed 2, dismissed 1)" in said.out
    assert "µs per text alone" in said.out
    (texts / "a.txt").unlink()
    assert places_with("只在这里的暗号", tmp_path) == []


def test_backtest_without_texts_says_so(tmp_path: Path, rule: Path) -> None:
    """No flags, no folder: it still runs, and says what the cost was measured on. A wrong folder is wrong input."""
    ran = run(tmp_path, "rules", "backtest", str(rule))
    assert ran.code == 0, ran.err
    assert "没有可回测的文本" in ran.out
    wrong = run(tmp_path, "rules", "backtest", str(rule), "--texts", "nowhere")
    assert (wrong.code, "没有文本目录" in wrong.err) == (2, True)


def test_suggest_gives_yaml_to_paste(tmp_path: Path, make_flag: MakeFlag) -> None:
    """The terms with their counts; it changes nothing, and leaves no cache behind."""
    store(tmp_path, make_flag, (Verdict.CONFIRM,) * 5)
    ran = run(tmp_path, "rules", "suggest", "--harm", "gambling")
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert any("紫薯" in term for term in YAML(typ="safe").load(ran.out)["terms"]["suggested"]["any"])
    assert "确认 5，驳回 0" in ran.out
    assert list((tmp_path / "tmp").iterdir()) == []


def test_suggest_without_confirmed_flags_is_a_sentence(tmp_path: Path, make_flag: MakeFlag) -> None:
    """What is missing, and the command that helps; an unknown harm is wrong input."""
    store(tmp_path, make_flag, (Verdict.DISMISS, None))
    ran = run(tmp_path, "rules", "suggest")
    assert (ran.code, "还没有已确认的标记" in ran.out) == (0, True)
    assert run(tmp_path, "rules", "suggest", "--harm", "rumour").code == 2
