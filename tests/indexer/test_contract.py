"""What every store must do; each new store is added to ``STORES`` and passes the same tests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import rjieba

from core.errors import InputError
from core.ports import FlagStore, Item, PatrolStore, Query, SourceState, Validators
from core.types import Contact, ContactKind, Decision, Evidence, Field, Review, Span, State, Verdict
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.opening import ElasticStores
from indexer.elastic.patrols import ElasticPatrols
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import GROUP, SHARED, VERSIONS, Servers, empty_cluster, root_access

# The stores on a cluster themselves, and those that wait on disk while it is away.
SPOOLED = pytest.param("spooled", marks=GROUP)
STORES = ("sqlite", *VERSIONS, SPOOLED)


@pytest.fixture
def stores(tmp_path: Path, elastic_servers: Servers) -> Iterator[Callable[[], ElasticStores]]:
    """Opens the stores that an installation with a cluster uses."""
    opened: list[ElasticStores] = []

    def make() -> ElasticStores:
        server = elastic_servers.get()
        empty_cluster(server).close()
        way = root_access(server, SHARED)
        opened.append(ElasticStores(way, tmp_path, 1 << 24, rjieba.cut, str, lambda *_: None, 60))
        return opened[0]

    yield make
    for one in opened:
        one.close()


@pytest.fixture(params=STORES)
def flags(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    elastic_servers: Servers,
    stores: Callable[[], ElasticStores],
) -> Iterator[FlagStore]:
    """One empty store of each kind."""
    store: FlagStore
    if request.param == "sqlite":
        store = SqliteFlags(tmp_path / "lurewatch.db", rjieba.cut)
    elif request.param == "spooled":
        store = stores().flags
    else:
        store = ElasticFlags(empty_cluster(elastic_servers.get(request.param)), rjieba.cut)
    yield store
    store.close()


@pytest.fixture(params=STORES)
def patrols(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    elastic_servers: Servers,
    stores: Callable[[], ElasticStores],
) -> Iterator[PatrolStore]:
    """One empty patrol store of each kind."""
    store: PatrolStore
    if request.param == "sqlite":
        store = SqlitePatrols(tmp_path / "lurewatch.db")
    elif request.param == "spooled":
        store = stores().patrols
    else:
        store = ElasticPatrols(empty_cluster(elastic_servers.get(request.param)))
    yield store
    store.close()


def review(
    flag_id: str, verdict: Verdict, reviewer: str = "王敏", reason: str = "看过原帖", minutes: int = 0
) -> Review:
    """A review some minutes after noon."""
    return Review(flag_id, verdict, reviewer, NOON + timedelta(minutes=minutes), reason)


def test_a_flag_comes_back_as_it_was(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Every field of a flag survives the store, spans and reasons included."""
    flag = make_flag(
        title="办证", published_at=NOON, evidence=Evidence("evidence/ab/x.warc.gz", "0" * 64, "1" * 64, 12)
    )
    assert flags.put(flag)
    stored = flags.get(flag.id)
    assert stored is not None
    assert stored.flag == flag
    assert stored.state is State.OPEN
    assert stored.reviews == ()


def test_what_its_pictures_show_comes_back_and_is_found(flags: FlagStore, make_flag: MakeFlag) -> None:
    """The words of pictures are stored and searched like others, spans into them too, and go with their flag."""
    flag = make_flag("看图", shown="出售考试答案\nhttps://daan.example/7")
    span = Span(7, 29, Field.PICTURES)
    contact = Contact(ContactKind.URL, "https://daan.example/7", span)
    flag = replace(flag, decision=replace(flag.decision, contacts=(contact,)))
    flags.put(flag)
    assert [stored.flag for stored in flags.search(Query(words="考试答案"))] == [flag]
    assert flags.forget([flag.id]) == 1
    assert list(flags.search(Query(words="考试答案"))) == []


def test_the_same_flag_twice_is_one(flags: FlagStore, make_flag: MakeFlag) -> None:
    """A second put is no new flag, keeps the first sighting and what people decided, and takes the new score."""
    flag = make_flag()
    assert flags.put(flag)
    flags.add_review(review(flag.id, Verdict.CONFIRM))
    better = replace(flag.decision, score=0.99)
    assert not flags.put(replace(flag, decision=better, seen_at=NOON + timedelta(days=1)))
    stored = flags.get(flag.id)
    assert stored is not None
    assert stored.flag.seen_at == NOON
    assert stored.flag.decision.score == 0.99
    assert stored.state is State.CONFIRMED
    assert flags.count(Query()) == 1


