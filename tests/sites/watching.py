"""Patrols a site with the real judge and store, and measures what of its posts was seen, whole, and how soon."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from app import App, Source, VisitReport, read_sources
from core.ports import Query
from core.settings import read_settings
from core.types import Flag, Page, Post
from pipeline import Pipeline
from scheduler import Patrol
from tests.running import Ran, lurewatch, places_with
from upkeep.events import Event, Settled


@dataclass(frozen=True, slots=True)
class Appeared:
    """A post, or an edit of one, as it was written, and the number of the first visit that could see it."""

    mark: str
    title: str | None
    text: str
    visit: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A post as a visit gave it to the judge."""

    post: Post
    visit: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the posts that appeared the share seen, of these the shares whole and timed, and the delay in visits."""

    appeared: int
    seen: float
    whole: float
    timed: float
    mean_delay: float
    worst_delay: int


@dataclass(frozen=True, slots=True)
class Commanded:
    """What the command said of its one visit."""

    ran: Ran
    code: int
    new: int | None
    edited: int | None


@dataclass(frozen=True)
class Noting:
    """The real pipeline, with a note in memory of what it was given."""

    pipeline: Pipeline
    watch: "Watch"

    def process(self, source: str, post: Post, page: Page) -> Flag | None:
        """As the pipeline does it."""
        self.watch.seen.append(Seen(post, self.watch.visits))
        return self.pipeline.process(source, post, page)


class _App(App):
    """All real parts; what goes through the pipeline is noted."""

    watch: "Watch"

    @cached_property
    def pipeline(self) -> Any:
        """The pipeline of the app."""
        return Noting(super().pipeline, self.watch)


@dataclass
class Watch:
    """A patrol of one source file whose address is where the site happens to listen."""

    home: Path
    file: Path
    visits: int = 0
    appeared: list[Appeared] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def source(self, url: str) -> None:
        """Take the source file as it is, but for the address."""
        folder = self.home / "sources"
        folder.mkdir(exist_ok=True)
        (folder / self.file.name).write_text(self.file.read_text("utf-8").replace("URL", url), "utf-8")

    @property
    def env(self) -> Mapping[str, str]:
        """The settings of the command."""
        return {"LUREWATCH_SOURCES": str(self.home / "sources"), "LUREWATCH_ALLOW_PRIVATE": "127.0.0.0/8"}

    def wrote(self, mark: str, text: str, title: str | None = None) -> str:
        """Note that a post appears before the next visit."""
        self.appeared.append(Appeared(mark, title, text, self.visits + 1))
        return text

    def visit(self) -> VisitReport:
        """One visit without a problem."""
        report = self.look()
        problem = report.problem or report.skipped
        assert problem is None, problem
        return report

    def look(self) -> VisitReport:
        """One visit, with rules, model and store as they are."""
        self.visits += 1
        told: list[Event] = []
        settings = read_settings(
            data=self.home / "data", sources=self.home / "sources", allow_private=("127.0.0.0/8",), contact=""
        )
        with _App(settings, lambda: datetime.now(UTC)) as app:
            app.watch = self
            sources = read(app)
            with app.fleet() as fleet:
                Patrol(app, fleet, sources, told.append).once()
        (settled,) = (event for event in told if isinstance(event, Settled))
        return settled.report

    def command(self) -> "Commanded":
        """A visit by the command, in a process of its own."""
        self.visits += 1
        ran = lurewatch("patrol", "--once", "--json", home=self.home, env=self.env)
        row = json.loads(ran.out.splitlines()[0]) if ran.out else {}
        return Commanded(ran, ran.code, row.get("new"), row.get("edited"))

    def flagged(self) -> set[str]:
        """The texts of all flags."""
        settings = read_settings(data=self.home / "data", sources=self.home / "sources")
        with App(settings, lambda: datetime.now(UTC)) as app:
            return {stored.flag.text for stored in app.flags.search(Query())}

    def kept(self, *marks: str) -> dict[str, list[str]]:
        """The files of the data folder that hold any of these words, by word; nothing where there is none."""
        found = {mark: places_with(mark, self.home / "data") for mark in marks}
        return {mark: places for mark, places in found.items() if places}

    def figures(self) -> Figures:
        """The figures so far; an edit counts as a post of its own."""
        delays, whole, timed = [], 0, 0
        for one in self.appeared:
            holding = [seen for seen in self.seen if one.mark in seen.post.text and seen.visit >= one.visit]
            if holding:
                delays.append(holding[0].visit - one.visit + 1)
                whole += any((seen.post.text, seen.post.title) == (one.text, one.title) for seen in holding)
                timed += all(self._is_timed(seen.post) for seen in holding)
        return Figures(
            appeared=len(self.appeared),
            seen=len(delays) / len(self.appeared),
            whole=whole / len(delays) if delays else 0.0,
            timed=timed / len(delays) if delays else 0.0,
            mean_delay=sum(delays) / len(delays) if delays else 0.0,
            worst_delay=max(delays, default=0),
        )

    def _is_timed(self, post: Post) -> bool:
        """Whether it was published while the test ran, by the clock of the site, which tells minutes."""
        told = post.published_at
        return told is not None and self.began - timedelta(minutes=1) <= told <= datetime.now(UTC)


def show(name: str, figures: Figures) -> None:
    """Print the figures of a site."""
    sys.stdout.write(f"\n{name}: {figures}\n")


def read(app: App) -> tuple[Source, ...]:
    """The sources of the app's folder, none of them wrong."""
    good, bad = read_sources(app.settings.sources)
    assert not bad, bad
    return good
