"""The figures of a soak, from what was noted while it ran; pure."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tools.soaking.faults import Fault
from tools.soaking.patrol import Life, Sample
from tools.soaking.site import HOSTS
from tools.soaking.truth import Compared, Found, window

GROWTH_MB = 96.0  # at most by the end of the longest life, since it was warm: edited rules are held beside the old ones
LATE_MB = 24.0  # at most in its second half, when all that happens once has happened: what grows on is a leak
_WARM = 120.0  # seconds until a patrol has loaded what it needs, and seen all that stood there
_AFTER_DEATH = 40.0  # seconds after a patrol died in which an answer to it may still be under way
_DELAY = 0.2  # the Crawl-delay of the town's robots.txt
_JITTER = 0.05
_MB = 1_000_000.0
_NO_OUTAGE = frozenset({"sources edited", "rules edited"})


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from appearance to flag, of so many flags; None where there is none."""

    count: int
    mean: float | None
    median: float | None
    p95: float | None

    @classmethod
    def of(cls, seconds: Iterable[float]) -> "Delays":
        """Of these."""
        some = sorted(seconds)
        if not some:
            return cls(0, None, None, None)
        return cls(len(some), statistics.mean(some), statistics.median(some), some[int(0.95 * (len(some) - 1))])


@dataclass(frozen=True, slots=True)
class Manners:
    """What one host saw: requests, those that began while another was answered, and those that came too soon."""

    host: str
    requests: int
    a_minute: float
    overlapping: int
    hasty: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of the longest life, of so many minutes: warm, halfway, at its end, at most; files and threads."""

    minutes: float
    begin: float
    half: float
    end: float
    most: float
    files: tuple[int, int]
    threads: tuple[int, int]

    @property
    def growth(self) -> float:
        """Megabytes since it was warm."""
        return self.end - self.begin

    @property
    def late(self) -> float:
        """Megabytes in the second half."""
        return self.end - self.half


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them."""

    began: datetime
    seconds: float
    faults: tuple[Fault, ...]
    compared: Compared
    posts: int
    edits: int
    new: int
    edited: int
    again: int
    delays: Delays
    calm: Delays
    manners: tuple[Manners, ...]
    memory: Memory
    lives: tuple[Life, ...]
    damaged: str

    def failures(self) -> tuple[str, ...]:
        """Why the soak failed; nothing where it did not."""
        died = [life for life in self.lives if not life.wanted]
        codes = [life.code for life in self.lives if life.wanted and (life.code or 0) > 0]
        return tuple(
            said
            for wrong, said in (
                (self.compared.lost, f"{len(self.compared.lost)} offers were lost"),
                (self.compared.doubled, f"{len(self.compared.doubled)} offers were flagged twice"),
                (self.compared.strays, f"{len(self.compared.strays)} flags belong to no offer"),
                (not self.compared.offers, "no offer appeared"),
                (self.memory.growth > GROWTH_MB, f"memory grew by {self.memory.growth:.0f} MB"),
                (self.memory.late > LATE_MB, f"memory grew on, by {self.memory.late:.0f} MB in the second half"),
                (any(one.overlapping or one.hasty for one in self.manners), "a host was not asked politely"),
                (died, f"the patrol died by itself, with codes {[life.code for life in died]}"),
                (codes, f"the patrol ended with codes {codes}"),
                (self.damaged, f"evidence is damaged: {self.damaged}"),
            )
            if wrong
        )


def delays(found: Sequence[Found], began: datetime) -> Delays:
    """Of what appeared while the soak ran."""
    return Delays.of(one.delay(began) for one in found if one.version.since > 0)


def calm(found: Sequence[Found], began: datetime, faults: Sequence[Fault]) -> tuple[Found, ...]:
    """What appeared and was flagged while nothing failed that has to do with its host."""
    return tuple(one for one in found if not any(_touches(one, began, fault) for fault in faults))


def _touches(found: Found, began: datetime, fault: Fault) -> bool:
    start, end = window(found, began)
    if fault.kind in _NO_OUTAGE or fault.began > end.timestamp() or fault.ended < start.timestamp():
        return False
    own = "forum" if found.version.section.startswith("forum") else "info"
    own = "square" if found.version.section == "square" else own
    return fault.where not in {"browser", *HOSTS} or fault.where == own or (fault.where, own) == ("browser", "square")


def again(rows: Iterable[Mapping[str, Any]]) -> int:
    """How many flags were raised by more than one visit."""
    raised = [name for row in rows for name in row["flags"]]
    return len(raised) - len(set(raised))


def manners(requests: Sequence[tuple[float, str, int, str]], lives: Sequence[Life]) -> tuple[Manners, ...]:
    """What each host saw (rows: time, address, answers under way, path)."""
    deaths = [life.ended for life in lives]
    made = []
    for host, address in HOSTS.items():
        own = sorted((at, busy) for at, place, busy, _ in requests if place == address)
        if not own:
            continue
        fair = [not any(0 <= at - death < _AFTER_DEATH for death in deaths if death) for at, _ in own]
        pairs = zip(own, own[1:], fair[1:], strict=False)
        hasty = sum(later[0] - earlier[0] < _DELAY - _JITTER and well for earlier, later, well in pairs)
        overlapping = sum(busy > 0 and well for (_, busy), well in zip(own, fair, strict=True))
        minutes = max(1.0, own[-1][0] - own[0][0]) / 60
        made.append(Manners(host, len(own), len(own) / minutes, overlapping, hasty))
    return tuple(made)


def memory(samples: Sequence[Sample]) -> Memory:
    """Of the longest life."""
    lives: dict[int, list[Sample]] = {}
    for sample in samples:
        lives.setdefault(sample.life, []).append(sample)
    own = max(lives.values(), key=lambda some: some[-1].at - some[0].at)
    lasted = own[-1].at - own[0].at
    warm = own[0].at + min(_WARM, lasted / 2)
    first = [sample for sample in own if warm <= sample.at <= warm + max(60.0, lasted / 10)]
    later = own[0].at + lasted / 2
    middling = [sample for sample in own if later <= sample.at <= later + max(30.0, lasted / 10)]
    last = [sample for sample in own if sample.at >= own[-1].at - max(30.0, lasted / 10)]

    def middle(some: Sequence[Sample], what: str) -> float:
        return float(statistics.median(getattr(sample, what) for sample in some))

    return Memory(
        lasted / 60,
        middle(first, "rss") / _MB,
        middle(middling, "rss") / _MB,
        middle(last, "rss") / _MB,
        max(sample.rss for sample in own) / _MB,
        (round(middle(first, "files")), round(middle(last, "files"))),
        (round(middle(first, "threads")), round(middle(last, "threads"))),
    )


def at(epoch: float) -> str:
    """A time of day, in UTC."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%H:%M:%S")
