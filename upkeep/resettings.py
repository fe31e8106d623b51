"""Notices that the settings file was edited while a patrol runs, and says what of it can count at once."""

from collections.abc import Callable
from pathlib import Path

from core.errors import InputError
from core.settings import Settings
from upkeep.events import SettingsChanged, SettingsRefused

AT_ONCE = frozenset(
    {
        *("notify", "digest_hour", "visits_per_minute"),
        *("remember_days", "retain_days", "retain_dismissed_days"),
    }
)


class SettingsWatch:
    """Watches ``file``; ``read`` reads all settings anew, the environment included, and raises InputError.

    ``accept`` raises InputError for settings that are sound but do not go with the rest.
    """

    def __init__(self, file: Path, read: Callable[[], Settings], accept: Callable[[Settings], None]) -> None:
        self._file = file
        self._read = read
        self._accept = accept
        self._stamp = _stamp(file)
        self._known = read()

    def poll(self, now: Settings) -> tuple[Settings, SettingsChanged | SettingsRefused] | None:
        """The settings to go by from now on, and what to tell; None where nothing changed.

        ``now`` are those in force: what was given on the command line stays as it was given.
        """
        stamp = _stamp(self._file)
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            found = self._read()
            changed = [name for name in type(found).model_fields if getattr(found, name) != getattr(self._known, name)]
            new = now.model_copy(update={name: getattr(found, name) for name in changed if name in AT_ONCE})
            self._accept(new)
        except InputError as problem:
            return now, SettingsRefused(problem)
        self._known = found
        if not changed:
            return None
        applied = tuple(name for name in changed if name in AT_ONCE)
        return new, SettingsChanged(applied, tuple(name for name in changed if name not in AT_ONCE))


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
