"""``sources check``, ``rules check``, ``rules bump``: whether what people wrote is sound, and which version it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app import bump_rules, check_rules, read_sources
from cli import newsource
from cli import rules as rule_tools
from cli import sources as source_tools
from cli.out import Out
from cli.session import session_of
from core.errors import InputError
from core.words import Lang, Text

_SOURCES = Text("来源：要巡查的公开版块", "Sources: the public sections to patrol")
_RULES = Text("规则：关键词 YAML", "Rules: keyword YAML")
_CHECK_SOURCES = Text("检查来源文件", "check the source files")
_CHECK_RULES = Text("检查规则文件，并运行其中的例子", "check the rule files and run the examples in them")
_BUMP = Text("给改过的规则升版本号", "raise the version of the rules that changed")
_FOLDER = Text("目录；默认按设置", "folder; that of the settings by default")
_JSON = Text("输出 JSON lines", "print JSON lines")
_STRICT = Text("提醒也算错误", "warnings count as errors")
_ALL = Text("逐条列出全部提醒", "list every warning")
_GOOD_SOURCES = Text("{count} 个来源，全部正确：{folder}", "{count} sources, all sound: {folder}")
_NO_SOURCES = Text(
    "{folder} 里还没有来源。可参照 docs/sources.md 写第一个。",
    "There is no source in {folder} yet. docs/sources.md shows how to write one.",
)
_GOOD_RULES = Text("{count} 条规则，全部正确：{folder}", "{count} rules, all sound: {folder}")
_BAD = Text("{count} 处有误，请按提示修改。", "{count} places are wrong; mend them as said.")
_STRICT_BAD = Text("{count} 条提醒，--strict 不放行。", "{count} warnings, and --strict lets none pass.")
_WARNING = Text("提醒：{said}", "Warning: {said}")
_MORE = Text(
    "提醒：同类的还有 {count} 处，加 --all 可逐条查看。",
    "Warning: {count} more places like this; --all lists them.",
)
_RAISED = Text("{path}：version {before} → {after}", "{path}: version {before} → {after}")
_STAMPED = Text("{path}：version {after}，已写上 digest", "{path}: version {after}, digest written")
_BUMPED = Text("写了 {count} 个文件。", "{count} files written.")
_ALL_CURRENT = Text("没有改过的规则，版本号都不用动。", "No rule changed; all versions stand.")
_SHOWN = 3  # warnings of one kind that are printed without --all


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    sources = typer.Typer(help=_SOURCES.say(lang))
    rules = typer.Typer(help=_RULES.say(lang), no_args_is_help=True)
    root.add_typer(sources, name="sources")
    root.add_typer(rules, name="rules")
    rule_commands(rules, lang)
    rule_tools.add(rules, lang)
    source_tools.add(sources, lang)
    newsource.add(sources, lang)

    @sources.command("check", help=_CHECK_SOURCES.say(lang))
    def check_sources_(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Argument(help=_FOLDER.say(lang))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        where = folder or session.settings.sources
        good, bad = read_sources(where)
        if as_json:
            session.out.row({"sound": len(good), "problems": _texts(bad, lang)})
            return 2 if bad else 0
        return _said(session.out, bad, len(good), where, (_GOOD_SOURCES if good else _NO_SOURCES))


def rule_commands(rules: typer.Typer, lang: Lang) -> None:
    """Add ``check`` and ``bump`` to the group of commands for rules."""
    _add_check(rules, lang)
    _add_bump(rules, lang)


def _add_check(rules: typer.Typer, lang: Lang) -> None:
    @rules.command("check", help=_CHECK_RULES.say(lang))
    def check_rules_(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Argument(help=_FOLDER.say(lang))] = None,
        strict: Annotated[bool, typer.Option("--strict", help=_STRICT.say(lang))] = False,
        whole: Annotated[bool, typer.Option("--all", help=_ALL.say(lang))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        out = session.out
        where = folder or session.settings.rules
        with session.app() as app:
            found = check_rules(where, today=app.clock().date())
        warnings = [one for _, kind in found.warnings for one in kind]
        refused = bool(found.errors) or (strict and bool(warnings))
        if as_json:
            problems, worth = _texts(found.errors, lang), _texts(warnings, lang)
            out.row({"sound": found.sound, "problems": problems, "warnings": worth})
            return 2 if refused else 0
        for _, kind in found.warnings:
            _warn(out, kind if whole else kind[:_SHOWN], len(kind))
        _said(out, found.errors, found.sound, where, _GOOD_RULES)
        if strict and warnings:
            out.note(_STRICT_BAD, count=len(warnings))
        return 2 if refused else 0


def _add_bump(rules: typer.Typer, lang: Lang) -> None:
    @rules.command("bump", help=_BUMP.say(lang))
    def bump_rules_(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Argument(help=_FOLDER.say(lang))] = None,
    ) -> int:
        session = session_of(context)
        done, bad = bump_rules(folder or session.settings.rules)
        for one in done:
            words = _STAMPED if one.before == one.after else _RAISED
            session.out.say(words, path=one.path, before=one.before, after=one.after)
        for problem in bad:
            session.out.complain(problem)
        if done:
            session.out.say(_BUMPED, count=len(done))
        elif not bad:
            session.out.say(_ALL_CURRENT)
        return 1 if bad else 0


def _warn(out: Out, shown: Sequence[InputError], count: int) -> None:
    for warning in shown:
        out.note(_WARNING, said=warning.text(out.lang))
    if count > len(shown):
        out.note(_MORE, count=count - len(shown))


def _texts(problems: Sequence[InputError], lang: Lang) -> list[str]:
    return [problem.text(lang) for problem in problems]


def _said(out: Out, bad: Sequence[InputError], count: int, folder: Path, good: Text) -> int:
    for problem in bad:
        out.complain(problem)
    if bad:
        out.note(_BAD, count=len(bad))
        return 2
    out.say(good, count=count, folder=folder)
    return 0
