"""The screen: what it stops would not have been flagged, and a sure rule passes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts import find
from core.reasons import NO_HARM, NO_OFFER_MODEL, NO_REACH, WEAK_HARM
from core.text import Document
from core.types import Role, Signal
from rules.decide import MODEL, decider
from rules.engine import RuleEngine
from rules.lint import plain_segment
from rules.loader import RuleSet, read_rules
from rules.policy import read_policy
from rules.schema import Bank
from rules.screen import Screen, reacher, screener
from tests.rules.conftest import WRITTEN, MakeRules

OFFER = "蓝莓赌局，开户即玩，加微信 lanmei_01"
SURE = ("weight: 0.8", "weight: 0.96")
POLICY = read_policy()
PIECES = ("蓝莓赌局", "蓝莓牌桌", "开户即玩", "注册送彩金", "警示", "，", "今天天气很好，", "加微信 lanmei_01", "回复1")


def model(harm: float, offer: float) -> list[Signal]:
    """What a model says; it is silent below 0.05."""
    said = [Signal(MODEL, Role.HARM, harm, "gambling", "gambling"), Signal(MODEL, Role.OFFER, offer, "offer")]
    return [signal for signal in said if signal.score >= 0.05]


def screen_of(engine: RuleEngine) -> Screen:
    """The screens as a judge has them, one after the other."""
    reach = reacher(engine.askers())
    screen = screener(POLICY, engine.may_hold(POLICY.model.sure_rule), engine.may_hold())
    return lambda document, signals: reach(document) or screen(document, signals)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, banks: tuple[Bank, ...]) -> tuple[RuleSet, RuleSet]:
    """The sample rule as it is, and so sure that it outvotes the model."""
    found = []
    for change in (("", ""), SURE):
        folder = tmp_path_factory.mktemp("rules")
        (folder / "sample.yml").write_text(WRITTEN.replace(*change), encoding="utf-8")
        rules, errors = read_rules(folder, banks)
        assert errors == ()
        found.append(rules)
    return found[0], found[1]


@pytest.mark.parametrize("sure", [False, True])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8), said=st.builds(model, st.floats(0, 1), st.floats(0, 1)))
def test_what_is_stopped_would_not_be_flagged(
    sample: tuple[RuleSet, RuleSet], banks: tuple[Bank, ...], pieces: list[str], said: list[Signal], *, sure: bool
) -> None:
    """Whatever the text, the rules and the model's chances."""
    engine = RuleEngine(sample[sure], banks, plain_segment)
    document = Document.of("".join(pieces))
    if screen_of(engine)(document, said) is None:
        return
    decide = decider(POLICY, {"gambling": 0.5})
    assert not decide(document, [*said, *engine.detect(document)], find(document)).flagged


def test_only_a_sure_rule_outvotes_the_model(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """A text that the model takes for harmless is stopped, unless a rule of weight 0.95 or more might hold."""
    said = model(0.06, 0.06)
    for change, stopped in ((("weight: 0.8", "weight: 0.94"), True), (SURE, False)):
        rules, _ = read_rules(make_rules(change), banks)
        engine = RuleEngine(rules, banks, plain_segment)
        screen = screen_of(engine)
        document = Document.of(OFFER)
        reason = screen(document, said)
        assert (reason is not None) is stopped
        decision = decider(POLICY, {"gambling": 0.5})(document, [*said, *engine.detect(document)], find(document))
        assert decision.flagged is not stopped
        if reason:
            assert (reason.code, reason.values["chance"]) == (NO_OFFER_MODEL, "6%")
        assert screen(Document.of("蓝莓蛋糕开卖，加微信 lanmei_01"), said) is not None


def test_what_nobody_can_answer_is_stopped(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """However sure the model is; a contact or a request for a reply lets it pass."""
    rules, _ = read_rules(make_rules(), banks)
    engine = RuleEngine(rules, banks, plain_segment)
    screen = screen_of(engine)
    reason = screen(Document.of("蓝莓赌局，开户即玩"), model(0.9, 0.9))
    assert reason is not None
    assert reason.code == NO_REACH
    for way in ("加微信 lanmei_01", "私信我", "http://lanmei.test/a"):
        assert screen(Document.of(f"蓝莓赌局，开户即玩，{way}"), model(0.9, 0.9)) is None


def test_a_weak_harm_of_which_no_rule_speaks_is_stopped(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """The model alone must be surer than that; where a rule might hold too, both are heard."""
    rules, _ = read_rules(make_rules(), banks)
    screen = screen_of(RuleEngine(rules, banks, plain_segment))
    cake = Document.of("蓝莓蛋糕开卖，加微信 lanmei_01")
    reason = screen(cake, model(0.25, 0.9))
    assert reason is not None
    assert (reason.code, reason.values) == (WEAK_HARM, {"category": "gambling", "strength": "0.25"})
    silent = screen(cake, model(0.0, 0.5))
    assert silent is not None
    assert silent.code == NO_HARM
    assert screen(cake, model(0.9, 0.9)) is None
    assert screen(Document.of(OFFER), model(0.25, 0.5)) is None


ASKING = (
    "私信",
    "我",
    "评论",
    "区",
    "扣",
    "拨打",
    "电话",
    "139",
    "0000",
    "0000",
    "回复",
    "1",
    "领取",
    "楼下",
    "面谈",
    "，",
    " ",
)


@given(pieces=st.lists(st.sampled_from(ASKING), max_size=6))
def test_asking_for_a_reply_is_never_overlooked(
    sample: tuple[RuleSet, RuleSet], banks: tuple[Bank, ...], pieces: list[str]
) -> None:
    """The early check says yes wherever the banks themselves hear a request for a reply."""
    engine = RuleEngine(sample[0], banks, plain_segment)
    document = Document.of("".join(pieces))
    heard = any(signal.role is Role.REACH for signal in engine.detect(document))
    assert engine.askers()(document) or not heard


def test_words_of_a_reply_alone_ask_for_nothing(sample: tuple[RuleSet, RuleSet], banks: tuple[Bank, ...]) -> None:
    """A word that asks only together with what follows it is not taken for a request."""
    asks = RuleEngine(sample[0], banks, plain_segment).askers()
    assert not asks(Document.of("楼下的评论都说好"))
    assert asks(Document.of("楼下扣数字"))
