"""``lurewatch sources check`` and ``lurewatch rules check``: whether what people wrote is sound."""

from pathlib import Path
from typing import Annotated

import typer

from app import check_rules, read_sources
from cli.session import session_of
from core.errors import InputError
from core.words import Lang, Text

_SOURCES = Text("来源：要巡查的公开版块", "Sources: the public sections to patrol")
_RULES = Text("规则：关键词 YAML", "Rules: keyword YAML")
_CHECK_SOURCES = Text("检查来源文件", "check the source files")
_CHECK_RULES = Text("检查规则文件，并运行其中的例子", "check the rule files and run the examples in them")
_FOLDER = Text("目录；默认按设置", "folder; that of the settings by default")
_JSON = Text("输出 JSON lines", "print JSON lines")
_GOOD_SOURCES = Text("{count} 个来源，全部正确：{folder}", "{count} sources, all sound: {folder}")
_NO_SOURCES = Text(
    "{folder} 里还没有来源。可参照 docs/sources.md 写第一个。",
    "There is no source in {folder} yet. docs/sources.md shows how to write one.",
)
_GOOD_RULES = Text("{count} 条规则，全部正确：{folder}", "{count} rules, all sound: {folder}")
_BAD = Text("{count} 处有误，请按提示修改。", "{count} places are wrong; mend them as said.")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    sources = typer.Typer(help=_SOURCES.say(lang), no_args_is_help=True)
    rules = typer.Typer(help=_RULES.say(lang), no_args_is_help=True)
    root.add_typer(sources, name="sources")
    root.add_typer(rules, name="rules")

    @sources.command("check", help=_CHECK_SOURCES.say(lang))
    def check_sources_(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Argument(help=_FOLDER.say(lang))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        where = folder or session_of(context).settings.sources
        good, bad = read_sources(where)
        return _report(context, bad, len(good), where, (_GOOD_SOURCES if good else _NO_SOURCES), as_json)

    @rules.command("check", help=_CHECK_RULES.say(lang))
    def check_rules_(
        context: typer.Context,
        folder: Annotated[Path | None, typer.Argument(help=_FOLDER.say(lang))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        where = folder or session.settings.rules
        count, bad = check_rules(where)
        return _report(context, bad, count, where, _GOOD_RULES, as_json)


def _report(
    context: typer.Context, bad: tuple[InputError, ...], count: int, folder: Path, good: Text, as_json: bool
) -> int:
    out = session_of(context).out
    if as_json:
        out.row({"sound": count, "problems": [problem.text(out.lang) for problem in bad]})
        return 2 if bad else 0
    for problem in bad:
        out.complain(problem)
    if bad:
        out.note(_BAD, count=len(bad))
        return 2
    out.say(good, count=count, folder=folder)
    return 0
