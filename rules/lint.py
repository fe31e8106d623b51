"""Says what is wrong with a folder of rules: the files, their terms and regexes, and the examples in them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import rjieba

from core.contacts import find
from core.errors import InputError, YamlError
from core.ports import Segmenter
from core.text import Document, normalise
from core.types import Decision
from rules.decide import Decide, decider
from rules.engine import RuleEngine
from rules.loader import RuleFile, RuleSet, read_banks, read_files
from rules.policy import read_policy
from rules.schema import Bank, Rule, Status


def plain_segment(text: str) -> list[str]:
    """The words of a text, without the domain words that the composition root may add."""
    words: list[str] = rjieba.cut(text, False)
    return words


def check(folder: Path, segment: Segmenter = plain_segment) -> tuple[int, tuple[InputError, ...]]:
    """How many rules are sound, and an error with file:line:column for each thing that is wrong.

    Examples are judged by all live rules of the folder together, with the shipped banks and policy and no model; a
    rule that is not live yet is judged as if it were. Raises InputError where there is no such folder.
    """
    banks = read_banks()
    files, bad = read_files(folder, banks)
    found = [error for file in files for error in _terms(file)]
    found += _examples(files, banks, segment)
    wrong = {error.path for error in found}
    return sum(file.path not in wrong for file in files), (*bad, *found)


def _terms(file: RuleFile) -> Iterator[YamlError]:
    for name, group in file.rule.terms.items():
        for field in ("any", "all"):
            for at, term in enumerate(getattr(group, field)):
                if len(normalise(term).text.strip()) == 1:
                    yield file.error(
                        ("terms", name, field, at),
                        f"单字词“{term}”命中太多，请写成两个字以上的词。",
                        f"the one-character term {term!r} hits too much; write a longer one.",
                    )
        for at, pattern in enumerate(group.regex):
            odd = next(_never_there(pattern), None)
            if odd:
                yield file.error(
                    ("terms", name, "regex", at),
                    f"正则里的“{odd}”在规范化后的文本里不会出现，请写“{normalise(odd).text}”。",
                    f"{odd!r} in this regex never stands in normalised text; write {normalise(odd).text!r}.",
                )


def _never_there(pattern: str) -> Iterator[str]:
    """Literal characters that normalising would change: capitals, traditional and full-width forms."""
    for before, char in zip(" " + pattern, pattern, strict=False):
        if before != "\\" and not char.isspace() and normalise(char).text != char:
            yield char


def _examples(files: Sequence[RuleFile], banks: Sequence[Bank], segment: Segmenter) -> Iterator[YamlError]:
    live = [file.rule for file in files if file.rule.status is Status.LIVE]
    decide = decider(read_policy(), {})
    shared = RuleEngine(RuleSet(tuple(live)), banks, segment)
    for file in files:
        if file.rule.status is Status.DEPRECATED:
            continue
        engine = shared if file.rule.status is Status.LIVE else _with(file.rule, live, banks, segment)
        yield from _wrong_examples(file, engine, decide)


def _with(rule: Rule, live: Sequence[Rule], banks: Sequence[Bank], segment: Segmenter) -> RuleEngine:
    return RuleEngine(RuleSet((*live, rule.model_copy(update={"status": Status.LIVE}))), banks, segment)


def _wrong_examples(file: RuleFile, engine: RuleEngine, decide: Decide) -> Iterator[YamlError]:
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
            by = "、".join(sorted({signal.rule.slug for signal in decision.signals if signal.rule}))
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
