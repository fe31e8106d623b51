"""The two stores: flags a second into a cluster, searches among a million flags, and memory while they grow.

``bulk``: flags a second of ``put_many`` over those of bare ``elasticsearch.helpers.parallel_bulk``, same documents.
Both begin with flags, and cut words and make documents on the way, by the same function. Also printed: both with ready
documents, and ours from flags over theirs with ready ones. Each into an empty index of its own, in turns, medians.
``search``: the 95th percentile of the embedded store's first page (50 flags whole, newest first, with their reviews)
over that of one bare FTS5 statement for the same rows, in FTS5's own order. The same searches on a cluster beside it.
``memory``: the peak of a process that stores all flags and reads all of them back, of many over that of few.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from elasticsearch.helpers import parallel_bulk
from parts import made
from parts.cluster import fresh, serving
from parts.searches import FIRST_PAGE, OWN_ORDER, SORTED, bare, milliseconds, ours, searches, share

from classifiers.tokens import make_segmenter
from core.ports import Segmenter
from core.types import Flag
from indexer.elastic.bulk import send_new
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import Write, flag_write
from indexer.elastic.flags import ElasticFlags
from indexer.sqlite import SqliteFlags
from tests.elastic.server import Server

Work = Callable[[Cluster], None]
HERE = Path(__file__).parent
SLOW = 30  # searches done in the slow way too


@dataclass(frozen=True, slots=True)
class Size:
    """How many flags of each measure, and how many searches."""

    bulk: int
    few: int
    many: int
    few_far: int
    many_far: int
    searches: int
    rounds: int


WHOLE = Size(50_000, 10_000, 1_000_000, 10_000, 100_000, 200, 3)
QUICK = Size(3_000, 5_000, 50_000, 2_000, 8_000, 80, 2)


def bulk(server: Server, segment: Segmenter, flags: Sequence[Flag], rounds: int) -> float:
    """Print flags a second of ours and of the peer, and give the ratio.

    Ready documents are made only when those that begin with flags are done: what a bench holds, the collector looks
    through at every turn.
    """

    def making(cluster: Cluster) -> None:
        peer(cluster, (document(flag_write(flag, segment, "")) for flag in flags))

    print(f"{len(flags)} flags into a cluster, medians of {rounds} rounds:")
    from_flags: dict[str, Work] = {
        "from flags, lurewatch": lambda cluster: check(ElasticFlags(cluster, segment).put_many(flags), len(flags)),
        "from flags, parallel_bulk": making,
    }
    ours_made, theirs_made = rates(server, from_flags, len(flags), rounds)
    writes = [flag_write(flag, segment, "") for flag in flags]
    documents = list(map(document, writes))
    ready: dict[str, Work] = {
        "ready documents, lurewatch": lambda cluster: check(sum(s.made for s in send_new(cluster, writes)), len(flags)),
        "ready documents, parallel_bulk": lambda cluster: peer(cluster, documents),
    }
    ours_ready, theirs_ready = rates(server, ready, len(flags), rounds)
    print(f"  both with ready documents: {ours_ready / theirs_ready:.2f} of parallel_bulk;", end=" ")
    print(f"ours from flags, parallel_bulk with ready documents: {ours_made / theirs_ready:.2f}")
    return ours_made / theirs_made


def rates(server: Server, works: Mapping[str, Work], count: int, rounds: int) -> list[float]:
    """Print and give flags a second of each work, in turns, each time into an empty index."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for at in range(rounds + 1):
        for name, work in works.items():
            with fresh(server) as cluster:
                took = seconds(work, cluster)
            taken[name] += [took] if at else []  # in the first round the server warms up
    for name, times in taken.items():
        print(f"  {name} {count / median(times):.0f}/s")
    return [count / median(times) for times in taken.values()]


def peer(cluster: Cluster, documents: Iterable[Json]) -> None:
    """What is measured against: the client's own helper, with its own settings."""
    deque(parallel_bulk(cluster.client, documents, index=cluster.target("flags")), maxlen=0)


def check(new: int, count: int) -> None:
    """All were new."""
    assert new == count, f"{new} of {count} were new"


def document(write: Write) -> Json:
    """The action that writes the same document whole."""
    return {"_id": write.id, "_source": write.body["upsert"]}


def seconds(work: Callable[[Cluster], None], cluster: Cluster) -> float:
    """How long the work takes."""
    began = time.perf_counter()
    work(cluster)
    return time.perf_counter() - began


def search(path: Path, segment: Segmenter, count: int, stored: int) -> float:
    """Print how long searches take, and give the ratio."""
    queries = searches(count, stored)
    with closing(SqliteFlags(path, segment)) as store:
        mine, own = milliseconds([ours(store), bare(path, segment, OWN_ORDER)], queries)
    (by_time,) = milliseconds([bare(path, segment, SORTED)], queries[:SLOW])
    print(f"{count} searches among {stored} flags, {FIRST_PAGE} each: embedded {said(mine)}")
    print(f"bare FTS5 {said(own)}; FTS5 where it sorts by time {said(by_time)}")
    return share(mine, 0.95) / share(own, 0.95)


def said(times: list[float]) -> str:
    """Median and 95th percentile."""
    return f"median {share(times, 0.5):.1f} ms, p95 {share(times, 0.95):.1f} ms"


def filled(count: int, *where: str) -> float:
    """Fill a store in a process of its own and read it; its peak memory in MB."""
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-m", "parts.filled", str(count), *where],
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=3600,
    )
    return float(ran.stdout.split()[1])


def grown(name: str, counts: Iterable[int], peaks: Sequence[float]) -> float:
    """Print peaks of memory and give their ratio."""
    few, many = counts
    print(f"{name}: peak memory {peaks[0]:.1f} MB with {few} flags, {peaks[1]:.1f} MB with {many}")
    return peaks[1] / peaks[0]


def far(server: Server, segment: Segmenter, size: Size) -> float:
    """Memory, and the same searches, on a cluster."""
    with fresh(server) as few, fresh(server) as many:
        where = ("elastic", server.url, str(server.ca))
        counts = (size.few_far, size.many_far)
        peaks = [
            filled(count, *where, cluster.name("")[:-1]) for count, cluster in zip(counts, (few, many), strict=True)
        ]
        (times,) = milliseconds([ours(ElasticFlags(many, segment))], searches(size.searches, size.many_far))
    print(f"the same searches among {size.many_far} flags on Elasticsearch: {said(times)}")
    return grown("cluster", counts, peaks)


def main() -> None:
    """Print all measures, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="under a minute, with fewer flags")
    size = QUICK if parser.parse_args().quick else WHOLE
    segment = make_segmenter()
    ratios = {}
    with serving() as server:
        ratios["bulk"] = bulk(server, segment, list(made.flags(size.bulk)), size.rounds)
        ratios["memory_cluster"] = far(server, segment, size)
    with tempfile.TemporaryDirectory(prefix="lurewatch-bench-") as folder:
        counts = (size.few, size.many)
        paths = [Path(folder) / f"{count}.db" for count in counts]
        peaks = [filled(count, "sqlite", str(path)) for count, path in zip(counts, paths, strict=True)]
        ratios["memory"] = grown("embedded", counts, peaks)
        ratios["search"] = search(paths[1], segment, size.searches, size.many)
    for name in ("bulk", "search", "memory", "memory_cluster"):
        print(f"ratio {name} {ratios[name]:.2f}")


if __name__ == "__main__":
    main()
