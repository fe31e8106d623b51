"""The forum of the town: boards, lists of threads, threads of floors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from examples.town import people
from examples.town.addresses import BOARDS, board_of, number, page, path
from examples.town.answer import Answer, Asked, missing
from examples.town.dates import spoken, stamp
from examples.town.floors import render_floor
from examples.town.html import Html, fill, join
from examples.town.posts import Shown

THREADS_A_PAGE = 15
OLD_CHARSET = {"study": "gb18030"}  # this board never moved to UTF-8, and says so in its pages only

_ABOUT = {
    "life": "问路、寻物、找师傅，城里城外的大小事",
    "jobs": "用人单位与求职者自由发布，收费招工一律删除",
    "study": "中考高考、四六级、公考教资，交流方法与资料",
    "trade": "闲置转让，建议当面验货",
    "money": "聊聊利率、存款和省钱，谨防高息陷阱",
    "chat": "茶余饭后，随便坐坐",
}
_PLACE = re.compile(r"/forum/(?:(?P<board>[a-z]+)/(?:t(?P<thread>\d+)\.html)?)?")


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread with its visible floors in order."""

    number: int
    board: str
    floors: tuple[Shown, ...]

    @property
    def first(self) -> Shown:
        """The post that opened it."""
        return self.floors[0]

    @property
    def last(self) -> Shown:
        """The newest floor."""
        return max(self.floors, key=lambda floor: floor.published_at)

    @property
    def pages(self) -> int:
        """How many pages it takes."""
        return page(self.floors[-1].post)

    @property
    def views(self) -> int:
        """How often it was read, as the site claims."""
        return len(self.floors) * 37 + people.lot(self.first.id, 900, "views")


def answer(asked: Asked) -> Answer:
    """The forum's page at a path."""
    if asked.path.startswith("/forum/print/"):
        return _print_view(asked)
    place = _PLACE.fullmatch(asked.path)
    if place is None or (place["board"] and place["board"] not in BOARDS):
        return missing()
    threads = _threads(asked.seen)
    board = place["board"]
    if board is None:
        return _page(asked, threads, None, "社区首页", fill("forum_index", rows=_board_rows(asked, threads)))
    own = [thread for thread in threads if thread.board == board]
    if place["thread"] is None:
        return _list(asked, threads, board, own)
    found = [thread for thread in own if thread.number == int(place["thread"])]
    return _thread(asked, threads, found[0]) if found else missing()


def _threads(seen: Sequence[Shown]) -> list[Thread]:
    floors: dict[int, list[Shown]] = {}
    for one in seen:
        if board_of(one.post):
            floors.setdefault(number(one.post), []).append(one)
    threads = []
    for thread_number, members in floors.items():
        ordered = sorted(members, key=lambda one: one.post.floor)
        if ordered[0].post.floor == 0:
            threads.append(Thread(thread_number, board_of(ordered[0].post) or "", tuple(ordered)))
    return threads


