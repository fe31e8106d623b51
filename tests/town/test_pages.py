"""What the town's pages show, and when."""

import shutil
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

from core.types import Page
from crawlers.extract import pages
from crawlers.sources import read_source
from examples.town import people
from examples.town.addresses import address, path
from examples.town.dates import ZONE, spoken
from examples.town.posts import FOLDER, Moment, TownPost, shown
from examples.town.server import Town
from examples.town.site import answer
from tests.town.conftest import END, OPENED, Get, HandClock
from tests.town.look import look, packed, target, words

_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"


def bodies(posts: tuple[TownPost, ...], at: float) -> Counter[str]:
    """How often each text is the body of a post on all pages of the town together."""
    seen = [one.post for one in shown(posts, Moment(OPENED, at))]
    targets = sorted({target(post) for post in seen if post.section != "square"})
    found: Counter[str] = Counter()
    for each in targets:
        found.update(words(node) for node in look(posts, each, at).css(".say, .detail-body, .content"))
    found.update("".join(row["text"].split()) for row in packed(look(posts, "/square/", at)))
    return found


@pytest.mark.parametrize("at", [0, 300, END])
def test_each_post_is_exactly_once_a_body(posts: tuple[TownPost, ...], at: float) -> None:
    """At any time the pages hold all visible posts as they read by then, each once, and nothing else as a body."""
    wanted = Counter("".join(one.text.split()) for one in shown(posts, Moment(OPENED, at)))
    assert bodies(posts, at) == wanted


def test_each_address_leads_to_its_post(posts: tuple[TownPost, ...]) -> None:
    """Addresses are all different, and behind each stands its post."""
    assert len({address(post) for post in posts}) == len(posts)
    for post in posts:
        text = "".join((post.edits[-1].text if post.edits else post.text).split())
        tree = look(posts, target(post), END)
        if post.section == "square":
            assert ["".join(row["text"].split()) for row in packed(tree)] == [text]
            continue
        anchor = address(post).partition("#")[2]
        place = tree.css_first(f"#{anchor}") if anchor else tree.body
        assert place is not None
        assert words(place.css_first(".say, .detail-body, .content")) == text


def test_new_posts_appear_everywhere_in_their_time(get: Get, clock: HandClock) -> None:
    """A reply, an advert, a moment on the square and an article of the feed are absent a second before, then there."""
    cases = [
        ("/forum/life/t1010.html", "湖边那家老马胡辣汤我开的", 90),
        ("/classifieds/", "修锁换锁，公安备案，随叫随到", 35),
        ("/account/feed.xml", "禾家超市周年店庆", 160),
        ("/square/data.json", "堆了个一米六的雪人", 590),
    ]
    start = clock.now
    for where, what, when in cases:
        clock.now = start + when - 1
        assert what not in get(where).text
        clock.now = start + when
        assert what in get(where).text


def test_time_runs_faster_on_demand() -> None:
    """At a speed of ten, posts come ten times sooner, and their dates are those of the town's clock."""
    clock = HandClock()
    with Town(clock=clock, started_at=OPENED, speed=10) as town:
        clock.now += 30
        assert town.elapsed == 300
        one = next(one for one in shown(town.posts, Moment(OPENED, town.elapsed, 10)) if one.id == "cls-046")
        assert one.published_at == OPENED + timedelta(seconds=15)


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (0, "刚刚"), (0.9, "刚刚"), (3, "3分钟前"), (59.9, "59分钟前"), (61, "1小时前"), (719, "11小时前"),
        (721, "昨天 23:59"), (24 * 60, "昨天 12:00"), (2 * 24 * 60, "前天 12:00"), (3 * 24 * 60, "2026-11-19 12:00"),
    ],
)  # fmt: skip
def test_times_are_shown_as_people_say_them(minutes: float, says: str) -> None:
    """Recent times are relative, older ones absolute; days change at the town's midnight."""
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)
    assert spoken(noon - timedelta(minutes=minutes), noon) == says


def test_a_plain_get_of_the_square_shows_no_post(get: Get, posts: tuple[TownPost, ...]) -> None:
    """Neither texts nor titles nor names of the square stand in its HTML; they are all in its pack."""
    html = get("/square/").text
    own = [post for post in posts if post.section == "square" and not post.appears_after]
    assert not [post.id for post in own if post.text[:12] in html or (post.title or "") in html]
    assert not [name for name in people.NICKNAMES if name in html]
    assert len(packed(LexborHTMLParser(html))) == len(own)


