"""An index moves to the next schema without a moment in which it does not answer, also in two attempts."""

from threading import Event, Thread

import pytest
import rjieba

from core.ports import Query
from core.types import Flag, Review, State, Verdict
from indexer.elastic import indices
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.mapping import mappings
from indexer.elastic.migrate import migrate
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import root_access
from tests.elastic.server import Server


class CutError(Exception):
    """The migration was cut short."""


def with_grade(kind: str, row: Json) -> Json:
    """A later schema has a field more."""
    return {**row, "grade": "a"} if kind == "flags" else row


def next_properties() -> Json:
    """The mapping of the later schema."""
    return {"flags": {**mappings("flags")["properties"], "grade": {"type": "keyword"}}}


def test_answers_never_stop(fresh_cluster: Cluster, make_flag: MakeFlag, elastic: Server) -> None:
    """While 600 flags move, cut short once, searches find them all; what is written and decided meanwhile is kept."""
    indices.set_up(fresh_cluster)
    store = ElasticFlags(fresh_cluster, rjieba.cut)
    made = [make_flag(str(number), url=f"http://a.test/{number}") for number in range(600)]
    for flag in made:
        store.put(flag)
    store.add_review(Review(made[0].id, Verdict.CONFIRM, "王敏", NOON, "属实"))
    stop, counts = Event(), list[int]()
    prefix = fresh_cluster.name("x").removesuffix("-x")
    reader = ElasticFlags(Cluster(root_access(elastic, prefix), seconds=60), rjieba.cut)
    thread = Thread(target=lambda: _count(reader, stop, counts))
    thread.start()
    late: list[Flag] = []

    def during(_more: int) -> None:
        flag = make_flag(f"late {len(late)}", url=f"http://b.test/{len(late)}")
        if len(late) < 3:
            store.put(flag)
            late.append(flag)
        if len(late) == 2:
            store.add_review(Review(made[1].id, Verdict.DISMISS, "王敏", NOON, "不是"))
            late.append(flag)
            raise CutError

    try:
        with pytest.raises(CutError):
            migrate(fresh_cluster, version=2, change=with_grade, step=during, properties=next_properties())
        migrate(fresh_cluster, version=2, change=with_grade, step=during, properties=next_properties())
    finally:
        stop.set()
        thread.join()
        reader.close()
    assert counts
    assert min(counts) >= 600
    assert indices.current(fresh_cluster, "flags")[0] == fresh_cluster.index("flags", 2)
    assert store.count(Query()) == 602
    assert store.count(Query(state=State.CONFIRMED)) == store.count(Query(state=State.DISMISSED)) == 1
    grade = {"term": {"grade": "a"}}
    assert fresh_cluster.client.count(index=fresh_cluster.name("flags"), query=grade)["count"] == 602


def _count(store: ElasticFlags, stop: Event, counts: list[int]) -> None:
    while not stop.is_set():
        counts.append(store.count(Query()))


def test_a_wrong_mapping_is_mended(fresh_cluster: Cluster, make_flag: MakeFlag) -> None:
    """An index of the right version with the wrong fields is moved to one with the right ones, once."""
    indices.set_up(fresh_cluster)
    fresh_cluster.client.indices.put_mapping(
        index=fresh_cluster.name("flags"), properties={"extra": {"type": "keyword"}}
    )
    assert indices.differences(fresh_cluster) == ["flags"]
    store = ElasticFlags(fresh_cluster, rjieba.cut)
    store.put(make_flag())
    moved = migrate(fresh_cluster)
    assert [(one.new, one.documents) for one in moved] == [(f"{fresh_cluster.index('flags', 1)}-2", 1)]
    assert migrate(fresh_cluster) == []
    assert store.count(Query()) == 1


def test_flags_expire_by_age(fresh_cluster: Cluster, make_flag: MakeFlag) -> None:
    """Flags first seen before the limit go with their reviews; the rest stays."""
    indices.set_up(fresh_cluster)
    store = ElasticFlags(fresh_cluster, rjieba.cut)
    old, new = make_flag("一", hours=-48), make_flag("二", url="http://a.test/2")
    for flag in (old, new):
        store.put(flag)
        store.add_review(Review(flag.id, Verdict.CONFIRM, "王敏", NOON, "属实"))
    assert store.forget([stored.flag.id for stored in store.search(Query(until=NOON))]) == 1
    assert [stored.flag.id for stored in store.search(Query())] == [new.id]
    assert [review.flag_id for review in store.reviews()] == [new.id]
