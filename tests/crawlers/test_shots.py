"""The screenshot of an offer shows its own words and nobody else's, whatever the page does to slip others in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote

import pytest
from PIL import Image

from core.types import Page, Post
from crawlers import reactor
from crawlers.browser import Browser
from crawlers.limits import Limits
from tests.crawlers.conftest import AGENT, CHROMIUM

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
POST = Post("p2", "http://town.test/b#p2", None, "出售考试答案，保真\n联系 QQ 10001")
STYLE = """.by { visibility: visible !important; position: fixed; top: 0; left: 0; z-index: 9 }
.w::before { content: "王小明" } p { background: url(data:image/svg+xml,<svg>王小明</svg>) }"""
BOARD = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>{style}</style>
<meta http-equiv="refresh" content="0; url=/other"></head><body style="font-size: 20px">
<div id="p1"><b class="by">王小明</b><p class="w">王小明说的话</p></div>
<div id="p2"><b class="by">王小明</b><div class="w"><img alt="王小明" src="/a/王小明.png">出售<b>考试答案</b>，保真<br>
<span style="background-image: url('data:image/svg+xml,{svg}')">{line}</span>
<i>王小明 编辑于昨天</i><blockquote>王小明 问价</blockquote><input value="王小明"><svg><text>王小明</text></svg>
<details open><summary>王小明</summary></details></div></div>
<div style="position: absolute; top: 60px; visibility: visible !important">王小明</div>
<script>document.title = "王小明"; document.body.innerHTML = "王小明";</script></body></html>"""
Shoot = Callable[..., bytes | None]


@pytest.fixture(scope="module")
def shoot() -> Iterator[Shoot]:
    """Takes a screenshot of the post in a page."""
    browser = Browser(CHROMIUM, Limits(), AGENT)

    def take(html: str, post: Post = POST) -> bytes | None:
        page = Page("http://town.test/b", 200, (), html.encode(), datetime(2026, 11, 22, tzinfo=UTC), drawn=True)
        return reactor.submit(browser.shoot(post, page)).result(60)

    yield take
    reactor.submit(browser.close()).result(20)


def _board(name: str = "王小明", line: str = "联系 QQ 10001") -> str:
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="30"><text y="20">{name}</text></svg>'
    return BOARD.format(style=STYLE, line=line, svg=quote(picture)).replace("王小明", name)


def _inked(shot: bytes | None) -> int:
    """How many pixels are not white."""
    assert shot is not None
    with Image.open(BytesIO(shot)) as image:
        return sum(image.convert("L").histogram()[:200])


def test_names_of_others_leave_no_trace(shoot: Shoot) -> None:
    """With other names, of the same width, on the same page the picture is the same to the last byte."""
    shots = [shoot(_board(name)) for name in ("王小明", "李建国")]
    assert _inked(shots[0]) > 500
    assert shots[0] == shots[1]


def test_its_own_words_are_shown(shoot: Shoot) -> None:
    """With another number in the offer the picture is another."""
    other = "联系 QQ 20002"
    changed = Post("p2", POST.url, None, POST.text.replace("联系 QQ 10001", other))
    shots = [shoot(_board()), shoot(_board(line=other), changed)]
    assert shots[0] != shots[1]
    assert _inked(shots[1]) > 500


@pytest.mark.parametrize(
    "html",
    ["", "<frameset><frame src=/x></frameset>", "<p>没有这条</p>", _board().replace('id="p2"', "hidden")],
)
def test_no_picture(shoot: Shoot, html: str) -> None:
    """Where the offer's words are not to be seen there is none, and no error."""
    assert shoot(html) is None


def test_bounds(shoot: Shoot) -> None:
    """However long an offer is, its picture is not."""
    lines = [f"第 {number} 行，出售答案" for number in range(3000)]
    shot = shoot(
        f"<meta charset=utf-8><p>{'<br>'.join(lines)}</p>", Post("1", "http://town.test/", None, "\n".join(lines))
    )
    assert shot is not None
    with Image.open(BytesIO(shot)) as image:
        assert image.height <= 4000
        assert image.width <= 2560
