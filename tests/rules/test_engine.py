"""The detector: which signals a text gives, and where they point."""

import pytest

from core.text import Document
from core.types import Role, Signal
from rules.engine import RuleEngine
from rules.lint import plain_segment
from rules.loader import read_rules
from rules.schema import Bank
from tests.rules.conftest import MakeRules

OFFER = "蓝莓赌局，开户即玩，加微信 lanmei_01"


def signals(make_rules: MakeRules, banks: tuple[Bank, ...], text: str, *change: tuple[str, str]) -> list[Signal]:
    """The signals of the sample rule, changed if wanted."""
    rules, errors = read_rules(make_rules(*change), banks)
    assert errors == ()
    return list(RuleEngine(rules, banks, plain_segment).detect(Document.of(text)))


def roles(found: list[Signal], role: Role) -> list[Signal]:
    """Those of a role."""
    return [signal for signal in found if signal.role is role]


def test_a_rule_gives_a_harm_with_its_words(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Category, weight, slug, rule, and the spans of what made it hold."""
    (harm,) = roles(signals(make_rules, banks, OFFER), Role.HARM)
    assert (harm.category, harm.score, harm.label) == ("gambling", 0.8, "sample-rule")
    assert harm.rule is not None
    assert (harm.rule.slug, harm.rule.version) == ("sample-rule", 1)
    assert [Document.of(OFFER).at(span) for span in harm.spans] == ["蓝莓赌局", "开户", "开户即玩"]


@pytest.mark.parametrize(
    "text",
    ["蓝莓赌局，" + "今天天气很好，" * 4 + "开户即玩", "蓝莓赌局开户即玩是个警示", "蓝莓", "开户即玩"],
)
def test_no_harm_where_the_condition_does_not_hold(make_rules: MakeRules, banks: tuple[Bank, ...], text: str) -> None:
    """Too far apart, excluded, or a part missing."""
    assert roles(signals(make_rules, banks, text), Role.HARM) == []


def test_spans_point_into_the_text_as_written(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Signs inserted between characters and full-width forms are part of the span."""
    text = "蓝*莓*赌*局 开·户·即·玩"
    (harm,) = roles(signals(make_rules, banks, text), Role.HARM)
    assert [Document.of(text).at(span) for span in harm.spans] == ["蓝*莓*赌*局", "开·户", "开·户·即·玩"]


@pytest.mark.parametrize(("status", "scores"), [("draft", []), ("deprecated", []), ("background", [0.0])])
def test_only_live_rules_count(
    make_rules: MakeRules, banks: tuple[Bank, ...], status: str, scores: list[float]
) -> None:
    """A background rule shows itself with a score of 0, drafts and deprecated ones not at all."""
    found = signals(make_rules, banks, OFFER, ("status: live", f"status: {status}"))
    assert [signal.score for signal in roles(found, Role.HARM)] == scores


def test_a_group_that_speaks_of_the_offer_is_one(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Its words count as an offer where the rule holds, and only there."""
    change = ("{any: 蓝莓赌局 蓝莓牌桌}", "{any: 蓝莓赌局 蓝莓牌桌, offer: true}")
    found = roles(signals(make_rules, banks, OFFER, change), Role.OFFER)
    assert ("sample-rule", 0.7) in [(signal.label, signal.score) for signal in found]
    alone = roles(signals(make_rules, banks, "蓝莓赌局", change), Role.OFFER)
    assert alone == []


def test_a_background_rule_makes_no_offer(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """It is watched, and moves nothing."""
    folder = ("item: {any: 蓝莓赌局", "item: {offer: true, any: 蓝莓赌局"), ("status: live", "status: background")
    path = make_rules(folder[0]) / "rule0.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(*folder[1]), encoding="utf-8")
    rules, _ = read_rules(path.parent, banks)
    found = list(RuleEngine(rules, banks, plain_segment).detect(Document.of("蓝莓赌局，体验金")))
    assert "sample-rule" in {signal.label for signal in roles(found, Role.HARM)}
    assert "sample-rule" not in {signal.label for signal in roles(found, Role.OFFER)}


def test_a_regex_runs_only_after_a_keyword(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """The other group's hit opens the way; without it nothing is looked for."""
    change = ("{any: 开户即玩, bank: bet}", "{regex: ['送\\d+元']}")
    assert roles(signals(make_rules, banks, "蓝莓牌桌，送88元", change), Role.HARM)
    assert roles(signals(make_rules, banks, "送88元", change), Role.HARM) == []


@pytest.mark.parametrize(
    ("built_in", "text", "holds"),
    [
        ("contact", "蓝莓赌局，微信 lanmei_01", True),
        ("contact", "蓝莓赌局，客服95588", False),
        ("link", "蓝莓赌局 http://lm.example", True),
        ("link", "蓝莓赌局，微信 lanmei_01", False),
        ("reach", "蓝莓赌局，想来的私信我", True),
        ("reach", "蓝莓赌局", False),
    ],
)
def test_built_ins(make_rules: MakeRules, banks: tuple[Bank, ...], built_in: str, text: str, *, holds: bool) -> None:
    """Conditions may ask for a contact, a link, or any way of reply; public hotlines are none."""
    change = (
        "item and offer near 20 and not warning",
        f"item and {built_in} near 20 and not warning and not (offer and warning)",
    )
    assert bool(roles(signals(make_rules, banks, text, change), Role.HARM)) is holds


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("想要的私信我", True),
        ("评论区扣1", True),
        ("滴滴我", True),
        ("扫码进群", True),
        ("点击头像", True),
        ("楼下留“要”", True),
        ("退订回T", False),
        ("回复TD退订", False),
        ("拒收请回复R", False),
        ("今天天气不错", False),
        ("工行 6222023100012345678", True),
        ("订单 6222023100012345678", False),
    ],
)
def test_reply_words(engine: RuleEngine, text: str, *, reach: bool) -> None:
    """Asking for a reply is a way to reach the seller; how to unsubscribe is not."""
    assert bool(roles(list(engine.detect(Document.of(text))), Role.REACH)) is reach


def test_nothing_hits_in_plain_talk(engine: RuleEngine) -> None:
    """And then nothing is computed."""
    assert engine.detect(Document.of("中午吃面，晚上喝粥")) == ()


def test_a_long_page_gives_few_spans(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """Thousands of hits do not make thousands of spans."""
    found = roles(signals(make_rules, banks, OFFER * 3000), Role.HARM)
    assert len(found[0].spans) <= 12
