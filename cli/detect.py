"""``lurewatch detect``: labelled-or-not rows in, one judged row out for each, in order and streaming."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, BinaryIO

import typer

from cli.inputs import opened
from cli.session import session_of
from core import codec, reasons
from core.text import Document
from core.types import Decision
from core.words import Lang, Text

_HELP = Text(
    '逐行判断 JSON 文本（{{"id","text","title"?,"url"?}}），每行输出一条结果',
    'Judge JSON lines ({{"id","text","title"?,"url"?}}), one result a line',
)
_FILE = Text("JSON lines 文件，- 为标准输入", "a file of JSON lines, - for standard input")
_BAD = Text(
    "{count} 行有误，已在该行的 error 中说明，其余照常处理。",
    "{count} rows were wrong (see their error); the rest was done.",
)
_PROGRESS = Text("判断", "judging")
_LONGEST = 32 * 1024 * 1024  # bytes of one row; a longer one is an error, read past in pieces


class BadRowError(Exception):
    """A row that cannot be judged, with the sentence that says why."""

    def __init__(self, text: Text, row_id: object = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.row_id = row_id


@dataclass(frozen=True, slots=True)
class Row:
    """One row as given."""

    id: object
    text: str
    title: str | None


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("detect", help=_HELP.say(lang))
    def detect(
        context: typer.Context,
        file: Annotated[str, typer.Argument(help=_FILE.say(lang), metavar="FILE|-")],
    ) -> int:
        session = session_of(context)
        judge = session.app().judge
        bad = 0
        with opened(file) as stream, session.out.progress(_PROGRESS, None) as bar:
            for number, line in _lines(stream):
                try:
                    row = read_row(line)
                except BadRowError as problem:
                    bad += 1
                    session.out.row(
                        {"id": problem.row_id, "line": number, "error": f"{number}: {problem.text.say(lang)}"}
                    )
                    continue
                session.out.row(result(row, judge.judge(Document.of(row.text, row.title)), lang))
                bar.step()
        if bad:
            session.out.note(_BAD, count=bad)
        return 1 if bad else 0


def result(row: Row, decision: Decision, lang: Lang) -> dict[str, object]:
    """The row that is written for one that was judged."""
    return {
        "id": row.id,
        "flagged": decision.flagged,
        "category": decision.category if decision.flagged else None,
        "score": round(decision.score, 4),
        "reasons": [reasons.render(reason, lang) for reason in decision.reasons],
        "contacts": [codec.contact_out(contact) for contact in decision.contacts],
        "signals": [codec.signal_out(signal) for signal in decision.signals],
    }


def read_row(line: bytes | None) -> Row:
    """Read one line; raises BadRowError. None stands for a line over the limit."""
    if line is None:
        raise BadRowError(Text(f"这一行超过 {_LONGEST >> 20} MB。", f"this line is over {_LONGEST >> 20} MB."))
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRowError(Text("不是 UTF-8 文本。", "not UTF-8 text.")) from None
    except (ValueError, RecursionError):
        raise BadRowError(Text("不是合法的 JSON。", "not valid JSON.")) from None
    if not isinstance(value, dict):
        raise BadRowError(Text("应是一个 JSON 对象。", "should be a JSON object."))
    row_id, text, title = value.get("id"), value.get("text"), value.get("title")
    if not isinstance(row_id, str | int) or isinstance(row_id, bool):
        raise BadRowError(Text("缺少 id（文字或整数）。", "id is missing (text or whole number)."))
    if not isinstance(text, str):
        raise BadRowError(Text("缺少 text（文字）。", "text is missing (a string)."), row_id)
    if title is not None and not isinstance(title, str):
        raise BadRowError(Text("title 应是文字。", "title should be a string."), row_id)
    return Row(row_id, text, title)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that are not blank; None for one over the limit, so that memory stays flat."""
    number = 0
    while line := stream.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            while len(line) == _LONGEST and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST)
            yield number, None
        elif line.strip():
            yield number, line
