"""Draws how late flags came, source by source, as SVG: a bar to the mean, a mark at the 95th percentile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from core.words import Lang, Text

_TITLE = Text(
    "从发布到标记的时间（横条为平均，竖线为 95%）", "From publication to flag (bar: mean, mark: 95th percentile)"
)
_COUNT = Text("{count} 条标记", "{count} flags")
_TICKS = (
    (1.0, Text("1 分钟", "1 min")),
    (10.0, Text("10 分钟", "10 min")),
    (60.0, Text("1 小时", "1 h")),
    (360.0, Text("6 小时", "6 h")),
    (1440.0, Text("1 天", "1 d")),
    (10080.0, Text("7 天", "7 d")),
)
_LEFT, _WIDTH, _RIGHT = 260, 560, 100  # pixels: names, bars, counts
_TOP, _ROW, _BAR = 56, 22, 14
_LONGEST_NAME = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """One source: mean and 95th percentile in minutes, of so many flags."""

    name: str
    mean: float
    p95: float
    count: int


def drawn(bars: Sequence[Bar], lang: Lang) -> str:
    """The picture, one row a bar, on a logarithmic axis from one minute."""
    last = max((bar.p95 for bar in bars), default=1.0)
    ticks = [tick for tick in _TICKS if tick[0] <= last] or [_TICKS[0]]
    scale = _WIDTH / math.log1p(max(last, _TICKS[0][0]))
    bottom = _TOP + _ROW * len(bars)
    parts = [_text(16, 24, _TITLE.say(lang), "title")]
    for minutes, label in ticks:
        x = _at(minutes, scale)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(_text(x, _TOP - 12, label.say(lang), "tick"))
    for row, bar in enumerate(bars):
        parts += _row(bar, _TOP + _ROW * row, scale, lang)
    return _page(_LEFT + _WIDTH + _RIGHT, bottom + 16, parts)


def _row(bar: Bar, y: float, scale: float, lang: Lang) -> list[str]:
    """A name, a bar with its mark, and how many flags stand behind it."""
    shown = bar.name if len(bar.name) <= _LONGEST_NAME else bar.name[: _LONGEST_NAME - 1] + "…"
    mean, p95, middle = _at(bar.mean, scale), _at(bar.p95, scale), y + _ROW / 2
    top = middle - _BAR / 2
    return [
        _text(_LEFT - 8, middle + 4, shown, "name"),
        f'<rect x="{_LEFT}" y="{top:.1f}" width="{mean - _LEFT:.1f}" height="{_BAR}"/>',
        f'<line class="late" x1="{p95:.1f}" y1="{top:.1f}" x2="{p95:.1f}" y2="{top + _BAR:.1f}"/>',
        _text(max(mean, p95) + 6, middle + 4, _COUNT.say(lang, count=bar.count), "count"),
    ]


def _at(minutes: float, scale: float) -> float:
    return _LEFT + scale * math.log1p(max(0.0, minutes))


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


_STYLE = (
    "text{font:12px sans-serif;fill:#222}.title{font-size:15px;font-weight:bold}.name{text-anchor:end}"
    ".tick{text-anchor:middle;fill:#666}.count{fill:#666}rect{fill:#3b6ea5}.grid{stroke:#ddd}"
    ".late{stroke:#c0392b;stroke-width:3}"
)


def _page(width: int, height: int, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    back = '<rect width="100%" height="100%" style="fill:#fff"/>'
    return "\n".join([head, f"<style>{_STYLE}</style>", back, *parts, "</svg>"]) + "\n"
