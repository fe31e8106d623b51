"""Flags, reviews and what a patrol remembers as documents of a cluster, and back."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from core import codec, taxonomy
from core.ports import Item, Segmenter, SourceState, Stored, Validators
from core.types import Contact, Field, Flag, Review, State
from indexer.words import whole, words_of

Json = dict[str, Any]

_PLAIN = re.compile(r"https?://([a-z0-9.-]+)/", re.ASCII)  # of most urls the host is told quicker than by parsing


@dataclass(frozen=True, slots=True)
class Write:
    """One write that may be sent twice without harm. ``op``: update (``body`` holds doc and upsert), index, create."""

    kind: str
    op: str
    id: str
    body: Json


def flag_write(flag: Flag, segment: Segmenter, model_version: str) -> Write:
    """A flag: what the machine says is updated, what was first seen and what people decided is not."""
    machine = _machine(flag, model_version)
    words, chars = words_of(flag.title, whole(flag.text, flag.shown), segment)
    first = {
        "id": flag.id,
        "source": flag.source,
        "host": _host(flag.url),
        "url": flag.url,
        "title": flag.title,
        "text": flag.text,
        "shown": flag.shown or None,
        "words": words,
        "chars": chars,
        "category": flag.decision.category,
        "laws": [law.zh for law in _laws(flag)],
        "published_at": codec.time_out(flag.published_at) if flag.published_at else None,
        "seen_at": codec.time_out(flag.seen_at),
        "delay_seconds": _delay(flag),
        "review": {"state": State.OPEN.value, "count": 0},
    }
    return Write("flags", "update", flag.id, {"doc": machine, "upsert": _told({**first, **machine})})


def _delay(flag: Flag) -> int | None:
    """Whole seconds from publication to the first sighting; None where a site tells no time, or one yet to come."""
    if flag.published_at is None or flag.published_at > flag.seen_at:
        return None
    return int((flag.seen_at - flag.published_at).total_seconds())


def _host(url: str) -> str:
    plain = _PLAIN.match(url)
    return plain[1] if plain else urlsplit(url).hostname or ""


def _machine(flag: Flag, model_version: str) -> Json:
    contacts, rules = _unique(flag.decision.contacts), list(_rules(flag))
    return _told(
        {
            "score": flag.decision.score,
            "contacts": [_contact(flag, contact) for contact in contacts],
            "contact_values": [f"{contact.kind.value}:{contact.value}" for contact in contacts],
            "rules": rules,
            "rule_slugs": list(dict.fromkeys(rule["slug"] for rule in rules)),
            "model_version": model_version or None,
            "evidence": codec.evidence_out(flag.evidence),
            "decision": codec.decision_out(flag.decision),
        }
    )


def _told(row: Mapping[str, Any]) -> Json:
    return {name: value for name, value in row.items() if value is not None}


def _laws(flag: Flag) -> tuple[taxonomy.Law, ...]:
    harm = taxonomy.BY_ID.get(flag.decision.category or "")
    return harm.laws if harm else ()


def _unique(contacts: tuple[Contact, ...]) -> list[Contact]:
    return list({(contact.kind, contact.value): contact for contact in contacts}.values())


def _contact(flag: Flag, contact: Contact) -> Json:
    parts = {Field.TITLE: flag.title or "", Field.TEXT: flag.text, Field.PICTURES: flag.shown}
    written = parts[contact.span.field][contact.span.start : contact.span.end]
    return {"kind": contact.kind.value, "value": written, "normalised": contact.value}


def _rules(flag: Flag) -> Iterator[Json]:
    for rule in dict.fromkeys(signal.rule for signal in flag.decision.signals):
        if rule:
            yield {"id": rule.id, "slug": rule.slug, "version": rule.version, "digest": rule.digest}


def flag_in(row: Mapping[str, Any]) -> Flag:
    """The flag of a document."""
    published = row.get("published_at")
    return Flag(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        title=row.get("title"),
        text=row["text"],
        published_at=codec.time_in(published) if published else None,
        seen_at=codec.time_in(row["seen_at"]),
        decision=codec.decision_in(row["decision"]),
        evidence=codec.evidence_in(row.get("evidence")),
        shown=row.get("shown", ""),
    )


def stored_in(row: Mapping[str, Any], reviews: tuple[Review, ...]) -> Stored:
    """The flag of a document with its reviews."""
    return Stored(flag_in(row), State(row["review"]["state"]), reviews)


def review_write(review: Review, number: int) -> Write:
    """The ``number``-th review of a flag, counted from 1: made once, never changed."""
    return Write("reviews", "create", f"{review.flag_id}-{number}", {**codec.review_out(review), "number": number})


def review_in(row: Mapping[str, Any]) -> Review:
    """The review of a document."""
    return codec.review_in((row["flag_id"], row["verdict"], row["reviewer"], row["at"], row["reason"]))


def hashed(*parts: str) -> str:
    """An id of 40 hexadecimal characters, the same for the same parts."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def item_write(source: str, item: Item, at: datetime) -> Write:
    """An item that was looked at."""
    body = {"source": source, "key": item.key, "digest": item.digest, "looked_at": codec.time_out(at)}
    return Write("patrol-items", "index", hashed("item", source, item.key), body)


def validators_write(source: str, key: str, value: Validators, at: datetime) -> Write:
    """The validators of a url, by its keyed hash."""
    told = _told({"etag": value.etag, "last_modified": value.last_modified})
    body = {"source": source, "key": key, **told, "looked_at": codec.time_out(at)}
    return Write("patrol-validators", "index", hashed("validators", source, key), body)


_TIMES = ("due_at", "last_visit", "last_success", "broken_since", "since")


def state_write(state: SourceState) -> Write:
    """The state of a source, whole."""
    rest = {name: getattr(state, name) for name in state.__dataclass_fields__ if name not in {"source", *_TIMES}}
    times = {name: codec.time_out(at) for name in _TIMES if (at := getattr(state, name)) is not None}
    body = {"source": state.source, "due_at": times["due_at"], "state": _told({**rest, **times})}
    return Write("patrol-sources", "index", hashed("source", state.source), body)


def state_in(row: Mapping[str, Any]) -> SourceState:
    """The state of a document."""
    kept = row["state"]
    times = {name: codec.time_in(kept[name]) for name in _TIMES if name in kept}
    return SourceState(row["source"], **{**kept, **times})
