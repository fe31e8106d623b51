"""``rules try``: what it says of each group, each part of the condition, and the whole decision."""

from datetime import date

import pytest

from core.contacts import find
from core.text import Document
from core.types import Decision
from rules.decide import decider
from rules.desk import lay_out
from rules.grammar import parse
from rules.lint import plain_segment
from rules.policy import read_policy
from rules.trial import Trial, attempt, written
from tests.rules.conftest import RULES, MakeRules

OFFER = "蓝莓赌局，开户即玩，加微信 lanmei_01"
TODAY = date(2026, 11, 22)
Change = tuple[str, str]


def trial(make_rules: MakeRules, text: str, *changes: Change) -> Trial:
    """The sample rule, changed if wanted, tried on a text as a draft among the shipped rules."""
    folder = make_rules()
    path = folder / "rule0.yml"
    for old, new in (("status: live", "status: draft"), *changes):
        changed = path.read_text(encoding="utf-8").replace(old, new, 1)
        path.write_text(changed, encoding="utf-8")
    desk = lay_out(str(path), RULES, RULES, TODAY)
    engine = desk.engine(desk.whole.rules, plain_segment)
    decide = decider(read_policy(), {})

    def judge(document: Document) -> Decision:
        return decide(document, engine.detect(document), find(document))

    return attempt(desk, plain_segment, Document.of(text), judge)


def groups(found: Trial) -> dict[str, tuple[bool, list[tuple[str, str]]]]:
    """Whether each group holds, and its words with what found them."""
    return {one.name: (one.holds, [(place.word, place.by) for place in one.places]) for one in found.groups}


def test_a_draft_that_hits_is_shown_whole(make_rules: MakeRules) -> None:
    """The words of each group, the condition part by part, and a decision in which the draft counts."""
    found = trial(make_rules, OFFER)
    assert (found.hit, found.keyed, found.failed, found.status.value) == (True, True, (), "draft")
    assert groups(found) == {
        "item": (True, [("蓝莓赌局", "any")]),
        "offer": (True, [("开户", "bet"), ("开户即玩", "any")]),
        "warning": (False, []),
    }
    assert [(step.depth, step.part, step.holds) for step in found.steps] == [
        (0, "item and offer near 20 and not warning", True),
        (1, "item and offer near 20", True),
        (2, "item", True),
        (2, "offer", True),
        (1, "not warning", True),
        (2, "warning", False),
    ]
    assert found.decision.flagged
    assert any(reason.values.get("rule") == "sample-rule" for reason in found.decision.reasons)


@pytest.mark.parametrize(
    ("text", "failed", "apart"),
    [
        ("蓝莓赌局，今天停业", ("offer",), None),
        ("蓝莓赌局" + "，今天天气很好" * 4 + "，开户即玩", ("item and offer near 20",), 29),
        ("蓝莓赌局，开户即玩，这是个警示", ("not warning",), None),
        ("蓝莓赌局的警示", ("offer", "not warning"), None),
    ],
)
def test_what_keeps_a_condition_from_holding_is_named(
    make_rules: MakeRules, text: str, failed: tuple[str, ...], apart: int | None
) -> None:
    """The smallest parts, and for hits that are too far from each other, how far they are."""
    found = trial(make_rules, text)
    assert (found.hit, found.failed) == (False, failed)
    assert [step.apart for step in found.steps if step.apart is not None] == ([apart] if apart is not None else [])


def test_without_a_keyword_of_the_rule_nothing_is_tried(make_rules: MakeRules) -> None:
    """A bank's word alone does not open a rule."""
    found = trial(make_rules, "今天开户的人很多")
    assert (found.keyed, found.hit) == (False, False)
    assert groups(found)["offer"] == (True, [("开户", "bet")])


def test_all_regex_and_built_ins(make_rules: MakeRules) -> None:
    """Which term of ``all`` is missing, what a regex found, and the contact that a condition asks for."""
    changes = (
        ("{any: 开户即玩, bank: bet}", "{all: 开户 送彩, regex: ['送\\d+元']}"),
        ("not warning", "not warning and contact"),
    )
    found = trial(make_rules, "蓝莓赌局开户，送88元，加微信 lanmei_01", *changes)
    offer = next(one for one in found.groups if one.name == "offer")
    assert (offer.holds, offer.missing) == (False, ("送彩",))
    assert [(place.word, place.by) for place in offer.places] == [("开户", "all"), ("送88元", "regex")]
    assert groups(found)["contact"] == (True, [("lanmei_01", "")])
    assert found.failed == ("offer",)


def test_words_are_those_of_the_text_as_written(make_rules: MakeRules) -> None:
    """Signs between characters are part of the word, and its place is in the text as given."""
    text = "看：蓝*莓*赌*局 开·户·即·玩"
    place = next(one for one in trial(make_rules, text).groups if one.name == "item").places[0]
    assert place.word == "蓝*莓*赌*局"
    assert text[place.span.start : place.span.end] == place.word


def test_an_exception_shows_as_what_it_is(make_rules: MakeRules) -> None:
    """While it lasts it keeps the rule from hitting; when it has ended it is gone."""
    lasting = ("examples:", "exceptions: [{phrase: 桌游吧, reason: 一家店, until: 2026-12-31}]\nexamples:")
    found = trial(make_rules, OFFER + "，桌游吧", lasting)
    assert (found.hit, found.failed) == (False, ("not exceptions",))
    assert groups(found)["exceptions"] == (True, [("桌游吧", "any")])
    over = (lasting[0], lasting[1].replace("2026-12-31", "2026-11-21"))
    assert trial(make_rules, OFFER + "，桌游吧", over).hit


@pytest.mark.parametrize(
    "condition",
    [
        "a",
        "a and b near 5 and not (c or d)",
        "a and (b and c near 3) near 9",
        "not not a or b and c",
        "(a or b) and c near 10 or d",
        "a and (b and c)",
    ],
)
def test_a_written_condition_means_what_it_meant(condition: str) -> None:
    """Parsed again it is written the same."""
    again = written(parse(condition))
    assert written(parse(again)) == again
    assert again == condition
