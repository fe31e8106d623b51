"""Turns one post and its page into a flag or nothing; its steps are functions passed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core import secret
from core.contacts import find
from core.errors import StoreError
from core.ports import Detector, EvidenceWriter, FlagStore
from core.text import Document
from core.types import Contact, Decision, Flag, Page, Post, Signal

Decide = Callable[[Document, Sequence[Signal], Sequence[Contact]], Decision]


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads a document and decides: the detectors, then ``decide``."""

    detectors: tuple[Detector, ...]
    decide: Decide

    def judge(self, document: Document) -> Decision:
        """The decision on one document; pure."""
        signals = [signal for detector in self.detectors for signal in detector.detect(document)]
        return self.decide(document, signals, find(document))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Detect, decide, gather evidence, store; what is not flagged leaves no trace."""

    judge: Judge
    evidence: EvidenceWriter
    store: FlagStore
    clock: Callable[[], datetime]
    warn: Callable[[StoreError], None]

    def process(self, source: str, post: Post, page: Page) -> Flag | None:
        """The flag that was stored for ``post``, or None; raises StoreError where the flag could not be stored.

        Evidence that cannot be written does not lose the flag: it is stored without, and ``warn`` is told.
        """
        decision = self.judge.judge(Document.of(post.text, post.title))
        if not decision.flagged or decision.category is None:
            return None
        flag = Flag(
            id=secret.flag_id(post.url, post.text, decision.category),
            source=source,
            url=post.url,
            title=post.title,
            text=post.text,
            published_at=post.published_at,
            seen_at=self.clock(),
            decision=decision,
        )
        try:
            flag = replace(flag, evidence=self.evidence.keep(flag.id, post, page))
        except StoreError as problem:
            self.warn(problem)
        self.store.put(flag)
        return flag
