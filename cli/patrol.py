"""``lurewatch patrol``: visit sources for ever, for a while, or once."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Timer
from types import FrameType
from typing import Annotated

import typer

from app import App, Source, SourceWatch, check_contact, missing_pictures, read_sources
from cli.out import Out
from cli.session import Session, session_of
from core.errors import InputError
from core.settings import SETTINGS_FILE, read_settings
from core.words import Lang, Text
from scheduler import Patrol
from upkeep.edits import Edits
from upkeep.events import Event as Told
from upkeep.events import Settled
from upkeep.keeping import acceptable, keeping
from upkeep.resettings import SettingsWatch
from upkeep.wording import said

_HELP = Text("巡查来源：到时就看，有新帖就判断", "Patrol the sources: look when due, judge what is new")
_ONCE = Text("每个来源只看一次，然后结束", "visit every source once, then end")
_SOURCE = Text("只巡查这个来源（可多次给出）", "only this source (may be given again)")
_FOR = Text("巡查这么久，例如 10m、2h", "patrol for so long, such as 10m or 2h")
_BUDGET = Text("每分钟最多请求数", "requests a minute at most")
_JSON = Text("每次访问输出一行 JSON", "print one JSON line a visit")
_VISITED = Text(
    "{name}：看到 {entries} 条，新 {new}，改动 {edited}，标记 {flags}",
    "{name}: {entries} entries, {new} new, {edited} edited, {flags} flagged",
)
_AS_IS = "{words}"
_PROGRESS = Text("巡查", "patrolling")
_SUM = Text(
    "巡查 {visits} 个来源：{new} 个新帖，{flags} 条标记。复核：lurewatch review list",
    "{visits} sources visited: {new} new posts, {flags} flags. To review: lurewatch review list",
)
_DURATION = re.compile(r"(\d+)\s*([smhd])")
PATIENCE = 9.5  # seconds from a signal to the end, come what may
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Tally:
    """Counts what a patrol did and says it as it goes."""

    def __init__(self, out: Out, *, as_json: bool) -> None:
        self._out = out
        self._json = as_json
        self.visits = self.new = self.flags = self.broken = 0
        self.interrupted = False

    def told(self, event: Told) -> None:
        """Say what a patrol tells; nothing of what only figures are made of."""
        if isinstance(event, Settled):
            self._visited(event)
        words = said(event, self._out.lang)
        if words is not None:
            self._out.note(Text(_AS_IS, _AS_IS), words=words)

    def _visited(self, settled: Settled) -> None:
        report, name = settled.report, settled.source.name
        self.visits += 1
        self.new += report.new
        self.flags += len(settled.flags)
        self.broken += report.problem is not None
        if self._json:
            self._out.row(as_row(settled, self._out.lang))
            sys.stdout.flush()  # who reads along from a pipe wants each visit when it ends
        elif self._out.errors.is_terminal and report.problem is None and report.skipped is None:
            counts = {"entries": report.entries, "new": report.new, "edited": report.edited}
            self._out.note(_VISITED, name=name, flags=len(settled.flags), **counts)


def as_row(settled: Settled, lang: Lang) -> dict[str, object]:
    """A visit as a JSON line."""
    report = settled.report
    return {
        "source": settled.source.id,
        "seconds": round((report.ended - report.started).total_seconds(), 2),
        "requests": report.requests,
        "entries": report.entries,
        "new": report.new,
        "edited": report.edited,
        "pictures": report.pictures,
        "unread": report.unread,
        "flags": [flag.id for flag in settled.flags],
        "problem": report.problem.text(lang) if report.problem else None,
        "skipped": report.skipped.text(lang) if report.skipped else None,
    }


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("patrol", help=_HELP.say(lang))
    def patrol(
        context: typer.Context,
        once: Annotated[bool, typer.Option("--once", help=_ONCE.say(lang))] = False,
        source: Annotated[list[str] | None, typer.Option("--source", "-s", help=_SOURCE.say(lang))] = None,
        for_: Annotated[str | None, typer.Option("--for", help=_FOR.say(lang), metavar="10m")] = None,
        budget: Annotated[float | None, typer.Option(min=0.1, help=_BUDGET.say(lang))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        lasts = duration(for_) if for_ else None
        sources, bad = chosen(session, source)
        with session.app() as app:
            tally = run(app, sources, session.out, once=once, lasts=lasts, budget=budget, as_json=as_json, only=source)
        if not as_json:
            session.out.note(_SUM, visits=tally.visits, new=tally.new, flags=tally.flags)
        if tally.interrupted:
            return 130
        return 1 if bad or (once and tally.broken) else 0


def run(
    app: App,
    sources: tuple[Source, ...],
    out: Out,
    *,
    once: bool,
    lasts: timedelta | None = None,
    budget: float | None = None,
    as_json: bool = False,
    only: list[str] | None = None,
) -> Tally:
    """Patrol ``sources`` as asked, and give the counts; ``only`` are the ids that were asked for."""
    tally = Tally(out, as_json=as_json)
    if (lacking := missing_pictures(sources)) is not None:
        out.note(lacking)
    _ = app.pipeline  # rules and model are wrong or missing before the first request, not in the middle of a visit
    with (
        app.fleet(budget) as fleet,
        out.progress(_PROGRESS, len(sources) if once else None) as bar,
        keeping(app, out.lang, always_on=not once) as kept,
    ):

        def tell(event: Told) -> None:
            tally.told(event)
            kept.tell(event)
            if isinstance(event, Settled):
                bar.step()

        edits = None if once else _edits(app, tell, sources, only)
        patrol = Patrol(app, fleet, sources, tell, edits, kept.clocks)
        if once:
            _one_round(patrol)
        else:
            with _stopping() as stop:
                patrol.run(stop.event, app.clock() + lasts if lasts else None, kept.chores(patrol.names))
            tally.interrupted = stop.by is signal.SIGINT
    return tally


def _one_round(patrol: Patrol) -> None:
    try:
        patrol.once()
    except KeyboardInterrupt:
        patrol.stop()
        raise


def _edits(app: App, tell: Callable[[Told], None], sources: tuple[Source, ...], only: list[str] | None) -> Edits:
    """What is watched while the patrol runs."""
    return Edits(
        app,
        tell,
        SourceWatch(app.settings.sources, lambda found: check_contact(app.settings, tuple(found))),
        SettingsWatch(Path(SETTINGS_FILE), read_settings, lambda found: acceptable(found, sources)),
        only,
    )


def chosen(session: Session, names: list[str] | None) -> tuple[tuple[Source, ...], int]:
    """The sources asked for and the number of files that are wrong, each of which is complained of."""
    sources, bad = read_sources(session.settings.sources)
    for problem in bad:
        session.out.complain(problem)
    if names:
        known = {source.id: source for source in sources}
        if missing := [name for name in names if name not in known]:
            raise InputError(
                f"没有来源 {'、'.join(missing)}。现有：{'、'.join(known) or '无'}",
                f"There is no source {', '.join(missing)}. There are: {', '.join(known) or 'none'}",
            )
        sources = tuple(known[name] for name in names)
    if not sources:
        folder = session.settings.sources
        raise InputError(
            f"{folder} 里没有可用的来源。先试 lurewatch demo，或照 docs/sources.md 写第一个来源。",
            f"There is no source to patrol in {folder}. Try lurewatch demo, or write one as docs/sources.md shows.",
        )
    check_contact(session.settings, sources)
    return sources, len(bad)


def duration(written: str) -> timedelta:
    """A length of time such as 90s, 10m, 2h or 1d; raises InputError."""
    match = _DURATION.fullmatch(written.strip())
    if match is None or int(match[1]) == 0:
        raise InputError(
            f"--for {written} 看不懂，请写作 90s、10m、2h 或 1d。", f"--for {written}: write 90s, 10m, 2h or 1d."
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@dataclass(slots=True)
class _Stop:
    """Whether the patrol was asked to end, and by which signal."""

    event: Event = field(default_factory=Event)
    by: signal.Signals | None = None


@contextmanager
def _stopping() -> Iterator[_Stop]:
    """Set by SIGTERM and Ctrl-C, so that visits end cleanly."""
    stop = _Stop()

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.by is None:
            end = Timer(PATIENCE, os._exit, (1,))  # whatever hangs: to be killed at any moment loses nothing
            end.daemon = True
            end.start()
        stop.by = signal.Signals(number)
        stop.event.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
