"""``lurewatch search``: find stored flags by words, phrases and filters."""

from datetime import datetime
from typing import Annotated

import typer

from cli import flags
from cli.session import session_of
from core import taxonomy
from core.errors import InputError
from core.ports import Query
from core.types import State
from core.words import Lang, Text

_HELP = Text("在已存标记中搜索：词语、“原文短语”和筛选条件", "Search stored flags: words, “exact phrases” and filters")
_WORDS = Text("词语；加引号为原文短语", "words; quoted for an exact phrase")
_CATEGORY = Text("类别编号", "a harm's id")
_SOURCE = Text("来源编号", "a source's id")
_STATE = Text("状态", "state")
_CONTACT = Text("联系方式的号码", "the value of a contact")
_SCORE = Text("最低分值", "least score")
_SINCE = Text("起始日期", "seen on or after this day")
_UNTIL = Text("截止日期", "seen before this day")
_LIMIT = Text("最多条数", "how many at most")
_JSON = Text("输出 JSON lines", "print JSON lines")
_COUNT = Text("共 {count} 条", "{count} in all")
_NONE = Text("没有找到。", "Nothing found.")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("search", help=_HELP.say(lang))
    def search(
        context: typer.Context,
        words: Annotated[list[str] | None, typer.Argument(help=_WORDS.say(lang), metavar="WORDS")] = None,
        category: Annotated[str | None, typer.Option(help=_CATEGORY.say(lang))] = None,
        source: Annotated[str | None, typer.Option(help=_SOURCE.say(lang))] = None,
        state: Annotated[State | None, typer.Option(help=_STATE.say(lang))] = None,
        contact: Annotated[str | None, typer.Option(help=_CONTACT.say(lang))] = None,
        min_score: Annotated[float, typer.Option(min=0, max=1, help=_SCORE.say(lang))] = 0.0,
        since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_SINCE.say(lang))] = None,
        until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_UNTIL.say(lang))] = None,
        limit: Annotated[int, typer.Option(min=1, help=_LIMIT.say(lang))] = 50,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        query = Query(
            words=" ".join(words or []),
            category=known_harm(category),
            source=source,
            state=state,
            contact=contact,
            min_score=min_score,
            since=since.astimezone() if since else None,
            until=until.astimezone() if until else None,
        )
        with session.app() as app:
            found = app.flags.search(query, limit)
            if as_json:
                for stored in found:
                    session.out.row(flags.exported(stored))
                return
            rows = list(found)
            if rows:
                flags.table(session.out, rows)
                session.out.say(_COUNT, count=app.flags.count(query))
            else:
                session.out.say(_NONE)


def known_harm(category: str | None) -> str | None:
    """The id of a harm; raises InputError for one that is not on the closed list."""
    if category is None or category in taxonomy.HARM_IDS:
        return category
    ids = ", ".join(harm.id for harm in taxonomy.HARMS)
    raise InputError(f"没有类别 {category}。可用：{ids}", f"There is no harm {category}. There are: {ids}")
