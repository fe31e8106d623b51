"""The decision: harm and offer and reach, the model's part, what speaks against, and the score."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts import find
from core.text import Document
from core.types import Contact, ContactKind, Decision, Role, Signal, Span
from rules.decide import MODEL, decide
from rules.policy import ModelPolicy, Policy, ReachPolicy, SuppressPolicy

TEXT = Document.of("代开发票，验后付款，微信 kaipiao_01")
CONTACT = (Contact(ContactKind.WECHAT, "kaipiao_01", Span(13, 23)),)
POLICY = Policy(
    schema=1,
    rules_alone=0.5,
    offer=0.4,
    reach=ReachPolicy(clear=0.6, unclear_offer=0.8),
    model=ModelPolicy(doubts_below=0.12, sure_rule=0.85, alone=0.8, alone_offer=0.75, alone_letters=4, together=0.6),
    suppress=SuppressPolicy(at=0.5, share=0.6),
)
THRESHOLDS = {"forged_documents": 0.85, "fraud_ad": 0.5}
FORGED = "forged_documents"


def harm(score: float, category: str = FORGED, detector: str = "rules") -> Signal:
    """A HARM signal."""
    return Signal(detector, Role.HARM, score, "invoices", category=category, spans=(Span(0, 4),))


def offer(score: float, detector: str = "rules") -> Signal:
    """An OFFER signal."""
    return Signal(detector, Role.OFFER, score, "sell", spans=(Span(5, 9),))


def against(score: float, kind: str = "warning") -> Signal:
    """A SUPPRESS signal."""
    return Signal("rules", Role.SUPPRESS, score, kind, spans=(Span(0, 2),))


REACH = Signal("rules", Role.REACH, 0.9, "reach", spans=(Span(10, 12),))


def decided(signals: Sequence[Signal], contacts: Sequence[Contact] = CONTACT, policy: Policy = POLICY) -> Decision:
    """The decision by a policy of these tests; thresholds come with a model."""
    modelled = any(signal.detector == MODEL for signal in signals)
    return decide(TEXT, signals, contacts, policy, THRESHOLDS if modelled else {})


CASES = [
    ("rules alone", [harm(0.8), offer(0.7)], True),
    ("no signal at all", [], False),
    ("an offer of nothing harmful", [offer(0.9)], False),
    ("harm without an offer", [harm(0.9)], False),
    ("an offer too weak", [harm(0.9), offer(0.3)], False),
    ("harm too weak", [harm(0.4), offer(0.9)], False),
    ("two weak rules of one harm", [harm(0.4), harm(0.4), offer(0.9)], True),
    ("two weak rules of different harms", [harm(0.4), harm(0.4, "gambling"), offer(0.9)], False),
    ("a background rule", [harm(0.0), offer(0.9)], False),
    ("a warning against it", [harm(0.9), offer(0.7), against(0.7)], False),
    ("a faint doubt", [harm(0.9), offer(0.7), against(0.3)], True),
    ("two doubts add up", [harm(0.9), offer(0.7), against(0.35), against(0.3, "news")], False),
    ("a doubt below the share of a strong offer", [harm(0.9), offer(1.0), against(0.55)], True),
    ("model alone, sure of both", [harm(0.95, detector=MODEL), offer(0.9, MODEL)], True),
    ("model alone, below the harm's threshold", [harm(0.84, detector=MODEL), offer(0.9, MODEL)], False),
    ("model alone, another harm's lower threshold", [harm(0.84, "fraud_ad", MODEL), offer(0.9, MODEL)], True),
    ("model alone, below the floor", [harm(0.7, "fraud_ad", MODEL), offer(0.9, MODEL)], False),
    ("model alone, no offer", [harm(0.95, detector=MODEL), offer(0.5, MODEL), offer(0.9)], False),
    ("rule and model together", [harm(0.4), harm(0.4, detector=MODEL), offer(0.5, MODEL)], True),
    ("the model's other harm is no help", [harm(0.4), harm(0.4, "gambling", MODEL), offer(0.9, MODEL)], False),
    ("the model sees no offer", [harm(0.7), harm(0.1, detector=MODEL), offer(0.01, MODEL), offer(0.9)], False),
    ("the model sees no offer, rules are sure", [harm(0.9), offer(0.01, MODEL), offer(0.9)], True),
]


@pytest.mark.parametrize(("signals", "flagged"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_flagged(signals: list[Signal], *, flagged: bool) -> None:
    """Each case with a contact in the text."""
    assert decided(signals).flagged is flagged


@pytest.mark.parametrize(("signals", "flagged"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_nothing_is_flagged_that_nobody_can_answer(signals: list[Signal], *, flagged: bool) -> None:
    """The same without a contact: never; with reply words: as with a contact."""
    assert not decided(signals, ()).flagged
    assert decided([*signals, REACH], ()).flagged is flagged


def test_the_category_is_the_strongest_harm() -> None:
    """Of those that are strong enough; else the strongest there is, and None where there is none."""
    assert decided([harm(0.6), harm(0.9, "gambling"), offer(0.9)]).category == "gambling"
    weak_model = [harm(0.5), harm(0.55, "gambling", MODEL), offer(0.5, MODEL)]
    assert decided(weak_model).category == "gambling"
    assert decided([*weak_model, harm(0.4)]).category == FORGED
    assert decided([offer(0.9)]).category is None


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("微信 kaipiao_01", False),
        ("一三八零零一三八零零零", False),
        ("开票加微信 kaipiao_01", True),
        ("办理发票，一三八零零一三八零零零", True),
    ],
)
def test_a_bare_contact_says_nothing(text: str, *, flagged: bool) -> None:
    """The model alone needs some words beside the contact, spelled numbers aside; with a rule it does not."""
    document = Document.of(text)
    said = [harm(0.95, detector=MODEL), offer(0.95, MODEL)]
    contacts = find(document)
    assert contacts
    assert decide(document, said, contacts, POLICY, THRESHOLDS).flagged is flagged
    assert decide(document, [*said, harm(0.8)], contacts, POLICY, THRESHOLDS).flagged


@pytest.mark.parametrize(
    ("clear", "offered", "flagged"), [(0.9, 0.5, True), (0.5, 0.5, False), (0.5, 0.8, True), (0.0, 0.9, False)]
)
def test_unclear_words_of_reply_need_a_sure_offer(clear: float, offered: float, *, flagged: bool) -> None:
    """A contact needs none."""
    signals = [harm(0.8), offer(offered), replace(REACH, score=clear)]
    assert decided(signals, ()).flagged is flagged
    assert decided(signals).flagged


def test_a_model_answers_the_doubts() -> None:
    """Where it sees no sure offer, a doubt wins over the strongest words of a bank."""
    signals = [harm(0.9), offer(0.95), against(0.52)]
    assert decided(signals).flagged
    assert decided([*signals, offer(0.95, MODEL)]).flagged
    assert not decided([*signals, offer(0.5, MODEL)]).flagged


SCORES = st.floats(0, 1)
RAISED = st.tuples(SCORES, SCORES).map(sorted)


@given(RAISED, RAISED, RAISED)
def test_the_score_is_monotone(harms: list[float], offers: list[float], doubts: list[float]) -> None:
    """More harm or offer never lowers it, more doubt or no way to reply never raises it; it stays from 0 to 1."""
    low = decided([harm(harms[0]), offer(offers[0]), against(doubts[1])]).score
    high = decided([harm(harms[1]), offer(offers[1]), against(doubts[0])]).score
    unanswerable = decided([harm(harms[0]), offer(offers[0]), against(doubts[1])], ()).score
    assert 0 <= unanswerable <= low <= high <= 1


@given(st.lists(st.tuples(st.sampled_from([harm, offer]), SCORES), max_size=5), SCORES)
def test_more_evidence_never_unflags(parts: list[tuple[object, float]], more: float) -> None:
    """Another rule of the same harm, or another offer, only adds."""
    signals = [harm(score) if make is harm else offer(score) for make, score in parts]
    before = decided(signals).flagged
    assert decided([*signals, harm(more)]).flagged >= before
    assert decided([*signals, offer(more)]).flagged >= before


@pytest.mark.parametrize(
    ("signals", "contacts", "codes"),
    [
        ([harm(0.8), offer(0.7)], CONTACT, ["harm_rule", "offer_words", "contact"]),
        ([harm(0.8), offer(0.7), REACH], (), ["harm_rule", "offer_words", "reach_words"]),
        ([harm(0.8), offer(0.7)], (), ["harm_rule", "offer_words", "no_reach"]),
        ([harm(0.8)], CONTACT, ["harm_rule", "contact", "no_offer"]),
        ([harm(0.3), offer(0.7)], CONTACT, ["harm_rule", "offer_words", "contact", "weak_harm"]),
        ([harm(0.95, detector=MODEL), offer(0.9, MODEL)], CONTACT, ["harm_model", "offer_model", "contact"]),
        ([harm(0.8), offer(0.7), against(0.9)], CONTACT, ["harm_rule", "offer_words", "contact", "suppressed"]),
        ([offer(0.7)], CONTACT, ["no_harm"]),
    ],
)
def test_reasons(signals: list[Signal], contacts: Sequence[Contact], codes: list[str]) -> None:
    """What spoke for it, what is missing, and what speaks against it."""
    assert [reason.code for reason in decided(signals, contacts).reasons] == codes


def test_reasons_name_the_words() -> None:
    """As they stand in the text."""
    found = {reason.code: reason.values for reason in decided([harm(0.8), offer(0.7)]).reasons}
    assert found["harm_rule"] == {"rule": "invoices", "category": FORGED, "words": "代开发票"}
    assert found["offer_words"] == {"words": "验后付款"}
    assert found["contact"] == {"contacts": "wechat kaipiao_01"}


def test_the_policy_decides() -> None:
    """A stricter policy flags less."""
    strict = POLICY.model_copy(update={"rules_alone": 0.95})
    assert decided([harm(0.8), offer(0.7)]).flagged
    assert not decided([harm(0.8), offer(0.7)], policy=strict).flagged


def test_a_silent_model_sees_no_offer() -> None:
    """Where a model is loaded, its silence counts as its word."""
    signals = [harm(0.7), offer(0.9)]
    assert decide(TEXT, signals, CONTACT, POLICY, {}).flagged
    assert not decide(TEXT, signals, CONTACT, POLICY, THRESHOLDS).flagged


def test_signals_and_contacts_are_kept() -> None:
    """The decision carries what it rests on."""
    signals = [harm(0.8), replace(offer(0.7), label="buy")]
    decision = decided(signals)
    assert decision.signals == tuple(signals)
    assert decision.contacts == CONTACT
