"""Flags, decisions and reviews as plain JSON values and back; what stores keep and scripts read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from core.types import (
    Act,
    AuditEntry,
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

Json = dict[str, Any]


def time_out(at: datetime) -> str:
    """A time in UTC with microseconds, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def time_in(text: str) -> datetime:
    """The time written by ``time_out``."""
    return datetime.fromisoformat(text)


def span_out(span: Span) -> list[int]:
    """A span as [start, end]."""
    return [span.start, span.end]


def contact_out(contact: Contact) -> Json:
    """A contact; ``field`` says whether ``span`` points into title or text."""
    span = contact.span
    return {"kind": contact.kind.value, "value": contact.value, "span": span_out(span), "field": span.field.value}


def contact_in(row: Mapping[str, Any]) -> Contact:
    """The contact written by ``contact_out``."""
    start, end = row["span"]
    return Contact(ContactKind(row["kind"]), row["value"], Span(start, end, Field(row["field"])))


def signal_out(signal: Signal) -> Json:
    """A signal with its spans as [start, end, field]."""
    return {
        "detector": signal.detector,
        "role": str(signal.role),
        "category": signal.category,
        "score": round(signal.score, 4),
        "label": signal.label,
        "spans": [[span.start, span.end, str(span.field)] for span in signal.spans],
        "rule": _rule_out(signal.rule) if signal.rule else None,
        "terms": [[term, round(weight, 4)] for term, weight in signal.terms],
    }


def _rule_out(rule: RuleRef) -> Json:
    return {"id": rule.id, "slug": rule.slug, "version": rule.version, "digest": rule.digest}


def signal_in(row: Mapping[str, Any]) -> Signal:
    """The signal written by ``signal_out``."""
    return Signal(
        detector=row["detector"],
        role=Role(row["role"]),
        score=row["score"],
        label=row["label"],
        category=row["category"],
        spans=tuple(Span(start, end, Field(field)) for start, end, field in row["spans"]),
        rule=RuleRef(**row["rule"]) if row["rule"] else None,
        terms=tuple((term, weight) for term, weight in row["terms"]),
    )


def decision_out(decision: Decision) -> Json:
    """A decision with all that explains it."""
    return {
        "flagged": decision.flagged,
        "category": decision.category,
        "score": round(decision.score, 4),
        "reasons": [{"code": reason.code, "values": dict(reason.values)} for reason in decision.reasons],
        "signals": [signal_out(signal) for signal in decision.signals],
        "contacts": [contact_out(contact) for contact in decision.contacts],
    }


def decision_in(row: Mapping[str, Any]) -> Decision:
    """The decision written by ``decision_out``."""
    return Decision(
        flagged=row["flagged"],
        category=row["category"],
        score=row["score"],
        reasons=tuple(Reason(reason["code"], reason["values"]) for reason in row["reasons"]),
        signals=tuple(signal_in(signal) for signal in row["signals"]),
        contacts=tuple(contact_in(contact) for contact in row["contacts"]),
    )


def evidence_out(evidence: Evidence | None) -> Json | None:
    """Evidence, or None."""
    return asdict(evidence) if evidence else None


def evidence_in(row: Mapping[str, Any] | None) -> Evidence | None:
    """The evidence written by ``evidence_out``."""
    return Evidence(**row) if row else None


def review_out(review: Review) -> Json:
    """A review."""
    return {
        "flag_id": review.flag_id,
        "verdict": review.verdict.value,
        "reviewer": review.reviewer,
        "at": time_out(review.at),
        "reason": review.reason,
    }


def review_in(row: Sequence[str]) -> Review:
    """The review in a row (flag id, verdict, reviewer, time, reason)."""
    flag_id, verdict, reviewer, at, reason = row
    return Review(flag_id, Verdict(verdict), reviewer, time_in(at), reason)


def audit_out(entry: AuditEntry) -> Json:
    """An entry of the audit."""
    return {
        "at": time_out(entry.at),
        "who": entry.who,
        "act": entry.act.value,
        "flag_id": entry.flag_id,
        "details": dict(entry.details),
    }


def audit_in(row: Mapping[str, Any]) -> AuditEntry:
    """The entry written by ``audit_out``."""
    return AuditEntry(
        time_in(row["at"]), row["who"], Act(row["act"]), row.get("flag_id"), dict(row.get("details") or {})
    )
