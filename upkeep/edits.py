"""Takes in what people edit while a patrol runs: rules, sources, settings. Sound edits count at once, others never."""

from collections.abc import Callable, Mapping, Sequence

from app import App, Source, SourcesRead, SourceWatch
from upkeep.events import SettingsChanged, SourcesChanged, Tell
from upkeep.resettings import SettingsWatch


class Edits:
    """``sources`` and ``settings`` are watched where they are given; ``only`` narrows sources to these ids."""

    def __init__(
        self,
        app: App,
        tell: Tell,
        sources: SourceWatch | None = None,
        settings: SettingsWatch | None = None,
        only: Sequence[str] | None = None,
    ) -> None:
        self._app = app
        self._tell = tell
        self._sources = sources
        self._settings = settings
        self._only = only

    def poll(self, take: Callable[[Sequence[Source]], SourcesChanged | None], replan: Callable[[], None]) -> None:
        """Look at all three; ``take`` is given the sources to patrol, ``replan`` is called for a new budget.

        Raises StoreError where the store does not let the patrol take them; they are tried again at the next edit.
        """
        rules = self._app.reload()
        if rules is not None:
            self._tell(rules)
        self._poll_settings(replan)
        found = self._sources.poll() if self._sources is not None else None
        if isinstance(found, SourcesRead):
            change = take([one for one in found.sources if self._only is None or one.id in self._only])
            if change is not None:
                self._tell(change)
        elif found is not None:
            self._tell(found)

    def _poll_settings(self, replan: Callable[[], None]) -> None:
        found = self._settings.poll(self._app.settings) if self._settings is not None else None
        if found is None:
            return
        self._app.settings, event = found
        if isinstance(event, SettingsChanged) and "visits_per_minute" in event.applied:
            replan()
        self._tell(event)


def compared(before: Mapping[str, Source], after: Sequence[Source]) -> SourcesChanged | None:
    """What is new, gone and different, None where nothing is."""
    now = {source.id: source for source in after}
    change = SourcesChanged(
        added=tuple(name for name in now if name not in before),
        removed=tuple(name for name in before if name not in now),
        changed=tuple(name for name in now if name in before and now[name] != before[name]),
    )
    return change if change.added or change.removed or change.changed else None
