"""Whatever is wrong with a cluster is said in one sentence that says what to do."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from indexer.elastic import indices
from indexer.elastic.check import check
from indexer.elastic.cluster import Access, Cluster
from indexer.elastic.faults import ElasticError, Kind
from tests.elastic.fixtures import root_access
from tests.elastic.proxy import proxied
from tests.elastic.server import PASSWORD, Server

Spoil = Callable[[Cluster, Access, Path], Access]


def nothing(_root: Cluster, way: Access, _folder: Path) -> Access:
    """All is well."""
    return way


def down(_root: Cluster, way: Access, _folder: Path) -> Access:
    """Nobody listens."""
    return replace(way, url="https://127.0.0.1:1")


def other_ca(_root: Cluster, way: Access, folder: Path) -> Access:
    """The certificate is of another CA."""
    trustme.CA().cert_pem.write_to_path(str(folder / "other.pem"))
    return replace(way, ca=folder / "other.pem")


def wrong_key(_root: Cluster, way: Access, _folder: Path) -> Access:
    """A key that nobody made."""
    return replace(way, key="bm9ib2R5Om1hZGV0aGlz", user=None, password=None)


def no_indices(root: Cluster, way: Access, _folder: Path) -> Access:
    """Nothing was set up."""
    return replace(way, prefix=f"{way.prefix}-none")


def other_mapping(root: Cluster, way: Access, _folder: Path) -> Access:
    """Somebody added a field."""
    root.client.indices.put_mapping(index=root.name("reviews"), properties={"extra": {"type": "keyword"}})
    return way


def full_disk(root: Cluster, way: Access, _folder: Path) -> Access:
    """The block of a full disk."""
    block = {"index.blocks.read_only_allow_delete": True}
    root.client.indices.put_settings(index=root.name("flags"), settings=block)
    return way


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (nothing, None),
        (down, Kind.DOWN),
        (other_ca, Kind.TLS),
        (wrong_key, Kind.KEY),
        (no_indices, Kind.MISSING),
        (other_mapping, Kind.MAPPING),
        (full_disk, Kind.DISK),
    ],
)
def test_what_is_wrong_is_named(
    fresh_cluster: Cluster, elastic: Server, tmp_path: Path, spoil: Spoil, kind: Kind | None
) -> None:
    """Each fault has its own sentence in both languages, with the address and what to do; no secret is in it."""
    indices.set_up(fresh_cluster)
    way = spoil(fresh_cluster, root_access(elastic, fresh_cluster.name("x").removesuffix("-x")), tmp_path)
    with closing(Cluster(way, sleep=lambda _: None)) as cluster:
        if kind is None:
            check(cluster)
            return
        with pytest.raises(ElasticError) as raised:
            check(cluster)
    assert raised.value.kind is kind
    for sentence in (raised.value.zh, raised.value.en):
        assert way.url in sentence
        assert PASSWORD not in sentence
        assert "bm9ib2R5" not in sentence


@pytest.mark.parametrize(
    ("version", "sound"), [("7.17.29", False), ("8.19.21", True), ("9.5.3", True), ("10.0.0", False)]
)
def test_the_version_is_looked_at(elastic: Server, version: str, sound: bool) -> None:
    """Only 8.x and 9.x are worked with."""
    with proxied(elastic) as proxy:
        proxy.info = json.dumps({"version": {"number": version}}).encode()
        way = replace(root_access(elastic, "shared"), url=proxy.url)
        with closing(Cluster(way, sleep=lambda _: None)) as cluster:
            if sound:
                indices.set_up(cluster)
                assert check(cluster) == version
                return
            with pytest.raises(ElasticError) as raised:
                check(cluster)
            assert raised.value.kind is Kind.VERSION
