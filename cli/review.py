"""``lurewatch review``: list flags, look at one, confirm, dismiss, appeal, undo."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import filters, flags
from cli.session import Session, session_of
from core.errors import InputError
from core.ports import Query, Stored
from core.reviews import STATES
from core.types import Act, Review, State, Verdict
from core.words import Lang, Text

_HELP = Text("复核标记：由人决定", "Review flags: a person decides")
_LIST = Text("列出标记，默认列出待复核的", "list flags, those still open by default")
_SHOW = Text("查看一条标记的全部内容与理由", "show one flag with all its reasons")
_ACTS = {
    Verdict.CONFIRM: Text("确认：确是违法招揽", "confirm: it is an illegal offer"),
    Verdict.DISMISS: Text("驳回：不是违法招揽，须写理由", "dismiss: it is none; say why"),
    Verdict.APPEAL: Text("对驳回提出申诉，由另一位复核人决定", "appeal against a dismissal; a second reviewer decides"),
    Verdict.UNDO: Text("撤销自己的上一个结论", "undo your own last verdict"),
}
_DEFAULTS = {
    Verdict.CONFIRM: Text("属实", "as flagged"),
    Verdict.UNDO: Text("更正", "corrected"),
}
_ID = Text("编号，前六位以上即可", "id, or its first six characters or more")
_REASON = Text("理由", "reason")
_AS = Text("复核人，默认当前用户", "reviewer; you by default")
_LIMIT = Text("最多条数", "how many at most")
_JSON = Text("输出 JSON lines", "print JSON lines")
_NONE = Text("没有{state}的标记。", "No flags that are {state}.")
_COUNT = Text(
    "{state}：{count} 条。查看：lurewatch review show 编号",
    "{state}: {count}. To look at one: lurewatch review show ID",
)
_DONE = Text("{id} 现为：{state}", "{id} is now: {state}")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="review")

    @group.command("list", help=_LIST.say(lang))
    def list_(
        context: typer.Context,
        state: Annotated[State, typer.Option(help=filters.STATE.say(lang))] = State.OPEN,
        category: Annotated[str | None, typer.Option(help=filters.CATEGORY.say(lang))] = None,
        limit: Annotated[int, typer.Option(min=1, help=_LIMIT.say(lang))] = 50,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        query = Query(state=state, category=filters.known_harm(category))
        with session.app() as app:
            rows = list(app.flags.search(query, limit))
            count = app.flags.count(query)
        if as_json:
            for stored in rows:
                session.out.row(flags.exported(stored))
        elif rows:
            flags.table(session.out, rows)
            session.out.say(_COUNT, state=STATES[state].say(lang), count=count)
        else:
            session.out.say(_NONE, state=STATES[state].say(lang))

    _add_show(group, lang)
    for verdict in Verdict:
        _add_act(group, verdict, lang)


def _add_show(group: typer.Typer, lang: Lang) -> None:
    @group.command("show", help=_SHOW.say(lang))
    def show(
        context: typer.Context,
        flag_id: Annotated[str, typer.Argument(help=_ID.say(lang), metavar="ID")],
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        stored = _found(session, flag_id)
        if as_json:
            session.out.row(flags.exported(stored))
        else:
            flags.sheet(session.out, stored)


def _add_act(group: typer.Typer, verdict: Verdict, lang: Lang) -> None:
    default = _DEFAULTS[verdict].say(lang) if verdict in _DEFAULTS else ...

    @group.command(verdict.value, help=_ACTS[verdict].say(lang))
    def act(
        context: typer.Context,
        flag_id: Annotated[str, typer.Argument(help=_ID.say(lang), metavar="ID")],
        reason: Annotated[str, typer.Option("--reason", "-r", help=_REASON.say(lang))] = default,  # type: ignore[assignment]
        reviewer: Annotated[str, typer.Option("--as", help=_AS.say(lang))] = "",
    ) -> None:
        session = session_of(context)
        flag = _found(session, flag_id).flag
        review = Review(flag.id, verdict, reviewer or getpass.getuser(), datetime.now(UTC), reason)
        with session.app() as app:
            state = app.flags.add_review(review)
            session.note(app, Act.REVIEW, flag.id, who=review.reviewer, verdict=verdict.value)
        session.out.say(_DONE, id=flag.id[: flags.SHORT_ID], state=STATES[state].say(lang))


def _found(session: Session, flag_id: str) -> Stored:
    with session.app() as app:
        stored = app.flags.get(flag_id)
    if stored is None:
        raise InputError(
            f"没有编号为 {flag_id} 的标记。编号可用 lurewatch review list 查看。",
            f"There is no flag {flag_id}. See the ids with: lurewatch review list",
        )
    return stored
