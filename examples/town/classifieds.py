"""The classifieds of the town: cards with a snippet, and a page for each advert that answers conditionally."""

import re

from examples.town import people
from examples.town.addresses import number, path
from examples.town.answer import Answer, Asked, kept, missing, page
from examples.town.dates import ZONE, spoken, stamp
from examples.town.html import Html, fill, join, paragraphs
from examples.town.posts import Shown

CARDS_A_PAGE = 20
_SNIPPET = 30
_RELATED = 5
_ITEM = re.compile(r"/classifieds/item-(\d+)\.html")
_KINDS = (
    ("招聘", "招聘求职"),
    ("招", "招聘求职"),
    ("转让", "转让出租"),
    ("出租", "转让出租"),
    ("收", "求购回收"),
    ("贷", "金融服务"),
    ("信用卡", "金融服务"),
    ("班", "教育培训"),
    ("驾校", "教育培训"),
    ("考试", "教育培训"),
    ("药", "医药健康"),
    ("针", "医药健康"),
    ("公告", "公示公告"),
    ("批发", "批发采购"),
    ("票", "商务服务"),
)
_NO_META = Html("")
_AREAS = ("城关镇", "石桥镇", "柳林乡", "工业园", "河东街", "南山镇")


def answer(asked: Asked) -> Answer:
    """The page of the classifieds at a path."""
    adverts = asked.of("classifieds")
    if asked.path == "/classifieds/":
        return _list(asked, adverts)
    match = _ITEM.fullmatch(asked.path)
    found = [one for one in adverts if match and number(one.post) == int(match[1])]
    return _item(found[0], adverts, asked) if found else missing()


def _list(asked: Asked, adverts: list[Shown]) -> Answer:
    pages = max(1, -(-len(adverts) // CARDS_A_PAGE))
    if not 1 <= asked.page <= pages:
        return missing()
    start = (asked.page - 1) * CARDS_A_PAGE
    cards = join(_card(one, asked) for one in adverts[start : start + CARDS_A_PAGE])
    body = fill("info_list", cards=cards, count=len(adverts), pager=_pager(asked.page, pages))
    return page(_base(asked, "便民信息", body))


def _card(one: Shown, asked: Asked) -> Html:
    flat = " ".join(one.text.split())
    return fill(
        "info_card",
        href=path(one.post),
        title=one.title,
        snippet=flat if len(flat) <= _SNIPPET else f"{flat[:_SNIPPET]}…",
        kind=_kind(one),
        area=_area(one),
        when=spoken(one.published_at, asked.moment.now),
        views=_views(one),
        hue=people.hue(number(one.post)),
        letter=_kind(one)[0],
    )


def _item(one: Shown, adverts: list[Shown], asked: Asked) -> Answer:
    person = people.face(one.id)
    body = fill(
        "info_item",
        title=one.title,
        number=f"{number(one.post):06d}",
        when=stamp(one.published_at),
        kind=_kind(one),
        area=_area(one),
        views=_views(one),
        text=paragraphs(one.text),
        note=f"本信息已于 {stamp(one.edited_at)} 更新" if one.edited_at else "",
        face=person,
        name=people.NICKNAMES[person],
        years=1 + people.lot(str(person), 7, "years"),
        related=_related(one, adverts),
    )
    published = one.published_at.astimezone(ZONE).isoformat(timespec="seconds")
    meta = Html(f'<meta property="article:published_time" content="{published}">')
    return kept(_base(asked, one.title, body, meta), one.changed_at)


def _related(one: Shown, adverts: list[Shown]) -> Html:
    # Only adverts that stood there from the start, so that a page changes when its own advert does.
    old = sorted((other for other in adverts if other.post.appears_after == 0), key=lambda other: other.id)
    others = [other for other in old if other.id != one.id]
    start = people.lot(one.id, max(1, len(others) - _RELATED), "related")
    return join(
        fill("info_related", href=path(other.post), title=other.title) for other in others[start : start + _RELATED]
    )


def _base(asked: Asked, title: str, body: Html, meta: Html = _NO_META) -> Html:
    return fill("info_base", title=title, body=body, meta=meta, year=asked.moment.started_at.year)


def _pager(at: int, pages: int) -> Html:
    links = [
        Html(f"<b>{number}</b>" if number == at else f'<a href="/classifieds/?page={number}">{number}</a>')
        for number in range(1, pages + 1)
    ]
    if at < pages:
        links.append(Html(f'<a class="next" href="/classifieds/?page={at + 1}">下一页 &gt;</a>'))
    return join(links)


def _kind(one: Shown) -> str:
    return next((kind for word, kind in _KINDS if word in one.title), "本地服务")


def _area(one: Shown) -> str:
    return _AREAS[people.lot(one.id, len(_AREAS), "area")]


def _views(one: Shown) -> int:
    return 20 + people.lot(one.id, 1500, "views")
