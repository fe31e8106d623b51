"""Conditions: what they mean, and what is said of those that cannot be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grammar import ConditionError, Found, Hit, parse

PLACES: dict[str, Found] = {
    "a": (Hit(0, 2), Hit(100, 102)),
    "b": (Hit(10, 12),),
    "c": (Hit(52, 54),),
    "none": None,
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a", PLACES["a"]),
        ("none", None),
        ("a and b", (*(PLACES["a"] or ()), Hit(10, 12))),
        ("a and none", None),
        ("none or b", (Hit(10, 12),)),
        ("none or none", None),
        ("not none", ()),
        ("not a", None),
        ("b and not none", (Hit(10, 12),)),
        ("a and b near 8", (Hit(0, 2), Hit(10, 12))),
        ("a and b near 7", None),
        ("b and a near 8", (Hit(10, 12), Hit(0, 2))),
        ("b and c near 40", (Hit(10, 12), Hit(52, 54))),
        ("b and c near 39", None),
        ("a and b near 8 and c near 40", (Hit(10, 12), Hit(52, 54))),
        ("a and b near 8 and c", (Hit(0, 2), Hit(10, 12), Hit(52, 54))),
        ("(none or b) and c near 40", (Hit(10, 12), Hit(52, 54))),
        ("none and b or c", (Hit(52, 54),)),
        ("not (a and none)", ()),
    ],
)
def test_what_a_condition_means(condition: str, expected: Found) -> None:
    """Hits that make it hold, () where it holds without any, None where it does not."""
    assert parse(condition).find(PLACES.__getitem__) == expected


@pytest.mark.parametrize(
    ("condition", "offset", "said"),
    [
        ("", 0, "name is wanted"),
        ("a and", 5, "name is wanted"),
        ("a b", 2, "and or or is missing"),
        ("(a or b", 7, "parenthesis is missing"),
        ("a)", 1, "missing before ')'"),
        ("a and b near", 12, "near needs a number"),
        ("a and b near x", 13, "near needs a number"),
        ("a near 5", 2, "near stands only in"),
        ("a and not b near 5", 12, "not has no place"),
        ("a & b", 2, "'&' means nothing"),
        ("a or 12", 5, "name is wanted"),
        ("(" * 5_000, 240, "over 240 words"),
        ("a and " * 5_000 + "a", 720, "over 240 words"),
    ],
)
def test_what_is_said_of_a_wrong_condition(condition: str, offset: int, said: str) -> None:
    """The place is counted in characters, and the sentence says what is wanted."""
    with pytest.raises(ConditionError, match=re.escape(said)) as caught:
        parse(condition)
    assert caught.value.offset == offset
    assert caught.value.zh


def test_names_come_with_their_places() -> None:
    """So that an unknown one can be pointed at."""
    assert [(node.name, node.offset) for node in parse("a and (b or not c)").names()] == [("a", 0), ("b", 7), ("c", 16)]


def _hits(values: list[tuple[int, int]]) -> tuple[Hit, ...]:
    return tuple(Hit(start, start + size) for start, size in values)


SOME_HITS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 9)), max_size=12).map(_hits)


@given(SOME_HITS, SOME_HITS, st.integers(0, 60))
def test_near_is_what_trying_all_pairs_gives(left: tuple[Hit, ...], right: tuple[Hit, ...], distance: int) -> None:
    """The fast way and the plain one agree."""
    places: dict[str, Found] = {"x": left or None, "y": right or None}
    found = parse(f"x and y near {distance}").find(places.__getitem__)
    pairs = [
        (one, other) for one in left for other in right if max(one.start - other.end, other.start - one.end) <= distance
    ]
    wanted = {hit for pair in pairs for hit in pair}
    assert set(found or ()) == wanted
