"""``lurewatch sources new``: looks at a page, shows what a source would see there, and writes its file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from app import Drafted, check_address
from cli.flags import local
from cli.out import Out
from cli.session import Session, session_of
from core.errors import InputError
from core.words import Lang, Text

_HELP = Text("看一眼网址，起草来源文件", "look at an address and draft a source file")
_URL = Text("版块列表页或订阅源的网址", "the address of a section's list page or feed")
_OUT = Text("写到这个文件；默认写到来源目录", "write to this file; into the folder of sources by default")
_YES = Text("不问，直接写", "write without asking")
_LOOKING = Text("正在查看 {url}", "looking at {url}")
_SEEN = Text(
    "会看到 {entries} 条。下面是开头几条；正文只显示开头，不会保存。",
    "{entries} entries would be seen. These are the first; only the beginning of a text is shown, and nothing is kept.",
)
_TITLES = (
    Text("时间", "time"),
    Text("题目", "title"),
    Text("层数", "posts"),
    Text("正文开头", "text"),
)
_WIDTHS = (16, 32, 5, None)
_STICKY = Text("[置顶] ", "[pinned] ")
_ASK = Text("写入 {path} 吗？", "Write {path}?")
_WROTE = Text(
    "已写 {path}。先试一次：lurewatch patrol --once --source {id}",
    "Wrote {path}. Try it: lurewatch patrol --once --source {id}",
)
_LEFT = Text("没有写入任何文件。", "No file was written.")
_ROWS = 8
_TEXT = 60  # characters of a text that are shown


def add(sources: typer.Typer, lang: Lang) -> None:
    """Add the command to the group of commands for sources."""

    @sources.command("new", help=_HELP.say(lang))
    def new(
        context: typer.Context,
        url: Annotated[str, typer.Argument(help=_URL.say(lang), metavar="URL")],
        out: Annotated[Path | None, typer.Option("--out", help=_OUT.say(lang), metavar="FILE")] = None,
        yes: Annotated[bool, typer.Option("--yes", "-y", help=_YES.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        _check(session, url, out)
        session.out.note(_LOOKING, url=url)
        with session.app() as app:
            drafted = app.draft(url, lang)
        path = out or session.settings.sources / f"{drafted.found.source.id}.yml"
        _check_free(path)
        _show(session.out, drafted)
        if not yes and not _accepted(_ASK.say(lang, path=path)):
            session.out.note(_LEFT)
            return 0
        _write(path, drafted.text)
        session.out.say(_WROTE, path=path, id=drafted.found.source.id)
        return 0


def _check(session: Session, url: str, out: Path | None) -> None:
    """Raise InputError for what is no address, one that may not be asked, and a file that is there already."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        sound = False
    if not sound:
        raise InputError(
            f"{url} 不是公开网页的网址。请写完整，例如 https://bbs.example.org/jobs/。",
            f"{url} is not the address of a public page. Write all of it, such as https://bbs.example.org/jobs/.",
        )
    check_address(session.settings, url)
    if out is not None:
        _check_free(out)


def _check_free(path: Path) -> None:
    if path.exists():
        raise InputError(
            f"{path} 已经有了，没有改动它。请用 --out 换一个文件名。",
            f"{path} is there already and was left as it is. Choose another name with --out.",
        )


def _accepted(question: str) -> bool:
    """Whether a person says yes; who is not there to answer has not."""
    try:
        return typer.confirm(question)
    except typer.Abort:
        return False


def _show(out: Out, drafted: Drafted) -> None:
    out.say(_SEEN, entries=drafted.found.entries)
    out.table(_TITLES, _rows(drafted, out.lang), _WIDTHS)
    out.console.print()
    out.console.print(drafted.text, soft_wrap=True)


def _rows(drafted: Drafted, lang: Lang) -> Iterator[tuple[str, ...]]:
    for sample in drafted.found.samples[:_ROWS]:
        first = next(iter(sample.posts), None)
        told = (first.published_at if first else None) or sample.entry.published_at
        title = (first.title if first else None) or sample.entry.title or ""
        yield (
            local(told) if told else "—",
            (_STICKY.say(lang) if sample.entry.sticky else "") + title,
            str(len(sample.posts)) if sample.posts else "—",
            " ".join(first.text.split())[:_TEXT] if first else "",
        )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InputError(f"{path} 写不了：{problem}", f"{path} cannot be written: {problem}") from problem
