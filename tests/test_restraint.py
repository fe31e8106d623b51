"""The restraint table: opinions, rumours, complaints, petitions, victims, warnings and news are never flagged."""

import json
from pathlib import Path

import pytest

from core.text import Document
from core.types import Decision, Role
from pipeline import Judge

TABLES = Path(__file__).parent / "tables"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (TABLES / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


NON_OFFERS = rows("non_offers.jsonl")
OFFERS = rows("offers.jsonl")


def judge_all(judge: Judge, table: list[dict[str, str]]) -> list[Decision]:
    """The decisions on a table."""
    return [judge.judge(Document.of(row["text"])) for row in table]


def test_the_table_is_as_wide_as_promised() -> None:
    """At least 400 rows, and every kind of text that must never be flagged."""
    kinds = {row["kind"] for row in NON_OFFERS}
    assert len(NON_OFFERS) >= 400
    assert {"opinion", "rumour", "complaint", "petition", "victim", "warning", "news"} <= kinds


def test_no_row_of_the_restraint_table_is_flagged(judge: Judge) -> None:
    """Whatever words it holds, whoever's number it quotes."""
    flagged = [
        row["id"] for row, decision in zip(NON_OFFERS, judge_all(judge, NON_OFFERS), strict=True) if decision.flagged
    ]
    assert flagged == []


def test_the_restraint_is_not_bought_with_blindness(judge: Judge) -> None:
    """Of the offers beside it most are flagged, and nearly always under their own harm."""
    decisions = judge_all(judge, OFFERS)
    found = [
        (row["expect"], decision.category) for row, decision in zip(OFFERS, decisions, strict=True) if decision.flagged
    ]
    assert len(found) >= 0.7 * len(OFFERS)
    assert sum(expect == category for expect, category in found) >= 0.95 * len(found)


@pytest.mark.parametrize("row", OFFERS, ids=[row["id"] for row in OFFERS])
def test_a_flag_has_all_three_parts(judge: Judge, row: dict[str, str]) -> None:
    """No flag without a harm, an offer and a way to reach the seller."""
    decision = judge.judge(Document.of(row["text"]))
    if decision.flagged:
        roles = {signal.role for signal in decision.signals}
        assert {Role.HARM, Role.OFFER} <= roles
        assert decision.contacts or Role.REACH in roles


@pytest.mark.parametrize(
    "text",
    [
        "代开发票 办证 刻章 四件套 跑分 六合彩 黑户贷 替考 根治 刷单",
        "发票发票发票发票",
        "百家乐，六合彩，时时彩，老虎机",
        "银行卡四件套、对公账户、跑分",
        "群里天天有人问六合彩、百家乐，我连规则都不懂",
        "口罩、疫苗、特效药，这三个词今年都听腻了",
        "热词榜：刷单、跑分、四件套、杀猪盘、黑户贷。编辑部电话 0791-88120034",
    ],
)
def test_keywords_alone_never_flag(judge: Judge, text: str) -> None:
    """Words of harm without anybody selling are no flag, not even beside a number."""
    assert not judge.judge(Document.of(text)).flagged


@pytest.mark.parametrize("row", OFFERS[::4], ids=[row["id"] for row in OFFERS[::4]])
def test_an_offer_that_nobody_can_answer_is_no_flag(judge: Judge, row: dict[str, str]) -> None:
    """The same decision without contacts and without reply words is never a flag."""
    document = Document.of(row["text"])
    signals = [signal for detector in judge.detectors for signal in detector.detect(document)]
    unreachable = [signal for signal in signals if signal.role is not Role.REACH]
    assert not judge.decide(document, unreachable, ()).flagged


def test_an_ordinary_day_raises_no_flag(judge: Judge) -> None:
    """Of 320 posts as a patrol meets them, none of which the model was trained on, none is flagged."""
    stream = Path(__file__).parents[1] / "bench" / "parts" / "stream.jsonl"
    texts = [json.loads(line)["text"] for line in stream.read_text(encoding="utf-8").splitlines()]
    assert len(texts) >= 300
    assert [text for text in texts if judge.judge(Document.of(text)).flagged] == []
