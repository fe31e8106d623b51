"""Two charts of a soak as SVG, by Vega-Altair: memory, and delay from appearance to flag, with the faults behind."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import altair as alt

from tools.soaking.faults import Fault
from tools.soaking.patrol import Sample
from tools.soaking.truth import Found

_SIZE = {"width": 760, "height": 260}
_MINUTES = "minutes since the start"


def memory(samples: Sequence[Sample], faults: Sequence[Fault], began: datetime, path: Path) -> None:
    """Resident memory over time, a line for each life."""
    rows = [
        {"minute": (one.at - began.timestamp()) / 60, "mb": one.rss / 1e6, "life": str(one.life)} for one in samples
    ]
    line = (
        alt.Chart(_data(rows))
        .mark_line(strokeWidth=1.5)
        .encode(
            alt.X("minute:Q", title=_MINUTES),
            alt.Y("mb:Q", title="resident memory, MB", scale=alt.Scale(zero=True)),
            alt.Color("life:N", title="life"),
        )
    )
    _save(line, faults, began, "Memory of the patrol", path)


def delay(
    found: Sequence[Found], undisturbed: Sequence[Found], faults: Sequence[Fault], began: datetime, path: Path
) -> None:
    """The delay of each flag at the time when its offer appeared."""
    quiet = {id(one) for one in undisturbed}
    rows = [
        {
            "minute": one.version.since / 60,
            "seconds": one.delay(began),
            "kind": "undisturbed" if id(one) in quiet else "beside a fault",
        }
        for one in found
        if one.version.since > 0
    ]
    dots = (
        alt.Chart(_data(rows))
        .mark_circle(size=28, opacity=0.85)
        .encode(
            alt.X("minute:Q", title=_MINUTES),
            alt.Y("seconds:Q", title="seconds from appearance to flag"),
            alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=["undisturbed", "beside a fault"], range=["#1f5fa8", "#c0392b"]),
            ),
        )
    )
    _save(dots, faults, began, "Delay of each flag", path)


def _data(rows: Sequence[Mapping[str, object]]) -> alt.InlineData:
    return alt.InlineData(values=list(rows))


def _save(front: alt.Chart, faults: Sequence[Fault], began: datetime, title: str, path: Path) -> None:
    start = began.timestamp()
    rows = [
        {"from": (one.began - start) / 60, "to": (max(one.ended, one.began + 2) - start) / 60, "fault": one.kind}
        for one in faults
    ]
    behind = (
        alt.Chart(_data(rows))
        .mark_rect(color="#8a93a0", opacity=0.22)
        .encode(alt.X("from:Q", title=_MINUTES), alt.X2("to:Q"), alt.Tooltip("fault:N"))
    )
    both = alt.layer(behind, front).properties(title=f"{title} (grey: a fault)", **_SIZE)
    both.configure(background="white", font="sans-serif").save(str(path))
