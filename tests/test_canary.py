"""What is not flagged leaves no trace: marked words are nowhere on disk, in logs or in output after a patrol."""

import gzip
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.running import Ran, lurewatch, places_with

PLAIN = "kanarienvogelplain7731"
THREAD = "kanarienvogelthread7732"
AUTHOR = "kanarienvogelauthor7733"
HEADER = "kanarienvogelheader7734"
HAN = "金丝雀斑斓蹁跹"
OFFER = "专业代开各行业发票，税点优惠，验证后付款，需要的加微信 fapiao_77310 详谈，长期合作"

FORUM = f"""<html><head><meta charset="utf-8"><title>论坛</title></head><body><ul>
<li class="topic"><a class="subject" href="/t/1">周末去哪里玩</a> <span class="by">{AUTHOR}</span></li>
<li class="topic"><a class="subject" href="/t/2">请教公司注册的事</a> <span class="by">{AUTHOR}</span></li>
</ul></body></html>"""


def floor(number: int, text: str) -> str:
    """One post of a thread, with the author box that such pages have."""
    author = f'<div class="author"><img alt="{AUTHOR}" src="/a/{AUTHOR}.png">{AUTHOR}</div>'
    sign = f'<div class="sign">{AUTHOR}</div>'
    return f'<div class="post" id="pid{number}">{author}<div class="content">{text}</div>{sign}</div>'


def thread(title: str, *texts: str) -> str:
    """The page of a thread."""
    floors = "".join(floor(number, text) for number, text in enumerate(texts))
    return f"<html><body><h1>{title}</h1>{floors}</body></html>"


PAGES = {
    "/forum": FORUM,
    "/t/1": thread("周末去哪里玩", f"{PLAIN}，{HAN}，周末带孩子去水库钓鱼，有一起的吗"),
    "/t/2": thread(
        "请教公司注册的事",
        f"{THREAD}，注册公司要跑哪几个窗口，{HAN}",
        OFFER,
        f"谢谢，{THREAD}，已经问过市民中心了",
    ),
    "/drawn": f"""<html><head><meta charset="utf-8"></head><body><div id="board"></div><script>
const posts = [["p1", "{PLAIN}，{HAN}，晚上广场放电影"], ["p2", "{OFFER.replace("77310", "77311")}"]];
document.cookie = "seen={HEADER}"; localStorage.setItem("seen", "{PLAIN}");
for (const [id, text] of posts) {{
  const item = document.createElement("article");
  item.id = id; item.innerHTML = "<b class=by>{AUTHOR}</b><p class=words>" + text + "</p>";
  document.getElementById("board").append(item);
}}
</script></body></html>""",
    "/feed": f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>县城发布</title>
<item><title>公告</title><link>/n/1</link><author>{AUTHOR}</author>
<description>{PLAIN} 本周六停水检修，{HAN}</description></item></channel></rss>""",
}
_SELECTORS = (
    "selectors: {{item: li.topic, link: a.subject@href, title: h1, post: div.post, post_key: '@id', text: .content}}\n"
)
SOURCES = {
    "forum.yml": "id: forum\nname: 论坛\nurl: {url}/forum\nkind: forum\npoliteness: {{delay: 0s}}\n" + _SELECTORS,
    "auto.yml": "id: auto\nname: 论坛二\nurl: {url}/forum\nkind: forum\nexpect: {{least: 0}}\n"
    "politeness: {{delay: 0s}}\n",
    "drawn.yml": "id: drawn\nname: 广场\nurl: {url}/drawn\nkind: list\ndrawn: true\nwhole: true\n"
    "politeness: {{delay: 0s}}\nselectors: {{item: article, key: '@id', text: .words}}\n",
    "feed.yml": "id: feed\nname: 发布\nurl: {url}/feed\nkind: feed\npoliteness: {{delay: 0s}}\n",
}


class Handler(BaseHTTPRequestHandler):
    """Serves the pages above, with a marked header and cookie."""

    def do_GET(self) -> None:
        """Answer from ``PAGES``; there is no robots.txt."""
        page = PAGES.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/xml" if self.path == "/feed" else "text/html; charset=utf-8")
        self.send_header("Set-Cookie", f"session={HEADER}")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def patrolled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Ran, Ran]]:
    """The folder of a patrol of all sources, what the patrol said, and its flags."""
    home = tmp_path_factory.mktemp("c")  # short: paths of the browser's sockets are bounded
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sources = home / "sources"
    sources.mkdir()
    for name, text in SOURCES.items():
        (sources / name).write_text(text.format(url=f"http://127.0.0.1:{server.server_port}"), "utf-8")
    env = {"LUREWATCH_SOURCES": str(sources), "LUREWATCH_ALLOW_PRIVATE": "127.0.0.0/8"}
    ran = lurewatch("--verbose", "patrol", "--once", "--json", home=home, env=env)
    flags = lurewatch("export", "flags", home=home, env=env)
    yield home, ran, flags
    server.shutdown()
    server.server_close()


def test_the_offer_of_the_thread_is_flagged(patrolled: tuple[Path, Ran, Ran]) -> None:
    """The patrol did its work: the offer is there, with evidence on disk."""
    home, ran, flags = patrolled
    assert ran.code == 0, ran.err
    assert "fapiao_77310" in flags.out
    assert places_with("fapiao_77310", home / "data" / "evidence")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium for the drawn page")
def test_the_offer_that_only_a_browser_shows_is_flagged(patrolled: tuple[Path, Ran, Ran]) -> None:
    """The drawn page was drawn, so that the marks on it had every chance to leak."""
    home, _, flags = patrolled
    assert "fapiao_77311" in flags.out
    assert places_with("fapiao_77311", home / "data" / "evidence")
    pictured = [gzip.decompress(path.read_bytes()).count(b"\x89PNG") for path in home.rglob("*.warc.gz")]
    assert sum(pictured) == 1


def test_the_browser_leaves_nothing_behind(patrolled: tuple[Path, Ran, Ran]) -> None:
    """Profiles and caches of the browser are gone with it."""
    home, _, _ = patrolled
    assert [path for path in (home / "tmp").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("mark", [PLAIN, HAN, THREAD, AUTHOR, HEADER])
def test_marked_words_are_nowhere(patrolled: tuple[Path, Ran, Ran], mark: str) -> None:
    """An unflagged page, a post beside a flagged one, an author, a cookie: not in any file, log or output."""
    home, ran, flags = patrolled
    assert places_with(mark, home) == []
    for said in (ran.out, ran.err, flags.out, flags.err):
        assert mark not in said
