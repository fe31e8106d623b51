"""Puts the crawlers together: for a patrol, and for a single look at a new address."""

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from core.pictures import PictureReader
from core.ports import PatrolStore
from core.secret import Keyed, open_key
from core.settings import Settings
from core.words import Lang
from crawlers.contact import user_agent
from crawlers.drafted import Drafted
from crawlers.executable import find_browser
from crawlers.extract import feeds, pages
from crawlers.fleet import Fleet
from crawlers.glance import Catch, Forgetful, Glance
from crawlers.visit import Extractors
from crawlers.writing import drafted

Clock = Callable[[], datetime]


def patrolling(
    settings: Settings,
    clock: Clock,
    software: str,
    store: PatrolStore,
    budget: float | None = None,
    reader: PictureReader | None = None,
) -> Fleet:
    """The crawlers that remember in ``store`` what is known; to be closed."""
    keyed = open_key(settings.data / "secret.key")
    extractors = Extractors(pages.listing, pages.detail, feeds.feed, pages.frame)
    return _fleet(settings, clock, software, store, keyed, extractors, budget, reader)


def draft(settings: Settings, clock: Clock, software: str, url: str, lang: Lang) -> Drafted:
    """A source file for what is at ``url``, looked at as politely as any source; raises InputError."""
    catch, keyed = Catch(), Keyed(secrets.token_bytes(32))
    with closing(_fleet(settings, clock, software, Forgetful(), keyed, catch.extractors)) as fleet:
        return drafted(url, Glance(fleet, catch), lang, browser=find_browser(settings) is not None)


def _fleet(
    settings: Settings,
    clock: Clock,
    software: str,
    store: PatrolStore,
    keyed: Keyed,
    extractors: Extractors,
    budget: float | None = None,
    reader: PictureReader | None = None,
) -> Fleet:
    return Fleet(
        store,
        keyed,
        extractors,
        clock=clock,
        user_agent=user_agent(software, settings.contact),
        allowed=settings.allow_private,
        browser=find_browser(settings),
        budget=budget,
        visits_at_once=settings.visits_at_once,
        reachable=bool(settings.contact),
        reader=reader,
    )
