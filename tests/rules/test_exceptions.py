"""Exceptions of a rule, and rules in the background: neither may ever add a flag."""

import json
from datetime import date
from pathlib import Path

import pytest

from core.contacts import find
from core.text import Document
from core.types import Decision, Role
from rules.decide import decider
from rules.engine import RuleEngine
from rules.lint import plain_segment
from rules.loader import RuleSet, read_rules
from rules.policy import read_policy
from rules.schema import Bank, Status
from tests.rules.conftest import MakeRules

OFFER = "蓝莓赌局开户即玩，加微信 lanmei_01"
DAY = date(2026, 6, 30)
TWO = f"""exceptions:
  - {{phrase: 蓝莓杯桌游展, reason: 市里批准的展会, until: {DAY}}}
  - {{phrase: 青梅杯, reason: 同上, until: 2026-12-31}}
examples:"""


def hits(make_rules: MakeRules, banks: tuple[Bank, ...], text: str, today: date | None) -> bool:
    """Whether the sample rule with two exceptions hits."""
    rules, errors = read_rules(make_rules(("examples:", TWO)), banks)
    assert errors == ()
    found = RuleEngine(rules, banks, plain_segment, today).detect(Document.of(text))
    return any(signal.role is Role.HARM for signal in found)


@pytest.mark.parametrize(
    ("text", "today", "hit"),
    [
        (OFFER, DAY, True),
        (f"蓝莓杯桌游展：{OFFER}", DAY, False),
        (f"藍莓杯·桌游展：{OFFER}", DAY, False),
        (f"{OFFER}（青梅杯）", DAY, False),
        (f"蓝莓杯桌游展：{OFFER}", date(2026, 7, 1), True),
        (f"{OFFER}（青梅杯）", date(2026, 7, 1), False),
        (f"蓝莓杯桌游展：{OFFER}", None, False),
        ("蓝莓杯桌游展", DAY, False),
    ],
)
def test_where_the_phrase_stands_the_rule_does_not_hold(
    make_rules: MakeRules, banks: tuple[Bank, ...], text: str, today: date | None, *, hit: bool
) -> None:
    """In any script and disguise, to the end of its last day."""
    assert hits(make_rules, banks, text, today) is hit


def test_a_flag_carries_the_hash_of_the_file(make_rules: MakeRules, banks: tuple[Bank, ...]) -> None:
    """An exception that ended changes what is found, not which rule it is."""
    rules, _ = read_rules(make_rules(("examples:", TWO)), banks)
    for today in (DAY, date(2027, 1, 1)):
        found = RuleEngine(rules, banks, plain_segment, today).detect(Document.of(OFFER))
        assert {signal.rule.digest for signal in found if signal.rule} == {rules.rules[0].digest}


def texts(name: str) -> list[str]:
    """The texts of a table."""
    path = Path(__file__).parents[1] / "tables" / name
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def judged(engine: RuleEngine, text: str) -> Decision:
    """The decision by rules alone."""
    document = Document.of(text)
    return decider(read_policy(), {})(document, engine.detect(document), find(document))


def test_no_text_is_flagged_by_background_rules(shipped: RuleSet, banks: tuple[Bank, ...]) -> None:
    """All shipped rules in the background: they hit what they always hit, and nothing is flagged."""
    rules = tuple(rule.model_copy(update={"status": Status.BACKGROUND}) for rule in shipped.rules)
    engine = RuleEngine(RuleSet(rules), banks, plain_segment)
    for rule in rules:
        for text in rule.examples.match:
            decision = judged(engine, text)
            assert rule.slug in {signal.rule.slug for signal in decision.signals if signal.rule}
            assert not decision.flagged
    assert not any(judged(engine, text).flagged for text in texts("offers.jsonl"))


def test_a_background_rule_changes_no_decision(shipped: RuleSet, banks: tuple[Bank, ...]) -> None:
    """Half of the shipped rules in the background: everything comes out as if they were not there."""
    half = frozenset(rule.slug for rule in shipped.rules[::2])
    rules = [
        rule.model_copy(update={"status": Status.BACKGROUND if rule.slug in half else Status.LIVE})
        for rule in shipped.rules
    ]
    beside = RuleEngine(RuleSet(tuple(rules)), banks, plain_segment)
    alone = RuleEngine(RuleSet(tuple(rule for rule in rules if rule.slug not in half)), banks, plain_segment)
    for text in texts("offers.jsonl") + texts("non_offers.jsonl"):
        one, other = judged(beside, text), judged(alone, text)
        assert (one.flagged, one.score, one.reasons) == (other.flagged, other.score, other.reasons), text
        counted = [signal for signal in one.signals if not (signal.rule and signal.rule.slug in half)]
        assert counted == list(other.signals)
