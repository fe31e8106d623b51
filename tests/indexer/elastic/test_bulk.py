"""Many flags at once, on a way that fails: what was stored is stored, and once more is enough."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Timer

import pytest
import rjieba

from core.ports import Query
from indexer.elastic.bulk import send_new
from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import Write, flag_write
from indexer.elastic.faults import ElasticError, Kind
from indexer.elastic.flags import ElasticFlags
from tests.conftest import MakeFlag
from tests.elastic.fixtures import empty_cluster, root_access
from tests.elastic.proxy import Proxy, proxied
from tests.elastic.server import Server

GONE = {Kind.DOWN, Kind.SLOW}


@pytest.fixture
def spoiled(elastic: Server) -> Iterator[tuple[Proxy, ElasticFlags]]:
    """A proxy before an empty cluster, and the store behind it."""
    empty_cluster(elastic).close()
    with proxied(elastic) as proxy:
        way = replace(root_access(elastic, "shared"), url=proxy.url)
        with closing(ElasticFlags(Cluster(way, seconds=2), rjieba.cut)) as flags:
            yield proxy, flags


@pytest.mark.parametrize(("mode", "kinds"), [("busy", {Kind.BUSY}), ("cut", GONE), ("lost", GONE)])
def test_a_way_that_fails_is_told_and_loses_nothing(
    spoiled: tuple[Proxy, ElasticFlags], make_flag: MakeFlag, mode: str, kinds: set[Kind]
) -> None:
    """The error says what is wrong; the same flags sent again are all there, each once."""
    proxy, store = spoiled
    flags = [make_flag(str(number), url=f"http://a.test/{number}") for number in range(700)]
    proxy.mode = mode
    with pytest.raises(ElasticError) as problem:
        store.put_many(flags)
    assert problem.value.kind in kinds
    proxy.mode = "pass"
    store.put_many(flags)
    assert store.count(Query()) == 700
    assert store.put_many(flags) == 0


def test_a_busy_moment_is_waited_for(spoiled: tuple[Proxy, ElasticFlags], make_flag: MakeFlag) -> None:
    """A cluster that has no time for a second gets the same writes again, and nobody hears of it."""
    proxy, store = spoiled
    flags = [make_flag(str(number), url=f"http://a.test/{number}") for number in range(300)]
    proxy.mode = "busy"
    later = Timer(0.8, setattr, (proxy, "mode", "pass"))
    later.start()
    assert store.put_many(flags) == 300
    later.join()


def test_what_is_refused_is_named(elastic: Server, make_flag: MakeFlag) -> None:
    """One document that does not fit the mapping is told by itself; all others are stored."""
    with closing(empty_cluster(elastic)) as cluster:
        good = [flag_write(make_flag(str(n), url=f"http://a.test/{n}"), rjieba.cut, "") for n in range(20)]
        bad = Write("flags", "update", "0" * 32, {"doc": {"nonsense": 1}, "upsert": {"nonsense": 1}})
        sent = list(send_new(cluster, [*good, bad]))
        assert {one.write.id for one in sent if one.made} == {write.id for write in good}
        (refused,) = [one for one in sent if one.problem]
        assert refused.write == bad
        assert refused.problem is not None
        assert refused.problem.kind is Kind.MAPPING
