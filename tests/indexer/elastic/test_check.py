"""Whatever is wrong with a cluster is said in one sentence that says what to do, by ``doctor`` and by every command."""

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
from tests.elastic.fixtures import GROUP, root_access
from tests.elastic.proxy import proxied
from tests.elastic.server import PASSWORD, USER, Server
from tests.running import lurewatch

pytestmark = GROUP
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


def test_commands_say_it_too(elastic: Server, tmp_path: Path) -> None:
    """``index setup`` by the password on standard input, then ``doctor``, ``search`` and a key of too little."""
    base = {"LUREWATCH_STORE": f"{elastic.url}/cli", "LUREWATCH_STORE_CA": str(elastic.ca), "LUREWATCH_LANG": "en"}
    home = tmp_path
    before = lurewatch("search", "x", home=home, env=base)
    assert (before.code, "refuses the key" in before.err) == (1, True)
    set_up = lurewatch(
        "index", "setup", "--user", USER, "--password-file", "-", home=home, env=base, given=PASSWORD.encode()
    )
    assert set_up.code == 0, set_up.err
    keys = home / "data" / "keys"
    crawler = {**base, "LUREWATCH_STORE_KEY_FILE": str(keys / "crawler.key")}
    console = {**base, "LUREWATCH_STORE_KEY_FILE": str(keys / "console.key")}
    assert "✓ cluster" in lurewatch("doctor", home=home, env=console).out
    assert lurewatch("search", "发票", home=home, env=console).code == 0
    refused = lurewatch("search", "发票", home=home, env=crawler)
    assert (refused.code, "may not do that" in refused.err) == (1, True)
    (keys / "console.key").chmod(0o644)
    shown = lurewatch("doctor", home=home, env=console)
    assert "chmod 600" in shown.out + shown.err
    down = lurewatch("doctor", home=home, env={**crawler, "LUREWATCH_STORE": "https://127.0.0.1:1"})
    assert (down.code, "cannot be reached" in down.out) == (1, True)
    for ran in (before, set_up, refused, shown, down):
        assert PASSWORD not in ran.out + ran.err
        assert (keys / "crawler.key").read_text().strip() not in ran.out + ran.err
