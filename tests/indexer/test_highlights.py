"""Where the words of a query stand in a flag."""

from pathlib import Path
from random import Random

import pytest
import rjieba

from core.ports import Query
from core.types import Field, Flag
from indexer.highlights import Highlighter
from indexer.sqlite import SqliteFlags
from tests.conftest import MakeFlag
from tests.indexer.elastic.test_same_answers import flag, text


def shown(typed: str, made: Flag) -> list[tuple[str, str]]:
    """The highlighted pieces, each with its part."""
    parts = {Field.TITLE: made.title or "", Field.TEXT: made.text, Field.PICTURES: made.shown}
    spans = Highlighter(typed, rjieba.cut).spans(made)
    return [(span.field.value, parts[span.field][span.start : span.end]) for span in spans]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("发票", [("title", "發票"), ("text", "发.票"), ("pictures", "发票")]),
        ("“代开发票”", [("text", "代 开发.票")]),
        ("VX", [("text", "ＶＸ")]),
        ("票加", [("text", "票，加")]),
        ('"没有的话"', []),
        ("", []),
        ("。！", []),
    ],
)
def test_pieces(make_flag: MakeFlag, typed: str, expected: list[tuple[str, str]]) -> None:
    """They are shown as they were written, disguises and traditional script included, in all parts of a flag."""
    made = make_flag("可以代 开发.票，加ＶＸ", title="發票", shown="正规发票")
    assert shown(typed, made) == expected


def test_in_all_that_a_search_finds_and_in_nothing_else(make_flag: MakeFlag, tmp_path: Path) -> None:
    """On random flags and queries: a flag is found where no word of the query is missed, and only there."""
    chance = Random(99)  # noqa: S311 - the same every time
    flags = [flag(chance, make_flag, number) for number in range(80)]
    store = SqliteFlags(tmp_path / "l.db", rjieba.cut)
    for one in flags:
        store.put(one)
    hits = 0
    for _ in range(300):
        whole = chance.choice(flags).text
        piece = whole[chance.randrange(len(whole)) :][: chance.randint(1, 6)]
        typed = chance.choice((piece, f'"{piece}"', text(chance, 2)))
        found = {stored.flag.id for stored in store.search(Query(words=typed))}
        marker = Highlighter(typed, rjieba.cut)
        if any(marker.spans(one) for one in flags):
            assert {one.id for one in flags if not marker.misses(one)} == found, typed
            assert all(marker.spans(one) for one in flags if one.id in found), typed
            hits += len(found)
    store.close()
    assert hits > 300
