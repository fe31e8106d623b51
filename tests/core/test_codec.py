"""What is written as JSON comes back as it was."""

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from core import codec
from core.types import (
    Contact,
    ContactKind,
    Decision,
    Evidence,
    Field,
    Reason,
    Review,
    Role,
    RuleRef,
    Signal,
    Span,
    Verdict,
)

WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
SCORES = st.integers(0, 10_000).map(lambda number: number / 10_000)  # four places are kept
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
SPANS = st.builds(Span, st.integers(0, 999), st.integers(0, 999), st.sampled_from(Field))
SIGNALS = st.builds(
    Signal,
    detector=WORDS,
    role=st.sampled_from(Role),
    score=SCORES,
    label=WORDS,
    category=st.one_of(st.none(), WORDS),
    spans=st.lists(SPANS, max_size=3).map(tuple),
    rule=st.one_of(st.none(), st.builds(RuleRef, WORDS, WORDS, st.integers(1, 9), WORDS)),
    terms=st.lists(st.tuples(WORDS, SCORES), max_size=3).map(tuple),
)
CONTACTS = st.builds(Contact, st.sampled_from(ContactKind), WORDS, SPANS)
DECISIONS = st.builds(
    Decision,
    flagged=st.booleans(),
    category=st.one_of(st.none(), WORDS),
    score=SCORES,
    reasons=st.lists(st.builds(Reason, WORDS, st.dictionaries(WORDS, WORDS, max_size=3)), max_size=3).map(tuple),
    signals=st.lists(SIGNALS, max_size=3).map(tuple),
    contacts=st.lists(CONTACTS, max_size=3).map(tuple),
)
EVIDENCE = st.one_of(st.none(), st.builds(Evidence, WORDS, WORDS, WORDS, st.integers(0, 10**12)))
REVIEWS = st.builds(Review, WORDS, st.sampled_from(Verdict), WORDS, TIMES, WORDS)


def through_json(value: object) -> object:
    """A value as it is after a file."""
    return json.loads(json.dumps(value, ensure_ascii=False))


@given(DECISIONS)
@settings(max_examples=150, deadline=None)
def test_a_decision_comes_back(decision: Decision) -> None:
    """With all signals, spans, reasons and contacts."""
    row = through_json(codec.decision_out(decision))
    assert isinstance(row, dict)
    assert codec.decision_in(row) == decision


@given(EVIDENCE)
def test_evidence_comes_back(evidence: Evidence | None) -> None:
    """And no evidence is none."""
    row = through_json(codec.evidence_out(evidence))
    assert row is None or isinstance(row, dict)
    assert codec.evidence_in(row) == evidence


@given(REVIEWS)
def test_a_review_comes_back(review: Review) -> None:
    """From the row in which a store keeps it."""
    row = through_json(codec.review_out(review))
    assert isinstance(row, dict)
    assert list(row) == ["flag_id", "verdict", "reviewer", "at", "reason"]
    assert codec.review_in(list(row.values())) == review


@given(TIMES, TIMES, st.integers(-12, 14))
def test_times_sort_as_their_texts(one: datetime, other: datetime, hours: int) -> None:
    """Whatever zone a time was given in, its text is in UTC, comes back equal and sorts as the time does."""
    shifted = one.astimezone(timezone(timedelta(hours=hours)))
    assert codec.time_out(shifted) == codec.time_out(one)
    assert codec.time_in(codec.time_out(shifted)) == one
    assert (codec.time_out(one) < codec.time_out(other)) == (one < other)
