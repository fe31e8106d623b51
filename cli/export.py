"""``lurewatch export``: flags or reviews as JSON lines, for other programs and for training."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from cli import flags
from cli.files import text
from cli.filters import known_harm
from cli.session import Session, session_of
from core import codec
from core.ports import Query
from core.types import Act, State
from core.words import Lang, Text

_HELP = Text("导出 JSON lines", "Export JSON lines")
_FLAGS = Text("导出标记", "export flags")
_REVIEWS = Text("导出复核记录，已撤销的也在内", "export reviews, undone ones included")
_OUT = Text("写到这个文件；默认标准输出", "write to this file; standard output by default")
_STATE = Text("只要这种状态", "only this state")
_CATEGORY = Text("只要这一类", "only this harm")
_WROTE = Text("已写 {count} 行：{path}", "{count} rows written: {path}")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="export")

    @group.command("flags", help=_FLAGS.say(lang))
    def flags_(
        context: typer.Context,
        out: Annotated[Path | None, typer.Option("--out", "-o", help=_OUT.say(lang))] = None,
        state: Annotated[State | None, typer.Option(help=_STATE.say(lang))] = None,
        category: Annotated[str | None, typer.Option(help=_CATEGORY.say(lang))] = None,
    ) -> None:
        query = Query(state=state, category=known_harm(category))
        session = session_of(context)
        with session.app() as app:
            count = _write(session, out, (flags.exported(stored) for stored in app.flags.search(query)))
            session.note(app, Act.EXPORT, what="flags", count=count, state=state, category=category, file=out)

    @group.command("reviews", help=_REVIEWS.say(lang))
    def reviews(
        context: typer.Context,
        out: Annotated[Path | None, typer.Option("--out", "-o", help=_OUT.say(lang))] = None,
    ) -> None:
        session = session_of(context)
        with session.app() as app:
            count = _write(session, out, (codec.review_out(review) for review in app.flags.reviews()))
            session.note(app, Act.EXPORT, what="reviews", count=count, file=out)


def _write(session: Session, out: Path | None, rows: Iterable[object]) -> int:
    """Write rows; how many there were."""
    with _target(out) as write:
        count = sum(1 for row in rows if write(row))
    if out:
        session.out.note(_WROTE, count=count, path=out)
    return count


@contextmanager
def _target(out: Path | None) -> Iterator[Callable[[object], bool]]:
    """Writes rows to standard output, or to a file that takes its name only when it is whole."""
    if out is None:
        yield lambda row: _line(sys.stdout, row)
        return
    with text(out) as file:
        yield lambda row: _line(file, row)


def _line(stream: TextIO, row: object) -> bool:
    stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return True
