"""The shipped banks and rules, compiled once, and a rule file that tests change in one place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.contacts import find
from core.text import Document
from core.types import Decision
from rules.decide import decider
from rules.engine import RuleEngine
from rules.lint import plain_segment
from rules.loader import RuleSet, read_banks, read_rules
from rules.policy import read_policy
from rules.schema import Bank

RULES = Path(__file__).parents[2] / "rules" / "keywords"
SAMPLE = """\
schema: 1
id: 6f2c1d9e-5a0b-4c53-9a52-0d2a1f3b7c11
slug: sample-rule
title: {zh: 样例, en: Sample}
version: 1
status: live
category: gambling
level: high
weight: 0.8
author: 测试组
created: 2026-01-01
review_by: 2027-01-01
false_positives: [桌游]
triage: 看是否下注。
terms:
  item: {any: 蓝莓赌局 蓝莓牌桌}
  offer: {any: 开户即玩, bank: bet}
condition: item and offer near 20 and not warning
examples:
  match: ['蓝莓赌局开户即玩，加微信 lanmei_01', '蓝莓牌桌注册送彩金，QQ 123456789']
  no_match: ['蓝莓蛋糕开卖', '蓝莓赌局是警示故事']
"""
WRITTEN = SAMPLE.replace(
    "offer: {any: 开户即玩, bank: bet}", "offer: {any: 开户即玩, bank: bet}\n  warning: {any: 警示}"
)

MakeRules = Callable[..., Path]
JudgeText = Callable[[str], Decision]


@pytest.fixture(scope="session")
def banks() -> tuple[Bank, ...]:
    """The shipped banks."""
    return read_banks()


@pytest.fixture(scope="session")
def shipped(banks: tuple[Bank, ...]) -> RuleSet:
    """The shipped rules, all of them good."""
    rules, errors = read_rules(RULES, banks)
    assert errors == ()
    return rules


@pytest.fixture(scope="session")
def engine(shipped: RuleSet, banks: tuple[Bank, ...]) -> RuleEngine:
    """The shipped rules, compiled."""
    return RuleEngine(shipped, banks, plain_segment)


@pytest.fixture(scope="session")
def judge_text(engine: RuleEngine) -> JudgeText:
    """Judges a text by the shipped rules and policy, without a model."""
    decide = decider(read_policy(), {})

    def judge(text: str) -> Decision:
        document = Document.of(text)
        return decide(document, engine.detect(document), find(document))

    return judge


@pytest.fixture
def make_rules(tmp_path: Path) -> MakeRules:
    """Writes files of rules into a folder: each is the sample with one text replaced by another."""

    def make(*changes: tuple[str, str]) -> Path:
        for number, (old, new) in enumerate(changes or (("", ""),)):
            assert old in WRITTEN
            (tmp_path / f"rule{number}.yml").write_text(WRITTEN.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return make
