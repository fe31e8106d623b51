"""One floor of a thread: whose it is, whom it quotes, what it says."""

from collections.abc import Sequence
from datetime import datetime

from examples.town import people
from examples.town.addresses import pid
from examples.town.dates import spoken, stamp
from examples.town.html import Html, fill, lines
from examples.town.posts import Shown

_NAMES = ("楼主", "沙发", "板凳", "地板")
_QUOTED = 60  # characters of a floor that a quote repeats


def render_floor(floor: Shown, thread: Sequence[Shown], now: datetime) -> Html:
    """The floor's box with author, date, its quote, its own words and its signature."""
    at = floor.post.floor
    person = people.face(floor.id)
    sign = people.signature(person)
    return fill(
        "forum_floor",
        pid=pid(floor.post),
        face=person,
        name=people.NICKNAMES[person],
        rank=people.rank(person),
        points=40 + people.lot(str(person), 5000, "points"),
        posts=3 + people.lot(str(person), 600, "posts"),
        when=spoken(floor.published_at, now),
        when_full=stamp(floor.published_at),
        place=_NAMES[at] if at < len(_NAMES) else f"{at + 1}楼",
        note=_note(floor, people.NICKNAMES[person], now),
        quote=_quote(floor, thread),
        text=lines(floor.text),
        sign=Html(f'<div class="sign">{sign}</div>') if sign else "",
        likes=people.lot(floor.id, 23, "likes"),
    )


def quoted(floor: Shown, thread: Sequence[Shown]) -> Shown | None:
    """The earlier floor that a floor quotes: one reply in four quotes one."""
    earlier = [other for other in thread if other.post.floor < floor.post.floor]
    if not earlier or people.lot(floor.id, 4, "quotes"):
        return None
    return earlier[people.lot(floor.id, len(earlier), "quoted")]


def _note(floor: Shown, name: str, now: datetime) -> Html:
    if floor.edited_at is None:
        return Html("")
    return fill("forum_note", name=name, when=spoken(floor.edited_at, now))


def _quote(floor: Shown, thread: Sequence[Shown]) -> Html:
    other = quoted(floor, thread)
    if other is None:
        return Html("")
    # The words as they stood when they were quoted: later edits do not reach them.
    first = " ".join(other.post.text.split())
    words = first if len(first) <= _QUOTED else f"{first[:_QUOTED]}……"
    when = stamp(other.published_at)
    return fill("forum_quote", pid=pid(other.post), name=people.nickname(other.id), when=when, words=words)