def test_many_at_once_are_as_one_after_the_other(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Flags that are there keep what was first seen and decided, those that are new are counted, also if told twice."""
    known = make_flag("代开发票", url="http://a.test/0")
    flags.put(known)
    flags.add_review(review(known.id, Verdict.CONFIRM))
    again = replace(known, decision=replace(known.decision, score=0.99), seen_at=NOON + timedelta(days=1))
    new = [make_flag(f"代开发票{at}", url=f"http://a.test/{at}") for at in range(1, 1203)]
    later = replace(new[0], decision=replace(known.decision, score=0.98), seen_at=NOON + timedelta(days=1))
    assert flags.put_many([*new, again, later]) == len(new)
    assert flags.put_many([]) == flags.put_many(new[1:3]) == 0
    assert flags.count(Query()) == len(new) + 1
    first, second = flags.get(known.id), flags.get(new[0].id)
    assert first is not None
    assert second is not None
    assert (first.flag.seen_at, first.flag.decision.score, first.state) == (NOON, 0.99, State.CONFIRMED)
    assert (second.flag.seen_at, second.flag.decision.score, second.state) == (NOON, 0.98, State.OPEN)


def test_words_give_the_newest_first_whenever_they_came(flags: FlagStore, make_flag: MakeFlag) -> None:
    """However flags were stored, a search for words gives them by time, ties by id, whole or as a first page."""
    hours = [(at * 37) % 101 // 2 for at in range(300)]
    made = [make_flag(f"代开发票{at}", url=f"http://a.test/{at}", hours=hour) for at, hour in enumerate(hours)]
    made = [replace(flag, source="ab"[at % 2]) for at, flag in enumerate(made)]
    flags.put_many(made)
    newest = sorted(sorted(made, key=lambda flag: flag.id), key=lambda flag: flag.seen_at, reverse=True)
    since, until = NOON + timedelta(hours=9), NOON + timedelta(hours=30)
    cases = {
        Query(words="发票"): newest,
        Query(words="发票", source="b"): [flag for flag in newest if flag.source == "b"],
        Query(words="发票", since=since, until=until): [flag for flag in newest if since <= flag.seen_at < until],
        Query(words="发票", until=NOON): [],
        Query(words="发票", contact="zheng_8812", source="a"): [flag for flag in newest if flag.source == "a"],
    }
    for query, expected in cases.items():
        assert [stored.flag for stored in flags.search(query)] == expected
        assert [stored.flag for stored in flags.search(query, 70)] == expected[:70]


def test_a_short_id_finds_its_only_flag(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Six characters or more of an id are enough where only one flag begins so."""
    flags.put(make_flag(id="abcdef11" + "0" * 24))
    flags.put(make_flag(id="abcdef22" + "0" * 24))
    found = flags.get("abcdef11")
    assert found is not None
    assert found.flag.id.startswith("abcdef11")
    assert flags.get("abcde") is None
    with pytest.raises(InputError):
        flags.get("abcdef")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("发票", {"代开发票联系我", "发票遗失"}),
        ("代开 发票", {"代开发票联系我"}),
        ('"开发票联"', {"代开发票联系我"}),
        ("“票遗”", {"发票遗失"}),
        ("發票", {"代开发票联系我", "发票遗失"}),
        ("zheng_8812", {"办证加微信 zheng_8812"}),
        ("没有这样的词", set()),
        ("!!!", set()),
        ('"', set()),
        ('a" OR "b', set()),
    ],
)
def test_search_finds_words_and_phrases(flags: FlagStore, make_flag: MakeFlag, typed: str, expected: set[str]) -> None:
    """Words match in any order and script, quoted text as it stands; signs never break the query."""
    for number, text in enumerate(("代开发票联系我", "发票遗失", "办证加微信 zheng_8812")):
        flags.put(make_flag(text, url=f"http://town.test/{number}"))
    assert {stored.flag.text for stored in flags.search(Query(words=typed))} == expected
    assert flags.count(Query(words=typed)) == len(expected)


