"""``lurewatch audit``: who did what with flags, for those who oversee it."""

from datetime import datetime
from typing import Annotated

import typer

from cli import flags
from cli.session import session_of
from core import codec
from core.types import Act, AuditEntry
from core.words import Lang, Text

_HELP = Text(
    "列出谁在何时复核、导出、删除了标记或维护了存储",
    "Who reviewed, exported or deleted flags, or looked after the store, and when",
)
_SINCE = Text("起始日期", "on or after this day")
_JSON = Text("输出 JSON lines", "print JSON lines")
_NONE = Text("还没有记录。", "Nothing is noted yet.")
_ACTS = {
    Act.REVIEW: Text("复核", "review"),
    Act.EXPORT: Text("导出", "export"),
    Act.EXPIRE: Text("到期删除", "expiry"),
    Act.SET_UP: Text("建立集群", "cluster set up"),
    Act.COPY: Text("复制", "copy"),
    Act.MIGRATE: Text("迁移", "migration"),
}
_TITLES = (
    Text("时间", "when"),
    Text("谁", "who"),
    Text("做了什么", "act"),
    Text("标记", "flag"),
    Text("详情", "details"),
)


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("audit", help=_HELP.say(lang))
    def audit(
        context: typer.Context,
        since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_SINCE.say(lang))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        with session.app() as app:
            entries = app.store.audit.entries(since.astimezone() if since else None)
            if as_json:
                for entry in entries:
                    session.out.row(codec.audit_out(entry))
                return
            rows = [_row(entry, lang) for entry in entries]
        if rows:
            session.out.table(_TITLES, rows, (16, 12, 10, flags.SHORT_ID, None))
        else:
            session.out.say(_NONE)


def _row(entry: AuditEntry, lang: Lang) -> tuple[str, ...]:
    details = " ".join(f"{name}={value}" for name, value in entry.details.items())
    flag = (entry.flag_id or "")[: flags.SHORT_ID]
    return flags.local(entry.at), entry.who, _ACTS[entry.act].say(lang), flag, details
