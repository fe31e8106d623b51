"""The forum: boards, threads, quotes, edits, and addresses that stay."""

from collections import Counter

import pytest
from selectolax.lexbor import LexborHTMLParser

from examples.town.addresses import BOARDS, board_of, path
from examples.town.forum import THREADS_A_PAGE
from examples.town.posts import Moment, TownPost
from examples.town.server import Town
from examples.town.site import answer
from tests.town.conftest import END, OPENED, Get, HandClock
from tests.town.look import look, words


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_lists_its_threads(posts: tuple[TownPost, ...], board: str) -> None:
    """Each thread once, kept ones on top, then the latest reply first; counts of replies are right."""
    tree = look(posts, f"/forum/{board}/", 0)
    rows = tree.css("tbody.thread")
    own = [post for post in posts if board_of(post) == board and post.appears_after == 0]
    replies = Counter(post.thread for post in own if post.floor)
    assert len(rows) == len({post.thread for post in own if post.floor == 0})
    kinds = [bool(row.css(".pin")) for row in rows]
    assert kinds == sorted(kinds, reverse=True)
    assert any(kinds)
    by_path = {path(post): post for post in own if post.floor == 0}
    for row in rows:
        link = row.css_first("a.subject")
        assert link is not None
        opener = by_path[link.attributes["href"] or ""]
        assert (words(link), words(row.css_first(".replies"))) == (
            "".join((opener.title or "").split()),
            str(replies[opener.thread]),
        )
    times = [row.css_first(".lastpost").attributes["title"] for row in rows if not row.css(".pin")]  # type: ignore[union-attr]
    assert times == sorted(times, key=str, reverse=True)


def many_threads(count: int) -> tuple[TownPost, ...]:
    """A board with one kept thread and ``count`` others."""
    return tuple(
        TownPost(f"life-{n:03d}-0", "forum/life", f"life-{n:03d}", 0, f"题{n}", f"文{n}", n, 0, n == 0, ())
        for n in range(count + 1)
    )


def test_long_boards_have_pages() -> None:
    """Fifteen threads a page, the kept one on the first page only, each thread on one page, a link to the next."""
    posts = many_threads(2 * THREADS_A_PAGE + 3)
    seen: list[str] = []
    for number in (1, 2, 3):
        tree = look(posts, f"/forum/life/?page={number}", 0)
        rows = [words(node) for node in tree.css("a.subject")]
        assert ("题0" in rows) == (number == 1)
        seen += [row for row in rows if row != "题0"]
        following = tree.css_first("a.nxt")
        assert (following and following.attributes["href"]) == (
            f"/forum/life/?page={number + 1}" if number < 3 else None
        )
    assert seen == [f"题{n}" for n in range(1, 2 * THREADS_A_PAGE + 4)]


def test_long_threads_have_pages(posts: tuple[TownPost, ...]) -> None:
    """Ten floors a page; the list links to the last page; a floor that comes later takes the place of its number."""
    first = look(posts, "/forum/life/t1002.html", 0)
    assert len(first.css("article.floor")) == 10
    following = first.css_first("a.nxt")
    assert following is not None
    assert following.attributes["href"] == "/forum/life/t1002.html?page=2"
    assert [node.id for node in look(posts, "/forum/life/t1002.html?page=2", 0).css("article.floor")] == [
        "pid100210",
        "pid100211",
    ]
    assert len(look(posts, "/forum/life/t1002.html?page=2", END).css("article.floor")) == 3
    last = look(posts, "/forum/life/", 0).css_first("#normal-1002 .more a")
    assert last is not None
    assert last.attributes["href"] == "/forum/life/t1002.html?page=2"


def test_some_replies_quote_an_earlier_floor(posts: tuple[TownPost, ...]) -> None:
    """A quote stands beside the reply's own words, cut short, as the quoted floor read when it was quoted."""
    openers = [post for post in posts if post.floor == 0 and board_of(post)]
    quotes = floors = 0
    for opener in openers:
        texts = {" ".join(post.text.split()) for post in posts if post.thread == opener.thread}
        tree = look(posts, path(opener), END)
        floors += len(tree.css(".floor"))
        for quote in tree.css("blockquote.quote"):
            quotes += 1
            assert not quote.css(".say")
            whom = quote.css_first("a")
            assert whom is not None
            said = quote.text().removeprefix(whom.text()).strip()
            assert said
            assert any(said in (text, f"{text[:60]}……") for text in texts)
    assert floors / 8 < quotes < floors / 3


def test_a_thread_that_has_not_begun_is_not_there(posts: tuple[TownPost, ...]) -> None:
    """A later thread stands neither in the list nor at its address before its time."""
    later = next(post for post in posts if board_of(post) and post.floor == 0 and post.appears_after)
    before = answer(path(later), posts, Moment(OPENED, later.appears_after - 1), "")
    assert before.status == 404
    board = look(posts, f"/forum/{board_of(later)}/", later.appears_after - 1)
    assert path(later) not in [node.attributes["href"] for node in board.css("a.subject")]
    assert answer(path(later), posts, Moment(OPENED, later.appears_after), "").status == 200


def test_edits_replace_the_text_and_say_so(posts: tuple[TownPost, ...]) -> None:
    """A harmless floor becomes an offer in its time; the page says that it was edited, the address stays."""
    before = look(posts, "/forum/study/t3010.html", 259).css_first("#pid301004")
    after = look(posts, "/forum/study/t3010.html", 260).css_first("#pid301004")
    assert before is not None
    assert after is not None
    assert "押题原卷" not in before.text()
    assert not before.css(".note")
    assert "押题原卷" in words(after.css_first(".say"))
    assert "编辑" in words(after.css_first(".note"))


def test_addresses_do_not_move_with_time_or_restarts(get: Get, clock: HandClock) -> None:
    """The links of a list stay as they are when posts are added to it; they hang on ids alone."""
    first = {node.attributes["href"] for node in LexborHTMLParser(get("/forum/money/").text).css("a.subject")}
    clock.now += END
    later = {node.attributes["href"] for node in LexborHTMLParser(get("/forum/money/").text).css("a.subject")}
    assert first < later
    with Town(clock=clock) as other:
        other_links = answer("/forum/money/", other.posts, Moment(OPENED, END), "").body
    assert {node.attributes["href"] for node in LexborHTMLParser(other_links.decode()).css("a.subject")} == later
