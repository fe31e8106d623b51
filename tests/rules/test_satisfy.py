"""Whether a condition can hold at all."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grammar import And, Hit, Name, Node, Not, Or, parse
from rules.satisfy import impossible_parts, possible


@pytest.mark.parametrize(
    ("condition", "can"),
    [
        ("a", True),
        ("not a", True),
        ("a and not a", False),
        ("a and b and not (a or c)", False),
        ("a and (b or not a) and not b", False),
        ("a and (b or c) and not b", True),
        ("not (a or not a)", False),
        ("not not a and not a", False),
        ("(not a and not b) and c near 5", False),
        ("(not a or b) and c near 5", True),
        ("link and not contact", False),
        ("link and not reach", False),
        ("contact and not reach", False),
        ("contact and not link", True),
        ("reach and not contact", True),
        ("a and b and not (a and b near 5)", True),
        ("not (a and not a)", True),
    ],
)
def test_what_can_hold(condition: str, *, can: bool) -> None:
    """Names both wanted and excluded, ways of reply that include each other, near without a place."""
    assert possible(parse(condition)) is can


@pytest.mark.parametrize(
    ("condition", "offsets"),
    [
        ("a or b", []),
        ("a or b and not b", [5]),
        ("a and (b and not b or c)", [7]),
        ("a and not a", [0]),
        ("(a and not a) or (link and not contact)", [1]),
    ],
)
def test_the_smallest_part_that_cannot_is_named(condition: str, offsets: list[int]) -> None:
    """The whole where all of it is impossible, else the alternatives that are."""
    found = impossible_parts(parse(condition))
    assert [min(name.offset for name in part.names()) for part in found] == offsets


def test_too_many_names_to_try_are_let_pass() -> None:
    """Rather than to wait for ever."""
    mixed = " and ".join(f"(a{at} or not a{at})" for at in range(30))
    assert possible(parse(mixed))


NAMES = st.sampled_from("abc").map(lambda name: Name(name, 0))
TREES: st.SearchStrategy[Node] = st.recursive(
    NAMES,
    lambda parts: st.one_of(
        parts.map(Not),
        st.tuples(parts, parts).map(lambda two: And(*two)),
        st.tuples(parts, parts).map(Or),
    ),
    max_leaves=10,
)


def _holds(node: Node, there: Mapping[str, bool]) -> bool:
    return node.find(lambda name: (Hit(0, 1),) if there[name] else None) is not None


@given(TREES)
def test_without_near_it_is_what_trying_all_ways_gives(node: Node) -> None:
    """The short way and the plain one agree."""
    worlds = [dict(zip("abc", values, strict=True)) for values in product((True, False), repeat=3)]
    assert possible(node) is any(_holds(node, there) for there in worlds)
