"""One empty store of each kind, for the contract of the stores; each new store is added to ``STORES``."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import rjieba

from core.ports import FlagStore, PatrolStore
from core.types import Review, Verdict
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.opening import ElasticStores
from indexer.elastic.patrols import ElasticPatrols
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON
from tests.elastic.fixtures import SHARED, VERSIONS, Servers, empty_cluster, root_access

# The stores on a cluster themselves, and those that wait on disk while it is away.
STORES = ("sqlite", *VERSIONS, "spooled")


@pytest.fixture
def stores(tmp_path: Path, elastic_servers: Servers) -> Iterator[Callable[[], ElasticStores]]:
    """Opens the stores that an installation with a cluster uses."""
    opened: list[ElasticStores] = []

    def make() -> ElasticStores:
        server = elastic_servers.get()
        empty_cluster(server).close()
        way = root_access(server, SHARED)
        opened.append(ElasticStores(way, tmp_path, 1 << 24, rjieba.cut, str, lambda *_: None, 60))
        return opened[0]

    yield make
    for one in opened:
        one.close()


@pytest.fixture(params=STORES)
def flags(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    elastic_servers: Servers,
    stores: Callable[[], ElasticStores],
) -> Iterator[FlagStore]:
    """One empty store of each kind."""
    store: FlagStore
    if request.param == "sqlite":
        store = SqliteFlags(tmp_path / "lurewatch.db", rjieba.cut)
    elif request.param == "spooled":
        store = stores().flags
    else:
        store = ElasticFlags(empty_cluster(elastic_servers.get(request.param)), rjieba.cut)
    yield store
    store.close()


@pytest.fixture(params=STORES)
def patrols(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    elastic_servers: Servers,
    stores: Callable[[], ElasticStores],
) -> Iterator[PatrolStore]:
    """One empty patrol store of each kind."""
    store: PatrolStore
    if request.param == "sqlite":
        store = SqlitePatrols(tmp_path / "lurewatch.db")
    elif request.param == "spooled":
        store = stores().patrols
    else:
        store = ElasticPatrols(empty_cluster(elastic_servers.get(request.param)))
    yield store
    store.close()


def review(
    flag_id: str, verdict: Verdict, reviewer: str = "王敏", reason: str = "看过原帖", minutes: int = 0
) -> Review:
    """A review some minutes after noon."""
    return Review(flag_id, verdict, reviewer, NOON + timedelta(minutes=minutes), reason)