def test_cards_show_only_a_snippet(posts: tuple[TownPost, ...]) -> None:
    """A card of the classifieds ends after thirty characters."""
    snippets = [node.text() for node in look(posts, "/classifieds/", 0).css(".snippet")]
    assert len(snippets) == 20
    assert all(len(snippet) <= 31 for snippet in snippets)


def test_an_advert_changes_only_by_itself(posts: tuple[TownPost, ...]) -> None:
    """Other adverts that appear, and time that passes, leave the page and its ETag as they were."""
    for post in posts:
        if post.section == "classifieds" and not post.appears_after and not post.edits:
            early, late = (answer(path(post), posts, Moment(OPENED, at), "").etag for at in (0, END))
            assert early == late


def test_the_feed_carries_whole_articles(town: Town, get: Get, posts: tuple[TownPost, ...]) -> None:
    """Every visible article is in the feed once, with its whole text, its address and its date."""
    feed = get("/account/feed.xml")
    assert feed.headers["content-type"].startswith("application/rss+xml")
    articles = [post for post in posts if post.section == "account" and not post.appears_after]
    items = etree.fromstring(feed.body).findall(".//item")
    bodies_of = {item.findtext("link"): words(LexborHTMLParser(item.findtext(_ENCODED) or "").body) for item in items}
    articles = [post for post in posts if post.section == "account" and not post.appears_after]
    assert len(items) == len(articles)
    assert bodies_of == {f"{town.url}{path(post)}": "".join(post.text.split()) for post in articles}
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert dates == sorted(dates, reverse=True)
    assert max(dates) == OPENED - timedelta(minutes=min(post.minutes_ago for post in articles))


def test_names_are_everywhere_but_in_the_posts(get: Get, posts: tuple[TownPost, ...]) -> None:
    """Pages show who wrote; no name or signature occurs in a post, so one that is stored came from a page."""
    for where in (
        "/forum/chat/t6001.html",
        "/classifieds/item-1.html",
        "/account/a/1.html",
        "/account/feed.xml",
        "/square/data.json",
    ):
        html = get(where).text
        assert any(name in html for name in people.NICKNAMES), where
    texts = "\n".join(f"{post.title}\n{post.text}\n{[edit.text for edit in post.edits]}" for post in posts)
    assert not [one for one in (*people.NICKNAMES, *filter(None, people.SIGNATURES)) if one in texts]
    assert len(set(people.NICKNAMES)) == len(people.NICKNAMES)


def test_what_people_write_is_escaped() -> None:
    """Markup in a post is shown, not obeyed, on every site."""
    evil = "<script>alert(1)</script>]]> & $x"
    posts = tuple(
        TownPost(id_, section, thread, 0, evil, evil, 5, 0, False, ())
        for id_, section, thread in [
            ("life-001-0", "forum/life", "life-001"),
            ("cls-001", "classifieds", None),
            ("acc-001", "account", None),
            ("sq-001", "square", None),
        ]
    )
    for where in ("/forum/", "/forum/life/", "/forum/life/t1001.html", "/classifieds/", "/classifieds/item-1.html",
                  "/account/", "/account/a/1.html", "/square/"):  # fmt: skip
        assert b"<script>alert" not in answer(where, posts, Moment(OPENED, 0), "http://town.test").body, where
    feed = answer("/account/feed.xml", posts, Moment(OPENED, 0), "http://town.test").body.decode()
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;]]&gt; &amp; $x</p>" in feed


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium to draw the page")
def test_a_browser_draws_every_post_of_the_square(town: Town, posts: tuple[TownPost, ...], tmp_path: Path) -> None:
    """After its script ran, the square holds each post once, with title, text, time and address."""
    command = [
        shutil.which("chromium") or "", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path}", "--virtual-time-budget=3000", "--dump-dom", f"{town.url}/square/",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)  # noqa: S603 - a fixed command
    cards = LexborHTMLParser(done.stdout.decode()).css("article.moment")
    drawn = {(words(card.css_first("h2")), words(card.css_first(".words"))) for card in cards}
    own = [post for post in posts if post.section == "square" and not post.appears_after]
    assert len(cards) == len(own)
    assert drawn == {("".join((post.title or "").split()), "".join(post.text.split())) for post in own}
    links = {link.attributes["href"] for card in cards for link in card.css("a.at")}
    assert links == {path(post) for post in own}
    assert all(card.css("time[datetime]") for card in cards)
    drawn_page = Page(f"{town.url}/square/", 200, (), done.stdout, OPENED, drawn=True)
    entries = pages.listing(drawn_page, read_source(FOLDER / "sources" / "square.yml")).entries
    found = {entry.url: "".join(entry.post.text.split()) for entry in entries if entry.post}
    assert found == {f"{town.url}{path(post)}": "".join(post.text.split()) for post in own}
