"""Notices that source files changed while a patrol runs, and hands the new set on only where all of it is sound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.folder import digest, stamp
from crawlers.sources import Source, read_sources


@dataclass(frozen=True, slots=True)
class SourcesRead:
    """The new set."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class SourcesRefused:
    """What is wrong with the new set, one error at least; the old one stays."""

    problems: tuple[InputError, ...]


class SourceWatch:
    """Watches a folder of sources from the moment it is made; make it before the first set is read.

    ``accept`` raises InputError for sources that may not be patrolled although their files are sound. ``poll`` reads
    contents only where names, times or sizes differ.
    """

    def __init__(self, folder: Path, accept: Callable[[Sequence[Source]], None]) -> None:
        self._folder = folder
        self._accept = accept
        self._stamp = stamp(folder)
        self._content = digest(folder)

    def poll(self) -> SourcesRead | SourcesRefused | None:
        """The new set or what is wrong with it, told once for each change; None where nothing changed.

        A folder that is written to while it is read is left to the next poll.
        """
        now = stamp(self._folder)
        if now == self._stamp:
            return None
        content = digest(self._folder)
        found = None if content == self._content else self._read()
        if stamp(self._folder) != now:
            return None
        self._stamp, self._content = now, content
        return found

    def _read(self) -> SourcesRead | SourcesRefused:
        try:
            sources, bad = read_sources(self._folder)
            if not bad:
                self._accept(sources)
        except InputError as problem:
            return SourcesRefused((problem,))
        bad = bad or (() if sources else (_none(self._folder),))
        return SourcesRefused(bad) if bad else SourcesRead(sources)


def _none(folder: Path) -> InputError:
    return InputError(
        f"{folder} 里没有来源；请恢复来源文件。若要停止巡查，请停止服务。",
        f"There is no source in {folder}; restore the files. To end the patrol, stop it.",
    )
