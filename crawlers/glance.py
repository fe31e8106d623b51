"""Single pages for a person who writes a source file: fetched as a visit fetches them, and forgotten."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.errors import InputError
from core.ports import Item, SourceState, Validators
from core.types import Page, Post
from crawlers.extract.types import Detail, Listing
from crawlers.report import VisitReport
from crawlers.sources import Bounds, Expect, Politeness, Source
from crawlers.visit import Extractors, Handle

_ID = "new-source"
_DELAY = timedelta(seconds=1)  # between two requests, of which there are few; a longer Crawl-delay wins


class Forgetful:
    """A patrol store that keeps nothing, so that a glance leaves no trace."""

    def known(self, _source: str, _keys: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """Nothing is known."""
        return {}

    def remember(self, _source: str, _items: Iterable[Item], _at: datetime) -> None:
        """Nothing is remembered."""

    def validators(self, _source: str, _key: str) -> Validators | None:
        """None."""
        return None

    def set_validators(self, _source: str, _validators: Mapping[str, Validators], _at: datetime) -> None:
        """None are kept."""

    def state(self, _source: str) -> SourceState | None:
        """No source was ever visited."""
        return None

    def set_state(self, _state: SourceState) -> None:
        """No state is kept."""

    def states(self) -> Iterator[SourceState]:
        """None."""
        return iter(())

    def due(self, _sources: Sequence[str], _now: datetime, _limit: int) -> list[str]:
        """Nothing is due."""
        return []

    def expire(self, _before: datetime) -> int:
        """Nothing to forget."""
        return 0

    def close(self) -> None:
        """Nothing to release."""


class Reports(Protocol):
    """The report of a visit that is under way."""

    def result(self) -> VisitReport:
        """The report, once the visit is over."""
        ...


class Visiting(Protocol):
    """What is asked of a fleet."""

    def visit(self, source: Source, handle: Handle) -> Reports:
        """Visit a source."""
        ...


class Catch:
    """Stands where pages are read: keeps the page that came, and finds nothing on it."""

    def __init__(self) -> None:
        self.page: Page | None = None

    @property
    def extractors(self) -> Extractors:
        """What a fleet takes for extractors."""
        return Extractors(self._list, _no_posts, self._list)

    def _list(self, page: Page, _source: Source) -> Listing:
        self.page = page
        return Listing(())


class Glance:
    """Fetches one page after the other, under the same robots.txt, guard and politeness as every visit."""

    def __init__(self, fleet: Visiting, catch: Catch, delay: timedelta = _DELAY) -> None:
        self._fleet = fleet
        self._catch = catch
        self._politeness = Politeness.model_construct(delay=delay, quiet=None)

    def page(self, url: str, *, drawn: bool = False) -> Page:
        """The page at ``url``; raises InputError with the reason why it cannot be had."""
        self._catch.page = None
        bounds, expect = Bounds(list_pages=1, recheck=0), Expect(least=0)
        source = Source(
            id=_ID, name=_ID, url=url, drawn=drawn, bounds=bounds, expect=expect, politeness=self._politeness
        )
        report = self._fleet.visit(source, _nobody).result()
        problem = report.problem or report.skipped
        if problem is not None:
            raise InputError(problem.zh, problem.en) from problem
        if self._catch.page is None:
            raise InputError(f"{url} 没有给出网页。", f"{url} gave no page.")
        return self._catch.page


def _no_posts(_page: Page, _source: Source) -> Detail:
    return Detail(())


def _nobody(_post: Post, _page: Page) -> None:
    """No post is handed on."""
