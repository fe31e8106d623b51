"""Searches as reviewers type them, and the SQL that asks FTS5 for the same flags directly."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from core import codec, taxonomy
from core.ports import FlagStore, Query, Segmenter
from core.types import ContactKind
from indexer.words import match
from parts import made

FIRST_PAGE = 50
TIMES = 3  # that each search is done; the median counts
_FTS5 = """SELECT flags.* FROM flags_fts JOIN flags ON flags.number = flags_fts.rowid
 WHERE flags_fts MATCH ?{filters} ORDER BY {order} LIMIT ?"""
# Flags were stored in order of time, so FTS5's own order, which it need not sort for, gives the same ones.
OWN_ORDER, SORTED = "flags_fts.rowid DESC", "flags.seen_at DESC, flags.id"
_FILTERS = {
    "category": " AND flags.category = ?",
    "source": " AND flags.source = ?",
    "contact": " AND flags.number IN (SELECT number FROM contacts WHERE value = ?)",
    "since": " AND flags.seen_at >= ?",
    "until": " AND flags.seen_at < ?",
}


def searches(count: int, stored: int) -> list[Query]:
    """``count`` searches among ``stored`` flags: half words or phrases alone, half with a filter of one kind each."""
    random = Random(made.SEED + 1)  # noqa: S311 - the same searches every time
    return [_search(random, at, stored) for at in range(count)]


def _search(random: Random, at: int, stored: int) -> Query:
    query = Query(words=made.words(random))
    begins = made.FIRST + made.EVERY * int(stored * random.random())
    filtered = (
        replace(query, category=random.choice(taxonomy.HARMS).id),
        replace(query, source=f"site-{int(made.SOURCES ** random.random()) - 1:03}"),
        replace(query, contact=made.reach(ContactKind.WECHAT, int(made.CONTACTS ** random.random()))),
        replace(query, since=begins, until=begins + made.EVERY * (stored // 50)),
    )
    return filtered[at // 2 % len(filtered)] if at % 2 else query


def bare(path: Path, segment: Segmenter, order: str) -> Callable[[Query], list[str]]:
    """Asks FTS5 for the whole rows of the first page, with one statement; gives their ids."""
    database = sqlite3.connect(path)

    def ask(query: Query) -> list[str]:
        given = {name: value for name in _FILTERS if (value := getattr(query, name)) is not None}
        values = [codec.time_out(value) if name in {"since", "until"} else value for name, value in given.items()]
        sql = _FTS5.format(filters="".join(_FILTERS[name] for name in given), order=order)
        rows = database.execute(sql, (match(query.words, segment), *values, FIRST_PAGE)).fetchall()
        return [row[1] for row in rows]

    return ask


def ours(store: FlagStore) -> Callable[[Query], list[str]]:
    """Asks a store for the first page; gives the ids of its flags."""
    return lambda query: [stored.flag.id for stored in store.search(query, FIRST_PAGE)]


def milliseconds(asks: list[Callable[[Query], list[str]]], queries: list[Query]) -> list[list[float]]:
    """How long each way takes for each search, in turns; all must find the same."""
    taken: list[list[float]] = [[] for _ in asks]
    for query in queries:
        rounds = [list(_round(asks, query)) for _ in range(TIMES)]
        for times, one in zip(taken, zip(*rounds, strict=True), strict=True):
            times.append(sorted(one)[TIMES // 2])
    return taken


def _round(asks: list[Callable[[Query], list[str]]], query: Query) -> Iterator[float]:
    found = []
    for ask in asks:
        began = time.perf_counter()
        found.append(ask(query))
        yield (time.perf_counter() - began) * 1000
    assert all(one == found[0] for one in found), query


def share(times: list[float], part: float) -> float:
    """The time within which this part of the searches is done."""
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]
