"""Parses the conditions of rules: names, and, or, not, parentheses, and ``a and b near 40``.

::

    or    = and ("or" and)*
    and   = not ("and" not ["near" NUMBER])*
    not   = "not" not | "(" or ")" | NAME

``a and b near 40`` holds where a hit of ``b`` stands at most 40 characters from a hit of ``a``; only such hits
are kept. ``near`` belongs to the ``and`` on its left, and ``and`` groups from the left.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import NamedTuple

MOST_WORDS = 240  # of one condition, parentheses included; whoever needs more writes two rules
_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_][A-Za-z0-9_]*)|([()]))")


class Hit(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of the normalised text."""

    start: int
    end: int


Found = Sequence[Hit] | None  # None: does not hold; hits are those that made it hold
Look = Callable[[str], Found]


class ConditionError(ValueError):
    """A condition that cannot be read; ``offset`` counts its characters from 0."""

    def __init__(self, offset: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.offset = offset
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Name:
    """A group of terms, or a built-in."""

    name: str
    offset: int

    def find(self, look: Look) -> Found:
        """The hits of the group."""
        return look(self.name)

    def names(self) -> Iterator["Name"]:
        """All names in the condition."""
        yield self


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its part does not."""

    part: "Node"

    def find(self, look: Look) -> Found:
        """No hits, or None."""
        return () if self.part.find(look) is None else None

    def names(self) -> Iterator[Name]:
        """All names in the condition."""
        yield from self.part.names()


@dataclass(frozen=True, slots=True)
class And:
    """Holds where both parts do, with hits at most ``near`` characters apart if that is set."""

    left: "Node"
    right: "Node"
    near: int | None = None

    def find(self, look: Look) -> Found:
        """The hits of both parts, or of both that are near each other."""
        left = self.left.find(look)
        if left is None:
            return None
        right = self.right.find(look)
        if right is None:
            return None
        return (*left, *right) if self.near is None else _near(left, right, self.near)

    def names(self) -> Iterator[Name]:
        """All names in the condition."""
        yield from self.left.names()
        yield from self.right.names()


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where one part does."""

    parts: tuple["Node", ...]

    def find(self, look: Look) -> Found:
        """The hits of all parts that hold."""
        found = [hits for part in self.parts if (hits := part.find(look)) is not None]
        return tuple(hit for hits in found for hit in hits) if found else None

    def names(self) -> Iterator[Name]:
        """All names in the condition."""
        for part in self.parts:
            yield from part.names()


Node = Name | Not | And | Or


def parse(condition: str) -> Node:
    """The tree of a condition; raises ConditionError."""
    reader = _Reader(condition)
    tree = reader.either()
    reader.finish()
    return tree


def _near(left: Sequence[Hit], right: Sequence[Hit], distance: int) -> Found:
    kept = _with_partner(left, right, distance)
    return kept + _with_partner(right, left, distance) if kept else None


def _with_partner(hits: Sequence[Hit], others: Sequence[Hit], distance: int) -> tuple[Hit, ...]:
    """The hits that have one of ``others`` within ``distance``; n log n, since a long page may hold thousands."""
    ordered = sorted(others)
    starts = [other.start for other in ordered]
    furthest = list(accumulate((other.end for other in ordered), max))
    kept = []
    for hit in hits:
        at = bisect_left(starts, hit.start)
        after = at < len(starts) and starts[at] - hit.end <= distance
        before = at > 0 and hit.start - furthest[at - 1] <= distance
        if after or before:
            kept.append(hit)
    return tuple(kept)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(islice(_tokens(text), MOST_WORDS + 1))
        self._at = 0
        if len(self._tokens) > MOST_WORDS:
            raise ConditionError(
                self._tokens[-1][0],
                f"条件太长，超过 {MOST_WORDS} 个词和括号；请分成几条规则。",
                f"the condition is over {MOST_WORDS} words and parentheses long; write several rules.",
            )

    def either(self) -> Node:
        parts = [self.both()]
        while self._take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Node:
        left = self.one()
        while self._take("and"):
            right = self.one()
            left = And(left, right, self._distance(left, right))
        return left

    def one(self) -> Node:
        if self._take("not"):
            return Not(self.one())
        offset, word = self._next()
        if word == "(":
            inner = self.either()
            if not self._take(")"):
                raise ConditionError(self._offset(), "缺少右括号 )。", "a closing parenthesis is missing.")
            return inner
        if not word or word in {"and", "or", "near", ")"} or word.isdigit():
            raise ConditionError(
                offset, f"此处应是词组名，却是“{word}”。", f"a group's name is wanted here, not {word!r}."
            )
        return Name(word, offset)

    def finish(self) -> None:
        offset, word = self._next()
        if word == "near":
            raise ConditionError(offset, "near 只能写在 a and b near N 里。", "near stands only in: a and b near N.")
        if word:
            raise ConditionError(offset, f"“{word}”前缺少 and 或 or。", f"and or or is missing before {word!r}.")

    def _distance(self, left: Node, right: Node) -> int | None:
        offset = self._offset()
        if not self._take("near"):
            return None
        if isinstance(left, Not) or isinstance(right, Not):
            raise ConditionError(offset, "not 没有位置，不能用 near。", "not has no place, so near cannot follow it.")
        at, word = self._next()
        if not word.isdigit():
            raise ConditionError(at, "near 后要写字数，例如 near 40。", "near needs a number of characters: near 40.")
        return int(word)

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][1] == word:
            self._at += 1
            return True
        return False

    def _next(self) -> tuple[int, str]:
        if self._at >= len(self._tokens):
            return len(self._text), ""
        self._at += 1
        return self._tokens[self._at - 1]

    def _offset(self) -> int:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else len(self._text)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise ConditionError(at, f"读不懂“{text[at]}”。", f"{text[at]!r} means nothing here.")
        group = match.lastindex or 0
        yield match.start(group), match[group]
        at = match.end()
