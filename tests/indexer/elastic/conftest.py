"""Stores on a real server, and a proxy that spoils the way to it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import rjieba

from core.errors import StoreError
from indexer.elastic.cluster import Access
from indexer.elastic.opening import ElasticStores
from tests.elastic.fixtures import empty_cluster
from tests.elastic.server import PASSWORD, USER, Server

Told = list[tuple[str, int, StoreError | None]]
OpenStores = Callable[..., ElasticStores]


@pytest.fixture
def told() -> Told:
    """What the outbox told."""
    return []


@pytest.fixture
def open_stores(elastic: Server, tmp_path: Path, told: Told) -> Iterator[OpenStores]:
    """Opens the stores of an emptied cluster as a process does; what it opened is closed at the end."""
    empty_cluster(elastic).close()
    way = Access(elastic.url, "shared", elastic.ca, user=USER, password=PASSWORD)
    opened: list[ElasticStores] = []

    def make(*, most: int = 1 << 20, seconds: float = 30, **changes: object) -> ElasticStores:
        folder = tmp_path / "data"
        changed = replace(way, **changes)  # type: ignore[arg-type]
        tell = lambda *told_: told.append(told_)  # noqa: E731 - one line
        stores = ElasticStores(changed, folder, most, rjieba.cut, lambda: "m1", tell, seconds)
        opened.append(stores)
        return stores

    yield make
    for stores in opened:
        stores.close()
