"""What every store of flags must do: keep, find, narrow."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import InputError
from core.ports import FlagStore, Query
from core.types import Contact, ContactKind, Decision, Evidence, Field, Span, State, Verdict
from tests.conftest import NOON, MakeFlag
from tests.indexer.conftest import review


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
