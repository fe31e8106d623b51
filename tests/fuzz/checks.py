"""What holds of any decision on any text."""

import json
from collections.abc import Iterator

from core import codec, reasons, taxonomy
from core.text import Document
from core.types import Decision, Field, Role, Span


def check(document: Document, decision: Decision) -> None:
    """Raises AssertionError: a flag has harm, offer and a way to reply, spans lie inside, all can be said and kept."""
    sources = {Field.TITLE: document.title or "", Field.TEXT: document.text}
    for span in _spans(decision):
        assert 0 <= span.start < span.end <= len(sources[span.field]), span
    assert 0.0 <= decision.score <= 1.0
    assert all(0.0 <= signal.score <= 1.0 for signal in decision.signals)
    assert decision.reasons
    assert all(reasons.render(reason, lang) for reason in decision.reasons for lang in ("zh", "en"))
    assert codec.decision_in(json.loads(json.dumps(codec.decision_out(decision)))).contacts == decision.contacts
    if decision.flagged:
        counting = [signal for signal in decision.signals if signal.score > 0]
        assert decision.category in taxonomy.HARM_IDS & {one.category for one in counting if one.role is Role.HARM}
        assert any(signal.role is Role.OFFER for signal in counting)
        assert decision.contacts or any(signal.role is Role.REACH for signal in counting)


def _spans(decision: Decision) -> Iterator[Span]:
    yield from (contact.span for contact in decision.contacts)
    yield from (span for signal in decision.signals for span in signal.spans)
