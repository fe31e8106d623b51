"""Both stores give the same flags in the same order for the same query, on random flags and random queries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import rjieba

from core.ports import FlagStore, Query
from core.secret import flag_id
from core.types import Contact, ContactKind, Decision, Flag, Review, Span, State, Verdict
from indexer.elastic.flags import ElasticFlags
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import VERSIONS, Servers, empty_cluster

WORDS = (
    *(
        "代开",
        "发票",
        "代開發票",
        "办证",
        "刻章",
        "微信",
        "加微",
        "QQ",
        "群号",
        "高薪",
        "兼職",
        "兼职",
        "刷单",
        "返利",
        "日结",
    ),
    *(
        "zheng_8812",
        "Abc-99",
        "t.me/kuai_1",
        "13800138000",
        "１３８",
        "ＶＸ",
        "café",
        "naïve",
        "½",
        "№5",
        "a_b",
        "_",
        "__x",
    ),
    *(
        "😀",
        "★",
        "①",
        "。",
        "，",
        "！",
        "—",
        "(",
        ")",
        '"',
        "“",
        "”",
        "*",
        "^",
        "-",
        ":",
        "AND",
        "OR",
        "NOT",
        "words",
        "\n",
    ),
    *(
        "𠮷",
        "㐂",
        "ひらがな",
        "カタカナ",
        "한국",
        "مرحبا",
        "नमस्ते",
        "x" * 300,
        "的",
        "了",
        "是",
        "一",
        "二",
        "12",
        "3.14",
        "\u200b",
    ),
)
SOURCES, HARMS = ("town-forum", "square", "other"), ("forged_documents", "gambling", "fraud_ad")
CONTACTS = ("zheng_8812", "13800138000", "kuai_1", "10086")
FLAGS, QUERIES = 150, 250


@pytest.fixture(params=VERSIONS)
def both(
    request: pytest.FixtureRequest, tmp_path: Path, elastic_servers: Servers
) -> Iterator[tuple[FlagStore, FlagStore]]:
    """The embedded store and a cluster's."""
    embedded = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    cluster = ElasticFlags(empty_cluster(elastic_servers.get(request.param)), rjieba.cut)
    yield embedded, cluster
    embedded.close()
    cluster.close()


def text(chance: Random, most: int) -> str:
    """A text of random words, some with blanks between."""
    return "".join(chance.choice(WORDS) + chance.choice(("", "", " ")) for _ in range(chance.randint(1, most)))


def flag(chance: Random, make_flag: MakeFlag, number: int) -> Flag:
    """A random flag; many share a time, so that the order of equals is tried too."""
    url, written, category = f"http://town.test/{number}", text(chance, 12), chance.choice(HARMS)
    contacts = tuple(Contact(ContactKind.WECHAT, value, Span(0, 1)) for value in chance.sample(CONTACTS, 2))
    made = make_flag(
        written,
        url=url,
        hours=chance.randint(0, 40),
        source=chance.choice(SOURCES),
        title=text(chance, 4) if chance.random() < 0.5 else None,
        decision=Decision(True, category, round(chance.random(), 2), contacts=contacts[: chance.randint(0, 2)]),
    )
    return replace(made, id=flag_id(url, written, category))


def query(chance: Random, flags: list[Flag]) -> Query:
    """A random query, whose words most often stand in some flag."""
    whole = chance.choice(flags).text
    start = chance.randrange(len(whole))
    piece = whole[start : start + chance.randint(1, 9)]
    typed = chance.choice((piece, f'"{piece}"', f"“{piece}”", text(chance, 3), f'{chance.choice(WORDS)} "{piece}"', ""))
    since = NOON + timedelta(hours=chance.randint(0, 40))
    return Query(
        words=typed,
        category=chance.choice((None, None, *HARMS)),
        source=chance.choice((None, None, *SOURCES)),
        state=chance.choice((None, None, None, *State)),
        contact=chance.choice((None, None, None, None, "ZHENG_8812", *CONTACTS)),
        min_score=chance.choice((0.0, 0.0, round(chance.random(), 2))),
        since=chance.choice((None, None, since)),
        until=chance.choice((None, None, since + timedelta(hours=chance.randint(0, 10)))),
    )


def test_random_queries_give_the_same(both: tuple[FlagStore, FlagStore], make_flag: MakeFlag) -> None:
    """The same ids in the same order, the same counts, the same states and the same limits."""
    chance = Random(8812)  # noqa: S311 - the same every time
    flags = [flag(chance, make_flag, number) for number in range(FLAGS)]
    for store in both:
        for one in flags:
            store.put(one)
        for one in flags[::7]:
            store.add_review(Review(one.id, Verdict.CONFIRM, "王敏", NOON, "属实"))
        for one in flags[::11]:
            if store.get(one.id).state is State.OPEN:  # type: ignore[union-attr]
                store.add_review(Review(one.id, Verdict.DISMISS, "李强", NOON, "不是"))
    found = 0
    for _ in range(QUERIES):
        asked, limit = query(chance, flags), chance.choice((None, 3))
        expected, got = ([*store.search(asked, limit)] for store in both)
        assert [stored.flag.id for stored in got] == [stored.flag.id for stored in expected], asked
        assert got == expected, asked
        assert both[1].count(asked) == both[0].count(asked), asked
        found += len(expected)
    assert found > QUERIES  # or the queries say nothing
    assert both[0].tallies() == both[1].tallies()
