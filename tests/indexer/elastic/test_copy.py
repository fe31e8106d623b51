"""Everything goes from the embedded store to a cluster and back, also in two attempts, and is the same there."""

from dataclasses import astuple
from datetime import timedelta
from pathlib import Path

import pytest
import rjieba

from core.errors import StoreError
from core.ports import Item, Query, SourceState, Validators
from core.types import Act, AuditEntry, Evidence, Review, Verdict
from indexer.audit import SqliteAudit
from indexer.elastic.cluster import Cluster
from indexer.elastic.copying import Count, ElasticSide, EmbeddedSide, copy
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.patrols import ElasticPatrols
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import empty_cluster
from tests.elastic.server import Server


def embedded(path: Path) -> EmbeddedSide:
    """An embedded store in a file."""
    return EmbeddedSide(SqliteFlags(path, rjieba.cut), SqlitePatrols(path), SqliteAudit(path), path)


def on(cluster: Cluster) -> ElasticSide:
    """The store of a cluster."""
    return ElasticSide(ElasticFlags(cluster, rjieba.cut), ElasticPatrols(cluster), cluster)


TIMES = [NOON + timedelta(seconds=number, microseconds=number) for number in range(5)]
STATES = {
    "a": SourceState("a", NOON),
    "b": SourceState("b", *TIMES[:3], 2.5, 3, TIMES[3], "HTTP 500", TIMES[4], '{"n":1}', '{"hours":2}', '["a1"]'),
}


def test_every_field_of_a_state_is_tried() -> None:
    """A field that is added to the states is added here too, or copies could lose it unseen."""
    assert None not in astuple(STATES["b"])


def fill(side: EmbeddedSide, make_flag: MakeFlag) -> None:
    """1,050 flags, some reviewed, and what a patrol knows."""
    proof = Evidence("evidence/ab/x.warc.gz", "0" * 64, "1" * 64, 12)
    flags = [
        make_flag(str(number), url=f"http://a.test/{number}", hours=number // 9, title="办证", evidence=proof)
        for number in range(1050)
    ]
    side.put(flags)
    for number, flag in enumerate(flags):
        if number % 50 == 0:
            side.flags.add_review(Review(flag.id, Verdict.DISMISS, "王敏", NOON, "不是"))
            side.flags.add_review(Review(flag.id, Verdict.APPEAL, "李强", NOON + timedelta(minutes=1), "再看"))
        if number % 2:
            side.audit.add(AuditEntry(NOON + timedelta(minutes=number // 7), "王敏", Act.REVIEW, flag.id))
    for source in ("a", "b"):
        side.patrols.remember(source, [Item(f"k{number}", "d") for number in range(300)], NOON)
        side.patrols.set_validators(source, {"u": Validators('"1"', None)}, NOON)
        side.patrols.set_state(STATES[source])


class CutError(Exception):
    """The copy was cut short."""


def test_there_and_back_again(elastic: Server, tmp_path: Path, make_flag: MakeFlag) -> None:
    """A copy cut short goes on without writing twice; the second embedded store holds what the first held."""
    first, second = embedded(tmp_path / "first.db"), embedded(tmp_path / "second.db")
    far = on(empty_cluster(elastic))
    fill(first, make_flag)
    seen = {"flags": 0}

    def cut(kind: str, more: int) -> None:
        seen[kind] += more
        if seen["flags"] >= 1000:
            raise CutError

    with pytest.raises(CutError):
        copy(first, far, cut)
    counts = copy(first, far, lambda _kind, _more: None)
    assert astuple(counts["flags"]) == (1050, 50, 0)
    assert astuple(counts["reviews"]) == (42, 4, 0)
    assert astuple(counts["items"]) == (600, 600, 0)
    assert (counts["sources"], counts["validators"]) == (Count(2, 2, 0), Count(2, 2, 0))
    back = copy(far, second, lambda _kind, _more: None)
    assert {kind: count.written for kind, count in back.items()} == {kind: n.found for kind, n in counts.items()}
    assert [*second.flags.search(Query())] == [*first.flags.search(Query())]
    assert sorted(map(str, second.items())) == sorted(map(str, first.items()))
    assert [*second.patrols.states()] == [*first.patrols.states()]
    assert all(count.written == 0 for count in copy(first, far, lambda _kind, _more: None).values())


def test_reviews_that_differ_are_never_overwritten(elastic: Server, tmp_path: Path, make_flag: MakeFlag) -> None:
    """Where people decided otherwise on the other side, the copy stops and names the flag."""
    near, far = embedded(tmp_path / "l.db"), on(empty_cluster(elastic))
    flag = make_flag()
    for side, verdict in ((near, Verdict.CONFIRM), (far, Verdict.DISMISS)):
        side.flags.put(flag)
        side.flags.add_review(Review(flag.id, verdict, "王敏", NOON, "看过"))
    with pytest.raises(StoreError, match=flag.id):
        copy(near, far, lambda _kind, _more: None)
