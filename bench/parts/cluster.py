"""A server of its own for a bench, on loopback, stopped with it, and indices of its own for each round."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import FrameType

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the tests know how to start one
from indexer.elastic import indices
from indexer.elastic.cluster import Access, Cluster
from tests.elastic import distribution
from tests.elastic.server import PASSWORD, USER, Server, make

_SECONDS = 120.0
_HEAP = "2g"
_NUMBERS = count(1)


@contextmanager
def serving() -> Iterator[Server]:
    """A running server; ends the bench where this machine has not what it needs."""
    problem = distribution.missing()
    if problem:
        sys.exit(f"Elasticsearch cannot be started here: {problem}")
    signal.signal(signal.SIGTERM, _end)
    server = make(distribution.VERSIONS[0])
    try:
        _give_room(server)
        server.start()
        yield server
    finally:
        server.stop()


def _give_room(server: Server) -> None:
    """More memory than tests need: a helper that tries nothing twice must not meet a server that is full."""
    options = server.folder / "config" / "jvm.options"
    options.write_text(options.read_text("utf-8").replace("512m", _HEAP), "utf-8")


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(143)


@contextmanager
def fresh(server: Server) -> Iterator[Cluster]:
    """A cluster with empty indices of its own, which are removed afterwards."""
    cluster = entered(server.url, server.ca, f"bench{next(_NUMBERS)}")
    for kind in ("flags", "reviews"):
        indices.put_template(cluster, kind, indices.VERSION)
        cluster.client.indices.create(index=cluster.index(kind, indices.VERSION))
        indices.point(cluster, kind, cluster.index(kind, indices.VERSION), None)
    try:
        yield cluster
    finally:
        cluster.client.indices.delete(index=[cluster.index(kind, indices.VERSION) for kind in ("flags", "reviews")])
        cluster.close()


def entered(url: str, ca: Path, prefix: str) -> Cluster:
    """The way in for who may do everything."""
    return Cluster(Access(url, prefix, ca, user=USER, password=PASSWORD), seconds=_SECONDS)
