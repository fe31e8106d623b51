"""``lurewatch doctor``: what is missing, and how to mend it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.text import Text as Rich

from app import check_rules, find_browser, pictures_installed, read_sources
from cli.session import Session, session_of
from core.errors import LurewatchError
from core.words import Lang, Text

_HELP = Text("自检：缺什么、怎么补", "What is missing, and how to mend it")
_JSON = Text("输出 JSON lines", "print JSON lines")
_OK = Text("一切就绪。", "All is ready.")
_CLUSTER = Text(
    "{url} {version}；CA：{ca}（LUREWATCH_STORE_CA）；密钥：{key}；待发 {waiting} 条",
    "{url} {version}; CA: {ca} (LUREWATCH_STORE_CA); key: {key}; {waiting} writes wait here",
)
_SYSTEM = Text("系统自带", "of the system")
_NO_KEY = Text("未设置（LUREWATCH_STORE_KEY_FILE）", "not set (LUREWATCH_STORE_KEY_FILE)")
_KEY_GIVEN = Text("由 LUREWATCH_STORE_KEY 给出", "in LUREWATCH_STORE_KEY")
_KEY_FILE = Text("{path}（LUREWATCH_STORE_KEY_FILE）", "{path} (LUREWATCH_STORE_KEY_FILE)")
_ENOUGH = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``fatal`` says that Lurewatch cannot work without it."""

    name: Text
    good: bool
    says: str
    fatal: bool = True


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("doctor", help=_HELP.say(lang))
    def doctor(
        context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False
    ) -> int:
        session = session_of(context)
        findings = list(look(session, lang))
        for finding in findings:
            if as_json:
                session.out.row({"name": finding.name.en, "good": finding.good, "says": finding.says})
            else:
                session.out.console.print(_line(finding, lang), soft_wrap=True)
        if not as_json and all(finding.good for finding in findings):
            session.out.say(_OK)
        return 1 if any(finding.fatal and not finding.good for finding in findings) else 0


def _line(finding: Finding, lang: Lang) -> Rich:
    mark, style = ("✗", "red") if finding.fatal else ("!", "yellow")
    if finding.good:
        mark, style = "✓", "green"
    return Rich.assemble((mark + " ", style), (finding.name.say(lang) + "  ", "bold"), finding.says)


def look(session: Session, lang: Lang) -> Iterator[Finding]:
    """Everything that is looked at, in order."""
    settings = session.settings
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(Text("Python", "Python"), (3, 11) <= sys.version_info[:2] < (3, 14), version)
    yield _tried(Text("数据目录", "data folder"), lang, lambda: _data(session))
    if settings.store.startswith("https:"):
        yield _tried(Text("集群", "cluster"), lang, lambda: _cluster(session, lang))
    yield _tried(Text("规则", "rules"), lang, lambda: _rules(session))
    yield _tried(Text("模型", "model"), lang, lambda: session.app().model_version)
    yield _tried(Text("来源", "sources"), lang, lambda: _sources(session), fatal=False)
    found = find_browser(settings)
    advice = Text(
        "没有找到 Chromium，需要浏览器的来源会被跳过。安装：apt-get install chromium fonts-noto-cjk",
        "No Chromium found; sources that need a browser are skipped. "
        "To install: apt-get install chromium fonts-noto-cjk",
    )
    yield Finding(Text("浏览器", "browser"), found is not None, str(found or advice.say(lang)), fatal=False)
    lacking = Text(
        "没有安装，写了 pictures: true 的来源只看文字。安装：make images",
        "Not installed; sources with pictures: true are patrolled by their text alone. To install: make images",
    )
    reads = pictures_installed()
    yield Finding(Text("读图", "pictures"), reads, "" if reads else lacking.say(lang), fatal=False)
    unset = Text(
        "未设置 LUREWATCH_CONTACT；巡查自己的来源前请设为站点能联系到您的地址。",
        "LUREWATCH_CONTACT is not set; before you patrol your own sources, set an address where a site can reach you.",
    )
    yield Finding(Text("联系地址", "contact"), bool(settings.contact), settings.contact or unset.say(lang), fatal=False)


def _tried(name: Text, lang: Lang, look_at: Callable[[], str], *, fatal: bool = True) -> Finding:
    try:
        return Finding(name, True, look_at(), fatal)
    except LurewatchError as problem:
        return Finding(name, False, problem.text(lang), fatal)


def _data(session: Session) -> str:
    with session.app() as app:
        app.flags.close()
    free = shutil.disk_usage(session.settings.data).free
    if free < _ENOUGH:
        raise LurewatchError(f"磁盘只剩 {free >> 20} MB，请腾出空间。", f"Only {free >> 20} MB are free; make room.")
    return f"{session.settings.data.resolve()} ({free >> 30} GB)"


def _cluster(session: Session, lang: Lang) -> str:
    with session.app() as app:
        stores = app.store.elastic
        if stores is None:
            return ""
        version, refused, waiting = stores.care.check(), stores.care.refused(), stores.spool.count()
    if refused:
        raise LurewatchError(
            f"集群拒收了 {refused} 条文档。请先运行 lurewatch index migrate，再运行 lurewatch index retry。",
            f"The cluster refused {refused} documents. Run lurewatch index migrate, then lurewatch index retry.",
        )
    ca = session.settings.store_ca or _SYSTEM.say(lang)
    return _CLUSTER.say(
        lang, url=session.settings.store, version=version, ca=ca, key=_key(session, lang), waiting=waiting
    )


def _key(session: Session, lang: Lang) -> str:
    """Where the key comes from, never the key."""
    if session.settings.store_key_file:
        return _KEY_FILE.say(lang, path=session.settings.store_key_file)
    return (_KEY_GIVEN if session.settings.store_key.get_secret_value() else _NO_KEY).say(lang)


def _rules(session: Session) -> str:
    with session.app() as app:
        checked = check_rules(session.settings.rules, today=app.clock().date())
    if checked.errors:
        raise checked.errors[0]
    return f"{checked.sound} ({session.settings.rules})"


def _sources(session: Session) -> str:
    good, bad = read_sources(session.settings.sources)
    if bad:
        raise bad[0]
    return f"{len(good)} ({session.settings.sources})"
