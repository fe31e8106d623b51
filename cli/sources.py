"""``lurewatch sources``: how each source stands, why it is visited when it is, and a plot of how late flags came."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app import Outlook, read_sources
from cli import delays, why
from cli.flags import local
from cli.session import Session, session_of
from core import codec
from core.errors import InputError
from core.words import Lang, Text

_WHY = Text("说明下次巡查的时间是怎么来的", "explain how the next visit came about")
_PLOT = Text("把各来源从发布到标记的时间画成 SVG", "draw how late flags came, source by source, as SVG")
_ID = Text("来源编号", "a source's id")
_FILE = Text("写到这个 .svg 文件", "the .svg file to write")
_JSON = Text("输出 JSON lines", "print JSON lines")
_TITLES = (
    Text("编号", "id"),
    Text("名称", "name"),
    Text("帖/时", "posts/h"),
    Text("招揽占比", "offers"),
    Text("上次巡查", "last visit"),
    Text("下次巡查", "next visit"),
    Text("平均延迟", "mean delay"),
    Text("状态", "state"),
)
_WIDTHS = (24, None, 8, 8, 16, 16, 12, 24)
_OK = Text("正常", "ok")
_NEW = Text("未巡查", "not visited yet")
_BROKEN = Text("异常，自 {since}", "broken since {since}")
_NONE = Text("{folder} 里没有可用的来源。", "There is no source in {folder}.")
_WROTE = Text("已写 {path}：{count} 个来源。", "Wrote {path}: {count} sources.")


def add(sources: typer.Typer, lang: Lang) -> None:
    """Add the list itself, ``why`` and ``plot`` to the group of commands for sources."""

    @sources.callback(invoke_without_command=True)
    def listed(
        context: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        return 0 if context.invoked_subcommand else _listed(session_of(context), as_json=as_json)

    @sources.command("why", help=_WHY.say(lang))
    def why_(
        context: typer.Context,
        source: Annotated[str, typer.Argument(help=_ID.say(lang), metavar="ID")],
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        found = _outlooks(session, source)[0]
        if as_json:
            reasoning = asdict(found.reasoning) if found.reasoning else None
            session.out.row({**_row(found), "reasoning": reasoning, "fetching": _fetching(found)})
            return 0
        for sentence in why.sentences(found, lang):
            session.out.console.print(sentence, soft_wrap=True)
        return 0

    @sources.command("plot", help=_PLOT.say(lang))
    def plot(
        context: typer.Context,
        path: Annotated[Path, typer.Argument(help=_FILE.say(lang), metavar="FILE.svg")],
    ) -> int:
        session = session_of(context)
        bars = sorted(_bars(_outlooks(session)), key=lambda bar: -bar.mean)
        _write(path, bars, lang)
        session.out.say(_WROTE, path=path, count=len(bars))
        return 0


def _listed(session: Session, *, as_json: bool) -> int:
    out, found = session.out, _outlooks(session)
    if as_json:
        for one in found:
            out.row(_row(one))
    elif found:
        out.table(_TITLES, (_cells(one, out.lang) for one in found), _WIDTHS)
    else:
        out.say(_NONE, folder=session.settings.sources)
    return 0


def _outlooks(session: Session, only: str | None = None) -> list[Outlook]:
    """All sources, or the one asked for; files that are wrong are complained of. Raises InputError."""
    good, bad = read_sources(session.settings.sources)
    for problem in bad:
        session.out.complain(problem)
    chosen = [source for source in good if only in (None, source.id)]
    if only and not chosen:
        known = [source.id for source in good]
        raise InputError(
            f"没有来源 {only}。现有：{'、'.join(known) or '无'}",
            f"There is no source {only}. There are: {', '.join(known) or 'none'}",
        )
    with session.app() as app:
        return [app.outlook(source) for source in chosen]


def _row(found: Outlook) -> dict[str, object]:
    """A source as a JSON line; delays in minutes."""
    state, late = found.state, found.delays
    return {
        "id": found.source.id,
        "name": found.source.name,
        "posts_per_hour": _rounded(found.rate),
        "share": _rounded(found.share),
        "last_visit": codec.time_out(state.last_visit) if state and state.last_visit else None,
        "next_visit": codec.time_out(state.due_at) if state else None,
        "delay": {"mean": _minutes(late.mean), "p95": _minutes(late.p95), "flags": late.count} if late else None,
        "broken_since": codec.time_out(state.broken_since) if state and state.broken_since else None,
        "problem": state.problem if state else None,
    }


def _fetching(found: Outlook) -> dict[str, object]:
    """Which way pages come: what the source's file says, and what was learnt of each sort."""
    learnt = [
        {"pages": one.sort.value, "drawn": one.drawn, "since": codec.time_out(one.since), "kinds": one.kinds}
        for one in found.courses
    ]
    return {"drawn": found.source.drawn, "learnt": learnt}


def _cells(found: Outlook, lang: Lang) -> Sequence[str]:
    state, late = found.state, found.delays
    return (
        found.source.id,
        found.source.name,
        "—" if found.rate is None else f"{found.rate:.2f}",
        "—" if found.share is None else f"{found.share:.1%}",
        local(state.last_visit) if state and state.last_visit else "—",
        local(state.due_at) if state else "—",
        why.span(late.mean / timedelta(hours=1), lang) if late else "—",
        _standing(found, lang),
    )


def _standing(found: Outlook, lang: Lang) -> str:
    if found.state is None:
        return _NEW.say(lang)
    since = found.state.broken_since
    return _BROKEN.say(lang, since=local(since)) if since else _OK.say(lang)


def _bars(found: Sequence[Outlook]) -> Iterator[delays.Bar]:
    for one in found:
        if one.delays:
            yield delays.Bar(one.source.name, _minutes(one.delays.mean), _minutes(one.delays.p95), one.delays.count)


def _write(path: Path, bars: Sequence[delays.Bar], lang: Lang) -> None:
    if path.suffix.lower() != ".svg":
        raise InputError(f"{path} 不是 .svg 文件。请改用 .svg 结尾的文件名。", f"{path} does not end in .svg.")
    if not bars:
        raise InputError(
            "还没有一条标记知道发布时间，画不出延迟。请先巡查一段时间；来源文件里的 selectors.time 指出发布时间。",
            "No flag has a known time of publication yet, so there is nothing to draw. Patrol for a while; "
            "selectors.time in a source's file says where the time stands.",
        )
    try:
        path.write_text(delays.drawn(bars, lang), encoding="utf-8")
    except OSError as problem:
        raise InputError(f"{path} 写不了：{problem}", f"{path} cannot be written: {problem}") from problem


def _minutes(span: timedelta) -> float:
    return round(span / timedelta(minutes=1), 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
