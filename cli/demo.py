"""``lurewatch demo``: a county town's public web on this machine, patrolled before your eyes."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from pydantic import SecretStr

from app import Source, build, missing_pictures, model_folder, pictures_installed, read_sources
from cli import flags, patrol
from cli.out import Out
from cli.session import Session, session_of
from core.ports import Query
from core.settings import Settings
from core.words import Lang, Text
from examples.town import score as scoring
from examples.town.posts import read_posts
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
_SCORE_TITLES = (
    Text("类别", "harm"),
    Text("查准率", "precision"),
    Text("查全率", "recall"),
    Text("正确", "right"),
    Text("误报", "false"),
    Text("漏报", "missed"),
)
_MISTAKES = {
    scoring.Mistake.MISSED: Text("漏报", "missed"),
    scoring.Mistake.FALSE_ALARM: Text("误报", "false alarm"),
    scoring.Mistake.WRONG_HARM: Text("类别错", "wrong harm"),
}
_ALL = Text("合计", "all")
_WALL = "wall"  # the town's section of pictures
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
            Event().wait()


def labelled() -> Iterator[bytes]:
    """The town's posts as rows to evaluate, each as it reads in the end, grouped by what sort of text it is."""
    posts = {post.id: post for post in read_posts()}
    for label in scoring.read_labels():
        post = posts[label.id]
        if post.section == _WALL:  # its words stand in pictures
            continue
        text = post.edits[-1].text if label.edited and post.edits else post.text
        row = {"id": label.id, "title": post.title, "text": text, "expect": label.expect, "group": label.kind}
        yield json.dumps(row).encode()


def _show(session: Session, for_: str | None) -> None:
    out = session.out
    lasts = patrol.duration(for_) if for_ else None
    data = session.settings.data / f"demo-{datetime.now().astimezone():%Y%m%d-%H%M%S}"  # the town's addresses change
    with Town() as town, tempfile.TemporaryDirectory() as folder:
        out.note(_OPENED, url=town.url)
        write_sources(Path(folder), town.url)
        settings = _for_town(session.settings, data, Path(folder))
        with build(settings) as app:
            tally = patrol.run(app, _readable(read_sources(Path(folder))[0], out), out, once=lasts is None, lasts=lasts)
            rows = list(app.flags.search(Query()))
    out.say(_FOUND, new=tally.new, count=len(rows))
    flags.table(out, rows)
    out.say(_NEXT, run=_command(), data=data)


def _score(session: Session, *, wrong: bool, as_json: bool) -> None:
    out = session.out
    with _patrolled(session) as (town, found):
        unseen = {post.id for post in town.posts if post.section == _WALL and not pictures_installed()}
        labels = [label for label in scoring.read_labels() if label.id not in unseen]
        figures = scoring.score(found, town.posts, labels)
    if as_json:
        out.row({"rows": [asdict(row) for row in figures.rows()], "wrong": [asdict(one) for one in figures.wrong]})
        return
    out.table(_SCORE_TITLES, (_figures(row, out.lang) for row in figures.rows()), (24, 8, 8, 8, 8, 8))
    for one in figures.wrong if wrong else ():
        out.console.print(
            f"{_MISTAKES[one.mistake].say(out.lang)}  {one.post_id}  {one.kind}  "
            f"{one.expected} → {one.flagged_as}  {one.start}",
            soft_wrap=True,
        )


def _figures(row: scoring.Row, lang: Lang) -> tuple[str, ...]:
    name = _ALL.say(lang) if row.harm == "all" else flags.harm(row.harm, lang)
    shares = ("—" if share is None else f"{share:.3f}" for share in (row.precision, row.recall))
    return (name, *shares, str(row.right), str(row.false_alarms), str(row.missed))


@contextmanager
def _patrolled(session: Session) -> Iterator[tuple[Town, list[scoring.Found]]]:
    """The town and the flags of two looks at it, at its opening and when all posts and edits have come.

    All that the patrol writes is in a folder that is gone afterwards.
    """
    later = 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        Town(clock=lambda: time.monotonic() + later) as town,
    ):
        sources = Path(folder) / "sources"
        write_sources(sources, town.url)
        with build(_for_town(session.settings, Path(folder) / "data", sources)) as app:
            for jump in (0.0, _ALL_VISIBLE):
                later = jump
                patrol.run(app, _readable(read_sources(sources)[0], session.out), session.out, once=True)
            found = [
                scoring.Found(row.flag.url, row.flag.decision.category or "", row.flag.text)
                for row in app.flags.search(Query())
            ]
        yield town, found


def _readable(sources: tuple[Source, ...], out: Out) -> tuple[Source, ...]:
    """The sources, without those whose pictures nothing here can read."""
    lacking = missing_pictures(sources)
    if lacking is None:
        return sources
    out.note(lacking)
    return tuple(source for source in sources if not source.pictures)


def _for_town(settings: Settings, data: Path, sources: Path) -> Settings:
    """The settings with the demo's own folders, a store there, and loopback allowed."""
    model = model_folder(settings)
    changes = {"data": data, "sources": sources, "store": "", "allow_private": _LOOPBACK, "model": model}
    changes |= {"metrics": "", "notify": SecretStr("")}  # nobody is woken for a demo
    return settings.model_copy(update=changes)


def _command() -> str:
    return ".venv/bin/lurewatch" if Path(".venv/bin/lurewatch").exists() else "lurewatch"
