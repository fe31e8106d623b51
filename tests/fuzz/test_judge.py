"""Whatever the text, the judge answers, and its answer is of one piece."""

from itertools import pairwise

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.contacts import find
from core.text import Document, normalise
from pipeline import Judge
from tests.fuzz.checks import check
from tests.fuzz.texts import adverts, texts


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(texts, adverts), title=st.none() | texts)
def test_every_text_gets_one_sound_decision(judge: Judge, text: str, title: str | None) -> None:
    """It never raises; a flag has harm, offer and a way to reply; spans lie inside; a second look says the same."""
    document = Document.of(text, title)
    decision = judge.judge(document)
    check(document, decision)
    assert judge.judge(Document.of(text, title)) == decision


def test_the_strategy_makes_offers_too(judge: Judge) -> None:
    """A guard of the strategy: some of what it builds is flagged, though it is disguised."""
    looked = settings(max_examples=500, deadline=None, phases=[Phase.generate])
    text = hypothesis.find(adverts, lambda text: judge.judge(Document.of(text)).flagged, settings=looked)
    check(Document.of(text), judge.judge(Document.of(text)))


@settings(max_examples=300, deadline=None)
@given(text=texts)
def test_normal_form_is_settled_and_leads_back(text: str) -> None:
    """What is normal stays as it is, and every place in it leads to a place in the original."""
    norm = normalise(text)
    assert normalise(norm.text).text == norm.text
    for at in range(len(norm.text)):
        start, end = norm.original(at, at + 1)
        assert 0 <= start < end <= len(text)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(texts, adverts), title=st.none() | texts)
def test_contacts_are_plain_and_apart(text: str, title: str | None) -> None:
    """Values hold no blanks, signs of disguise or capitals; places in the normal form do not overlap."""
    document = Document.of(text, title)
    found = find(document)
    places = [document.place(contact.span) for contact in found]
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    for contact in found:
        assert contact.value == contact.value.lower().strip()
        assert contact.value.isascii()
        assert " " not in contact.value
