"""A server for the tests that need one, started once a run, and a set of indices for each test."""

import itertools
from collections.abc import Iterator
from contextlib import closing

import pytest

from indexer.elastic import indices
from indexer.elastic.cluster import Access, Cluster
from indexer.elastic.mapping import KINDS
from tests.elastic import distribution
from tests.elastic.server import PASSWORD, USER, Server, make

VERSIONS = tuple(pytest.param(version, id=f"elastic-{version}") for version in distribution.available())
_NUMBERS = itertools.count(1)
SHARED, _MANY = "shared", 10_000


class Servers:
    """The servers of a run, each started when it is first asked for."""

    def __init__(self) -> None:
        self._running: dict[str, Server] = {}

    def get(self, version: str = distribution.VERSIONS[0]) -> Server:
        """The running server of a version."""
        problem = distribution.missing()
        if problem:
            pytest.skip(problem)
        if version not in self._running:
            server = make(version)
            self._running[version] = server
            server.start()
        return self._running[version]

    def stop(self) -> None:
        """Stop what was started."""
        while self._running:
            self._running.popitem()[1].stop()


@pytest.fixture(scope="session")
def elastic_servers() -> Iterator[Servers]:
    """The servers of this run, stopped at its end."""
    servers = Servers()
    yield servers
    servers.stop()


def root_access(server: Server, prefix: str) -> Access:
    """The way in for who may do everything."""
    return Access(server.url, prefix, server.ca, user=USER, password=PASSWORD)


def empty_cluster(server: Server) -> Cluster:
    """A cluster with a set of empty indices, the same for all tests, since to make one takes a second."""
    cluster = Cluster(root_access(server, SHARED), seconds=60)
    if indices.set_up(cluster):
        return cluster
    names = [cluster.name(kind) for kind in KINDS]
    cluster.client.indices.refresh(index=names)
    while hits := cluster.client.search(index=names, size=_MANY, source=False)["hits"]["hits"]:
        gone = [{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in hits]
        cluster.client.bulk(operations=gone, refresh=True)
    return cluster


@pytest.fixture
def elastic(elastic_servers: Servers) -> Server:
    """The server of the first version."""
    return elastic_servers.get()


@pytest.fixture
def fresh_cluster(elastic: Server) -> Iterator[Cluster]:
    """A cluster with index names of its own, nothing made yet; what the test makes is removed after it."""
    prefix = f"t{next(_NUMBERS)}"
    yield Cluster(root_access(elastic, prefix), seconds=60)
    with closing(Cluster(root_access(elastic, prefix), seconds=60)) as cluster:
        names = list(cluster.client.indices.get(index=f"{prefix}-*"))
        if names:
            cluster.client.indices.delete(index=names)
        cluster.client.options(ignore_status=404).indices.delete_index_template(name=f"lurewatch-{prefix}-*")
