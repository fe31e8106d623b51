"""One empty store of each kind, for the contract of the stores; each new store is added to ``STORES``."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import rjieba

from core.ports import FlagStore, PatrolStore
from core.types import Review, Verdict
from indexer.elastic.cluster import Cluster
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.opening import ElasticStores
from indexer.elastic.patrols import ElasticPatrols
from indexer.stores import EmbeddedStores
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


@dataclass(frozen=True)
class Direct:
    """The stores on a cluster themselves, as nothing but tests uses them."""

    cluster: Cluster

    @property
    def flags(self) -> FlagStore:
        """Flags and reviews."""
        return ElasticFlags(self.cluster, rjieba.cut)

    @property
    def patrols(self) -> PatrolStore:
        """What the patrol remembers."""
        return ElasticPatrols(self.cluster)


@pytest.fixture(params=STORES)
def one_kind(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    elastic_servers: Servers,
    stores: Callable[[], ElasticStores],
) -> EmbeddedStores | ElasticStores | Direct:
    """Empty stores of each kind."""
    if request.param == "sqlite":
        return EmbeddedStores(tmp_path / "lurewatch.db", rjieba.cut)
    if request.param == "spooled":
        return stores()
    return Direct(empty_cluster(elastic_servers.get(request.param)))


@pytest.fixture
def flags(one_kind: EmbeddedStores | ElasticStores | Direct) -> Iterator[FlagStore]:
    """One empty store of flags of each kind."""
    with closing(one_kind.flags) as store:
        yield store


@pytest.fixture
def patrols(one_kind: EmbeddedStores | ElasticStores | Direct) -> Iterator[PatrolStore]:
    """One empty patrol store of each kind."""
    with closing(one_kind.patrols) as store:
        yield store


def review(
    flag_id: str, verdict: Verdict, reviewer: str = "王敏", reason: str = "看过原帖", minutes: int = 0
) -> Review:
    """A review some minutes after noon."""
    return Review(flag_id, verdict, reviewer, NOON + timedelta(minutes=minutes), reason)