def _list(asked: Asked, threads: Sequence[Thread], board: str, own: Sequence[Thread]) -> Answer:
    ranked = sorted(own, key=lambda thread: (thread.last.published_at, thread.number), reverse=True)
    kept_on_top = [thread for thread in ranked if thread.first.post.sticky]
    others = [thread for thread in ranked if not thread.first.post.sticky]
    pages = max(1, -(-len(others) // THREADS_A_PAGE))
    if not 1 <= asked.page <= pages:
        return missing()
    start = (asked.page - 1) * THREADS_A_PAGE
    on_page = (kept_on_top if asked.page == 1 else []) + others[start : start + THREADS_A_PAGE]
    body = fill(
        "forum_list",
        board=BOARDS[board],
        about=_ABOUT[board],
        count=len(own),
        posts=sum(len(thread.floors) for thread in own),
        rows=join(_row(thread, asked.moment.now) for thread in on_page),
        pager=_pager(f"/forum/{board}/", asked.page, pages),
    )
    return _page(asked, threads, board, BOARDS[board], body)


def _row(thread: Thread, now: datetime) -> Html:
    sticky = thread.first.post.sticky
    opener, closer = people.nickname(thread.first.id), people.nickname(thread.last.id)
    more = f'<span class="more">[ <a href="{path(thread.first.post)}?page={thread.pages}">{thread.pages}</a> ]</span>'
    return fill(
        "forum_row",
        row=f"{'stick' if sticky else 'normal'}-{thread.number}",
        number=thread.number,
        kind="thread sticky" if sticky else "thread",
        mark=Html('<i class="pin" title="置顶">顶</i>' if sticky else '<i class="dot"></i>'),
        href=path(thread.first.post),
        title=thread.first.title,
        more=Html(more) if thread.pages > 1 else "",
        opener=opener,
        opened=spoken(thread.first.published_at, now),
        opened_full=stamp(thread.first.published_at),
        replies=len(thread.floors) - 1,
        views=thread.views,
        closer=closer,
        closed=spoken(thread.last.published_at, now),
        closed_full=stamp(thread.last.published_at),
    )


def _thread(asked: Asked, threads: Sequence[Thread], thread: Thread) -> Answer:
    floors = [floor for floor in thread.floors if page(floor.post) == asked.page]
    if not floors:
        return missing()
    href = path(thread.first.post)
    body = fill(
        "forum_thread",
        title=thread.first.title,
        number=thread.number,
        views=thread.views,
        replies=len(thread.floors) - 1,
        print_href=f"/forum/print/t{thread.number}.html",
        floors=join(render_floor(floor, thread.floors, asked.moment.now) for floor in floors),
        pager=_pager(href, asked.page, thread.pages),
        board=BOARDS[thread.board],
        board_href=f"/forum/{thread.board}/",
    )
    return _page(asked, threads, thread.board, thread.first.title, body)


def _pager(href: str, at: int, pages: int) -> Html:
    if pages == 1:
        return Html("")
    links = [
        f"<strong>{number}</strong>" if number == at else f'<a href="{_nth(href, number)}">{number}</a>'
        for number in range(1, pages + 1)
    ]
    if at < pages:
        links.append(f'<a class="nxt" rel="next" href="{_nth(href, at + 1)}">下一页</a>')
    return Html(f'<div class="pager">{"".join(links)}</div>')


def _nth(href: str, number: int) -> str:
    return href if number == 1 else f"{href}?page={number}"


def _page(asked: Asked, threads: Sequence[Thread], board: str | None, title: str, body: Html) -> Answer:
    charset = OLD_CHARSET.get(board or "", "utf-8")
    tabs = join(
        Html(f'<a href="/forum/{slug}/"{" class=on" if slug == board else ""}>{name}</a>')
        for slug, name in BOARDS.items()
    )
    crumb = Html(f'<a href="/forum/{board}/">{BOARDS[board]}</a>') if board else Html("全部版块")
    text = fill(
        "forum_base",
        charset=charset,
        title=title,
        tabs=tabs,
        crumb=crumb,
        body=body,
        hot=_hot(threads),
        stars=_stars(asked),
        year=asked.moment.now.year,
    )
    # A character that the old charset lacks becomes a numeric reference, as such sites write it.
    kind = "text/html" if board in OLD_CHARSET else f"text/html; charset={charset}"
    return Answer(text.encode(charset, "xmlcharrefreplace"), kind)


def _hot(threads: Sequence[Thread]) -> Html:
    hottest = sorted(threads, key=lambda thread: (-len(thread.floors), thread.number))[:8]
    return join(
        fill("forum_hot", place=place, href=path(one.first.post), title=one.first.title, replies=len(one.floors) - 1)
        for place, one in enumerate(hottest, 1)
    )


def _stars(asked: Asked) -> Html:
    day = asked.moment.now.strftime("%Y-%m-%d")
    faces = dict.fromkeys(people.lot(day, len(people.NICKNAMES), f"star{place}") for place in range(6))
    return join(fill("forum_star", face=face, name=people.NICKNAMES[face]) for face in faces)


def _board_rows(asked: Asked, threads: Sequence[Thread]) -> Html:
    rows = []
    for slug, name in BOARDS.items():
        own = [thread for thread in threads if thread.board == slug]
        last = max((thread.last.published_at for thread in own), default=asked.moment.started_at)
        rows.append(
            fill(
                "forum_board",
                href=f"/forum/{slug}/",
                letter=name[0],
                name=name,
                about=_ABOUT[slug],
                threads=len(own),
                posts=sum(len(thread.floors) for thread in own),
                last=spoken(last, asked.moment.now),
            )
        )
    return join(rows)


def _print_view(asked: Asked) -> Answer:
    wanted = asked.path.removeprefix("/forum/print/t").removesuffix(".html")
    found = [thread for thread in _threads(asked.seen) if str(thread.number) == wanted]
    if not found:
        return missing()
    texts = "\n\n".join(floor.text for floor in found[0].floors)
    return Answer(fill("forum_print", title=found[0].first.title, texts=texts).encode())
