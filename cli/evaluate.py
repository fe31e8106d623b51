"""``lurewatch evaluate``: how right the judgement is on labelled rows, the corpus and the demo town, by group."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app import App, Board, Case
from cli import demo, flags
from cli.inputs import opened
from cli.out import Bar
from cli.session import Session, session_of
from core import reasons
from core.words import Lang, Text

_HELP = Text(
    '评估：对照标注（每行 {{"id","text","expect","group"?,"title"?}}）给出查全率、查准率、类别正确率；'
    "不给文件则评估语料（五折）和演示小城",
    'Recall, precision and right harms on labelled rows ({{"id","text","expect","group"?,"title"?}}); '
    "without a file, on the corpus (five-fold) and the demo town",
)
_FILES = Text("JSON lines 文件，- 为标准输入", "files of JSON lines, - for standard input")
_WRONG = Text("列出每个判错的行", "list every row that was judged wrongly")
_JSON = Text("输出 JSON lines", "print JSON lines")
_CORPUS = Text("语料目录；默认按设置", "folder of the corpus; that of the settings by default")
_TOWN = Text("只评估演示小城，或不评估它", "the demo town only, or all but it")
_PROGRESS = Text("评估", "evaluating")
_NOTHING = Text("没有可评估的行。", "There are no rows to evaluate.")
_HEADS = {
    "files": Text("{names}（整个判断，现用模型）", "{names} (the whole judgement, model in force)"),
    "corpus": Text(
        "语料：五折，近似重复同折，每折重训模型，再连同规则作整个判断",
        "The corpus: five-fold, near-duplicates together, the model refitted in each fold, the whole judgement",
    ),
    "town": Text("演示小城（整个判断，现用模型）", "The demo town (the whole judgement, model in force)"),
}
_SECTIONS = {
    "harm": Text("危害", "harm"),
    "group": Text("组", "group"),
    "style": Text("文体", "style"),
    "length": Text("长度（字）", "length (characters)"),
    "provenance": Text("来处", "provenance"),
}
_TITLES = (
    Text("条数", "rows"),
    Text("招揽", "offers"),
    Text("查全率", "recall"),
    Text("查准率", "precision"),
    Text("误报", "flagged wrongly"),
    Text("类别正确", "right harm"),
)
_WIDTHS = (34, 8, 8, 8, 9, 24, 10)
_ALL = Text("合计", "all")
_NONE = Text("无害", "lawful")
_ROW_OF_NONE = "none"
_START = 40  # characters of a text that a wrong row shows


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("evaluate", help=_HELP.say(lang))
    def evaluate(
        context: typer.Context,
        files: Annotated[list[str] | None, typer.Argument(help=_FILES.say(lang), metavar="FILE|-")] = None,
        wrong: Annotated[bool, typer.Option("--wrong", help=_WRONG.say(lang))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(lang))] = False,
        corpus: Annotated[Path | None, typer.Option(help=_CORPUS.say(lang), metavar="DIR")] = None,
        town: Annotated[bool | None, typer.Option("--town/--no-town", help=_TOWN.say(lang))] = None,
    ) -> None:
        session = session_of(context)
        show = _Show(session, wrong=wrong, as_json=as_json)
        with session.app() as app, session.out.progress(_PROGRESS, None) as bar:
            if files:
                show.board("files", _of_files(app, files), bar, ", ".join(files))
                return
            if not town:
                learning = app.learning(corpus)
                show.board("corpus", learning.corpus_cases(lambda words, _done, _all: bar.label(words)), bar)
            if town is not False:
                show.board("town", app.learning().cases(demo.labelled(), "town"), bar)


class _Show:
    """Prints boards as tables, or as JSON lines, and wrong rows as they come."""

    def __init__(self, session: Session, *, wrong: bool, as_json: bool) -> None:
        self._out = session.out
        self._wrong = wrong
        self._as_json = as_json

    def board(self, source: str, cases: Iterable[Case], bar: Bar, names: str = "") -> None:
        """Count all cases, then print their figures."""
        board = Board()
        for case in cases:
            board.add(case)
            bar.step()
            if self._wrong and case.said != case.row.expect:
                self._print_wrong(case)
        total = board.total()
        if self._as_json:
            sections = {name: [asdict(line) for line in lines] for name, lines in board.sections().items()}
            self._out.row({"source": source, "total": asdict(total), "by": sections})
            return
        self._out.say(_HEADS[source], names=names)
        if not total.rows:
            self._out.say(_NOTHING)
            return
        for name, lines in board.sections().items():
            title = _SECTIONS.get(name, Text(name, name))
            rows = [(self._named(name, line.group), *_cells(asdict(line))) for line in lines]
            self._out.table((title, *_TITLES), rows, _WIDTHS)
            self._out.console.print()
        self._out.table((Text("", ""), *_TITLES), [(_ALL.say(self._out.lang), *_cells(asdict(total)))], _WIDTHS)
        self._out.console.print()

    def _named(self, section: str, group: str) -> str:
        if section != "harm":
            return group or "—"
        return _NONE.say(self._out.lang) if group == _ROW_OF_NONE else flags.harm(group, self._out.lang)

    def _print_wrong(self, case: Case) -> None:
        lang = self._out.lang
        start = " ".join((case.row.title or case.row.text).split())[:_START]
        why = [reasons.render(reason, lang) for reason in case.decision.reasons]
        score = round(case.decision.score, 4)
        if self._as_json:
            found = {"id": case.row.id, "expect": case.row.expect, "said": case.said, "score": score}
            self._out.row({"wrong": {**found, "group": dict(case.groups), "start": start, "reasons": why}})
            return
        line = f"✗ {case.row.id}  {case.row.expect} → {case.said}  {score:.2f}  {start}  | {'; '.join(why)}"
        self._out.console.print(line, soft_wrap=True)


def _cells(line: dict[str, float | None]) -> Sequence[str]:
    alarms = (
        f"{line['false_alarms']} / {line['lawful']} ({_share(line['false_alarm_rate'])})" if line["lawful"] else "—"
    )
    recall, precision, category = (_share(line[name]) for name in ("recall", "precision", "category"))
    return str(line["rows"]), str(line["offers"]), recall, precision, alarms, category


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _of_files(app: App, files: Iterable[str]) -> Iterator[Case]:
    learning = app.learning()
    for file in files:
        with opened(file) as stream:
            yield from learning.cases(stream, "<stdin>" if file == "-" else file)
