"""Runs a rule over texts of the past beside the version before it: what it gains, what it loses, what it costs."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from core.ports import Segmenter
from core.text import Document
from core.types import Role, RuleRef, Signal, Span, State
from rules.desk import Desk
from rules.engine import RuleEngine

MOST_EXAMPLES = 5
_AROUND = 18  # characters that an example shows on each side of the hit
_LONGEST_HIT = 24
_MOST_TIMED = 300  # texts; the first ones stand for the rest
_MOST_CHARACTERS = 200_000  # of the timed texts together, so that long pages do not take minutes
_ROUNDS = 7
_TOP = 5
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Case:
    """One text and where it stands; of a flag also its state, and the signals that it was stored with."""

    where: str
    document: Document
    state: State | None = None
    recorded: Sequence[Signal] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A hit, shortened to what stands around it."""

    where: str
    text: str


@dataclass(slots=True)
class Tally:
    """How many texts there were, and how many the rule hits: now, for the first time, no longer, and alone."""

    seen: int = 0
    hits: int = 0
    new: int = 0
    lost: int = 0
    alone: int = 0


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of the flags that a rule hits, how many people confirmed and how many they dismissed."""

    confirmed: int
    dismissed: int

    @property
    def precision(self) -> float | None:
        """The share that was confirmed, None without verdicts."""
        decided = self.confirmed + self.dismissed
        return self.confirmed / decided if decided else None


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians in µs per text: the rule alone, all live rules with it, and without it; over how many texts."""

    alone: float
    whole: float
    without: float
    texts: int
    own_examples: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another rule, and the texts that both hit, as a share of all that this rule hits."""

    slug: str
    both: int
    share: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that a backtest found.

    ``before`` is the version compared with. Where that is None, flags are compared with the hits of this rule that
    they were stored with, and every hit in a local text is new.
    """

    rule: RuleRef
    before: RuleRef | None
    flags: Tally
    texts: Tally
    gained: tuple[Example, ...]
    dropped: tuple[Example, ...]
    overlaps: tuple[Overlap, ...]
    verdicts: Verdicts
    verdicts_before: Verdicts | None
    cost: Cost


@dataclass(slots=True)
class _Count:
    """What is added up while texts pass by; of the texts only the few to be shown and timed are held."""

    flags: Tally = field(default_factory=Tally)
    texts: Tally = field(default_factory=Tally)
    gained: list[Example] = field(default_factory=list)
    dropped: list[Example] = field(default_factory=list)
    both: Counter[str] = field(default_factory=Counter)
    states: Counter[State | None] = field(default_factory=Counter)
    states_before: Counter[State | None] = field(default_factory=Counter)
    timed: list[Document] = field(default_factory=list)
    characters: int = 0


def backtest(desk: Desk, segment: Segmenter, cases: Iterable[Case], clock: Clock = perf_counter) -> Report:
    """Run the rule of a desk over ``cases``, which are read once and not kept."""
    whole = desk.engine(desk.whole.rules, segment)
    before = desk.engine((desk.before,), segment) if desk.before else None
    count = _Count()
    for case in cases:
        earlier = before.detect(case.document) if before else _of(case.recorded, desk.rule.ref.id)
        _add(count, case, desk.rule.slug, whole.detect(case.document), earlier)
    return Report(
        rule=desk.rule.ref,
        before=desk.before.ref if desk.before else None,
        flags=count.flags,
        texts=count.texts,
        gained=tuple(count.gained),
        dropped=tuple(count.dropped),
        overlaps=tuple(_overlaps(count)),
        verdicts=_verdicts(count.states),
        verdicts_before=_verdicts(count.states_before) if count.states_before else None,
        cost=_cost(desk, whole, segment, count.timed, clock),
    )


def _of(signals: Sequence[Signal], rule_id: str) -> list[Signal]:
    return [signal for signal in signals if signal.rule and signal.rule.id == rule_id]


def _add(count: _Count, case: Case, slug: str, now: Sequence[Signal], before: Sequence[Signal]) -> None:
    hits = {signal.rule.slug: signal for signal in now if signal.rule and signal.role is Role.HARM}
    mine = hits.pop(slug, None)
    earlier = next((signal for signal in before if signal.rule and signal.role is Role.HARM), None)
    tally = count.flags if case.state else count.texts
    tally.seen += 1
    if len(count.timed) < _MOST_TIMED and count.characters < _MOST_CHARACTERS:
        count.timed.append(case.document)
        count.characters += len(case.document.norm)
    if mine:
        tally.hits += 1
        tally.alone += not hits
        count.both.update(hits.keys())
        count.states[case.state] += 1
    if earlier:
        count.states_before[case.state] += 1
    if mine and not earlier:
        tally.new += 1
        _show(count.gained, case, mine)
    elif earlier and not mine:
        tally.lost += 1
        _show(count.dropped, case, earlier)


def _show(examples: list[Example], case: Case, signal: Signal) -> None:
    if len(examples) < MOST_EXAMPLES:
        examples.append(Example(case.where, shortened(case.document, signal.spans[0])))


def shortened(document: Document, span: Span) -> str:
    """A hit with a little of what stands around it, on one line."""
    source = document.part(span.field)
    start, end = max(0, span.start - _AROUND), min(len(source), min(span.end, span.start + _LONGEST_HIT) + _AROUND)
    words = " ".join(source[start:end].split())
    return f"{'…' if start else ''}{words}{'…' if end < len(source) else ''}"


def _overlaps(count: _Count) -> list[Overlap]:
    hits = count.flags.hits + count.texts.hits
    return [Overlap(slug, both, both / hits) for slug, both in count.both.most_common(_TOP)]


def _verdicts(states: Counter[State | None]) -> Verdicts:
    return Verdicts(states[State.CONFIRMED], states[State.DISMISSED])


def _cost(desk: Desk, whole: RuleEngine, segment: Segmenter, texts: Sequence[Document], clock: Clock) -> Cost:
    """The three engines take turns, so that a busy moment of the machine falls on all of them."""
    examples = [Document.of(text) for text in (*desk.rule.examples.match, *desk.rule.examples.no_match)]
    measured = texts or examples
    engines = (
        desk.engine((desk.rule,), segment),
        whole,
        desk.engine(desk.others, segment),
    )
    rounds = [[_micros(engine, measured, clock) for engine in engines] for _ in range(_ROUNDS)]
    alone, with_it, without = (median(times) for times in zip(*rounds, strict=True))
    return Cost(alone, with_it, without, len(measured), own_examples=not texts)


def _micros(engine: RuleEngine, texts: Sequence[Document], clock: Clock) -> float:
    start = clock()
    for document in texts:
        engine.detect(document)
    return (clock() - start) / len(texts) * 1e6
