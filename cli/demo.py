"""``lurewatch demo``: a county town's public web on this machine, patrolled before your eyes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import typer

from app import build, read_sources
from cli import flags, patrol
from cli.out import Out
from cli.session import Session, session_of
from core.ports import Query
from core.settings import Settings
from core.words import Lang, Text
from examples.town import score as scoring
from examples.town.server import Town
from examples.town.sources import write_sources

_HELP = Text(
    "演示：在本机开一座小县城的网站，巡查它，列出标记",
    "Demo: serve a county town's web on this machine, patrol it, list the flags",
)
_FOR = Text(
    "持续巡查这么久（例如 5m），看新帖陆续出现；默认只看一次",
    "go on for so long (such as 5m) as new posts appear; once by default",
)
_SCORE = Text("对照标注，给出查准率与查全率", "precision and recall against the labels")
_SERVE = Text("只开网站，按 Ctrl-C 结束", "only serve the town; Ctrl-C ends it")
_PORT = Text("端口", "port")
_WRONG = Text("列出每个错误", "list every mistake")
_JSON = Text("输出 JSON", "print JSON")
_OPENED = Text(
    "青禾县的网站已在 {url} 开放（论坛、分类信息、公众号、广场），只在本机可见。开始巡查。",
    "The town's web is up at {url} (forum, classifieds, public account, square), on this machine only. Patrolling.",
)
_SERVING = Text("青禾县的网站：{url}（Ctrl-C 结束）", "The town's web: {url} (Ctrl-C ends it)")
_FOUND = Text(
    "{new} 个帖子中标记 {count} 条，交由人复核：", "{count} of {new} posts are flagged, for a person to decide:"
)
_NEXT = Text(
    "\n接下来\n"
    "  复核：    {run} --data {data} review list\n"
    "            {run} --data {data} review show 编号\n"
    "            {run} --data {data} review confirm 编号　或　dismiss 编号 --reason 理由\n"
    "  核验证据：{run} --data {data} evidence verify --all\n"
    "  评分：    {run} demo score\n"
    "  自己的来源：写一个 YAML（见 README“五分钟接入第一个来源”），放进一个目录，然后\n"
    "            LUREWATCH_CONTACT=您的邮箱 LUREWATCH_SOURCES=该目录 {run} patrol --once",
    "\nNext\n"
    "  review:          {run} --data {data} review list\n"
    "                   {run} --data {data} review show ID\n"
    "                   {run} --data {data} review confirm ID   or   dismiss ID --reason WHY\n"
    "  verify evidence: {run} --data {data} evidence verify --all\n"
    "  score:           {run} demo score\n"
    "  your sources:    write a YAML file (README, “your first source in five minutes”), put it in a folder, then\n"
    "                   LUREWATCH_CONTACT=you@example.org LUREWATCH_SOURCES=that/folder {run} patrol --once",
)
_FIGURES = Text(
    "{name}：查准率 {precision:.3f}，查全率 {recall:.3f}（对 {right}，误报 {false}，漏 {missed}）",
    "{name}: precision {precision:.3f}, recall {recall:.3f} ({right} right, {false} false, {missed} missed)",
)
_ALL = Text("合计", "all")
_FALSE = Text("误报", "false alarm")
_MISSED = Text("漏报", "missed")
_LOOPBACK = (ip_network("127.0.0.0/8"),)
_ALL_VISIBLE = 3600.0  # seconds after its start the town shows every post and edit


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), invoke_without_command=True)
    root.add_typer(group, name="demo")

    @group.callback()
    def demo(
        context: typer.Context,
        for_: Annotated[str | None, typer.Option("--for", help=_FOR.say(lang), metavar="5m")] = None,
    ) -> None:
        if context.invoked_subcommand is None:
            _show(session_of(context), for_)

    @group.command("score", help=_SCORE.say(lang))
    def score(
        context: typer.Context,
        wrong: Annotated[bool, typer.Option("--wrong", help=_WRONG.say(lang))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        _score(session_of(context), wrong=wrong, as_json=as_json)

    @group.command("serve", help=_SERVE.say(lang))
    def serve(
        context: typer.Context,
        port: Annotated[int, typer.Option(min=0, max=65535, help=_PORT.say(lang))] = 0,
    ) -> None:
        with Town(port) as town:
            session_of(context).out.say(_SERVING, url=town.url)
            town.wait()


def _show(session: Session, for_: str | None) -> None:
    out = session.out
    lasts = patrol.duration(for_) if for_ else None
    data = session.settings.data / "demo"
    with Town() as town, tempfile.TemporaryDirectory() as folder:
        out.note(_OPENED, url=town.url)
        write_sources(Path(folder), town.url)
        settings = _for_town(session.settings, data, Path(folder))
        with build(settings) as app:
            tally = patrol.run(app, read_sources(Path(folder))[0], out, once=lasts is None, lasts=lasts)
            rows = list(app.flags.search(Query()))
    out.say(_FOUND, new=tally.new, count=len(rows))
    flags.table(out, rows)
    out.say(_NEXT, run=_command(), data=data)


def _score(session: Session, *, wrong: bool, as_json: bool) -> None:
    out = session.out
    with _patrolled(session) as found:
        figures = scoring.score(found, visible_at=_ALL_VISIBLE)
    if as_json:
        out.row(figures.as_json())
        return
    for name, part in figures.by_harm.items():
        _line(out, flags.harm(name, out.lang), part)
    _line(out, _ALL.say(out.lang), figures.overall)
    if wrong:
        for row in figures.wrong:
            label = (_MISSED if row.missed else _FALSE).say(out.lang)
            out.say(Text("{label}  {row}", "{label}  {row}"), label=label, row=row.text)


def _line(out: Out, name: str, part: scoring.Part) -> None:
    counts = {"right": part.right, "false": part.false, "missed": part.missed}
    out.say(_FIGURES, name=name, precision=part.precision, recall=part.recall, **counts)


@contextmanager
def _patrolled(session: Session) -> Iterator[list[tuple[str, str]]]:
    """The (url, harm) of every flag of one patrol of the whole town, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, Town(elapsed=_ALL_VISIBLE) as town:
        sources = Path(folder) / "sources"
        write_sources(sources, town.url)
        with build(_for_town(session.settings, Path(folder) / "data", sources)) as app:
            patrol.run(app, read_sources(sources)[0], session.out, once=True)
            yield [(row.flag.url, row.flag.decision.category or "") for row in app.flags.search(Query())]


def _for_town(settings: Settings, data: Path, sources: Path) -> Settings:
    """The settings with the demo's own folders, a store there, and loopback allowed."""
    changes = {"data": data, "sources": sources, "store": "", "allow_private": _LOOPBACK, "model": None}
    model = settings.model or (settings.model_folder if settings.model_folder.exists() else settings.built_model)
    return settings.model_copy(update={**changes, "model": model})


def _command() -> str:
    return ".venv/bin/lurewatch" if Path(".venv/bin/lurewatch").exists() else "lurewatch"
