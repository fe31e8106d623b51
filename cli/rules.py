"""``lurewatch rules list``, ``try``, ``backtest``, ``suggest``: what people who write rules want to know of them."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app import Suggestion
from cli import backtest, flags, overview, trial
from cli.filters import known_harm
from cli.out import Out
from cli.session import session_of
from core.errors import InputError
from core.words import Lang, Text

_TRY = Text("试一条规则：在一段文本里命中什么，为什么", "try a rule on a text: what hits, and why")
_BACKTEST = Text(
    "回测一条规则：已存标记、复核结论和本地文本", "run a rule over stored flags, their reviews and local texts"
)
_SUGGEST = Text("从已确认的标记里提出新词，由人取舍", "propose new terms from confirmed flags, for a person to accept")
_RULE = Text("规则文件的路径，或规则的 slug", "path of a rule file, or a rule's slug")
_TEXT = Text("文本；- 为标准输入", "the text; - for standard input")
_TEXTS = Text(
    "本地文本目录：*.txt 每个一条，*.jsonl 每行一条（字段 text）；不会保存",
    "folder of local texts: *.txt one each, *.jsonl one a line (field text); nothing is kept of them",
)
_HARM = Text("只看这一类", "only this harm")
_LEAST = Text("至少出现在几条已确认的文本里", "in how many confirmed texts a term must stand at least")
_JSON = Text("输出 JSON", "print JSON")
_PROGRESS = Text("回测", "running")
_NONE_CONFIRMED = Text(
    "还没有已确认的标记，无从提出新词。请先复核：lurewatch review list",
    "There are no confirmed flags yet to learn terms from. Review some first: lurewatch review list",
)
_NO_TERMS = Text(
    "# {harm}：{count} 条已确认的文本里没有够频繁、够特别的新词（--least {least}）",
    "# {harm}: no new term is frequent and telling enough in {count} confirmed texts (--least {least})",
)
_HEADING = Text(
    "# {harm}：{confirmed} 条已确认的文本，对照 {dismissed} 条已驳回和 {harmless} 条无害文本。请逐个取舍。",
    "# {harm}: {confirmed} confirmed texts, beside {dismissed} dismissed and {harmless} harmless. Take or leave each.",
)
_COUNTS = Text(
    "确认 {confirmed}，驳回 {dismissed}，无害 {harmless}，至少 {times} 倍：{example}",
    "confirmed {confirmed}, dismissed {dismissed}, harmless {harmless}, {times} times at least: {example}",
)


def add(rules: typer.Typer, lang: Lang) -> None:
    """Add the commands to the group ``rules``."""
    overview.add(rules, lang)
    _add_try(rules, lang)
    _add_backtest(rules, lang)
    _add_suggest(rules, lang)


def _add_try(rules: typer.Typer, lang: Lang) -> None:
    @rules.command("try", help=_TRY.say(lang))
    def try_(
        context: typer.Context,
        rule: Annotated[str, typer.Argument(help=_RULE.say(lang), metavar="RULE")],
        text: Annotated[str, typer.Argument(help=_TEXT.say(lang), metavar="TEXT|-")],
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        given = _given(text)
        with session.app() as app:
            found = app.editor.attempt(rule, given)
        if found.left_out:
            session.out.note(overview.LEFT_OUT, count=len(found.left_out))
        if as_json:
            session.out.row(trial.as_row(found, session.out.lang))
        else:
            trial.show(session.out, found, given)


def _add_backtest(rules: typer.Typer, lang: Lang) -> None:
    @rules.command("backtest", help=_BACKTEST.say(lang))
    def backtest_(
        context: typer.Context,
        rule: Annotated[str, typer.Argument(help=_RULE.say(lang), metavar="RULE")],
        texts: Annotated[Path | None, typer.Option("--texts", help=_TEXTS.say(lang), metavar="DIR")] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        with session.app() as app, session.out.progress(_PROGRESS, None) as bar:
            report = app.editor.replay(rule, texts, bar.step)
        if as_json:
            session.out.row(backtest.as_row(report))
        else:
            backtest.show(session.out, report)


def _add_suggest(rules: typer.Typer, lang: Lang) -> None:
    @rules.command("suggest", help=_SUGGEST.say(lang))
    def suggest(
        context: typer.Context,
        harm: Annotated[str | None, typer.Option("--harm", help=_HARM.say(lang), metavar="HARM")] = None,
        least: Annotated[int, typer.Option("--least", min=2, help=_LEAST.say(lang), metavar="N")] = 3,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
    ) -> None:
        session = session_of(context)
        wanted = known_harm(harm)
        with session.app() as app:
            found = app.editor.propose(wanted, least)
        if as_json:
            for one in found:
                session.out.row(asdict(one))
        elif found:
            _show(session.out, found, least)
        else:
            session.out.say(_NONE_CONFIRMED)


def _given(text: str) -> str:
    try:
        given = sys.stdin.buffer.read() if text == "-" else text.encode()
        text = given.decode("utf-8-sig")
    except UnicodeError:
        raise InputError("不是 UTF-8 文本。", "Not UTF-8 text.") from None
    if not text.strip():
        raise InputError("文本是空的；请给出要试的文本。", "The text is empty; give the text to try.")
    return text


def _show(out: Out, suggestions: Sequence[Suggestion], least: int) -> None:
    """YAML that can be pasted into a rule, the counts beside each term as comments."""
    for one in suggestions:
        harm = flags.harm(one.category, out.lang)
        if not one.terms:
            out.say(_NO_TERMS, harm=harm, count=one.confirmed, least=least)
            continue
        out.say(_HEADING, harm=harm, confirmed=one.confirmed, dismissed=one.dismissed, harmless=one.harmless)
        lines = ["---", "terms:", "  suggested:", "    any:"]
        lines += [f"      - {term.term}  # {_COUNTS.say(out.lang, **asdict(term))}" for term in one.terms]
        out.console.print("\n".join(lines), soft_wrap=True)
