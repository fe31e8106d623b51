"""One look at a source: what it may use, how it goes, and the report that it ends with."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.errors import LurewatchError
from core.pictures import PictureReader
from core.types import Page, Post
from crawlers import escalation
from crawlers.browser import Browser
from crawlers.escalation import Way
from crawlers.extract.types import Detail, Listing
from crawlers.guard import Guard
from crawlers.limits import Limits
from crawlers.politeness import Politeness, Resting
from crawlers.report import VisitReport
from crawlers.robots import Robots
from crawlers.sources import Source

Clock = Callable[[], datetime]
Handle = Callable[[Post, Page], None]


def no_frame(_page: Page, _source: Source) -> str | None:
    """No page is a frame around another."""
    return None


@dataclass(frozen=True, slots=True)
class Extractors:
    """The functions that turn pages into entries and posts; each raises ExtractError.

    ``frame`` gives the address of the page that is to be read in the place of one, or None.
    """

    listing: Callable[[Page, Source], Listing]
    detail: Callable[[Page, Source], Detail]
    feed: Callable[[Page, Source], Listing]
    frame: Callable[[Page, Source], str | None] = no_frame


@dataclass(frozen=True, slots=True)
class Shared:
    """What all visits of a fleet have in common."""

    politeness: Politeness
    robots: Robots
    guard: Guard
    extractors: Extractors
    limits: Limits
    clock: Clock
    workers: Executor
    browser: Browser | None
    reader: PictureReader | None = None


@dataclass(slots=True)
class Visit:
    """A visit while it goes on; the event loop and its one worker call at a time touch it in turn."""

    source: Source
    started: datetime
    conditional: bool = True
    requests: int = 0
    not_modified: bool = False
    entries: int = 0
    new: int = 0
    edited: int = 0
    dropped: int = 0
    pictures: int = 0
    unread: int = 0
    overflowed: bool = False
    problem: LurewatchError | None = None
    skipped: LurewatchError | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    stopped: bool = False
    resumes: datetime | None = None
    ways: dict[str, Way] = field(default_factory=dict)

    def note(self, problem: LurewatchError) -> None:
        """Keep the first problem: it explains those that follow."""
        self.problem = self.problem or problem

    def rest(self, until: Resting) -> None:
        """The host's quiet hours: the visit did not happen, or not to its end, and goes on after them."""
        self.skipped = until
        self.resumes = until.until.astimezone(UTC)

    def stop(self) -> None:
        """End the visit; a post that is being handled is handled to its end."""
        self.stopped = True
        if self.task is not None:
            self.task.cancel()

    def report(self, ended: datetime) -> VisitReport:
        """The report of the visit as it stands."""
        return VisitReport(
            source=self.source.id,
            started=self.started,
            ended=ended,
            requests=self.requests,
            not_modified=self.not_modified,
            entries=self.entries,
            new=self.new,
            edited=self.edited,
            dropped=self.dropped,
            pictures=self.pictures,
            unread=self.unread,
            overflowed=self.overflowed,
            problem=self.problem,
            skipped=self.skipped or (STOPPED if self.stopped else None),
            resumes=self.resumes,
            fetching=escalation.as_text(self.ways) if self.ways else None,
        )


STOPPED = LurewatchError(
    "本次巡查中途停止，下次会接着进行。", "The visit was stopped before its end; the next one goes on."
)
