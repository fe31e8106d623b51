"""Where each post of the town stands; the same after every restart, since it follows from the post's id alone."""

from collections.abc import Iterable

from examples.town.posts import TownPost

BOARDS = {
    "life": "同城生活",
    "jobs": "求职招聘",
    "study": "学习考试",
    "trade": "二手交易",
    "money": "理财借贷",
    "chat": "青禾灌水",
}
FLOORS_A_PAGE = 10

_PAGES = {
    "classifieds": "/classifieds/item-{}.html",
    "account": "/account/a/{}.html",
    "square": "/square/m/{}",
    "wall": "/wall/{}.html",
}


def board_of(post: TownPost) -> str | None:
    """The forum board a post stands in, or None outside the forum."""
    return post.section.removeprefix("forum/") if post.section.startswith("forum/") else None


def number(post: TownPost) -> int:
    """The number in the post's address: of the thread in the forum, of the post itself elsewhere."""
    board = board_of(post)
    last = int((post.thread or post.id).rpartition("-")[2])
    return last if board is None else (1 + list(BOARDS).index(board)) * 1000 + last


def pid(post: TownPost) -> int:
    """The number of a floor of the forum."""
    return number(post) * 100 + post.floor


def path(post: TownPost) -> str:
    """The path of the page the post stands on, without its query."""
    board = board_of(post)
    return f"/forum/{board}/t{number(post)}.html" if board else _PAGES[post.section].format(number(post))


def page(post: TownPost) -> int:
    """The page of its thread that a floor stands on, from 1."""
    return 1 + post.floor // FLOORS_A_PAGE


def address(post: TownPost) -> str:
    """``path#anchor``: the path, and in the forum the floor's anchor."""
    return f"{path(post)}#pid{pid(post)}" if board_of(post) else path(post)


def ids_by_url(posts: Iterable[TownPost]) -> dict[str, str]:
    """The post id behind each address (``path#anchor``, without scheme, host and query)."""
    return {address(post): post.id for post in posts}
