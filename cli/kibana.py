"""``lurewatch kibana``: a data view, searches and a dashboard for a Kibana that looks at the same cluster."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.files import text
from cli.session import session_of
from core.words import Lang, Text

_HELP = Text("给 Kibana 的数据视图、检索和仪表板", "Data view, searches and dashboard for Kibana")
_EXPORT = Text(
    "写出可导入 Kibana 的对象（NDJSON）；不连接集群。标题语言随 --lang",
    "write objects that Kibana imports (NDJSON), in the language of --lang; the cluster is not asked",
)
_OUT = Text("写到这个文件；默认 -，即标准输出", "write to this file; - (the default) is standard output")
_WROTE = Text("已写 {count} 个对象：{path}", "{count} objects written: {path}")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="kibana")

    @group.callback()
    def kibana() -> None:
        """Without a callback a group of one command would be that command."""

    @group.command("export", help=_EXPORT.say(lang))
    def export(
        context: typer.Context,
        out: Annotated[str, typer.Option("--out", "-o", help=_OUT.say(lang), metavar="FILE|-")] = "-",
    ) -> None:
        session = session_of(context)
        with session.app() as app:
            objects = app.store.kibana(session.out.lang)
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
        if out == "-":
            sys.stdout.write(lines)
            return
        with text(Path(out)) as file:
            file.write(lines)
        session.out.note(_WROTE, count=len(objects), path=out)
