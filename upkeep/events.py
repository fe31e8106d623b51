"""What a patrol tells, each thing once: metrics, notices, the log and the command listen to the same events."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app import Loaded, Refused, Source, SourcesRefused, VisitReport
from core.errors import InputError, LurewatchError, StoreError
from core.types import Flag


class Turn(StrEnum):
    """What a visit changed about a source, told once."""

    BROKE = "broke"
    RECOVERED = "recovered"
    HELD_UP = "held up"  # something is to be installed or set first


@dataclass(frozen=True, slots=True)
class Settled:
    """A visit that is over and written down."""

    source: Source
    report: VisitReport
    flags: tuple[Flag, ...]
    turn: Turn | None


@dataclass(frozen=True, slots=True)
class StoreFails:
    """The store or its disk fails; told once, until ``StoreWorks``."""

    problem: StoreError


@dataclass(frozen=True, slots=True)
class StoreWorks:
    """The store can be written again."""


@dataclass(frozen=True, slots=True)
class NetworkFails:
    """No site's name can be resolved; told once, until ``NetworkWorks``. No source is to blame meanwhile."""

    problem: LurewatchError


@dataclass(frozen=True, slots=True)
class NetworkWorks:
    """A site has answered again."""


@dataclass(frozen=True, slots=True)
class SourcesChanged:
    """Another set of sources is in force: ids of those that came, went and changed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings were edited: names of those in force now, and of those that count only after a restart."""

    applied: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingsRefused:
    """The edited settings are wrong; the old ones stay."""

    problem: InputError


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The clock was set by so many seconds (negative: back); what deletes by age waits a day."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Pulse:
    """The patrol lives. Counts of sources, of those due (None: the store does not say), of broken ones, of visits."""

    sources: int
    due: int | None
    broken: int
    underway: int


Event = (
    Settled
    | StoreFails
    | StoreWorks
    | NetworkFails
    | NetworkWorks
    | Loaded
    | Refused
    | SourcesChanged
    | SourcesRefused
    | SettingsChanged
    | SettingsRefused
    | ClockJumped
    | Pulse
)
Tell = Callable[[Event], None]
