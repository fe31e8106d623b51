"""Bands of length that texts are told apart by."""

_BANDS = (8, 40, 100, 300, 1500)  # characters: the least, then the longest of each band


def bands() -> tuple[str, ...]:
    """The names of the bands of length, the shortest first."""
    least, *longest = _BANDS
    inner = zip([least, *(end + 1 for end in longest[:-1])], longest, strict=True)
    return (f"<{least}", *(f"{start}-{end}" for start, end in inner), f">{longest[-1]}")


def band(text: str) -> str:
    """The band of length (characters) that a text is in."""
    size = len(text)
    return bands()[sum(size > end for end in (_BANDS[0] - 1, *_BANDS[1:]))]
