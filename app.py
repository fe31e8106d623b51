"""The composition root: the only place that knows which part plays which role."""

import importlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import structlog

from classifiers import model, rows, tokens
from classifiers.evaluate import Board, Case
from classifiers.learning import Learning
from classifiers.versions import Version
from classifiers.versions import current as current_model
from core.errors import StoreError
from core.ports import FlagStore, PatrolStore, RuleCounts, Segmenter
from core.settings import ROOT, Settings
from core.types import Flag
from core.words import Lang, Text
from crawlers.allowance import Allowance
from crawlers.contact import check_address, check_contact
from crawlers.drafted import Drafted
from crawlers.escalation import LOOK_AGAIN
from crawlers.evidence.camera import Camera
from crawlers.evidence.proof import Proof
from crawlers.executable import find_browser
from crawlers.outlook import Outlook, outlook
from crawlers.pictures import optional as pictures
from crawlers.planner import Planner, Reasoning
from crawlers.report import VisitReport
from crawlers.revisit import Bound
from crawlers.sources import Source, read_sources
from crawlers.turns import startable
from crawlers.watch import SourcesRead, SourcesRefused, SourceWatch
from indexer.stores import Store
from pipeline import Judge, LiveJudge, Pipeline
from rules import decide, engine, loader, policy, screen
from rules.backtest import Report
from rules.editor import Editor
from rules.lint import inspect as check_rules
from rules.overview import ListedRule, Overviewer
from rules.reload import Loaded, Refused, Reload, Reloader
from rules.schema import Status as RuleStatus
from rules.suggest import Suggestion
from rules.trial import Trial
from rules.versions import bump as bump_rules

if TYPE_CHECKING:
    from crawlers.fleet import Fleet

__all__ = [
    "LOOK_AGAIN",
    "Allowance",
    "App",
    "Board",
    "Bound",
    "Case",
    "Drafted",
    "ListedRule",
    "Loaded",
    "Outlook",
    "Planner",
    "Reasoning",
    "Refused",
    "Reload",
    "Report",
    "RuleStatus",
    "Source",
    "SourceWatch",
    "SourcesRead",
    "SourcesRefused",
    "Suggestion",
    "Trial",
    "Version",
    "VisitReport",
    "build",
    "bump_rules",
    "check_address",
    "check_contact",
    "check_rules",
    "find_browser",
    "missing_pictures",
    "model_folder",
    "pictures_installed",
    "read_sources",
    "startable",
]

VERSION = "0.1.0"
missing_pictures, pictures_installed = pictures.missing, pictures.installed
SOFTWARE = f"Lurewatch/{VERSION}"


