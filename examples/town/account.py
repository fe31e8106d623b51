"""The town's public account: articles with comments below them, and a feed that carries them whole."""

import re
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from examples.town import people
from examples.town.addresses import number, path
from examples.town.answer import Answer, Asked, kept, missing, page
from examples.town.dates import ZONE, day, spoken, stamp
from examples.town.html import Html, fill, join, paragraphs
from examples.town.posts import Shown

FEED = "application/rss+xml; charset=utf-8"
FEED_SIZE = 60
_ARTICLE = re.compile(r"/account/a/(\d+)\.html")
_COMMENTS = (
    "转给我爸妈看看。",
    "写得明白，收藏了。",
    "辛苦了，天冷注意身体。",
    "建议多发这样的。",
    "已转家族群。",
    "学习了。",
)


def answer(asked: Asked) -> Answer:
    """The page of the account at a path."""
    articles = asked.of("account")
    if asked.path == "/account/":
        cards = join(_card(one, asked.moment.now) for one in articles)
        return page(fill("account_index", cards=cards, count=len(articles), year=asked.moment.now.year))
    if asked.path == "/account/feed.xml":
        return _feed(asked, articles)
    match = _ARTICLE.fullmatch(asked.path)
    found = [one for one in articles if match and number(one.post) == int(match[1])]
    return _article(found[0]) if found else missing()


def _card(one: Shown, now: datetime) -> Html:
    flat = " ".join(one.text.split())
    return fill(
        "account_card",
        href=path(one.post),
        title=one.title,
        digest=f"{flat[:48]}…",
        when=spoken(one.published_at, now),
        hue=people.hue(number(one.post)),
        letter=one.title.lstrip("【“")[0],
    )


def _article(one: Shown) -> Answer:
    comments = []
    for place in range(2 + people.lot(one.id, 2, "comments")):
        person = people.face(f"{one.id}/{place}")
        words = _COMMENTS[(people.lot(one.id, len(_COMMENTS), "words") + place) % len(_COMMENTS)]
        likes = people.lot(one.id, 40, str(place))
        comments.append(fill("account_comment", face=person, name=people.NICKNAMES[person], words=words, likes=likes))
    text = fill(
        "account_article",
        title=one.title,
        when=stamp(one.published_at),
        day=day(one.published_at),
        editor=people.nickname(one.id),
        text=paragraphs(one.text),
        reads=400 + people.lot(one.id, 9000, "reads"),
        likes=5 + people.lot(one.id, 300, "likes"),
        comments=join(comments),
    )
    return kept(text, one.changed_at)


def _feed(asked: Asked, articles: list[Shown]) -> Answer:
    latest = max((one.changed_at for one in articles), default=asked.moment.started_at)
    items = "\n".join(_item(one, asked.base_url) for one in articles[:FEED_SIZE])
    text = fill("feed", base=asked.base_url, built=_rfc822(latest), items=Html(items))
    return kept(text, latest, FEED)


def _item(one: Shown, base_url: str) -> str:
    link = f"{base_url}{path(one.post)}"
    whole = paragraphs(one.text).replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<item>\n<title>{escape(one.title)}</title>\n<link>{link}</link>\n"
        f'<guid isPermaLink="true">{link}</guid>\n<dc:creator>{escape(people.nickname(one.id))}</dc:creator>\n'
        f"<pubDate>{_rfc822(one.published_at)}</pubDate>\n<content:encoded><![CDATA[{whole}]]></content:encoded>\n"
        "</item>"
    )


def _rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(ZONE))
