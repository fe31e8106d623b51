"""What Prometheus may ask: counts and times of the patrol, never a word or an address of a page.

Labels are ids of sources, harms of the closed list, and names of errors of the code.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server

from app import Loaded, Refused, SourcesRefused
from core.errors import InputError
from upkeep.events import (
    ClockJumped,
    Event,
    NetworkFails,
    NetworkWorks,
    Pulse,
    SettingsChanged,
    SettingsRefused,
    Settled,
    SourcesChanged,
    StoreFails,
    StoreWorks,
)

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_DELAYS = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 7 * _DAY)
_VISITS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE)
_RELOADS: Mapping[type[Event], tuple[str, str]] = {
    Loaded: ("rules", "loaded"),
    Refused: ("rules", "refused"),
    SourcesChanged: ("sources", "loaded"),
    SourcesRefused: ("sources", "refused"),
    SettingsChanged: ("settings", "loaded"),
    SettingsRefused: ("settings", "refused"),
}
_FAILING: Mapping[type[Event], tuple[str, int]] = {
    StoreFails: ("store", 1),
    StoreWorks: ("store", 0),
    NetworkFails: ("network", 1),
    NetworkWorks: ("network", 0),
}
_LOOPBACK = "127.0.0.1"


class Metrics:
    """The figures of one patrol; a listener to its events. ``registry`` is what is served."""

    def __init__(self, version: str) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def count(name: str, said: str, *labels: str) -> Counter:
            return Counter(f"lurewatch_{name}", said, labels, registry=registry)

        def gauge(name: str, said: str, *labels: str) -> Gauge:
            return Gauge(f"lurewatch_{name}", said, labels, registry=registry)

        gauge("info", "The running version", "version").labels(version).set(1)
        self._visits = count("visits", "Visits by outcome: ok, unchanged, broken, skipped", "source", "outcome")
        self._requests = count("requests", "Requests sent to sites", "source")
        self._posts = count("posts", "Posts seen that were new or edited", "source", "novelty")
        self._dropped = count("posts_dropped", "Pages of posts that could not be had", "source")
        self._flags = count("flags", "Flags raised", "source", "category")
        self._errors = count("errors", "Errors by kind", "kind")
        self._jumps = count("clock_jumps", "Times that the clock was set while the patrol ran")
        self._reloads = count("reloads", "Edited rules, sources and settings: loaded or refused", "what", "outcome")
        self._delay = Histogram(
            "lurewatch_flag_delay_seconds",
            "From published to flagged",
            ["category"],
            buckets=_DELAYS,
            registry=registry,
        )
        self._took = Histogram("lurewatch_visit_seconds", "How long visits took", buckets=_VISITS, registry=registry)
        self._success = gauge("last_success_timestamp_seconds", "When a visit last went well")
        self._failing = gauge("failing", "1 while the patrol waits for the store or the network", "what")
        self._queue = {name: gauge(name, said) for name, said in _QUEUE.items()}
        self._stored = gauge("flags_stored", "Flags in the store, counted hourly", "category", "state")
        self._sent = count("notices", "Notices by outcome: sent, failed", "outcome")
        for what in ("store", "network"):
            self._failing.labels(what).set(0)

    def tell(self, event: Event) -> None:
        """Count an event."""
        if isinstance(event, Settled):
            self._settled(event)
        elif isinstance(event, Pulse):
            for name, gauge in self._queue.items():
                value = getattr(event, name.rpartition("_")[2])
                if value is not None:
                    gauge.set(value)
        elif isinstance(event, ClockJumped):
            self._jumps.inc()
        elif type(event) in _FAILING:
            what, value = _FAILING[type(event)]
            self._failing.labels(what).set(value)
            if isinstance(event, StoreFails | NetworkFails):
                self._errors.labels(type(event.problem).__name__).inc()
        elif type(event) in _RELOADS:
            self._reloads.labels(*_RELOADS[type(event)]).inc()

    def stored(self, counts: Mapping[tuple[str, str], int]) -> None:
        """How many flags the store holds, by harm and state."""
        for labels, number in counts.items():
            self._stored.labels(*labels).set(number)

    def sent(self, outcome: str) -> None:
        """A notice was sent, or failed."""
        self._sent.labels(outcome).inc()

    def _settled(self, settled: Settled) -> None:
        source, report = settled.source.id, settled.report
        self._visits.labels(source, outcome_of(settled)).inc()
        self._requests.labels(source).inc(report.requests)
        self._posts.labels(source, "new").inc(report.new)
        self._posts.labels(source, "edited").inc(report.edited)
        self._dropped.labels(source).inc(report.dropped)
        self._took.observe(max(0.0, (report.ended - report.started).total_seconds()))
        problem = report.problem or report.skipped
        if problem is not None:
            self._errors.labels(type(problem).__name__).inc()
        else:
            self._success.set(report.ended.timestamp())
        for flag in settled.flags:
            category = flag.decision.category or ""
            self._flags.labels(source, category).inc()
            if flag.published_at is not None:
                self._delay.labels(category).observe(max(0.0, (flag.seen_at - flag.published_at).total_seconds()))


_QUEUE = {
    "sources": "Sources on patrol",
    "sources_due": "Sources that are due and wait for a visit",
    "sources_broken": "Sources that are broken",
    "visits_underway": "Visits under way",
}


def outcome_of(settled: Settled) -> str:
    """What came of a visit, in one word."""
    report = settled.report
    if report.skipped is not None:
        return "skipped"
    if report.problem is not None:
        return "broken"
    return "unchanged" if report.not_modified else "ok"


def place(written: str) -> tuple[str, int]:
    """Address and port of HOST:PORT or PORT (then of this machine alone); raises InputError."""
    host, _, port = written.strip().rpartition(":")
    host = host.strip("[]") or _LOOPBACK
    try:
        return str(ip_address(host)), _port(port)
    except ValueError as problem:
        raise InputError(
            f"LUREWATCH_METRICS={written} 看不懂，请写作 127.0.0.1:9464 或 9464。",
            f"LUREWATCH_METRICS={written}: write 127.0.0.1:9464 or 9464.",
        ) from problem


def _port(written: str) -> int:
    port = int(written)
    if not 0 <= port <= 65_535:  # noqa: PLR2004 - the range of ports
        raise ValueError(written)
    return port


@contextmanager
def served(metrics: Metrics, written: str) -> Iterator[int | None]:
    """Answer scrapes as LUREWATCH_METRICS says, at any path; gives the port, None where it is not set.

    Raises InputError where the place cannot be had.
    """
    if not written:
        yield None
        return
    host, port = place(written)
    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as problem:
        raise InputError(
            f"指标地址 {host}:{port} 用不了：{problem.strerror}。请改 LUREWATCH_METRICS。",
            f"The metrics cannot be served at {host}:{port}: {problem.strerror}. Change LUREWATCH_METRICS.",
        ) from problem
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(1.0)
