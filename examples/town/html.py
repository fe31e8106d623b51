"""Fills the HTML templates of the town; what is not marked as HTML is escaped."""

import html
from collections.abc import Iterable
from functools import cache
from string import Template

from examples.town.posts import FOLDER


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def fill(template: str, /, **values: object) -> Html:
    """The template of that name with its values; raises KeyError where one is missing."""
    safe = {name: value if isinstance(value, Html) else html.escape(str(value)) for name, value in values.items()}
    return Html(_template(template).substitute(safe))


def join(pieces: Iterable[Html]) -> Html:
    """Pieces of HTML one under the other."""
    return Html("\n".join(pieces))


def lines(text: str) -> Html:
    """A text with its line breaks."""
    return Html("<br>\n".join(html.escape(line) for line in text.split("\n")))


def paragraphs(text: str) -> Html:
    """A text with each line as a paragraph."""
    return join(Html(f"<p>{html.escape(line)}</p>") for line in text.split("\n") if line.strip())


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / "templates" / f"{name}.html").read_text(encoding="utf-8"))
