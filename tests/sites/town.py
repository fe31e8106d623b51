"""The life of a board: what is there before the first patrol, and what appears before the second."""

from dataclasses import dataclass, field

from tests.sites.programs import Program
from tests.sites.texts import NAMES, Words
from tests.sites.watching import Watch

THREADS = 21  # more than one list page
LONG = 33  # replies of one thread: more than two pages


@dataclass
class Board:
    """A board of a forum program; what is written on it is noted as what a visit should see.

    ``titled``: replies have a title of their own.
    """

    site: Program
    watch: Watch
    words: Words = field(default_factory=Words)
    _writers: int = 0

    def __post_init__(self) -> None:
        self.path: str = self.site.ask("board", title="闲聊")
        self.watch.source(self.site.url + self.path)

    def _writer(self) -> str:
        self._writers += 1
        return NAMES[self._writers % len(NAMES)]

    def thread(self, title: str, *, offer: bool = False) -> dict[str, int]:
        """A new thread; gives the ids of its topic and of its first post."""
        mark, text = self.words.offer() if offer else self.words.everyday()
        self.watch.wrote(mark, text, title)
        given = {"place": self.path, "name": self._writer(), "title": title, "text": text}
        made: dict[str, int] = self.site.ask("thread", **given)
        return made

    def reply(self, topic: int, *, offer: bool = False, before: str = "") -> int:
        """A reply, perhaps with a quotation before it; gives its id."""
        mark, text = self.words.offer() if offer else self.words.everyday(1)
        self.watch.wrote(mark, text)
        post: int = self.site.ask("reply", topic=topic, name=self._writer(), text=before + text)
        return post

    def edit(self, post: int, title: str | None, *, offer: bool) -> None:
        """Write something else in the place of a post."""
        mark, text = self.words.offer() if offer else self.words.everyday()
        self.watch.wrote(mark, text, title)
        self.site.ask("edit", post=post, text=text)


@dataclass(frozen=True, slots=True)
class Filled:
    """What later acts refer to."""

    long: int
    pinned: int
    posts: list[int]


def fill(board: Board, quotation: str) -> Filled:
    """A pinned thread, one of several pages with a quotation in it, others of one or two posts, some of them offers."""
    pinned = board.thread("版规与新人报到")["topic"]
    board.site.ask("pin", topic=pinned)
    long = board.thread("接龙：你今天看见了什么")["topic"]
    for number in range(LONG):
        board.reply(long, offer=number in (7, 31), before=quotation if number == 12 else "")
    posts = []
    for number in range(THREADS):
        made = board.thread(f"第{number}号帖子", offer=number in (3, 18))
        posts.append(made["post"])
        if number % 5 == 0:
            board.reply(made["topic"])
    return Filled(long, pinned, posts)


def go_on(board: Board, filled: Filled) -> None:
    """New threads, replies to a long and to a pinned thread, and edits: one that makes an offer of a post, one not."""
    board.reply(filled.long)
    board.reply(filled.long, offer=True)
    board.reply(filled.pinned)
    board.thread("新来的帖子")
    board.thread("又一个新帖", offer=True)
    board.edit(filled.posts[5], "第5号帖子", offer=True)
    board.edit(filled.posts[9], "第9号帖子", offer=False)
