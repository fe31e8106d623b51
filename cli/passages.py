"""The passage of a flag in which the words of a search stand, with these marked."""

from collections.abc import Callable, Sequence

from rich.text import Text as Rich

from core.types import Field, Flag, Span

Find = Callable[[Flag], Sequence[Span]]
MARK = "reverse"
_BEFORE, _LONG = 8, 40  # characters before the first mark, and in all


def nowhere(_flag: Flag) -> Sequence[Span]:
    """For a search without words."""
    return ()


def passage(flag: Flag, spans: Sequence[Span]) -> Rich | None:
    """One line of the text, or else of the title or the pictures, around its first mark; None without one."""
    fields = [span.field for span in spans]
    field = next((one for one in (Field.TEXT, Field.TITLE, Field.PICTURES) if one in fields), None)
    if field is None:
        return None
    whole = {Field.TITLE: flag.title or "", Field.TEXT: flag.text, Field.PICTURES: flag.shown}[field]
    inside = [span for span in spans if span.field is field]
    start = max(0, inside[0].start - _BEFORE)
    end = min(len(whole), start + _LONG)
    line = Rich("".join(" " if char.isspace() else char for char in whole[start:end]))
    for span in inside:
        line.stylize(MARK, max(0, span.start - start), max(0, min(span.end, end) - start))
    return Rich("…" if start else "").append_text(line).append("…" if end < len(whole) else "")
