"""Whatever happens to the cluster or on the way to it: nothing is lost, nothing doubled, and the patrol goes on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
import rjieba

from core.ports import Item, Query
from core.types import Flag, Review, State, Verdict
from indexer.elastic.cluster import Cluster
from indexer.elastic.faults import ElasticError, Kind
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.keys import make, rights
from indexer.elastic.opening import ElasticStores
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import root_access
from tests.elastic.proxy import Proxy, proxied
from tests.elastic.server import Server
from tests.indexer.elastic.conftest import OpenStores, Told

TIMES = 20
FEWEST = 30
DRAIN_SECONDS = 90


@dataclass
class Writer:
    """Writes as a patrol does until it is told to stop; ``problems`` stays empty where the patrol goes on."""

    stores: ElasticStores
    make_flag: MakeFlag
    stop: Event = field(default_factory=Event)
    flags: list[Flag] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)

    def run(self) -> None:
        """Flags and hashes, one visit after another."""
        try:
            while not self.stop.is_set() or len(self.flags) < FEWEST:
                number = len(self.flags)
                flag = self.make_flag(f"代开发票 {number}", url=f"http://a.test/{number}")
                self.stores.flags.put(flag)
                self.stores.patrols.remember("a", [Item(f"{number}-{at}", "d") for at in range(5)], NOON)
                self.flags.append(flag)
                time.sleep(0.03)
        except Exception as problem:  # noqa: BLE001 - told by the test
            self.problems.append(problem)


@contextmanager
def killed(server: Server, _proxy: Proxy, _root: Cluster) -> Iterator[None]:
    """The node ends at once and is started again; for some seconds it refuses keys."""
    server.kill()
    server.start(wait=False)
    yield
    server.wait()


@contextmanager
def full_disk(_server: Server, _proxy: Proxy, root: Cluster) -> Iterator[None]:
    """The block that a full disk puts on indices."""
    names = f"{root.name('')}*"
    root.client.indices.put_settings(index=names, settings={"index.blocks.read_only_allow_delete": True})
    yield
    root.client.indices.put_settings(index=names, settings={"index.blocks.read_only_allow_delete": None})


def spoilt(mode: str) -> Callable[..., object]:
    """A proxy that is of a mode for a while."""

    @contextmanager
    def spoil(_server: Server, proxy: Proxy, _root: Cluster) -> Iterator[None]:
        proxy.mode = mode
        yield
        proxy.mode = "pass"

    return spoil


FAULTS: tuple[Callable[..., object], ...] = (
    *(killed, full_disk, spoilt("slow"), spoilt("cut"), spoilt("lost"), spoilt("busy"), spoilt("lost")),
)


def drain(stores: ElasticStores) -> None:
    """As the beats of a patrol do, with the pauses cut short."""
    until = time.monotonic() + DRAIN_SECONDS
    while stores.spool.count() and time.monotonic() < until:
        stores.flags._outbox._next = 0.0  # noqa: SLF001 - the pause
        stores.flags._outbox.nudge()  # noqa: SLF001
        time.sleep(0.1)
    assert stores.spool.count() == 0


@pytest.mark.parametrize("seed", range(TIMES))
def test_nothing_is_lost_or_doubled(open_stores: OpenStores, make_flag: MakeFlag, elastic: Server, seed: int) -> None:
    """A fault at a random moment of a stream of writes; afterwards all is there once, and verdicts stand."""
    chance = Random(seed)  # noqa: S311 - the same every time
    root = Cluster(root_access(elastic, "shared"), seconds=60)
    with proxied(elastic) as proxy:
        stores = open_stores(url=proxy.url, seconds=1.5, most=64 << 20)
        first = make_flag("第一条", url="http://a.test/first")
        stores.flags.put(first)
        stores.flags.add_review(Review(first.id, Verdict.CONFIRM, "王敏", NOON, "属实"))
        writer = Writer(stores, make_flag)
        thread = Thread(target=writer.run)
        thread.start()
        time.sleep(chance.random())
        with FAULTS[seed % len(FAULTS)](elastic, proxy, root):  # type: ignore[attr-defined]
            time.sleep(chance.random())
        writer.stop.set()
        thread.join()
        assert writer.problems == []
        stores.flags.put(replace(first, decision=replace(first.decision, score=0.5)))
        drain(stores)
        assert stores.letters.count() == 0
    store = ElasticFlags(root, rjieba.cut)
    assert sorted(stored.flag.id for stored in store.search(Query())) == sorted(
        flag.id for flag in (first, *writer.flags)
    )
    root.client.indices.refresh(index=root.name("patrol-items"))
    assert root.client.count(index=root.name("patrol-items"))["count"] == 5 * len(writer.flags)
    found = store.get(first.id)
    assert found
    assert (found.state, found.flag.decision.score) == (State.CONFIRMED, 0.5)
    root.close()


def test_the_watermark_of_a_full_disk(
    open_stores: OpenStores, make_flag: MakeFlag, elastic: Server, told: Told
) -> None:
    """When the disk passes the flood stage, writes wait in the spool; it is told as a full disk; they go out after."""
    root = Cluster(root_access(elastic, "shared"), seconds=60)
    marks = ("low", "high", "flood_stage")
    names = [f"cluster.routing.allocation.disk.watermark.{mark}" for mark in marks]
    stores = open_stores()
    stores.flags.put(make_flag())
    root.client.cluster.put_settings(persistent=dict.fromkeys(names, "9pb"))
    try:
        until = time.monotonic() + 60
        number = 0
        while not told and time.monotonic() < until:
            number += 1
            stores.flags.put(make_flag(str(number), url=f"http://a.test/{number}"))
            time.sleep(0.5)
    finally:
        root.client.cluster.put_settings(persistent=dict.fromkeys(names))
    problem = told[0][2]
    assert isinstance(problem, ElasticError)
    assert problem.kind is Kind.DISK
    drain(stores)
    assert ElasticFlags(root, rjieba.cut).count(Query()) == number + 1
    root.close()


def test_an_expired_key(
    open_stores: OpenStores, make_flag: MakeFlag, elastic: Server, told: Told, tmp_path: Path
) -> None:
    """The patrol goes on into the spool and says that it is the key; with a new key all goes out."""
    root = Cluster(root_access(elastic, "shared"), seconds=60)
    held = {"crawler": rights(root, "crawler")}
    short = root.client.security.create_api_key(name="short", expiration="1s", role_descriptors=held)
    stores = open_stores(key=short["encoded"], user=None, password=None)
    time.sleep(1.5)
    flag = make_flag()
    stores.flags.put(flag)
    stores.patrols.remember("a", [Item("k", "d")], NOON)
    problem = told[0][2]
    assert isinstance(problem, ElasticError)
    assert problem.kind is Kind.KEY
    assert short["encoded"] not in str(told)
    stores.close()
    made = make(root, "crawler", tmp_path / "keys", 1, renew=True)
    assert made
    mended = open_stores(key=made.path.read_text().strip(), user=None, password=None)
    drain(mended)
    assert ElasticFlags(root, rjieba.cut).get(flag.id)
    root.close()
