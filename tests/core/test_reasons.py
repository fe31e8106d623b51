"""The sentences of reasons: both languages, and no code without one."""

import pytest

from core import reasons
from core.types import Reason
from core.words import Lang
from rules.suppress import PREDICATES


@pytest.mark.parametrize(
    ("reason", "lang", "sentence"),
    [
        (
            Reason("harm_rule", {"rule": "invoices", "category": "forged_documents", "words": "代开、发票"}),
            "zh",
            "规则 invoices 命中（假证假票）：代开、发票",
        ),
        (Reason("harm_model", {"category": "gambling", "chance": "93%"}), "en", "online gambling: 93%"),
        (Reason("suppressed", {"kind": "warning", "words": "警方提醒"}), "zh", "更像警示提醒，不是招揽：警方提醒"),
        (Reason("suppressed", {"kind": "news", "words": "记者"}), "en", "Rather news or a case report"),
        (Reason("no_reach"), "zh", "没有联系方式"),
        (Reason("from_another_version", {"a": "1"}), "en", "from_another_version 1"),
    ],
)
def test_a_reason_is_a_sentence(reason: Reason, lang: Lang, sentence: str) -> None:
    """Ids of harms and kinds become names; an unknown code is shown as it is."""
    assert sentence in reasons.render(reason, lang)


def test_every_kind_has_a_name() -> None:
    """The predicates and the table of names are of one mind."""
    assert {kind for kind, _ in PREDICATES} == reasons.KINDS.keys()


def test_every_code_has_both_languages() -> None:
    """With the same places to fill."""
    for text in reasons.SENTENCES.values():
        places = [{part.split("}")[0] for part in said.split("{")[1:]} for said in (text.zh, text.en)]
        assert places[0] == places[1]
