"""Turns a query into what a cluster searches for; the same flags are found as in the embedded store."""

from collections.abc import Iterator
from typing import Any

from core import codec
from core.ports import Query, Segmenter
from indexer.words import Term, terms

Json = dict[str, Any]

NEWEST_FIRST: list[Json] = [{"seen_at": {"order": "desc"}}, {"id": {"order": "asc"}}]
_NOTHING: Json = {"match_none": {}}


def search_for(query: Query, segment: Segmenter) -> Json:
    """The query; everything in it is a filter, since flags come by time and not by likeness."""
    return {"bool": {"filter": [*_narrowed(query), *_worded(query.words, segment)]}}


def _narrowed(query: Query) -> Iterator[Json]:
    for field, value in (
        ("category", query.category),
        ("source", query.source),
        ("review.state", query.state.value if query.state else None),
    ):
        if value is not None:
            yield {"term": {field: value}}
    if query.contact:
        yield {"nested": {"path": "contacts", "query": {"term": {"contacts.normalised": query.contact.lower()}}}}
    if query.min_score:
        yield {"range": {"score": {"gte": query.min_score}}}
    if query.since:
        yield {"range": {"seen_at": {"gte": codec.time_out(query.since)}}}
    if query.until:
        yield {"range": {"seen_at": {"lt": codec.time_out(query.until)}}}


def _worded(typed: str, segment: Segmenter) -> Iterator[Json]:
    if typed.strip():
        wanted = terms(typed, segment)
        yield from map(_term, wanted) if wanted else [_NOTHING]


def _term(term: Term) -> Json:
    among_characters = {"match_phrase": {"chars": term.chars}}
    if term.word is None:
        return among_characters
    return {"bool": {"should": [{"match_phrase": {"words": term.word}}, among_characters], "minimum_should_match": 1}}


def begins(flag_id: str) -> Json:
    """Flags whose id begins so."""
    return {"range": {"id": {"gte": flag_id, "lt": flag_id + "g"}}}
