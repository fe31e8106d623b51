"""``lurewatch rules list``: all rules at a glance, with what each has done so far."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.text import Text as Rich

from app import ListedRule, RuleStatus
from cli import flags
from cli.filters import known_harm
from cli.out import Out
from cli.session import session_of
from core.words import Lang, Text

_HELP = Text(
    "列出规则：状态、版本、到期日；上线的有多少标记，后台的有多少命中",
    "list the rules: status, version, day of review; flags of live ones, hits of those in the background",
)
_STATUS = Text("只看这种状态", "only this status")
_HARM = Text("只看这一类", "only this harm")
_JSON = Text("输出 JSON lines", "print JSON lines")
_NONE = Text("没有这样的规则。", "There is no such rule.")
_COUNT = Text("共 {count} 条规则", "{count} rules in all")
LEFT_OUT = Text(
    "规则目录里另有 {count} 处有误，有误的规则没有算在内；请运行 lurewatch rules check。",
    "{count} other places in the rules are wrong; those rules do not count here. Run lurewatch rules check.",
)
_OVERDUE = Text("{day} 已过期", "{day} overdue")
_CARRIED = Text(
    "{flags} 条标记：确认 {confirmed}，驳回 {dismissed}",
    "{flags} flags: {confirmed} confirmed, {dismissed} dismissed",
)
_HITS = Text("30 天命中 {posts} 帖，其中 {flagged} 帖另被标记", "{posts} posts in 30 days, {flagged} flagged anyway")
_TITLES = (
    Text("规则", "rule"),
    Text("名称", "title"),
    Text("类别", "harm"),
    Text("状态", "status"),
    Text("版本", "version"),
    Text("权重", "weight"),
    Text("复查日", "review by"),
    Text("做了什么", "what it did"),
)
_WIDTHS = (40, 20, 14, 10, 7, 6, 18, None)
_NARROW = (0, 3, 7)  # the columns that a narrow terminal has room for
_WIDE = 150  # columns of a terminal from which on there is room for all


def add(rules: typer.Typer, lang: Lang) -> None:
    """Add the command to the group ``rules``."""

    @rules.command("list", help=_HELP.say(lang))
    def list_(
        context: typer.Context,
        status: Annotated[RuleStatus | None, typer.Option("--status", help=_STATUS.say(lang))] = None,
        harm: Annotated[str | None, typer.Option("--harm", help=_HARM.say(lang), metavar="HARM")] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        wanted = known_harm(harm)
        with session.app() as app:
            found = app.overview.of(status, wanted)
        if found.left_out:
            session.out.note(LEFT_OUT, count=len(found.left_out))
        if as_json:
            for one in found.rules:
                session.out.row(as_row(one))
        elif found.rules:
            _show(session.out, found.rules)
        else:
            session.out.say(_NONE)


def as_row(one: ListedRule) -> dict[str, object]:
    """A rule as a JSON line; counts that do not apply to its status are null."""
    rule, carried, hits = one.rule, one.carried, one.hits
    return {
        "slug": rule.slug,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "harm": rule.category,
        "status": rule.status.value,
        "version": rule.version,
        "weight": rule.weight,
        "review_by": rule.review_by.isoformat(),
        "overdue": one.overdue,
        "flags": carried.flags if carried else None,
        "confirmed": carried.confirmed if carried else None,
        "dismissed": carried.dismissed if carried else None,
        "posts": hits.posts if hits else None,
        "flagged": hits.flagged if hits else None,
    }


def _show(out: Out, rules: tuple[ListedRule, ...]) -> None:
    columns = range(len(_TITLES)) if out.console.width >= _WIDE else _NARROW
    rows = (tuple(list(_cells(one, out.lang))[at] for at in columns) for one in rules)
    out.table([_TITLES[at] for at in columns], rows, [_WIDTHS[at] for at in columns])
    out.say(_COUNT, count=len(rules))


def _cells(one: ListedRule, lang: Lang) -> Iterator[str | Rich]:
    rule, day = one.rule, one.rule.review_by.isoformat()
    yield rule.slug
    yield rule.title.zh if lang == "zh" else rule.title.en
    yield flags.harm(rule.category, lang)
    yield rule.status.value
    yield str(rule.version)
    yield f"{rule.weight:g}"
    yield Rich(_OVERDUE.say(lang, day=day), style="yellow") if one.overdue else day
    yield _did(one, lang)


def _did(one: ListedRule, lang: Lang) -> str:
    if one.carried:
        return _CARRIED.say(
            lang, flags=one.carried.flags, confirmed=one.carried.confirmed, dismissed=one.carried.dismissed
        )
    return _HITS.say(lang, posts=one.hits.posts, flagged=one.hits.flagged) if one.hits else ""
