"""The composition root: the only place that knows which part plays which role."""

import importlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import structlog

from classifiers import model, tokens
from classifiers import train as training
from core.errors import InputError, StoreError
from core.ports import FlagStore, PatrolStore, Segmenter
from core.secret import open_key
from core.settings import Settings
from core.types import Flag
from core.words import Text
from crawlers.evidence import WarcEvidence, verify
from crawlers.report import VisitReport
from crawlers.revisit import Bounds, intervals, updated_rate
from crawlers.sources import Source, read_sources
from indexer import schema
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags
from pipeline import Judge, Pipeline
from rules import decide, engine, lint, loader, policy

if TYPE_CHECKING:
    from crawlers.fleet import Fleet

__all__ = [
    "App",
    "Source",
    "VisitReport",
    "build",
    "check_contact",
    "check_rules",
    "find_browser",
    "model_folder",
    "next_interval",
    "rate_after",
    "read_sources",
    "train_model",
]

VERSION = "0.1.0"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_ENTRIES_A_PAGE = 20  # how many new posts a list page is taken to show


def build(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> "App":
    """The parts that ``settings`` ask for; each is made when it is first used."""
    return App(settings, clock)


class App:
    """All parts, put together; close it (or use ``with``) to release them."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.clock = clock
        self._opened: list[FlagStore | PatrolStore] = []

    @cached_property
    def segment(self) -> Segmenter:
        """The one segmenter."""
        return tokens.make_segmenter()

    @cached_property
    def _model(self) -> model.Model:
        return model.load(model_folder(self.settings), self.segment)

    @property
    def model_version(self) -> str:
        """The version of the trained model; raises NeedsSetup where there is none."""
        return self._model.version

    @cached_property
    def judge(self) -> Judge:
        """Rules and model with the decision over both; raises InputError or NeedsSetup."""
        banks = loader.read_banks()
        rules, bad = loader.read_rules(self.settings.rules, banks)
        if bad:
            raise bad[0]
        found = engine.RuleEngine(rules, banks, self.segment)
        choose = decide.decider(policy.read_policy(self.settings.policy), self._model.thresholds)
        return Judge((found, self._model.detector), choose)

    @cached_property
    def flags(self) -> FlagStore:
        """Flags and reviews."""
        store = SqliteFlags(schema.path_of(self.settings.store_url), self.segment)
        self._opened.append(store)
        return store

    @cached_property
    def patrols(self) -> PatrolStore:
        """What the patrol remembers."""
        store = SqlitePatrols(schema.path_of(self.settings.store_url))
        self._opened.append(store)
        return store

    @cached_property
    def pipeline(self) -> Pipeline:
        """From a post to a flag in the store."""
        evidence = WarcEvidence(self.settings.data / "evidence", self.clock, f"Lurewatch/{VERSION}")
        return Pipeline(self.judge, evidence, self.flags, self.clock, _warn)

    def verify(self, flag: Flag) -> tuple[Text, ...]:
        """What is wrong with a flag's evidence, nothing where it is sound."""
        return verify(self.settings.data, flag)

    def fleet(self, budget: float | None = None) -> "AbstractContextManager[Fleet]":
        """The crawlers, closed at the end of the ``with`` block."""
        # Scrapy and the extractors take a second to import, and most commands do not crawl.
        fleet = importlib.import_module("crawlers.fleet")
        pages = importlib.import_module("crawlers.extract.pages")
        feeds = importlib.import_module("crawlers.extract.feeds")
        visit = importlib.import_module("crawlers.visit")
        return _closing(
            fleet.Fleet(
                self.patrols,
                open_key(self.settings.data / "secret.key"),
                visit.Extractors(pages.listing, pages.detail, feeds.feed),
                clock=self.clock,
                user_agent=user_agent(self.settings),
                allowed=self.settings.allow_private,
                browser=find_browser(self.settings),
                budget=budget,
                visits_at_once=self.settings.visits_at_once,
            )
        )

    def close(self) -> None:
        """Close what was opened."""
        while self._opened:
            self._opened.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _closing(fleet: "Fleet") -> "Iterator[Fleet]":
    try:
        yield fleet
    finally:
        fleet.close()


def _warn(problem: StoreError) -> None:
    structlog.get_logger("evidence").warning("not written", problem=problem.en)


def model_folder(settings: Settings) -> Path:
    """The model of the data folder if one was trained there, else the one that ``make setup`` built."""
    return settings.model_folder if settings.model or settings.model_folder.exists() else settings.built_model


def user_agent(settings: Settings) -> str:
    """An honest name, with the address that a site can write to."""
    return f"Lurewatch/{VERSION} (+{settings.contact})" if settings.contact else f"Lurewatch/{VERSION}"


def check_contact(settings: Settings, sources: tuple[Source, ...]) -> None:
    """Raise InputError where public sites would be patrolled without an address that they can write to."""
    if settings.contact:
        return
    for source in sources:
        if not _private(urlsplit(source.url).hostname or ""):
            raise InputError(
                f"巡查公开站点 {source.url} 前，请设置 LUREWATCH_CONTACT（邮箱或网址），让站点能联系到您。",
                f"Before {source.url} is patrolled, set LUREWATCH_CONTACT (an e-mail or web address) "
                "so that the site can reach you.",
            )


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def find_browser(settings: Settings) -> Path | None:
    """Chromium's executable, or None."""
    if settings.browser:
        return settings.browser if settings.browser.exists() else None
    return next((Path(found) for name in _BROWSERS if (found := shutil.which(name))), None)


def check_rules(folder: Path) -> tuple[int, tuple[InputError, ...]]:
    """How many rules a folder holds, and what is wrong with them."""
    return lint.check(folder)


def train_model(corpus: Path, out: Path, progress: Callable[[str, int, int], None]) -> tuple[Text, ...]:
    """Train from ``corpus`` into ``out``; gives the report's lines."""
    return training.train(corpus, out, tokens.make_segmenter(), progress).lines()


def rate_after(rate: float | None, report: VisitReport, hours: float) -> float:
    """New posts an hour of a source, after a visit ``hours`` after the one before."""
    return updated_rate(rate, report.new, hours, overflowed=report.overflowed)


def next_interval(source: Source, rate: float | None, weights: Mapping[str, float] | None = None) -> timedelta:
    """How long a source is left alone."""
    hour = timedelta(hours=1)
    capacity = _ENTRIES_A_PAGE * source.bounds.list_pages
    bounds = Bounds(source.interval.least / hour, source.interval.most / hour, capacity)
    return intervals({source.id: rate}, weights or {}, {source.id: bounds})[source.id]
