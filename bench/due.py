"""Choosing what is due among 100,000 sources, against one bare query of the index; the first look is told apart."""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from core import codec
from core.ports import SourceState
from indexer.patrols import SqlitePatrols

SOURCES = 100_000
DUE = 1_000  # how many of them are due
WANTED = 16  # how many the patrol asks for
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BARE = "SELECT source FROM sources WHERE due_at <= ? ORDER BY due_at LIMIT ?"


def fill(path: Path) -> tuple[str, ...]:
    """Write the states of all sources, each due some seconds before or after now; their names."""
    SqlitePatrols(path).close()
    names = tuple(f"source-{number:06}" for number in range(SOURCES))
    learnt = SourceState("", NOW, learnt="x" * 300, reason="x" * 150)
    rows = [
        (
            name,
            codec.time_out(NOW + timedelta(seconds=(number * 7919) % SOURCES - DUE)),
            0,
            learnt.learnt,
            learnt.reason,
        )
        for number, name in enumerate(names)
    ]
    with sqlite3.connect(path) as database:
        database.executemany(
            "INSERT INTO sources (source, due_at, failures, learnt, reason) VALUES (?, ?, ?, ?, ?)", rows
        )
    database.close()
    return names


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print milliseconds of a look, then its ratio to the bare query (medians, in turns)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    rounds = 200 if parser.parse_args().quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lurewatch.db"
        names = fill(path)
        store, bare = SqlitePatrols(path), sqlite3.connect(path)
        first = milliseconds(lambda: store.due(names, NOW, WANTED))
        assert store.due(names, NOW, WANTED) == [name for (name,) in bare.execute(BARE, (codec.time_out(NOW), WANTED))]
        ours, queries = [], []
        for _ in range(rounds):
            ours.append(milliseconds(lambda: store.due(names, NOW, WANTED)))
            queries.append(milliseconds(lambda: bare.execute(BARE, (codec.time_out(NOW), WANTED)).fetchall()))
        store.close()
        bare.close()
    print(f"{SOURCES} sources, {DUE} due, {WANTED} chosen")
    usual, query = median(ours), median(queries)
    print(f"first look {first:.1f} ms, then {usual:.3f} ms (slowest {max(ours):.3f}); a bare query {query:.3f} ms")
    print(f"ratio due {usual / query:.2f}")


if __name__ == "__main__":
    main()
