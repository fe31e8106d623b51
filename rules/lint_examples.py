"""Lints the examples of rules: each is judged by the whole set, with the shipped banks and policy and no model."""

from collections.abc import Iterator, Sequence
from datetime import date

from core.contacts import find
from core.errors import YamlError
from core.ports import Segmenter
from core.text import Document
from core.types import Decision
from rules.decide import Decide, decider
from rules.engine import RuleEngine
from rules.loader import RuleFile, RuleSet
from rules.policy import read_policy
from rules.schema import Bank, Rule, Status


def wrong_examples(
    files: Sequence[RuleFile], banks: Sequence[Bank], segment: Segmenter, today: date
) -> Iterator[YamlError]:
    """An error for each example that does not come out; a rule that is not live yet is judged as if it were."""
    live = [file.rule for file in files if file.rule.status is Status.LIVE]
    decide = decider(read_policy(), {})
    shared = RuleEngine(RuleSet(tuple(live)), banks, segment, today)
    for file in files:
        if file.rule.status is Status.DEPRECATED:
            continue
        alone = file.rule.status is not Status.LIVE
        engine = RuleEngine(_with(file.rule, live), banks, segment, today) if alone else shared
        yield from _wrong(file, engine, decide)


def _with(rule: Rule, live: Sequence[Rule]) -> RuleSet:
    return RuleSet((*live, rule.model_copy(update={"status": Status.LIVE})))


def _wrong(file: RuleFile, engine: RuleEngine, decide: Decide) -> Iterator[YamlError]:
    rule = file.rule
    for at, text in enumerate(rule.examples.match):
        decision = _judge(text, engine, decide)
        hit = any(signal.rule and signal.rule.slug == rule.slug for signal in decision.signals)
        if not (hit and decision.flagged and decision.category == rule.category):
            zh, en = _missed(decision, hit=hit)
            yield file.error(
                ("examples", "match", at),
                f"应命中的例子没有被标记：{zh}。请改词组、条件或例子。",
                f"an example that should be flagged is not: {en}. Change the terms, the condition or the example.",
            )
    for at, text in enumerate(rule.examples.no_match):
        decision = _judge(text, engine, decide)
        if decision.flagged:
            by = "、".join(sorted({signal.rule.slug for signal in decision.signals if signal.rule and signal.score}))
            yield file.error(
                ("examples", "no_match", at),
                f"不应命中的例子被 {by} 标记。请收紧词组或条件。",
                f"an example that should not be flagged is, by {by}. Narrow the terms or the condition.",
            )


def _judge(text: str, engine: RuleEngine, decide: Decide) -> Decision:
    document = Document.of(text)
    return decide(document, engine.detect(document), find(document))


def _missed(decision: Decision, *, hit: bool) -> tuple[str, str]:
    if not hit:
        return "本规则没有命中", "this rule does not hit"
    if decision.flagged:
        return f"被判为 {decision.category}", f"it is taken for {decision.category}"
    codes = ", ".join(reason.code for reason in decision.reasons)
    return f"规则命中，但未成标记（{codes}）", f"the rule hits, but there is no flag ({codes})"
