"""Looks a cluster over: reached, trusted, let in, of a version that is known, set up, of our mapping, with a disk."""

from contextlib import suppress

from indexer.elastic import indices
from indexer.elastic.cluster import Cluster
from indexer.elastic.faults import ElasticError, Kind
from indexer.elastic.mapping import KINDS

_MAJORS = frozenset({8, 9})
_BLOCK = "index.blocks.read_only_allow_delete"


def check(cluster: Cluster) -> str:
    """The version of a sound cluster (empty where it tells none); raises ElasticError that says what to do."""
    version = _version(cluster)
    try:
        different = indices.differences(cluster)
        blocked = _blocked(cluster)
    except ElasticError as problem:
        if problem.kind is not Kind.RIGHT:
            raise
        return version  # this key may not look, and whoever made it knows why
    if different:
        raise ElasticError(Kind.MAPPING, cluster.url)
    if blocked:
        raise ElasticError(Kind.DISK, cluster.url)
    return version


def _version(cluster: Cluster) -> str:
    version = ""
    try:
        version = str(cluster.ask(lambda client: client.info()["version"]["number"]))
    except ElasticError as problem:
        if problem.kind not in {Kind.OTHER, Kind.RIGHT}:  # a server without this page, or a key that may not see it
            raise
    with suppress(ValueError):
        if int(version.partition(".")[0]) not in _MAJORS:
            raise ElasticError(Kind.VERSION, cluster.url)
    return version


def _blocked(cluster: Cluster) -> bool:
    names = [cluster.name(kind) for kind in KINDS]
    found = cluster.ask(lambda client: client.indices.get_settings(index=names, name=_BLOCK, flat_settings=True).body)
    return any(index["settings"].get(_BLOCK) == "true" for index in found.values())
