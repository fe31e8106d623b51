"""``lurewatch index``: set a cluster up, send dead letters again, copy, migrate, let the old expire."""

import getpass
import sys
from dataclasses import astuple, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.session import session_of
from core.secretfile import read_private
from core.words import Lang, Text
from upkeep.housekeeping import retire

_HELP = Text("维护 Elasticsearch 集群上的存储", "Look after the store on an Elasticsearch cluster")
_SETUP = Text("建立索引和各角色的密钥；可重复运行", "make indices and a key for each role; may be repeated")
_RETRY = Text("重发被拒的文档", "send refused documents again")
_USER = Text("有权建索引和密钥的用户", "a user who may make indices and keys")
_PASSWORD = Text(
    "密码文件（仅所有者可读）；默认询问，- 为标准输入",
    "file with the password, - for standard input; asked for by default",
)
_KEYS = Text("密钥写到这个目录；默认数据目录下的 keys", "folder for the keys; keys in the data folder by default")
_DAYS = Text("密钥有效天数", "days until the keys expire")
_RENEW = Text("换发已有的密钥，旧的随即吊销", "make keys anew that are there already, and revoke the old")
_PASSWORD_FILE = Text("密码文件", "password file")
_ASK = Text("{user} 的密码", "Password of {user}")
_INDEX_MADE = Text("已建索引 {name}", "index {name} made")
_KEY_MADE = Text("已建密钥 {role}：{path}", "key {role} made: {path}")
_READY = Text(
    "集群就绪。各进程请设 LUREWATCH_STORE_KEY_FILE。", "The cluster is ready. Set LUREWATCH_STORE_KEY_FILE for each."
)
_COPY = Text("把内置存储里的一切复制到集群，并逐条比对", "copy the whole embedded store to the cluster, and compare")
_MIGRATE = Text("把索引迁到本版本的映射；期间照常可查", "bring indices to this version's mapping; they go on answering")
_MOVED = Text("{old} → {new}：{documents} 条", "{old} → {new}: {documents} documents")
_LEVEL = Text("索引都是本版本的映射。", "All indices have this version's mapping.")
_EXPIRE = Text("删除早于若干天的标记及其复核", "delete flags older than so many days, with their reviews")
_AGE = Text("保留的天数", "days that are kept")
_GONE = Text("已删除 {count} 条。", "{count} deleted.")
_BACK = Text("反过来：从集群复制到内置存储", "the other way: from the cluster to the embedded store")
_COPYING = Text("复制", "copying")
_COLUMNS = (
    Text("种类", "kind"),
    Text("共有", "found"),
    Text("本次写入", "written"),
    Text("仍不同", "differ"),
)
_RETRIED = Text("已重发 {sent} 条，仍被拒 {left} 条。", "{sent} sent again, {left} refused again.")


@dataclass(frozen=True)
class _Who:
    """The options that say who looks after the cluster."""

    user: Any
    password_file: Any


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="index")
    who = _Who(typer.Option(help=_USER.say(lang)), typer.Option(help=_PASSWORD.say(lang), metavar="FILE"))
    _add_setup(group, lang, who)
    _add_copy(group, lang, who)
    _add_migrate(group, lang, who)

    @group.command("retry", help=_RETRY.say(lang))
    def retry(context: typer.Context) -> int:
        session = session_of(context)
        with session.app() as app:
            done = app.store.care.retry()
        session.out.say(_RETRIED, sent=done.sent, left=done.left)
        return 1 if done.left else 0


def _add_setup(group: typer.Typer, lang: Lang, who: _Who) -> None:
    @group.command("setup", help=_SETUP.say(lang))
    def setup(
        context: typer.Context,
        user: Annotated[str, who.user] = "elastic",
        password_file: Annotated[str | None, who.password_file] = None,
        keys: Annotated[Path | None, typer.Option(help=_KEYS.say(lang), metavar="DIR")] = None,
        days: Annotated[int, typer.Option(min=1, help=_DAYS.say(lang))] = 365,
        renew: Annotated[bool, typer.Option("--renew", help=_RENEW.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        with session.app() as app:
            care = app.store.care
            password = _password(password_file, _ASK.say(lang, user=user))
            made = care.set_up(user, password, keys or session.settings.data / "keys", days, renew=renew)
        for name in made.indices:
            session.out.say(_INDEX_MADE, name=name)
        for key in made.keys:
            session.out.say(_KEY_MADE, role=key.role, path=key.path)
        session.out.say(_READY)


def _add_migrate(group: typer.Typer, lang: Lang, who: _Who) -> None:
    @group.command("migrate", help=_MIGRATE.say(lang))
    def migrate(
        context: typer.Context,
        user: Annotated[str, who.user] = "elastic",
        password_file: Annotated[str | None, who.password_file] = None,
    ) -> None:
        session = session_of(context)
        with session.app() as app:
            care = app.store.care
            password = _password(password_file, _ASK.say(lang, user=user))
            with session.out.progress(_COPYING, None) as bar:
                moved = care.migrate(user, password, bar.step)
        for one in moved:
            session.out.say(_MOVED, old=one.old, new=one.new, documents=one.documents)
        if not moved:
            session.out.say(_LEVEL)

    @group.command("expire", help=_EXPIRE.say(lang))
    def expire(context: typer.Context, days: Annotated[int, typer.Option(min=1, help=_AGE.say(lang))]) -> None:
        session = session_of(context)
        with session.app() as app:
            _ = app.store.care  # the embedded store has its own setting for this
            before, why = app.clock() - timedelta(days=days), f"index expire --days {days}"
            count = retire(app, before, None, why, getpass.getuser())
        session.out.say(_GONE, count=count)


def _add_copy(group: typer.Typer, lang: Lang, who: _Who) -> None:
    @group.command("copy", help=_COPY.say(lang))
    def copy(
        context: typer.Context,
        user: Annotated[str, who.user] = "elastic",
        password_file: Annotated[str | None, who.password_file] = None,
        back: Annotated[bool, typer.Option("--back", help=_BACK.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        with session.app() as app:
            care = app.store.care
            password = _password(password_file, _ASK.say(lang, user=user))
            with session.out.progress(_COPYING, None) as bar:
                counts = care.copy(user, password, app.store.embedded, lambda _kind, more: bar.step(more), back=back)
        rows = [(kind, *(str(number) for number in astuple(count))) for kind, count in counts.items()]
        session.out.table(_COLUMNS, rows, (14, 12, 12, 12))
        return 1 if any(count.differ for count in counts.values()) else 0


def _password(file: str | None, asked: str) -> str:
    """Never from an argument, which process lists show."""
    if file is None:
        return str(typer.prompt(asked, hide_input=True, err=True))
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    return read_private(Path(file), _PASSWORD_FILE)
