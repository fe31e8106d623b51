"""Turns one post and its page into a flag or nothing; its steps are functions passed in."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from core import secret
from core.contacts import find
from core.errors import StoreError
from core.pictures import codes, shown
from core.ports import Detector, EvidenceWriter, FlagStore, RuleVersion
from core.text import Document
from core.types import Contact, Decision, Flag, Page, Post, Reason, Role, Signal

Reach = Callable[[Document], Reason | None]
Screen = Callable[[Document, Sequence[Signal]], Reason | None]
Decide = Callable[[Document, Sequence[Signal], Sequence[Contact]], Decision]
Explain = Callable[[Document, Sequence[Signal]], Sequence[Signal]]
Count = Callable[[Collection[RuleVersion], date, bool], None]


def reaches_all(_document: Document) -> None:
    """The first screen that lets every document through."""


def stops_nothing(_document: Document, _signals: Sequence[Signal]) -> None:
    """The second screen that lets every document through."""


def as_they_are(_document: Document, signals: Sequence[Signal]) -> Sequence[Signal]:
    """The signals without a further explanation."""
    return signals


def counts_nothing(_rules: Collection[RuleVersion], _day: date, _flagged: bool) -> None:
    """The count that is not kept."""


def in_background(decision: Decision) -> tuple[RuleVersion, ...]:
    """The rules that held without weight: those in the background."""
    silent = (one.rule for one in decision.signals if one.role is Role.HARM and one.rule and one.score == 0)
    return tuple(dict.fromkeys(RuleVersion(rule.slug, rule.version) for rule in silent))


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads a document and decides: the first detector, then the others, then ``decide``.

    ``reach`` may say before all that nobody can be reached, and ``screen`` after the first detector why the others
    need not look. What is flagged gets its signals explained.
    """

    detectors: tuple[Detector, ...]
    decide: Decide
    reach: Reach = reaches_all
    screen: Screen = stops_nothing
    explain: Explain = as_they_are

    def judge(self, document: Document) -> Decision:
        """The decision on one document; pure. Most documents offer nothing, and are soon done with."""
        reason = self.reach(document)
        if reason is not None:
            return Decision(False, None, 0.0, (reason,))
        signals = [one for detector in self.detectors[:1] for one in detector.detect(document)]
        reason = self.screen(document, signals)
        if reason is not None:
            return Decision(False, None, 0.0, (reason,), tuple(signals))
        for detector in self.detectors[1:]:
            signals.extend(detector.detect(document))
        decision = self.decide(document, signals, find(document))
        if not decision.flagged:
            return decision
        return replace(decision, signals=tuple(self.explain(document, decision.signals)))


class Judging(Protocol):
    """Decides on a document; who does may change while a patrol runs."""

    def judge(self, document: Document) -> Decision:
        """The decision on one document."""
        ...


class LiveJudge:
    """The judge in force; whoever holds this one judges the next document by the judge that was swapped in last."""

    def __init__(self, first: Judge) -> None:
        self._now = first

    @property
    def now(self) -> Judge:
        """The judge that was swapped in last."""
        return self._now

    def judge(self, document: Document) -> Decision:
        """The decision on one document."""
        return self._now.judge(document)

    def swap(self, new: Judge) -> None:
        """Judge by ``new`` from now on; a document that is being judged is judged by the old one to the end."""
        self._now = new


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Detect, decide, gather evidence, store; what is not flagged leaves no trace.

    ``count`` is told of each post that rules in the background held for: which ones, the day, whether it was flagged.
    """

    judge: Judging
    evidence: EvidenceWriter
    store: FlagStore
    clock: Callable[[], datetime]
    warn: Callable[[StoreError], None]
    count: Count = counts_nothing

    def process(self, source: str, post: Post, page: Page) -> Flag | None:
        """The flag that was stored for ``post``, or None; raises StoreError where flag or count could not be stored.

        Evidence that cannot be written does not lose the flag: it is stored without, and ``warn`` is told.
        """
        decision = self.judge.judge(Document.of(post.text, post.title, shown(post.pictures), codes(post.pictures)))
        flag = self._keep(source, post, page, decision)
        silent = in_background(decision)
        if silent:  # after the flag was stored: a post that is judged again since it was not counts once
            self.count(silent, self.clock().date(), flag is not None)
        return flag

    def _keep(self, source: str, post: Post, page: Page, decision: Decision) -> Flag | None:
        if not decision.flagged or decision.category is None:
            return None
        seen = shown(post.pictures)
        flag = Flag(
            id=secret.flag_id(post.url, f"{post.text}\n{seen}" if seen else post.text, decision.category),
            source=source,
            url=post.url,
            title=post.title,
            text=post.text,
            published_at=post.published_at,
            seen_at=self.clock(),
            decision=decision,
            shown=seen,
        )
        try:
            flag = replace(flag, evidence=self.evidence.keep(flag, post, page))
        except StoreError as problem:
            self.warn(problem)
        self.store.put(flag)
        return flag