def test_filters_narrow(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Source, category, state, contact, score and time each narrow a search, newest first."""
    old, new = make_flag("一", url="http://a.test/1"), make_flag("二", url="http://a.test/2", hours=2, source="other")
    other = make_flag("三", url="http://a.test/3", hours=1, decision=Decision(True, "gambling", 0.5))
    for flag in (old, new, other):
        flags.put(flag)
    flags.add_review(review(old.id, Verdict.DISMISS))

    def texts(query: Query) -> str:
        return "".join(stored.flag.text for stored in flags.search(query))

    assert texts(Query()) == "二三一"
    assert texts(Query(source="other")) == "二"
    assert texts(Query(category="gambling")) == "三"
    assert texts(Query(state=State.DISMISSED)) == "一"
    assert texts(Query(contact="ZHENG_8812")) == "二一"
    assert texts(Query(min_score=0.9)) == "二一"
    assert texts(Query(since=NOON + timedelta(hours=1))) == "二三"
    assert texts(Query(until=NOON + timedelta(hours=1))) == "一"
    assert [stored.flag.text for stored in flags.search(Query(), limit=1)] == ["二"]


def test_a_long_search_streams_all_once(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Paging through many flags with equal times gives each exactly once."""
    made = [make_flag(str(number), url=f"http://a.test/{number}", hours=number // 100) for number in range(450)]
    for flag in made:
        flags.put(flag)
    found = [stored.flag.id for stored in flags.search(Query())]
    assert len(found) == 450
    assert set(found) == {flag.id for flag in made}


def test_a_verdict_can_be_undone_by_its_reviewer(flags: FlagStore, make_flag: MakeFlag) -> None:
    """An undo reopens the flag, and both acts stay on record."""
    flag = make_flag()
    flags.put(flag)
    assert flags.add_review(review(flag.id, Verdict.CONFIRM)) is State.CONFIRMED
    with pytest.raises(InputError):
        flags.add_review(review(flag.id, Verdict.UNDO, "李强"))
    assert flags.add_review(review(flag.id, Verdict.UNDO, minutes=1)) is State.OPEN
    assert [kept.verdict for kept in flags.reviews()] == [Verdict.CONFIRM, Verdict.UNDO]


def test_an_appeal_goes_to_a_second_reviewer(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Who dismissed a flag cannot decide its appeal; somebody else can."""
    flag = make_flag()
    flags.put(flag)
    flags.add_review(review(flag.id, Verdict.DISMISS))
    assert flags.add_review(review(flag.id, Verdict.APPEAL, "李强", minutes=1)) is State.APPEALED
    with pytest.raises(InputError):
        flags.add_review(review(flag.id, Verdict.DISMISS, minutes=2))
    assert flags.add_review(review(flag.id, Verdict.CONFIRM, "李强", minutes=3)) is State.CONFIRMED


@pytest.mark.parametrize(
    "wrong",
    [
        review("f" * 32, Verdict.CONFIRM),
        review("", Verdict.UNDO),
        review("", Verdict.APPEAL),
        review("", Verdict.CONFIRM, reviewer=" "),
        review("", Verdict.DISMISS, reason=""),
    ],
)
def test_verdicts_that_make_no_sense_are_refused(flags: FlagStore, make_flag: MakeFlag, wrong: Review) -> None:
    """Unknown flags, nothing to undo or appeal, no name, no reason: refused, and nothing is kept."""
    flag = make_flag()
    flags.put(flag)
    with pytest.raises(InputError):
        flags.add_review(replace(wrong, flag_id=wrong.flag_id or flag.id))
    assert list(flags.reviews()) == []


def test_a_decided_flag_is_not_decided_again(flags: FlagStore, make_flag: MakeFlag) -> None:
    """A second verdict over the first is refused until it is undone or appealed."""
    flag = make_flag()
    flags.put(flag)
    flags.add_review(review(flag.id, Verdict.CONFIRM))
    with pytest.raises(InputError):
        flags.add_review(review(flag.id, Verdict.DISMISS, "李强"))


def test_items_are_known_by_source_and_key(patrols: PatrolStore) -> None:
    """An item is known after it was remembered, in its own source only, with its newest digest."""
    patrols.remember("a", [Item("k1", "d1"), Item("k2", "d2")], NOON)
    patrols.remember("a", [Item("k1", "d9")], NOON + timedelta(hours=1))
    assert patrols.known("a", ["k1", "k2", "k3"]) == {
        "k1": ("d9", NOON + timedelta(hours=1)),
        "k2": ("d2", NOON),
    }
    assert patrols.known("b", ["k1"]) == {}


def test_hashes_and_validators_expire(patrols: PatrolStore) -> None:
    """What was not looked at since the limit is forgotten, the rest is kept."""
    patrols.remember("a", [Item("old", "d")], NOON - timedelta(days=100))
    patrols.remember("a", [Item("new", "d")], NOON)
    patrols.set_validators("a", {"u": Validators('"1"', None)}, NOON - timedelta(days=100))
    patrols.set_validators("a", {"v": Validators(None, "Sun, 22 Nov 2026 12:00:00 GMT")}, NOON)
    assert patrols.expire(NOON - timedelta(days=90)) == 2
    assert set(patrols.known("a", ["old", "new"])) == {"new"}
    assert patrols.validators("a", "u") is None
    assert patrols.validators("a", "v") == Validators(None, "Sun, 22 Nov 2026 12:00:00 GMT")


def test_due_sources_come_longest_due_first(patrols: PatrolStore) -> None:
    """Never visited sources are due at once, then those whose time is longest past; others wait."""
    for name, hours in (("late", -2), ("later", -1), ("future", 1)):
        patrols.set_state(SourceState(name, NOON + timedelta(hours=hours)))
    assert patrols.due(["future", "later", "late", "fresh"], NOON, 10) == ["fresh", "late", "later"]
    assert patrols.due(["later", "late"], NOON, 1) == ["late"]


def test_the_state_of_a_source_comes_back(patrols: PatrolStore) -> None:
    """All fields of a source's state survive, and a second write replaces the first."""
    assert patrols.state("a") is None
    state = SourceState("a", NOON, NOON, NOON - timedelta(hours=1), 2.5, 3, NOON, "HTTP 500", NOON, "[1]", "{}", "{2}")
    patrols.set_state(SourceState("a", NOON))
    patrols.set_state(state)
    assert patrols.state("a") == state


def test_all_states_come_back(patrols: PatrolStore) -> None:
    """More states than one statement reads come back once each."""
    names = {f"s{number}" for number in range(1203)}
    for name in names:
        patrols.set_state(SourceState(name, NOON))
    found = [state.source for state in patrols.states()]
    assert len(found) == len(names)
    assert set(found) == names


def test_the_same_sources_asked_again(patrols: PatrolStore) -> None:
    """A source that was never visited is due until its state is set, whether or not the same tuple is asked for."""
    names = ("a", "b", "c")
    assert patrols.due(names, NOON, 5) == ["a", "b", "c"]
    patrols.set_state(SourceState("b", NOON + timedelta(hours=1)))
    assert patrols.due(names, NOON, 5) == ["a", "c"]
    assert patrols.due(("b", "c"), NOON, 5) == ["c"]
    assert patrols.due(names, NOON + timedelta(hours=1), 5) == ["a", "c", "b"]
    assert patrols.due(names, NOON, 1) == ["a"]
    assert patrols.due(names, NOON, 0) == []


def test_flags_are_counted_by_source_and_state(flags: FlagStore, make_flag: MakeFlag) -> None:
    """Each source has its count of each state; a review moves a flag from one to the other."""
    made = [make_flag(str(at), url=f"http://a.test/{at}", source="ab"[at % 2]) for at in range(5)]
    assert flags.tallies() == {}
    for flag in made:
        flags.put(flag)
    flags.add_review(review(made[0].id, Verdict.CONFIRM))
    flags.add_review(review(made[1].id, Verdict.DISMISS))
    found = {source: dict(counts) for source, counts in flags.tallies().items()}
    assert found == {
        "a": {State.OPEN: 2, State.CONFIRMED: 1},
        "b": {State.OPEN: 1, State.DISMISSED: 1},
    }


def test_delays_are_of_known_publication(flags: FlagStore, make_flag: MakeFlag) -> None:
    """From publication to flag, newest first, of posts published since; unknown and older times do not count."""
    published = {0: NOON, 1: NOON + timedelta(minutes=30), 2: None, 3: NOON - timedelta(days=9)}
    for hours, at in published.items():
        flags.put(make_flag(str(hours), url=f"http://a.test/{hours}", hours=hours, published_at=at))
    flags.put(make_flag("别处", url="http://a.test/9", source="other", published_at=NOON))
    expected = [timedelta(minutes=30), timedelta(0)]
    assert flags.delays("town-forum", NOON, 10) == expected
    assert flags.delays("town-forum", NOON, 1) == expected[:1]
    assert flags.delays("nowhere", NOON, 10) == []
