"""The town square: a page that holds no post until its script has drawn them."""

import json
import re
from base64 import b64encode

from examples.town import people
from examples.town.addresses import number, path
from examples.town.answer import Answer, Asked, missing, page
from examples.town.html import Html, fill
from examples.town.posts import Shown

_ONE = re.compile(r"/square/m/(\d+)")


def answer(asked: Asked) -> Answer:
    """The page of the square at a path, or the posts as data."""
    posts = asked.of("square")
    if asked.path == "/square/data.json":
        return Answer(_data(posts).encode(), "application/json; charset=utf-8")
    if asked.path == "/square/":
        return _page("青禾广场", posts)
    match = _ONE.fullmatch(asked.path)
    found = [one for one in posts if match and number(one.post) == int(match[1])]
    return _page("青禾广场 · 一条动态", found) if found else missing()


def _page(title: str, posts: list[Shown]) -> Answer:
    return page(fill("square", title=title, packed=Html(b64encode(_data(posts).encode()).decode())))


def _data(posts: list[Shown]) -> str:
    return json.dumps([_row(one) for one in posts], ensure_ascii=False)


def _row(one: Shown) -> dict[str, object]:
    person = people.face(one.id)
    return {
        "n": number(one.post),
        "to": path(one.post),
        "who": people.NICKNAMES[person],
        "hue": people.hue(person),
        "at": one.published_at.isoformat(timespec="seconds"),
        "edited": one.edited_at is not None,
        "title": one.title,
        "text": one.text,
        "likes": people.lot(one.id, 90, "likes"),
        "talk": people.lot(one.id, 14, "talk"),
    }
