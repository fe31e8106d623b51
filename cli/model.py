"""``lurewatch model``: which versions of the model there are, and one step back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from app import Version
from cli import flags
from cli.session import session_of
from core.words import Lang, Text

_HELP = Text("模型的版本：列出、恢复上一个", "Versions of the model: list them, go one back")
_LIST = Text("列出各版本：日期、语料、指标", "list the versions with date, corpus and figures")
_ROLLBACK = Text("恢复上一个版本，逐字节原样", "put the former version back, byte for byte")
_FOLDER = Text("模型目录；默认按设置", "folder of the model; that of the settings by default")
_JSON = Text("输出 JSON lines", "print JSON lines")
_BACK = Text("已恢复 {version}（{at}）：{path}", "Back at {version} ({at}): {path}")
_NOTHING = Text("还没有模型。请运行 lurewatch train。", "There is no model yet. Run lurewatch train.")
_TITLES = (
    Text("", ""),
    Text("版本", "version"),
    Text("日期", "date"),
    Text("语料", "corpus"),
    Text("条数", "rows"),
    Text("其中复核", "from reviews"),
    Text("查准率", "precision"),
    Text("查全率", "recall"),
    Text("误报 1% 时查全率", "recall at 1 %"),
    Text("位置", "where"),
)
_WIDTHS = (2, 12, 16, 12, 7, 12, 9, 7, 16, None)
_SHORT = 12  # characters of a hash


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="model")

    @group.command("list", help=_LIST.say(lang))
    def list_(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Option("--model", help=_FOLDER.say(lang), metavar="DIR")] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        found = session.app().learning(out=folder).listed()
        if as_json:
            for one in found:
                session.out.row({**_figures(one.report), **_told(one)})
        elif found:
            session.out.table(_TITLES, [_row(one) for one in found], _WIDTHS)
        else:
            session.out.say(_NOTHING)

    @group.command("rollback", help=_ROLLBACK.say(lang))
    def rollback(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Option("--model", help=_FOLDER.say(lang), metavar="DIR")] = None,
    ) -> None:
        session = session_of(context)
        found = session.app().learning(out=folder).rollback()
        session.out.say(_BACK, version=found.version, at=flags.local(found.at), path=found.path)


def _told(one: Version) -> Mapping[str, object]:
    return {
        "version": one.version,
        "at": one.at.isoformat(),
        "corpus": one.corpus,
        "path": str(one.path),
        "in_force": one.in_force,
    }


def _figures(report: Mapping[str, Any]) -> dict[str, Any]:
    """What a version's report says of it; None for a model that has none."""
    names = ("rows", "precision", "recall", "recall_at_one_percent")
    reviews = report.get("origin", {}).get("reviews")
    return {**{name: report.get(name) for name in names}, "reviews": reviews}


def _row(one: Version) -> tuple[str, ...]:
    figures = _figures(one.report)
    shares = (figures[name] for name in ("precision", "recall", "recall_at_one_percent"))
    counts = (figures[name] for name in ("rows", "reviews"))
    return (
        "→" if one.in_force else "",
        one.version,
        flags.local(one.at),
        one.corpus[:_SHORT],
        *("—" if count is None else str(count) for count in counts),
        *("—" if share is None else f"{share:.1%}" for share in shares),
        str(one.path),
    )
