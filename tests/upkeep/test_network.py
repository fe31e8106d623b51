"""A network that is down is told once and blamed on no source; a source whose name is gone is broken."""

from datetime import timedelta

from core.errors import LurewatchError, Retry, Unresolved
from crawlers.sources import Source
from tests.upkeep.conftest import Bench, MakeBench, source
from upkeep.events import NetworkFails, NetworkWorks, Settled, Turn
from upkeep.network import Network, Verdict

GONE = Unresolved("解析不了", "cannot be resolved")
SOURCES = tuple(source(name) for name in ("alder", "birch", "cedar"))


def kinds(bench: Bench) -> list[type]:
    """The kinds of events, visits left out."""
    return [type(event) for event in bench.told if not isinstance(event, Settled)]


def turns(bench: Bench) -> list[tuple[str, Turn]]:
    """What visits changed."""
    found = [event for event in bench.told if isinstance(event, Settled)]
    return [(event.source.id, event.turn) for event in found if event.turn]


def test_names_that_fail_for_an_hour_are_told_once(make_bench: MakeBench) -> None:
    """Nobody is blamed, each source is tried about every ten minutes, and the first answer ends it."""
    bench = make_bench(SOURCES)
    bench.runs(0.5)
    bench.crews.ends = lambda _: GONE
    bench.runs(2)
    assert kinds(bench) == [NetworkFails]
    assert turns(bench) == []
    assert all(bench.store.state(one.id).failures == 0 for one in SOURCES)
    tries = [at for name, at in bench.crews.visited if name == "alder"]
    assert max(late - early for early, late in zip(tries[-5:], tries[-4:], strict=False)) <= timedelta(minutes=12)
    bench.crews.ends = lambda _: None
    back = bench.time.wall
    bench.runs(0.3)
    assert kinds(bench) == [NetworkFails, NetworkWorks]
    assert {name for name, at in bench.crews.visited if at > back} == {one.id for one in SOURCES}


def test_a_name_that_is_gone_while_others_answer_is_the_source(make_bench: MakeBench) -> None:
    """It is told as broken once, and the network is not blamed."""
    bench = make_bench(SOURCES)

    def ends(one: Source) -> LurewatchError | None:
        return GONE if one.id == "birch" else None

    bench.crews.ends = ends
    bench.runs(6)
    assert kinds(bench) == []
    assert turns(bench) == [("birch", Turn.BROKE)]
    bench.crews.ends = lambda _: None
    bench.runs(3)
    assert turns(bench) == [("birch", Turn.BROKE), ("birch", Turn.RECOVERED)]


def test_a_patrol_of_one_source_blames_the_network(make_bench: MakeBench) -> None:
    """With nobody to compare, the second failure says that names cannot be resolved."""
    bench = make_bench()
    bench.crews.ends = lambda _: GONE
    bench.runs(3)
    assert kinds(bench) == [NetworkFails]
    assert turns(bench) == []


def test_sites_that_answer_with_errors_are_to_blame_themselves(make_bench: MakeBench) -> None:
    """All of them down at once are broken sources: their names were found."""
    bench = make_bench(SOURCES)
    bench.crews.ends = lambda _: Retry("服务器出错", "server error")
    bench.runs(1)
    assert kinds(bench) == []
    assert [turn for _, turn in turns(bench)] == [Turn.BROKE] * 3


def test_a_single_round_tells_each_source(make_bench: MakeBench) -> None:
    """Without a before and after, each source that could not be resolved is broken."""
    bench = make_bench(SOURCES)
    once = make_bench(SOURCES, bench.store)
    once.patrol._settling._network = None  # noqa: SLF001 - as it is made, before it runs for ever
    once.crews.ends = lambda _: GONE
    once.patrol.once()
    assert [turn for _, turn in turns(once)] == [Turn.BROKE] * 3


def test_many_sources_of_one_site_do_not_hide_that_it_is_gone() -> None:
    """Sources of a site that fail in turn are one voice, and wait until another site answers or does not."""
    network = Network(lambda: 2)
    assert [network.silent(name, "alder.test") for name in ("a", "b", "a", "b")] == [Verdict.WAIT] * 4
    assert not network.answered("c")
    assert network.silent("a", "alder.test") is Verdict.BROKEN
    assert network.silent("c", "birch.test") is Verdict.DOWN
    assert network.silent("a", "alder.test") is Verdict.WAIT
    assert network.answered("c")


def test_two_names_that_are_gone_for_good_blame_no_network(make_bench: MakeBench) -> None:
    """Once they are known to be broken they say nothing of the network, however often they come one after the other."""
    bench = make_bench(SOURCES)
    bench.runs(3)
    for gone in (("birch",), ("birch", "cedar")):
        bench.crews.ends = lambda one, gone=gone: GONE if one.id in gone else None
        bench.runs(8)
    bench.runs(30)
    assert kinds(bench) == []
    assert turns(bench) == [("birch", Turn.BROKE), ("cedar", Turn.BROKE)]
