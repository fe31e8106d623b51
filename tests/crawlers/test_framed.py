"""Boards in frames, and endless lists behind JSON, visited with the real extractors."""

import json
from collections.abc import Iterator

import pytest

from core.errors import ExtractError
from crawlers.extract import feeds, pages
from crawlers.visit import Extractors
from tests.crawlers.conftest import Answer, Asked, Patrol, Site, patrols, source

REAL = Extractors(pages.listing, pages.detail, feeds.feed, pages.frame)
HTML = {"Content-Type": "text/html; charset=utf-8"}
OLD = {"Last-Modified": "Mon, 02 Nov 2026 08:00:00 GMT", **HTML}


@pytest.fixture
def patrol() -> Iterator[Patrol]:
    """A patrol with the real extractors."""
    yield from patrols(extractors=REAL)


@pytest.mark.parametrize(
    ("around", "selector"),
    [
        (
            '<frameset cols="20%,*"><frame src="/menu"><frame name="main" src="list.html"></frameset>',
            "frame[name=main]",
        ),
        ('<body><p>欢迎</p><iframe id="board" src="list.html"></iframe></body>', "iframe#board"),
    ],
)
def test_a_board_in_a_frame(site: Site, patrol: Patrol, around: str, selector: str) -> None:
    """The frame is read in the place of the page, asked as politely, again at each visit; no other frame is asked."""

    def listing(*numbers: int) -> Answer:
        rows = "".join(f'<li id="p{at}">城东的第{at}盏路灯今晚又亮了</li>' for at in numbers)
        return Answer(f"<ul>{rows}</ul>", headers=OLD)

    site.pages["/b/"] = Answer(around, headers=OLD)
    site.pages["/b/list.html"] = listing(1, 2)
    board = source(f"{site.url}/b/", whole=True, selectors={"frame": selector, "item": "li", "key": "@id"})
    assert len(patrol.look(board)) == 2
    site.pages["/b/list.html"] = listing(1, 2, 3)
    assert patrol.look(board) == ["城东的第3盏路灯今晚又亮了"]
    assert site.paths() == ["/b/", "/b/list.html"] * 2
    assert not any("If-Modified-Since" in asked.headers for asked in site.asked)


def test_a_frame_that_is_gone(site: Site, patrol: Patrol) -> None:
    """Is a change of the site, and said so; a frame that robots.txt forbids is not asked."""
    site.pages["/"] = Answer("<p>改版了</p>", headers=HTML)
    board = source(site.url, whole=True, selectors={"frame": "iframe", "item": "li"})
    problem = patrol.visit(board).problem
    assert isinstance(problem, ExtractError)
    assert "selectors.frame" in problem.zh


@pytest.mark.parametrize("data", [{"page": "p"}, {"cursor": {"after": "next"}}])
def test_an_endless_list_behind_json(site: Site, patrol: Patrol, data: dict[str, object]) -> None:
    """Pages are asked for until the last one; the next visit stops where all is known."""
    count = 25

    def answer(start: int) -> Answer:
        rows = [{"id": at, "text": f"城西的第{at}棵树今天落光了叶子"} for at in range(start, max(start - 5, 0), -1)]
        following = rows[-1]["id"] if rows and rows[-1]["id"] != 1 else None
        return Answer(json.dumps({"list": rows, "next": following}), headers={"Content-Type": "application/json"})

    def served(asked: Asked) -> Answer:
        _, _, value = asked.path.partition("?n=5")
        name, _, number = value.lstrip("&").partition("=")
        return answer(count - 5 * (int(number) - 1) if name == "p" else int(number) - 1 if number else count)

    for page in range(2, 9):
        site.pages[f"/api?n=5&p={page}"] = served
    for after in range(1, 31):
        site.pages[f"/api?n=5&after={after}"] = served
    site.pages["/api?n=5"] = served
    paths = {"items": "list", "key": "id", "text": "text", **data}
    bounds = {"list_pages": 20, "known_in_a_row": 5}
    board = source(f"{site.url}/api?n=5", kind="data", data=paths, bounds=bounds)
    assert len(patrol.look(board)) == 25
    count = 27
    assert len(patrol.look(board)) == 2
    assert len(site.paths()) in (7, 8)
