"""Writes what came of a soak: a Markdown file whose head people write, and two charts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.soaking.figures import GROWTH_MB, LATE_MB, Delays, Figures, at

MARK = "<!-- What follows is written by `make soak`. -->"
_HEAD = "# The soak\n\n"
_DELAYS = """### Seconds from appearance to flag

Only of what appeared while the soak ran. “Undisturbed” are those between whose appearance and flag nothing failed that
has to do with their host."""
_REQUESTS = """### Requests

robots.txt of the town asks for 0.2 s between two requests. “Overlapping” began while another one was answered, “hasty”
came sooner than it asks for; within 40 s of a patrol's death neither counts."""


def write(figures: Figures, folder: Path) -> Path:
    """``soak.md`` in ``folder``; what stands above the mark stays."""
    path = folder / "soak.md"
    head = path.read_text(encoding="utf-8").partition(MARK)[0] if path.exists() else _HEAD
    path.write_text(f"{head}{MARK}\n\n{text(figures)}", encoding="utf-8")
    return path


def text(figures: Figures) -> str:
    """The part that is written anew each time."""
    failures = figures.failures()
    verdict = "**passed**" if not failures else f"**failed**: {'; '.join(failures)}"
    parts = [
        "## Figures of the last run",
        f"{figures.began:%Y-%m-%d %H:%M} UTC, {figures.seconds / 60:.1f} minutes: {verdict}.",
        _table(("what", "count"), _found(figures)),
        _DELAYS,
        _table(
            ("", "flags", "mean", "median", "95 %"),
            (_delays("all", figures.delays), _delays("undisturbed", figures.calm)),
        ),
        "![Delays](soak-delay.svg)",
        "### Memory",
        _memory(figures),
        "![Memory](soak-memory.svg)",
        _REQUESTS,
        _table(("host", "requests", "a minute", "overlapping", "hasty"), _manners(figures)),
        "### Faults",
        _table(("kind", "times"), sorted(Counter(fault.kind for fault in figures.faults).items())),
        _table(
            ("from (UTC)", "to", "fault", "where", "remark"),
            ((at(one.began), at(one.ended), one.kind, one.where, one.remark) for one in figures.faults),
        ),
        "### Lives of the patrol",
        _table(("from (UTC)", "to", "exit code"), ((at(one.began), at(one.ended), one.code) for one in figures.lives)),
    ]
    return "\n\n".join(parts) + "\n"


def _found(figures: Figures) -> Sequence[tuple[str, object]]:
    compared = figures.compared
    return (
        ("faults", sum(not one.remark.startswith("left out") for one in figures.faults)),
        ("posts that stood in the town", figures.posts),
        ("edits of them", figures.edits),
        ("offers that the judge flags", compared.offers),
        ("of them flagged", compared.offers - len(compared.lost)),
        ("**lost**", len(compared.lost)),
        ("**doubled**", len(compared.doubled)),
        ("flags that belong to no offer", len(compared.strays)),
        ("posts counted as new by visits that ended", figures.new),
        ("posts counted as edited by visits that ended", figures.edited),
        ("posts looked at more than once though they had not changed, at least", max(0, figures.new - figures.posts)),
        ("flags that more than one visit raised (stored once)", figures.again),
    )


def _delays(name: str, some: Delays) -> tuple[object, ...]:
    return (
        name,
        some.count,
        *(f"{value:.1f}" if value is not None else "" for value in (some.mean, some.median, some.p95)),
    )


def _memory(figures: Figures) -> str:
    memory = figures.memory
    rows = (
        ("resident memory, MB", f"{memory.begin:.1f}", f"{memory.end:.1f}"),
        ("open files and sockets", memory.files[0], memory.files[1]),
        ("threads", memory.threads[0], memory.threads[1]),
    )
    return (
        f"The longest life of the patrol lasted {memory.minutes:.1f} minutes; at most it held {memory.most:.1f} MB. "
        f"It grew by {memory.growth:+.1f} MB (allowed: {GROWTH_MB:.0f}), by {memory.late:+.1f} MB of them in its "
        f"second half (allowed: {LATE_MB:.0f}). The browser's processes are not counted.\n\n"
        + _table(("", "after warming up", "at the end"), rows)
    )


def _manners(figures: Figures) -> Iterable[tuple[object, ...]]:
    return ((one.host, one.requests, f"{one.a_minute:.1f}", one.overlapping, one.hasty) for one in figures.manners)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
