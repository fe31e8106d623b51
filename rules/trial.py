"""Explains what one rule does with one text: which words hit, which part of its condition holds and which does not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from core.errors import InputError
from core.ports import Segmenter
from core.text import Document
from core.types import Decision, RuleRef, Span
from rules.compiled import CompiledGroup, CompiledRule, Program, compile_program
from rules.desk import Desk
from rules.grammar import And, Found, Hit, Name, Node, Not, Or
from rules.matcher import Matcher
from rules.reading import Reading
from rules.schema import BUILT_IN, EXCEPTIONS, Group, Rule, Status


@dataclass(frozen=True, slots=True)
class Place:
    """A word of the text and what found it: any, all, regex, a bank's name, or nothing for a built-in."""

    word: str
    span: Span
    by: str


@dataclass(frozen=True, slots=True)
class GroupTrial:
    """A term group or a built-in of the condition; ``missing`` are the terms of ``all`` that are not there."""

    name: str
    holds: bool
    places: tuple[Place, ...]
    missing: tuple[str, ...] = ()
    offer: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the condition, ``depth`` levels down.

    Where both sides of a ``near`` hit but too far apart, ``apart`` is the least distance in characters.
    """

    depth: int
    part: str
    holds: bool
    apart: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule does with a text. ``keyed``: a keyword of the rule itself is there, without which nothing is tried.

    ``failed`` are the parts of the condition that keep it from holding; ``decision`` is that of the whole set.
    ``status`` is as written in the file. ``left_out`` says which other files of the folder are wrong.
    """

    rule: RuleRef
    condition: str
    keyed: bool
    hit: bool
    groups: tuple[GroupTrial, ...]
    steps: tuple[Step, ...]
    failed: tuple[str, ...]
    decision: Decision
    status: Status
    left_out: tuple[InputError, ...]


def attempt(desk: Desk, segment: Segmenter, document: Document, judge: Callable[[Document], Decision]) -> Trial:
    """Try the rule of a desk on a document; ``judge`` decides by the whole set, this rule included."""
    rule = desk.rule
    program = compile_program((rule,), desk.banks, desk.today)
    probe = _Probe(rule, program, Matcher(program.slots, segment), document)
    hit = probe.keyed and probe.holds(probe.condition)
    return Trial(
        rule=rule.ref,
        condition=rule.condition,
        keyed=probe.keyed,
        hit=hit,
        groups=tuple(probe.groups()),
        steps=tuple(_steps(probe, probe.condition)),
        failed=() if hit else tuple(dict.fromkeys(_failed(probe, probe.condition))),
        decision=judge(document),
        status=desk.status,
        left_out=desk.left_out,
    )


class _Probe:
    """One rule, read against one document."""

    def __init__(self, rule: Rule, program: Program, matcher: Matcher, document: Document) -> None:
        self._rule = rule
        self._compiled: CompiledRule = program.rules[0]
        self._hits = matcher.scan(document.norm)
        touched = dict.fromkeys(program.bank_of[slot] for slot in self._hits if slot in program.bank_of)
        self._reading = Reading(document, self._hits, program.banks, touched)
        self.keyed = any(slot in program.rule_of for slot in self._hits)
        self.condition = self._compiled.condition

    def find(self, part: Node) -> Found:
        """The hits that make a part of the condition hold, or None."""
        return self._reading.rule(replace(self._compiled, condition=part))

    def holds(self, part: Node) -> bool:
        """Whether a part of the condition holds."""
        return self.find(part) is not None

    def groups(self) -> Iterator[GroupTrial]:
        """All groups of the rule and the built-ins that its condition names."""
        for name, group in self._rule.terms.items():
            compiled = self._compiled.groups[name]
            missing = (term for term, slot in zip(group.all, compiled.all, strict=True) if slot not in self._hits)
            places = tuple(self._places(self._sought(group, compiled)))
            yield GroupTrial(name, self.holds(Name(name, 0)), places, tuple(missing), group.offer)
        if EXCEPTIONS in self._compiled.groups:
            slot = self._compiled.groups[EXCEPTIONS].any
            phrases = self._hits.get(slot, ()) if slot is not None else ()
            yield GroupTrial(EXCEPTIONS, bool(phrases), tuple(self._places([("any", phrases)])))
        for name in dict.fromkeys(node.name for node in self.condition.names() if node.name in BUILT_IN):
            found = self.find(Name(name, 0))
            yield GroupTrial(name, found is not None, tuple(self._places([("", found or ())])))

    def _sought(self, group: Group, compiled: CompiledGroup) -> Iterator[tuple[str, Sequence[Hit]]]:
        """What each part of a group finds, whether or not the group as a whole holds."""
        if compiled.any is not None:
            yield "any", self._hits.get(compiled.any, ())
        for slot in compiled.all:
            yield "all", self._hits.get(slot, ())
        for regex in compiled.regexes:
            yield "regex", regex.find(self._reading.norm)
        for bank in group.bank:
            yield bank, [place.hit for place in self._reading.bank(bank)]

    def _places(self, sought: Iterable[tuple[str, Sequence[Hit]]]) -> Iterator[Place]:
        document = self._reading.document
        found = {(document.span(*hit), by) for by, hits in sought for hit in hits}
        for span, by in sorted(found, key=lambda one: (one[0].field.value != "title", one)):
            yield Place(document.at(span), span, by)


def _steps(probe: _Probe, part: Node, depth: int = 0) -> Iterator[Step]:
    yield Step(depth, written(part), probe.holds(part), _apart(probe, part))
    for below in _below(part):
        yield from _steps(probe, below, depth + 1)


def _failed(probe: _Probe, part: Node) -> Iterator[str]:
    """The smallest parts that would have to change for a part to hold."""
    if probe.holds(part):
        return
    below = [one for one in _below(part) if not probe.holds(one)]
    if isinstance(part, And) and below:
        for one in below:
            yield from _failed(probe, one)
    else:
        yield written(part)


def _below(part: Node) -> Sequence[Node]:
    """The parts of a part; a chain of ``and`` without ``near`` is one row of parts."""
    if isinstance(part, Name):
        return ()
    if isinstance(part, Not):
        return (part.part,)
    if isinstance(part, Or):
        return part.parts
    if part.near is not None:
        return (part.left, part.right)
    left = _below(part.left) if isinstance(part.left, And) and part.left.near is None else (part.left,)
    right = _below(part.right) if isinstance(part.right, And) and part.right.near is None else (part.right,)
    return (*left, *right)


def _apart(probe: _Probe, part: Node) -> int | None:
    if not isinstance(part, And) or part.near is None or probe.holds(part):
        return None
    pairs = product(probe.find(part.left) or (), probe.find(part.right) or ())
    return min((max(one.start - other.end, other.start - one.end) for one, other in pairs), default=None)


def written(part: Node) -> str:
    """A part of a condition as an editor would write it."""
    if isinstance(part, Name):
        return part.name
    if isinstance(part, Not):
        return f"not {_inside(part.part, (And, Or))}"
    if isinstance(part, Or):
        return " or ".join(written(one) for one in part.parts)
    near = "" if part.near is None else f" near {part.near}"
    return f"{_inside(part.left, (Or,))} and {_inside(part.right, (And, Or))}{near}"


def _inside(part: Node, bracketed: tuple[type, ...]) -> str:
    text = written(part)
    return f"({text})" if isinstance(part, bracketed) else text
