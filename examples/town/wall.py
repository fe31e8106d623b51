"""The picture wall of the town: a line of text above a picture, and what matters often stands in the picture alone."""

import re

from examples.town import people
from examples.town.addresses import number, path
from examples.town.answer import Answer, Asked, missing, page
from examples.town.dates import ZONE, stamp
from examples.town.html import Html, fill, join, lines
from examples.town.posts import FOLDER, Shown

_ONE = re.compile(r"/wall/(\d+)\.html")
_PICTURE = re.compile(r"/wall/(\d+\.(?:png|jpg))")
_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


def answer(asked: Asked) -> Answer:
    """The wall, one of its posts, or a picture."""
    posts = asked.of("wall")
    if asked.path == "/wall/":
        return page(fill("wall", title="青禾照相墙", cards=join(map(_card, posts))))
    if (picture := _PICTURE.fullmatch(asked.path)) and (file := FOLDER / "static" / "wall" / picture[1]).is_file():
        return Answer(file.read_bytes(), _TYPES[file.suffix.removeprefix(".")])
    match = _ONE.fullmatch(asked.path)
    found = [one for one in posts if match and number(one.post) == int(match[1])]
    return page(fill("wall", title=found[0].title, cards=_card(found[0]))) if found else missing()


def _card(one: Shown) -> Html:
    person = people.face(one.id)
    return fill(
        "wall_card",
        number=number(one.post),
        href=path(one.post),
        title=one.title,
        text=lines(one.text),
        picture=_picture(one),
        face=person,
        name=people.NICKNAMES[person],
        iso=one.published_at.astimezone(ZONE).isoformat(timespec="seconds"),
        when=stamp(one.published_at),
    )


def _picture(one: Shown) -> str:
    folder = FOLDER / "static" / "wall"
    return next(f"/wall/{path.name}" for path in folder.glob(f"{number(one.post)}.*"))