def build(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> "App":
    """The parts that ``settings`` ask for; each is made when it is first used."""
    return App(settings, clock)


class App:
    """All parts, put together; close it (or use ``with``) to release them."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.clock = clock

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
    def judge(self) -> LiveJudge:
        """Rules and model with the decision over both; raises InputError or NeedsSetup."""
        _ = self._reloader  # from here on no change goes unseen
        return LiveJudge(self._judge_by(self._rules))

    @cached_property
    def _rules(self) -> engine.RuleEngine:
        banks = loader.read_banks()
        rules, bad = loader.read_rules(self.settings.rules, banks)
        if bad:
            raise bad[0]
        return engine.RuleEngine(rules, banks, self.segment, self._today())

    @cached_property
    def _policy(self) -> policy.Policy:
        return policy.read_policy(self.settings.policy)

    def _judge_by(self, rules: engine.RuleEngine, other: model.Model | None = None) -> Judge:
        by = other or self._model
        choose = decide.decider(self._policy, by.thresholds)
        sure = rules.may_hold(self._policy.model.sure_rule)
        stops = screen.screener(self._policy, sure, rules.may_hold())
        return Judge((by.detector, rules), choose, screen.reacher(rules.askers()), stops, by.detector.explain)

    def _today(self) -> date:
        return self.clock().date()

    @cached_property
    def _reloader(self) -> Reloader:
        return Reloader(self.settings.rules, self.segment, self._today)

    def reload(self) -> Reload | None:
        """Swap the rules of the folder in if they changed and are sound; what came of it, None if nothing changed."""
        judge = self.judge
        found = self._reloader.poll()
        if isinstance(found, Loaded):
            judge.swap(self._judge_by(found.engine))
        return found

    @cached_property
    def editor(self) -> Editor:
        """What rule editors ask for."""

        def harmless() -> list[str]:
            return [row.text for row in rows.read(self.settings.corpus) if row.category == rows.NONE]

        shipped = ROOT / "rules" / "keywords"
        return Editor(
            self.settings.rules,
            shipped,
            self.segment,
            self._today(),
            lambda rules: self._judge_by(rules).judge,
            lambda: self.flags,
            harmless,
        )

    def learning(self, corpus: Path | None = None, out: Path | None = None) -> Learning:
        """Training, evaluation and versions of the model, of the settings' folders where no others are given."""
        settings, folder = self.settings, out or self.settings.model_folder
        return Learning(
            corpus=corpus or settings.corpus,
            frozen=settings.frozen,
            folder=folder,
            in_use=current_model(folder if out else model_folder(settings)),
            segment=self.segment,
            judge=lambda document: self.judge.judge(document),  # noqa: PLW0108 - the model is loaded only if asked
            judging=lambda by: self._judge_by(self._rules, by).judge,
            find=lambda flag: self.flags.get(flag),  # noqa: PLW0108 - the store is opened only if asked
            clock=self.clock,
        )

    @cached_property
    def flags(self) -> FlagStore:
        """Flags and reviews."""
        return self.store.flags

    @cached_property
    def patrols(self) -> PatrolStore:
        """What the patrol remembers."""
        return self.store.patrols

    @cached_property
    def counts(self) -> RuleCounts:
        """How often rules in the background held."""
        return self.store.counts

    @cached_property
    def store(self) -> Store:
        """Where all is kept, as the settings say."""
        return Store(self.settings, self.segment, lambda: self.model_version)

    @property
    def overview(self) -> Overviewer:
        """The rules, each with what it did."""
        return Overviewer(self.settings.rules, self._today(), lambda: self.flags, lambda: self.counts)

    @cached_property
    def pipeline(self) -> Pipeline:
        """From a post to a flag in the store."""
        return Pipeline(self.judge, self.evidence, self.flags, self.clock, _warn, self.counts.count)

    @cached_property
    def evidence(self) -> Proof:
        """The proof of flags: kept, expired, verified, packed."""
        return Proof(self.settings.data, self.clock, SOFTWARE, (self._camera.attach, pictures.attach))

    @cached_property
    def _camera(self) -> Camera:
        return Camera()

    def planner(self, sources: Sequence[Source]) -> Planner:
        """When these sources are due, each and together."""
        return Planner(sources, self.patrols, self.flags.tallies, self.settings.visits_per_minute)

    def outlook(self, source: Source) -> Outlook:
        """How a source stands."""
        return outlook(source, self.patrols, self.flags)

    def verify(self, flag: Flag) -> tuple[Text, ...]:
        """What is wrong with a flag's evidence, nothing where it is sound, or expired on purpose."""
        return self.evidence.verifier().flag(flag).wrong

    def fleet(self, budget: float | None = None) -> "AbstractContextManager[Fleet]":
        """The crawlers, closed at the end of the ``with`` block."""
        crawlers: Fleet = _together().patrolling(
            self.settings, self.clock, SOFTWARE, self.patrols, budget, pictures.reader()
        )
        self._camera.through(crawlers.shoot)
        return closing(crawlers)

    def draft(self, url: str, lang: Lang) -> Drafted:
        """A source file for what is at ``url``, looked at as politely as any source; raises InputError."""
        found: Drafted = _together().draft(self.settings, self.clock, SOFTWARE, url, lang)
        return found

    def close(self) -> None:
        """Close what was opened."""
        if "store" in vars(self):
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _together() -> Any:
    """Scrapy and the extractors take a second to import, and most commands do not crawl."""
    return importlib.import_module("crawlers.together")


def _warn(problem: StoreError) -> None:
    structlog.get_logger("evidence").warning("not written", problem=problem.en)


def model_folder(settings: Settings) -> Path:
    """The model of the data folder if one was trained there, else the one that ``make setup`` built."""
    own = current_model(settings.model_folder)
    return (
        own
        or (settings.model_folder if settings.model else current_model(settings.built_model))
        or settings.built_model
    )
