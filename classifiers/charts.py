"""Draws the model card's two charts as SVG: plain shapes and text, the same for the same figures."""

from collections.abc import Mapping, Sequence
from html import escape

from classifiers.report import Bin

# Colours for light and dark; one hue in falling opacity is told apart by everyone, and each cell says its number.
_STYLE = """<style>
svg{--paper:#fff;--ink:#1d232b;--dim:#5b6573;--line:#c9d0d8;--mark:#1f5fa8}
@media (prefers-color-scheme:dark){svg{--paper:#14181d;--ink:#e6eaf0;--dim:#a3adba;--line:#3b444f;--mark:#6aa9f0}}
text{font:13px system-ui,"Noto Sans CJK SC",sans-serif;fill:var(--ink)}
.dim{fill:var(--dim);font-size:12px}.head{font-size:15px;font-weight:600}
.paper{fill:var(--paper)}.mark{fill:var(--mark)}.line{stroke:var(--line)}.even{stroke:var(--dim);stroke-dasharray:4 4}
.own{stroke:var(--ink);stroke-width:1.5;fill:none}
</style>"""
_SIDE = 320  # pixels of the reliability diagram
_TICKS = 5
_CELL_WIDTH, _CELL_HEIGHT = 62, 34
_STRONGEST = 0.55  # opacity of a cell that holds all of its row; ink stays readable on it


def reliability(bins: Sequence[Bin]) -> str:
    """Chance against share of offers, one dot a bin, its area as the count; on the dashed line chances are true."""
    left, top = 70, 60
    most = max((one.count for one in bins), default=1)
    parts = [_grid(left, top)]
    for one in bins:
        x, y = left + one.chance * _SIDE, top + (1 - one.share) * _SIDE
        size = 3 + 11 * (one.count / most) ** 0.5
        said = f"{one.low:.1f}–{one.high:.1f}: n={one.count}, {one.chance:.3f} → {one.share:.3f}"
        parts.append(
            f'<circle class="mark" fill-opacity="0.75" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}">'
            f"<title>{said}</title></circle>"
        )
        parts.append(_text(x + size + 3, y + 4, str(one.count), "dim"))
    parts.append(_text(left + _SIDE / 2, top + _SIDE + 44, "模型给出的招揽概率 · chance of an offer", "dim", "middle"))
    middle = top + _SIDE / 2
    turned = f'text-anchor="middle" transform="rotate(-90 18 {middle:.0f})"'
    parts.append(f'<text class="dim" x="18" y="{middle:.0f}" {turned}>其中确为招揽的比例 · share of offers</text>')
    title = "可靠性图 · Reliability diagram"
    points = "; ".join(f"{one.chance:.3f}: {one.share:.3f} (n={one.count})" for one in bins)
    desc = f"按概率分组的留出文本；概率：实际比例。 Held-out texts by chance of an offer; chance: share. {points}"
    return _drawing(left + _SIDE + 60, top + _SIDE + 64, title, desc, parts)


def confusion(cells: Mapping[tuple[str, str], int], names: Sequence[tuple[str, str]]) -> str:
    """Expected (rows) against said (columns) as counts; ``names`` are the ids, each with its label, in order."""
    left, top = 250, 140
    parts = [_text(20, 52, "行：应判 · rows: expected；列：所判 · columns: said", "dim")]
    for row, (expect, label) in enumerate(names):
        y = top + row * _CELL_HEIGHT
        whole = sum(cells.get((expect, said), 0) for said, _ in names) or 1
        parts.append(_text(left - 10, y + 22, f"{label} {expect}", "", "end"))
        for column, (said, _) in enumerate(names):
            count = cells.get((expect, said), 0)
            parts.append(_cell(left + column * _CELL_WIDTH, y, count, count / whole, own=expect == said))
    for column, (_, label) in enumerate(names):
        x = left + column * _CELL_WIDTH + 20
        parts.append(
            f'<text class="dim" x="{x}" y="{top - 10}" transform="rotate(-35 {x} {top - 10})">{escape(label)}</text>'
        )
    title = "混淆矩阵 · Confusion matrix"
    wrong = [
        f"{expect} → {said}: {count}"
        for (expect, said), count in sorted(cells.items(), key=lambda pair: (-pair[1], pair[0]))
        if expect != said
    ]
    desc = "行为应判，列为所判；误判： Rows: expected, columns: said; mistakes: " + ("; ".join(wrong) or "0")
    size = len(names)
    return _drawing(left + size * _CELL_WIDTH + 70, top + size * _CELL_HEIGHT + 20, title, desc, parts)


def _grid(left: int, top: int) -> str:
    parts = []
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        x, y = left + share * _SIDE, top + (1 - share) * _SIDE
        parts.append(_line(x, top, x, top + _SIDE, "line"))
        parts.append(_line(left, y, left + _SIDE, y, "line"))
        parts.append(_text(x, top + _SIDE + 18, f"{share:.1f}", "dim", "middle"))
        parts.append(_text(left - 8, y + 4, f"{share:.1f}", "dim", "end"))
    parts.append(_line(left, top + _SIDE, left + _SIDE, top, "even"))
    return "\n".join(parts)


def _cell(x: int, y: int, count: int, share: float, *, own: bool) -> str:
    shape = f'x="{x + 1}" y="{y + 1}" width="{_CELL_WIDTH - 2}" height="{_CELL_HEIGHT - 2}"'
    parts = [f'<rect class="mark" fill-opacity="{share * _STRONGEST:.3f}" {shape}/>']
    if own:
        parts.append(f'<rect class="own" {shape}/>')
    parts.append(_text(x + _CELL_WIDTH / 2, y + 22, str(count), "" if count else "dim", "middle"))
    return "\n".join(parts)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _drawing(width: int, height: int, title: str, desc: str, parts: Sequence[str]) -> str:
    """One SVG document that says to a screen reader what it shows."""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(desc)}</desc>',
            _STYLE,
            f'<rect class="paper" width="{width}" height="{height}"/>',
            _text(20, 30, title, "head"),
            *parts,
            "</svg>\n",
        )
    )
