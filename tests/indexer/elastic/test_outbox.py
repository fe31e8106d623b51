"""Writes wait on disk while a cluster is away, in a bounded space, and go out by themselves when it is back."""

import json
from pathlib import Path

import pytest

from core.errors import StoreError
from core.ports import Item, Query, SourceState
from indexer.elastic import indices
from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import Write
from indexer.elastic.faults import ElasticError, Kind
from indexer.elastic.opening import ElasticStores
from indexer.elastic.spool import Spool
from tests.conftest import NOON, MakeFlag
from tests.elastic.server import Server
from tests.indexer.elastic.conftest import OpenStores, Told

NOWHERE = "https://127.0.0.1:1"


def wait_over(stores: ElasticStores) -> None:
    """Let the pause after a failure be over."""
    stores.flags._outbox._next = 0.0  # noqa: SLF001 - the clock of the pause


def test_a_patrol_goes_on_while_the_cluster_is_away(
    open_stores: OpenStores, make_flag: MakeFlag, told: Told, elastic: Server
) -> None:
    """Flags and hashes are kept and known, told once; the next process sends all of it, each once."""
    away = open_stores(url=NOWHERE)
    flags = [make_flag(f"代开发票{number}", url=f"http://a.test/{number}") for number in range(5)]
    for flag in flags:
        assert away.flags.put(flag)
    assert not away.flags.put(flags[0])
    away.patrols.remember("a", [Item("k1", "d1"), Item("k2", "d2")], NOON)
    away.patrols.set_state(SourceState("a", NOON, rate=2.5))
    assert away.patrols.known("a", ["k1", "k3"]) == {"k1": ("d1", NOON)}
    assert away.patrols.due(["a", "b"], NOON, 9) == ["b", "a"]
    assert away.spool.count() == 9
    assert [event for event, _, _ in told] == ["away"]
    assert isinstance(told[0][2], ElasticError)
    away.close()
    back = open_stores()
    assert back.patrols.state("a") == SourceState("a", NOON, rate=2.5)
    back.flags._outbox.nudge()  # noqa: SLF001 - as every beat of the patrol does
    back.close()
    seen = open_stores()
    assert seen.spool.count() == 0
    assert {stored.flag.id for stored in seen.flags.search(Query())} == {flag.id for flag in flags}
    assert seen.patrols.known("a", ["k1", "k2"]) == {"k1": ("d1", NOON), "k2": ("d2", NOON)}


def test_the_spool_is_bounded(open_stores: OpenStores, make_flag: MakeFlag, tmp_path: Path) -> None:
    """A full spool refuses a write whole and names the setting; what waits still goes out later."""
    away = open_stores(url=NOWHERE, most=3000)
    flags = [make_flag(str(number), url=f"http://a.test/{number}") for number in range(9)]
    kept = []

    def put_all() -> None:
        for flag in flags:
            away.flags.put(flag)
            kept.append(flag.id)

    with pytest.raises(StoreError, match="LUREWATCH_SPOOL_MB"):
        put_all()
    assert 0 < len(kept) < 9
    with pytest.raises(StoreError):
        away.patrols.remember("a", [Item(str(number), "d") for number in range(99)], NOON)
    assert away.patrols.known("a", ["1"]) == {}
    away.close()
    back = open_stores()
    back.flags._outbox.flush()  # noqa: SLF001
    assert {stored.flag.id for stored in back.flags.search(Query())} == set(kept)


def test_what_is_refused_for_good_becomes_a_dead_letter(
    open_stores: OpenStores, make_flag: MakeFlag, told: Told, tmp_path: Path, fresh_cluster: Cluster
) -> None:
    """A mapping that lacks a field refuses flags: they go to the file, and out again once it is mended."""
    stores = open_stores(prefix=fresh_cluster.name("x").removesuffix("-x"))
    index = fresh_cluster.index("flags", 1)
    broken = {"dynamic": "strict", "properties": {"id": {"type": "keyword"}}}
    aliases = {fresh_cluster.name("flags"): {}, fresh_cluster.target("flags"): {"is_write_index": True}}
    fresh_cluster.client.indices.create(index=index, mappings=broken, aliases=aliases)
    flag, other = make_flag(), make_flag("二", url="http://a.test/2")
    stores.flags.put(flag)
    stores.flags.put(other)
    assert stores.spool.count() == 0
    assert stores.letters.count() == 2
    assert [event for event, _, _ in told] == ["dead letters", "dead letters"]
    path = tmp_path / "data" / "dead-letters.jsonl"
    assert path.stat().st_mode & 0o077 == 0
    assert "lurewatch index migrate" in json.loads(path.read_text("utf-8").splitlines()[0])["why"]
    assert stores.letters.retry(fresh_cluster).left == 2
    fresh_cluster.client.indices.delete(index=index)
    indices.set_up(fresh_cluster)
    retried = stores.letters.retry(fresh_cluster)
    assert (retried.sent, retried.left, stores.letters.count()) == (2, 0, 0)
    assert {stored.flag.id for stored in stores.flags.search(Query())} == {flag.id, other.id}


def test_an_index_that_is_missing_is_waited_for(
    open_stores: OpenStores, make_flag: MakeFlag, told: Told, fresh_cluster: Cluster
) -> None:
    """Before ``index setup`` nothing is made by accident and nothing is lost."""
    stores = open_stores(prefix=fresh_cluster.name("x").removesuffix("-x"))
    stores.flags.put(make_flag())
    assert stores.spool.count() == 1
    problem = told[0][2]
    assert isinstance(problem, ElasticError)
    assert problem.kind is Kind.MISSING
    assert not fresh_cluster.client.indices.get(index=f"{fresh_cluster.name('flags')}*")


def test_writes_of_one_id_keep_their_order(tmp_path: Path, make_flag: MakeFlag) -> None:
    """No two of an id are sent together, so a later one never comes first."""
    spool = Spool(tmp_path / "s.db", 1000)
    spool.add([Write("k", "index", "a", {"n": 1}), Write("k", "index", "b", {}), Write("k", "index", "a", {"n": 2})])
    first = spool.first(10)
    assert {id_: write.body for id_, (_, write) in first.items()} == {"a": {"n": 1}, "b": {}}
    spool.done([number for number, _ in first.values()])
    assert spool.first(10)["a"][1].body == {"n": 2}
    spool.close()
