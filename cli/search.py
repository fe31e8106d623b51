"""``lurewatch search``: find stored flags by words, phrases and filters."""

from datetime import datetime
from typing import Annotated

import typer

from cli import filters, flags
from cli.session import session_of
from core.types import State
from core.words import Lang, Text

_HELP = Text("在已存标记中搜索：词语、“原文短语”和筛选条件", "Search stored flags: words, “exact phrases” and filters")
_LIMIT = Text("最多条数", "how many at most")
_JSON = Text("输出 JSON lines", "print JSON lines")
_COUNT = Text("共 {count} 条", "{count} in all")
_NONE = Text("没有找到。", "Nothing found.")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("search", help=_HELP.say(lang))
    def search(
        context: typer.Context,
        words: Annotated[list[str] | None, typer.Argument(help=filters.WORDS.say(lang), metavar="WORDS")] = None,
        category: Annotated[str | None, typer.Option(help=filters.CATEGORY.say(lang))] = None,
        source: Annotated[str | None, typer.Option(help=filters.SOURCE.say(lang))] = None,
        state: Annotated[State | None, typer.Option(help=filters.STATE.say(lang))] = None,
        contact: Annotated[str | None, typer.Option(help=filters.CONTACT.say(lang))] = None,
        min_score: Annotated[float, typer.Option(min=0, max=1, help=filters.SCORE.say(lang))] = 0.0,
        since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=filters.SINCE.say(lang))] = None,
        until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=filters.UNTIL.say(lang))] = None,
        limit: Annotated[int, typer.Option(min=1, help=_LIMIT.say(lang))] = 50,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        query = filters.query(" ".join(words or []), category, source, state, contact, min_score, since, until)
        with session.app() as app:
            found, find = app.flags.search(query, limit), app.store.highlighter(query)
            if as_json:
                for stored in found:
                    marks = [[span.start, span.end, span.field.value] for span in find(stored.flag)]
                    session.out.row({**flags.exported(stored), "highlights": marks})
                return
            rows = list(found)
            if rows:
                flags.table(session.out, rows, find)
                session.out.say(_COUNT, count=app.flags.count(query))
            else:
                session.out.say(_NONE)
