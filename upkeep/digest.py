"""The daily digest: what was flagged, how it stands, how long it took, and which sources are broken. Counts only."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from statistics import quantiles

from core import taxonomy
from core.ports import FlagStore, Query, SourceState
from core.types import State
from core.words import Lang, Text
from upkeep.heartbeat import replace_file

NAME = "digest"
_MOST_FLAGS = 20_000  # looked through for one digest
_MOST_BROKEN = 20  # named
_TITLE = Text(
    "每日摘要 {since:%m-%d %H:%M} 至 {until:%m-%d %H:%M}", "Daily digest, {since:%m-%d %H:%M} to {until:%m-%d %H:%M}"
)
_FLAGS = Text("新标记 {count} 条：{parts}", "{count} new flags: {parts}")
_STATES = Text("全部标记：{parts}", "All flags: {parts}")
_DELAYS = Text(
    "从发布到标记：中位数 {median}，九成在 {most} 以内（{count} 条有发布时间）",
    "From published to flagged: median {median}, nine in ten within {most} ({count} with a time of publication)",
)
_WELL = Text("{count} 个来源都正常", "All {count} sources are well")
_BROKEN = Text("{count} 个来源中 {broken} 个有问题：{names}", "{broken} of {count} sources are broken: {names}")
_NONE = Text("无", "none")
_STATE_NAMES = {
    State.OPEN: Text("待复核", "open"),
    State.CONFIRMED: Text("已确认", "confirmed"),
    State.DISMISSED: Text("已驳回", "dismissed"),
    State.APPEALED: Text("申诉中", "appealed"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a digest tells; ``since`` and ``until`` in local time, ``broken`` as names of sources."""

    since: datetime
    until: datetime
    harms: Mapping[str, int]
    states: Mapping[State, int]
    delays: Sequence[timedelta]
    sources: int
    broken: Sequence[str]


def figures(
    store: FlagStore, states: Iterable[SourceState], names: Mapping[str, str], since: datetime, until: datetime
) -> Figures:
    """Look through the store; ``names`` maps the ids of the sources on patrol to their names. Raises StoreError."""
    harms: Counter[str] = Counter()
    delays: list[timedelta] = []
    for row in store.search(Query(since=since, until=until), _MOST_FLAGS):
        harms[row.flag.decision.category or ""] += 1
        if row.flag.published_at is not None:
            delays.append(max(timedelta(), row.flag.seen_at - row.flag.published_at))
    broken = [names[state.source] for state in states if state.broken_since is not None and state.source in names]
    totals = {state: store.count(Query(state=state)) for state in State}
    return Figures(since, until, harms, totals, sorted(delays), len(names), broken)


def told(found: Figures, lang: Lang) -> str:
    """The digest in words."""
    harms = [f"{_harm(name, lang)} {count}" for name, count in _most(found.harms)]
    states = [f"{_STATE_NAMES[state].say(lang)} {found.states.get(state, 0)}" for state in State]
    lines = [
        _TITLE.say(lang, since=found.since, until=found.until),
        _FLAGS.say(lang, count=sum(found.harms.values()), parts=_listed(harms, lang)),
        _STATES.say(lang, parts=_listed(states, lang)),
    ]
    if found.delays:
        median, most = _share(found.delays, 5), _share(found.delays, 9)
        lines.append(_DELAYS.say(lang, median=_span(median), most=_span(most), count=len(found.delays)))
    if not found.broken:
        lines.append(_WELL.say(lang, count=found.sources))
    else:
        names = _listed(found.broken[:_MOST_BROKEN], lang) + (" …" if len(found.broken) > _MOST_BROKEN else "")
        lines.append(_BROKEN.say(lang, count=found.sources, broken=len(found.broken), names=names))
    return "\n".join(lines)


def _harm(name: str, lang: Lang) -> str:
    harm = taxonomy.BY_ID.get(name)
    return name if harm is None else harm.zh if lang == "zh" else harm.en


def _most(harms: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(harms.items(), key=lambda pair: (-pair[1], pair[0]))


def _listed(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(parts) or _NONE.say(lang)


def _share(delays: Sequence[timedelta], tenths: int) -> timedelta:
    """The delay that so many tenths do not exceed."""
    if len(delays) == 1:
        return delays[0]
    return timedelta(seconds=quantiles([one.total_seconds() for one in delays], n=10, method="inclusive")[tenths - 1])


def _span(length: timedelta) -> str:
    """A length of time as 90s, 42m, 5.2h or 3.1d."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3600)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f}{unit}"
    return f"{seconds / 60:.0f}m" if seconds >= 120 else f"{seconds:.0f}s"  # noqa: PLR2004 - two minutes


class Daily:
    """Says once a local day that it is time; ``path`` holds the day of the last digest, so that a restart tells it.

    The hour is that of the clock on the wall: where it is left out or comes twice, by summer time, the digest
    comes with the next hour, and once. A first start waits for the next such hour.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime], zone: tzinfo | None = None) -> None:
        self._path = path
        self._clock = clock
        self._zone = zone
        self._last: date | None = None

    def due(self, hour: int) -> tuple[datetime, datetime] | None:
        """From when to when the digest that is due now reaches, None where none is due."""
        now = self._clock().astimezone(self._zone)
        today = now.date()
        last = self._last = self._last or self._read()
        if last is None or last > today:  # a first start, or a clock that was ahead
            self._last = last = today if now.hour > hour else today - timedelta(days=1)
        if last >= today or now.hour < hour:
            return None
        return datetime.combine(last, time(hour), now.tzinfo).astimezone(self._zone), now

    def done(self) -> None:
        """The digest of today was told; raises OSError where that cannot be written down, but it holds meanwhile."""
        self._last = self._clock().astimezone(self._zone).date()
        replace_file(self._path, f"{self._last.isoformat()}\n")

    def _read(self) -> date | None:
        try:
            return date.fromisoformat(self._path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return None
