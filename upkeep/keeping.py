"""Puts the listeners of a patrol together: log, metrics, notices, heartbeat, and the housekeeping beside them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from app import VERSION, App, Source, check_contact
from core.errors import InputError
from core.settings import Settings, systemd_socket
from core.words import Lang
from upkeep import digest, heartbeat
from upkeep.clocks import Clocks
from upkeep.events import Event, SettingsChanged
from upkeep.heartbeat import Heartbeat
from upkeep.housekeeping import Housekeeping, Listeners
from upkeep.jobs import Chore
from upkeep.journal import Journal
from upkeep.metrics import Metrics, served
from upkeep.notices import Notices, channel

_HOURLY = timedelta(hours=1)
_MINUTELY = timedelta(minutes=1)
_LAST_NOTICES = 3.0  # seconds that the end of a patrol waits for notices to be sent


class Keeping:
    """Everything that listens to a patrol; raises InputError for an address of notices that nobody knows."""

    def __init__(self, app: App, lang: Lang) -> None:
        check_retention(app.settings)
        self._app = app
        self.clocks = Clocks(app.clock, time.monotonic)
        self.metrics = Metrics(VERSION)
        self.notices = Notices(channel(app.settings.notify.get_secret_value()), lang, self.metrics.sent)
        self.heartbeat = Heartbeat(
            app.settings.data / heartbeat.NAME, VERSION, app.clock, time.monotonic, systemd_socket()
        )
        self._listeners = (Journal().tell, self.metrics.tell, self.notices.tell, self.heartbeat.tell, self._resettled)

    def tell(self, event: Event) -> None:
        """Pass an event on to all."""
        for listener in self._listeners:
            listener(event)

    def chores(self, names: Callable[[], Mapping[str, str]]) -> tuple[Chore, ...]:
        """The housekeeping; ``names`` gives the sources on patrol, names by id."""
        daily = digest.Daily(self._app.settings.data / digest.NAME, self._app.clock)
        told = Listeners(self.metrics.stored, self.notices.say)
        house = Housekeeping(self._app, self.clocks, names, told, daily)
        return Chore(house.tidy, _HOURLY), Chore(house.count, _HOURLY), Chore(house.tell_digest, _MINUTELY)

    def _resettled(self, event: Event) -> None:
        if isinstance(event, SettingsChanged) and "notify" in event.applied:
            self.notices.use(channel(self._app.settings.notify.get_secret_value()))


def check_retention(settings: Settings) -> None:
    """Raises InputError where flags on a cluster are to be deleted by age, and no key is named that may."""
    retains = settings.retain_days is not None or settings.retain_dismissed_days is not None
    if retains and settings.store.startswith("https:") and settings.store_keeper_key_file is None:
        raise InputError(
            "设了保留天数，但没有能删除的密钥。请把 LUREWATCH_STORE_KEEPER_KEY_FILE 设为 keeper.key"
            "（lurewatch index setup 会生成），或不设保留天数。",
            "Days of retention are set, but no key that may delete. Set LUREWATCH_STORE_KEEPER_KEY_FILE to keeper.key "
            "(made by lurewatch index setup), or set no days.",
        )


@contextmanager
def keeping(app: App, lang: Lang, *, always_on: bool) -> Iterator[Keeping]:
    """The listeners for as long as a patrol lasts; metrics are served, and systemd is told, where it is always on."""
    kept = Keeping(app, lang)
    try:
        with served(kept.metrics, app.settings.metrics if always_on else ""):
            if always_on:
                kept.heartbeat.tell_systemd("READY=1")
            yield kept
            if always_on:
                kept.heartbeat.tell_systemd("STOPPING=1")
    finally:
        kept.notices.close(_LAST_NOTICES)


def acceptable(settings: Settings, sources: tuple[Source, ...]) -> None:
    """Raises InputError for settings that are sound, but that no patrol of ``sources`` can go by."""
    check_contact(settings, sources)
    check_retention(settings)
    channel(settings.notify.get_secret_value())
