"""What a command prints: sentences in the person's language, tables, progress, JSON."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Rich

from core.errors import LurewatchError
from core.words import Lang, Text

_NO_TERMINAL = 160  # columns where the output goes to a file or a pipe


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=False, emoji=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _NO_TERMINAL
    return console


@dataclass(slots=True)
class Out:
    """Standard output for results, standard error for everything said beside them."""

    lang: Lang
    console: Console = field(default_factory=_console)
    errors: Console = field(default_factory=lambda: _console(stderr=True))

    def say(self, text: Text, **values: object) -> None:
        """A sentence of the result."""
        self.console.print(text.say(self.lang, **values), soft_wrap=True)

    def note(self, text: Text, **values: object) -> None:
        """A sentence beside the result."""
        self.errors.print(text.say(self.lang, **values), soft_wrap=True)

    def complain(self, problem: LurewatchError) -> None:
        """What went wrong."""
        mark = "✗ " if self.errors.is_terminal else ""
        self.errors.print(Rich(mark + problem.text(self.lang), style="red"), soft_wrap=True)

    def row(self, value: object) -> None:
        """One JSON line on standard output."""
        try:
            sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        except UnicodeEncodeError:  # half of a character, or a terminal that does not know UTF-8
            sys.stdout.write(json.dumps(value) + "\n")

    def table(self, titles: Sequence[Text], rows: Iterable[Sequence[str | Rich]], widths: Sequence[int | None]) -> None:
        """A table; a width of None takes what the others leave, and wraps."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for title, width in zip(titles, widths, strict=True):
            if width is None:
                table.add_column(title.say(self.lang), overflow="fold", ratio=1)
            else:
                table.add_column(title.say(self.lang), max_width=width, overflow="ellipsis", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self.console.print(table)

    @contextmanager
    def progress(self, label: Text, total: int | None) -> Iterator["Bar"]:
        """A progress bar on standard error; silent where that is no terminal."""
        columns = [
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        ]
        with Progress(*columns, console=self.errors, transient=True, disable=not self.errors.is_terminal) as progress:
            yield Bar(progress, progress.add_task(label.say(self.lang), total=total))


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of progress."""

    progress: Progress
    task: int

    def step(self, count: int = 1) -> None:
        """So much more is done."""
        self.progress.update(self.task, advance=count)  # type: ignore[arg-type]

    def label(self, words: str) -> None:
        """Say what is being done now."""
        self.progress.update(self.task, description=words)  # type: ignore[arg-type]
