"""How a visit went, for whoever asked for it."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import LurewatchError


@dataclass(frozen=True, slots=True)
class VisitReport:
    """How a visit went.

    ``requests`` counts all that were sent, those for robots.txt and of a browser's page included.
    ``not_modified``: the list page was the same as last time, by its validators. ``entries``, ``new`` and
    ``edited`` count entries seen, posts never seen before and posts with other text than before.
    ``overflowed``: nothing known was met, so more may be new than was seen. ``dropped`` counts pages of posts that
    could not be had, ``pictures`` and ``unread`` pictures that were read, and were not. ``problem`` speaks
    of the source (None: all was well), ``skipped`` does not: the visit did not happen, or was stopped. ``resumes``: it
    was for quiet hours, which end then. ``fetching``: what is known of its kinds of pages after it (None: as before).
    """

    source: str
    started: datetime
    ended: datetime
    requests: int = 0
    not_modified: bool = False
    entries: int = 0
    new: int = 0
    edited: int = 0
    dropped: int = 0
    pictures: int = 0
    unread: int = 0
    overflowed: bool = False
    problem: LurewatchError | None = None
    skipped: LurewatchError | None = None
    resumes: datetime | None = None
    fetching: str | None = None
