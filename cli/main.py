"""Builds the command in the person's language and turns errors into sentences and exit codes."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer import rich_utils

from cli import (
    audit,
    check,
    demo,
    detect,
    doctor,
    evaluate,
    evidence,
    export,
    index,
    kibana,
    model,
    patrol,
    review,
    search,
    train,
)
from cli.out import Out
from cli.session import Session
from core import logs
from core.errors import InputError, LurewatchError, NeedsSetup
from core.settings import read_settings
from core.words import Lang, Text, pick_lang

DONE, PARTLY, WRONG, INTERRUPTED = 0, 1, 2, 130

_ABOUT = Text(
    "识饵 Lurewatch：昼夜巡查公开网页，找出中文违法商业招揽，留存证据，说明理由，交由人判断。",
    "Lurewatch: patrols public web pages, finds illegal commercial offers in Chinese text, keeps the evidence, "
    "explains each flag, and lets a person decide.",
)
_LANG_HELP = Text("界面语言：zh 或 en", "language of what is printed: zh or en")
_DATA_HELP = Text("数据目录，默认 LUREWATCH_DATA 或 ./data", "data folder; LUREWATCH_DATA or ./data by default")
_VERBOSE_HELP = Text("在标准错误输出更多日志", "more logs on standard error")
_HELP_HELP = Text("显示这段帮助", "show this help")
_HELP_NAMES = ["-h", "--help"]
_STOPPED = Text("已中断。已完成的部分都已保存。", "Interrupted. What was done is kept.")
_USAGE = {
    "NoSuchOption": Text("没有这个选项：{option_name}", "No such option: {option_name}"),
    "MissingParameter": Text("缺少参数：{hint}", "Missing: {hint}"),
    "BadParameter": Text("参数 {hint} 的值不对：{message}", "Wrong value for {hint}: {message}"),
    "BadOptionUsage": Text("选项 {option_name} 用法不对：{message}", "Wrong use of {option_name}: {message}"),
}
_USAGE_ELSE = Text("命令写法不对：{message}", "The command is not right: {message}")
_SEE_HELP = Text("用法请看：{command} --help", "See: {command} --help")

# In the order in which the help lists them.
_LOOKING = (patrol, detect, search, review, export, evidence, audit)
_PARTS = (*_LOOKING, check, train, evaluate, model, index, kibana, demo, doctor)


def command(lang: Lang) -> typer.Typer:
    """The whole command, with its help in ``lang``."""
    _titles(lang)
    root = typer.Typer(
        name="lurewatch",
        help=_ABOUT.say(lang),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": _HELP_NAMES},
    )

    @root.callback()
    def begin(
        context: typer.Context,
        lang_: Annotated[str, typer.Option("--lang", help=_LANG_HELP.say(lang), metavar="zh|en")] = lang,
        data: Annotated[Path | None, typer.Option("--data", help=_DATA_HELP.say(lang), metavar="DIR")] = None,
        verbose: Annotated[bool, typer.Option("--verbose", "-v", help=_VERBOSE_HELP.say(lang))] = False,
    ) -> None:
        logs.set_up(verbose=verbose)
        given = {"data": data} if data else {}
        context.obj = Session(read_settings(lang=pick_lang(lang_), **given), Out(lang))

    for part in _PARTS:
        part.register(root, lang)
    return root


def main() -> NoReturn:
    """Run the command and leave with its exit code: 0 done, 1 in part, 2 wrong input, 130 interrupted."""
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run the command with ``args`` and give its exit code."""
    lang = _lang_of(args)
    out = Out(lang)
    try:
        whole = typer.main.get_command(command(lang))
        _speak(whole, lang)
        code = whole.main(args=list(args), prog_name="lurewatch", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has what it wanted, as in `lurewatch export flags | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (KeyboardInterrupt, typer.Abort):
        out.note(_STOPPED)
        return INTERRUPTED
    except (InputError, NeedsSetup) as problem:
        out.complain(problem)
        return WRONG
    except LurewatchError as problem:
        out.complain(problem)
        return PARTLY
    except typer.TyperException as problem:
        return _wrong_usage(out, problem)
    if code == INTERRUPTED:
        out.note(_STOPPED)
    return code if isinstance(code, int) else DONE


def _wrong_usage(out: Out, problem: typer.TyperException) -> int:
    name = type(problem).__name__
    context = getattr(problem, "ctx", None)
    if name == "NoArgsIsHelpError":
        out.console.print(problem.message)
        return WRONG
    param = getattr(problem, "param", None)
    hint = getattr(problem, "param_hint", None) or (param.get_error_hint() if param else "")
    values = {"hint": hint, "message": problem.message, "option_name": getattr(problem, "option_name", "")}
    sentence = _USAGE.get(name, _USAGE_ELSE).say(out.lang, **values)
    help_ = _SEE_HELP.say(out.lang, command=context.command_path if context else "lurewatch")
    out.complain(InputError(f"{sentence}\n{help_}", f"{sentence}\n{help_}"))
    return WRONG


def _lang_of(args: Sequence[str]) -> Lang:
    """The language asked for by ``--lang`` or the environment; the help needs it before the arguments are read."""
    for at, arg in enumerate(args):
        if arg == "--lang" and at + 1 < len(args):
            return pick_lang(args[at + 1])
        if arg.startswith("--lang="):
            return pick_lang(arg.removeprefix("--lang="))
    return pick_lang(os.environ.get("LUREWATCH_LANG", "zh"))


def _speak(command_: Any, lang: Lang) -> None:
    """What Typer adds to a command by itself: a sentence for --help, and types even for flags, which take none."""
    context = typer.Context(command_, help_option_names=_HELP_NAMES)
    command_.get_help_option(context).help = _HELP_HELP.say(lang)
    for param in command_.get_params(context):
        if getattr(param, "is_flag", False):
            param.metavar = ""
    for below in getattr(command_, "commands", {}).values():
        _speak(below, lang)


def _titles(lang: Lang) -> None:
    """Typer has its headings as constants of a module; they are made to speak ``lang``."""
    zh = lang == "zh"
    rich_utils.OPTIONS_PANEL_TITLE = "选项" if zh else "Options"
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数" if zh else "Arguments"
    rich_utils.COMMANDS_PANEL_TITLE = "命令" if zh else "Commands"
    rich_utils.REQUIRED_LONG_STRING = "[必填]" if zh else "[required]"
    rich_utils.DEFAULT_STRING = "[默认：{}]" if zh else "[default: {}]"


if __name__ == "__main__":
    main()
