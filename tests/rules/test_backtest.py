"""``rules backtest``: hits gained and lost, overlap, precision, cost, and the folder of texts."""

import json
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from core.errors import InputError
from core.text import Document
from core.types import Role, RuleRef, Signal, Span, State
from rules.backtest import Case, Report, backtest, shortened
from rules.desk import Desk, lay_out
from rules.lint import plain_segment
from rules.texts import read_texts
from tests.rules.conftest import RULES, WRITTEN, MakeRules

TODAY = date(2026, 11, 22)
ID = "6f2c1d9e-5a0b-4c53-9a52-0d2a1f3b7c11"
BLUE = "蓝莓赌局，开户即玩，加微信 lanmei_01"
PURPLE = "紫薯赌局，开户即玩，加微信 zishu_01"
PLAIN = "今天菜市场的萝卜很新鲜"


def desk(make_rules: MakeRules, *, live: bool = True) -> Desk:
    """The sample with 紫薯赌局 instead of 蓝莓赌局, and the sample itself as what is live now."""
    folder = make_rules() if live else RULES
    draft = make_rules().parent / "draft.yml"
    draft.write_text(WRITTEN.replace("any: 蓝莓赌局", "any: 紫薯赌局").replace("version: 1", "version: 2"), "utf-8")
    return lay_out(str(draft), folder, RULES, TODAY)


def run(laid: Desk, *cases: Case) -> Report:
    """A backtest in which each look at the clock is a second after the one before."""
    return backtest(laid, plain_segment, cases, partial(next, count()))


def case(text: str, state: State | None = None, *, recorded: bool = False) -> Case:
    """A case, stored with a hit of the sample rule if wanted."""
    rule = RuleRef(ID, "sample-rule", 1, "0" * 12)
    signal = Signal("rules", Role.HARM, 0.8, "sample-rule", "gambling", (Span(0, 4),), rule)
    return Case(text[:2], Document.of(text), state, (signal,) if recorded else ())


def test_gains_and_losses_against_the_live_version(make_rules: MakeRules) -> None:
    """Flags and local texts are counted apart; each gain and loss is shown with its place."""
    report = run(
        desk(make_rules), case(BLUE, State.CONFIRMED), case(PURPLE, State.OPEN), case(PURPLE), case(PLAIN), case(BLUE)
    )
    assert report.before is not None
    assert (report.before.version, report.rule.version) == (1, 2)
    flags, texts = report.flags, report.texts
    assert (flags.seen, flags.hits, flags.new, flags.lost) == (2, 1, 1, 1)
    assert (texts.seen, texts.hits, texts.new, texts.lost) == (3, 1, 1, 1)
    assert [(one.where, one.text[:4]) for one in report.gained] == [("紫薯", "紫薯赌局"), ("紫薯", "紫薯赌局")]
    assert [one.where for one in report.dropped] == ["蓝莓", "蓝莓"]


def test_precision_is_that_of_the_flags_it_hits(make_rules: MakeRules) -> None:
    """Confirmed over decided; open and appealed flags do not count, nor do those it does not hit."""
    states = (State.CONFIRMED, State.CONFIRMED, State.CONFIRMED, State.DISMISSED, State.OPEN, State.APPEALED)
    cases = [*(case(PURPLE, state) for state in states), case(BLUE, State.DISMISSED), case(PURPLE)]
    report = run(desk(make_rules), *cases)
    assert (report.verdicts.confirmed, report.verdicts.dismissed, report.verdicts.precision) == (3, 1, 0.75)
    assert report.verdicts_before is not None
    assert report.verdicts_before.precision == 0.0
    assert run(desk(make_rules), case(PURPLE, State.OPEN)).verdicts.precision is None


def test_without_a_version_before_flags_are_compared_with_what_was_recorded(make_rules: MakeRules) -> None:
    """A rule edited where it lies still shows what it loses; in local texts every hit is new."""
    laid = desk(make_rules, live=False)
    report = run(laid, case(BLUE, State.OPEN, recorded=True), case(PURPLE, State.OPEN), case(PURPLE))
    assert report.before is None
    assert (report.flags.new, report.flags.lost, report.texts.new) == (1, 1, 1)


def test_overlap_names_the_other_rules(make_rules: MakeRules) -> None:
    """The share of this rule's hits that another rule hits too, and how many only this one has."""
    laid = desk(make_rules, live=False)
    both = f"{PURPLE}，注册送88，澳门新葡京开户"
    report = run(laid, case(both), case(both), case(PURPLE), case("注册送88，澳门新葡京开户，电报@abc8899"))
    found = {one.slug: (one.both, round(one.share, 2)) for one in report.overlaps}
    assert found["gambling-betting-sites"] == (2, 0.67)
    assert report.texts.alone == 1
    assert len(report.overlaps) <= 5


def test_cost_is_a_median_per_text(make_rules: MakeRules) -> None:
    """One second a round over four texts is 250,000 µs each; without texts the rule's own examples are run."""
    cost = run(desk(make_rules), *[case(PLAIN)] * 4).cost
    assert (cost.alone, cost.whole, cost.without, cost.texts, cost.own_examples) == (250_000,) * 3 + (4, False)
    alone = run(desk(make_rules)).cost
    assert (alone.texts, alone.own_examples) == (4, True)


def test_examples_are_few_and_short(make_rules: MakeRules) -> None:
    """A long text is cut around the hit, and is on one line."""
    long = "前言\n" * 200 + PURPLE + "后话" * 200
    report = run(desk(make_rules), *[case(long)] * 20)
    assert len(report.gained) == 5
    assert len(report.gained[0].text) < 80
    assert "紫薯赌局" in report.gained[0].text
    assert (
        shortened(Document.of("文", "标题里的蓝莓赌局"), Document.of("文", "标题里的蓝莓赌局").span(4, 8))
        == "标题里的蓝莓赌局"
    )


def test_a_folder_of_texts_is_read_whole(tmp_path: Path) -> None:
    """A .txt file is one text, a row of .jsonl another; blank ones and other files are passed over."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("\ufeff第一\n第二", "utf-8")
    (tmp_path / "empty.txt").write_text(" \n", "utf-8")
    (tmp_path / "c.md").write_text("不读", "utf-8")
    rows = [{"text": "甲", "title": "题"}, {"text": " "}, {"text": "乙", "title": 3}]
    lines = "\n\n".join(json.dumps(row) for row in rows)
    (tmp_path / "sub" / "b.jsonl").write_text(lines, "utf-8")
    found = [(Path(where).name, one.title, one.text) for where, one in read_texts(tmp_path)]
    assert found == [("a.txt", None, "第一\n第二"), ("b.jsonl:1", "题", "甲"), ("b.jsonl:5", None, "乙")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.jsonl", b'{"text": "a"}\n{"text": SECRET}', "x.jsonl:2: not valid JSON"),
        ("x.jsonl", b'["SECRET"]', "x.jsonl:1: should be"),
        ("x.jsonl", b'{"text": 5, "note": "SECRET"}', "x.jsonl:1: should be"),
        ("x.txt", b"SECRET\xff\xfe", "x.txt: not UTF-8"),
    ],
)
def test_a_wrong_file_is_named_and_not_repeated(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """File and line, without a word of the text."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said) as problem:
        list(read_texts(tmp_path))
    assert "SECRET" not in str(problem.value) + problem.value.zh


def test_no_folder_is_said_so(tmp_path: Path) -> None:
    """Before anything is run."""
    with pytest.raises(InputError, match="no folder of texts"):
        list(read_texts(tmp_path / "none"))
