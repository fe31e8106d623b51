"""Tells whether a condition can hold at all, whatever words a text has: by the presence of names alone.

Each part of a condition is in one of three states: it does not hold, it holds and has no place (a ``not``), or it holds
with places, which ``near`` needs. The states that a part may be in follow from those of its parts. A name that only
helps is taken to be there and one that only hinders not to be (the pure literal rule of Davis, Logemann and Loveland
1962), so that only names that do both are tried each way. What is called impossible is impossible.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from functools import reduce
from itertools import product

from rules.grammar import And, Name, Node, Not, Or

_ORDER = ("reach", "contact", "link")  # where a later one is, all before it are: a link is a contact, that is a way
_MOST_TRIED = 12  # 4,096 ways; no editor writes more names on both sides


class _State(IntEnum):
    FAILS = 0
    HOLDS = 1
    PLACED = 2


def possible(node: Node) -> bool:
    """Whether a condition can hold; True as well where there are too many ways to try."""
    return any(max(_states(node, there)) > _State.FAILS for there in _worlds(node))


def impossible_parts(node: Node) -> Iterator[Node]:
    """The whole where it can never hold, else the alternatives of each ``or`` that can never hold."""
    if not possible(node):
        yield node
    elif isinstance(node, And):
        yield from impossible_parts(node.left)
        yield from impossible_parts(node.right)
    elif isinstance(node, Or):
        for part in node.parts:
            yield from impossible_parts(part)


def _worlds(node: Node) -> Iterator[Mapping[str, bool]]:
    """Which names are there: all the ways that need to be tried."""
    helps, hinders = _polarities(node)
    built_in = [name for name in _ORDER if name in helps | hinders]
    both = sorted((helps & hinders) - set(_ORDER))
    if len(both) > _MOST_TRIED:
        yield dict.fromkeys(helps | hinders, True)
        yield dict.fromkeys(helps | hinders, False)
        return
    fixed = {name: name in helps for name in helps | hinders}
    for values in product((True, False), repeat=len(both)):
        for level in range(len(built_in) + 1):
            yield {
                **fixed,
                **dict(zip(both, values, strict=True)),
                **{name: at < level for at, name in enumerate(built_in)},
            }


def _polarities(node: Node, *, helping: bool = True) -> tuple[frozenset[str], frozenset[str]]:
    """The names that can make a part hold, and those that can keep it from holding."""
    if isinstance(node, Name):
        names = frozenset({node.name})
        return (names, frozenset()) if helping else (frozenset(), names)
    if isinstance(node, Not):
        return _polarities(node.part, helping=not helping)
    parts = [_polarities(part, helping=helping) for part in _parts(node)]
    return frozenset[str]().union(*(one for one, _ in parts)), frozenset[str]().union(*(one for _, one in parts))


def _parts(node: And | Or) -> Sequence[Node]:
    return node.parts if isinstance(node, Or) else (node.left, node.right)


def _states(node: Node, there: Mapping[str, bool]) -> frozenset[_State]:
    """The states that a part may be in where these names are there."""
    if isinstance(node, Name):
        return frozenset({_State.PLACED if there[node.name] else _State.FAILS})
    if isinstance(node, Not):
        return frozenset(_State.FAILS if state else _State.HOLDS for state in _states(node.part, there))
    parts = [_states(part, there) for part in _parts(node)]  # each once, or a long chain would take for ever
    if isinstance(node, Or):
        return reduce(lambda left, right: frozenset(map(max, product(left, right))), parts)
    if node.near is None:
        return frozenset(max(way) if min(way) else _State.FAILS for way in product(*parts))
    placed = all(_State.PLACED in part for part in parts)
    return frozenset({_State.PLACED, _State.FAILS}) if placed else frozenset({_State.FAILS})
