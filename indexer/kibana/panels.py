"""What the dashboard shows: each panel with its columns and the way it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core import taxonomy
from core.types import State
from core.words import Text
from indexer.kibana import charts
from indexer.kibana.columns import Column, by_day, top
from indexer.kibana.kql import CONFIRMED, DECIDED


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands, in units of which the dashboard is 48 wide."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: ``draw`` is given the id of the layer."""

    slug: str
    title: Text
    about: Text
    columns: tuple[Column, ...]
    draw: Callable[[str], charts.Drawn]
    place: Place


_DAY = by_day("day", Text("发现日", "day"), "seen_at")
_FLAGS = Column("flags", Text("标记数", "flags"))
_CONFIRMED = Column("confirmed", Text("已确认", "confirmed"), only=CONFIRMED, params={"emptyAsNull": False})
_DELAY = Column("delay", Text("中位时延", "median delay"), "median", "delay_seconds")
_RATE = Column("rate", Text("确认率", "confirmed rate"), share=(CONFIRMED, DECIDED))
_CONTACTS, _SOURCES, _RULES = 20, 20, 50
_ABOUT_RATE = Text(
    "确认率 = 已确认 ÷（已确认 + 已驳回）；还没有定论的不算。",
    "Confirmed rate = confirmed ÷ (confirmed + dismissed); what is still undecided does not count.",
)
_ABOUT_DELAY = Text(
    "从发布到发现；网页没写发布时间的不算。",
    "From publication to flag; offers whose page tells no time of publication do not count.",
)

PANELS: tuple[Panel, ...] = (
    Panel(
        "by-day",
        Text("每日标记（按类别）", "Flags by day and harm"),
        Text("每天首次发现的标记。", "Flags by the day on which they were first found."),
        (top("harm", Text("类别", "harm"), "category", len(taxonomy.HARMS), "flags"), _DAY, _FLAGS),
        partial(charts.xy, series="bar_stacked", x="day", y="flags", split="harm"),
        Place(0, 0, 36, 14),
    ),
    Panel(
        "states",
        Text("复核状态", "Review states"),
        Text("标记现在处于哪一步。", "Where the flags stand now."),
        (top("state", Text("复核状态", "review"), "review.state", len(State), "flags"), _FLAGS),
        partial(charts.donut, by="state", of="flags"),
        Place(36, 0, 12, 14),
    ),
    Panel(
        "contacts",
        Text("出现最多的联系方式", "Top contacts"),
        Text("招揽里写的联系方式，以及它出现在多少个网站。", "Contacts that offers advertise, and on how many sites."),
        (
            top("contact", Text("联系方式", "contact"), "contact_values", _CONTACTS, "flags"),
            _FLAGS,
            Column("sites", Text("网站数", "sites"), "unique_count", "host"),
        ),
        partial(charts.table, shown=("contact", "flags", "sites")),
        Place(0, 14, 24, 14),
    ),
    Panel(
        "sources",
        Text("各来源的产出", "Sources by yield"),
        _ABOUT_RATE,
        (top("source", Text("来源", "source"), "source", _SOURCES, "flags"), _FLAGS, _CONFIRMED, _RATE),
        partial(charts.table, shown=("source", "flags", "confirmed", "rate")),
        Place(24, 14, 24, 14),
    ),
    Panel(
        "delay",
        Text("中位时延", "Median delay"),
        _ABOUT_DELAY,
        (_DELAY,),
        partial(charts.number, of="delay"),
        Place(0, 28, 8, 12),
    ),
    Panel(
        "delay-by-day",
        Text("每日中位时延", "Median delay by day"),
        _ABOUT_DELAY,
        (_DAY, _DELAY),
        partial(charts.xy, series="line", x="day", y="delay"),
        Place(8, 28, 16, 12),
    ),
    Panel(
        "rules",
        Text("各规则的确认率", "Confirmed rate by rule"),
        _ABOUT_RATE,
        (top("rule", Text("规则", "rule"), "rule_slugs", _RULES, "flags"), _FLAGS, _RATE),
        partial(charts.table, shown=("rule", "flags", "rate")),
        Place(24, 28, 24, 12),
    ),
)
