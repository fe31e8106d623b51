"""What a source file may say, and how a folder of them is read."""

import re
from collections.abc import Sequence
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    TypeAdapter,
    field_validator,
    model_validator,
)

from core import yamlfile
from core.errors import InputError, YamlError
from crawlers.quiet import Quiet, hours

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(
            "a duration is a number with s, m, h or d, such as 10m / 时长写作数字加 s、m、h 或 d，例如 10m"
        )
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def _hours(value: object) -> object:
    return hours(value if isinstance(value, str) else "")


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
_HTTP = TypeAdapter(HttpUrl)


class Kind(StrEnum):
    """How a source is laid out."""

    LIST = "list"  # entries that link to one post each, or that hold the whole post
    FORUM = "forum"  # entries that link to threads of several posts
    FEED = "feed"  # RSS, Atom, JSON Feed or a sitemap
    DATA = "data"  # JSON: what scripts of the page ask for, or what stands in a script of the page itself


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selectors(_Strict):
    """CSS selectors; ``css@name`` takes an attribute, ``@name`` one of the element itself. All are optional."""

    item: str | None = None  # one entry of the list page
    link: str | None = None  # in the entry: where its post or thread is
    key: str | None = None  # in the entry, or in the post: its native id
    sticky: str | None = None  # in the entry: there if it is kept on top
    changed: str | None = None  # in the entry: text that changes when there is more to see (count of replies)
    next: str | None = None  # on the list page: the next one
    post: str | None = None  # on the page of a post or thread: one post
    post_key: str | None = None  # in the post: its native id
    title: str | None = None  # on the post's page, or in the entry if it holds the whole post
    text: str | None = None  # in the post: its text, without author and signature
    time: str | None = None  # in the post or entry: when it was published
    image: str | None = None  # in the post: its pictures
    next_post_page: str | None = None  # on the page of a thread: its next page
    frame: str | None = None  # on a page: the frame that holds the list or the post, which is read in its place


class Data(_Strict):
    """Where entries stand in JSON. A path is keys with dots between, numbers for places in a list: ``data.list.0``."""

    script: str | None = None  # CSS: the script of the page that holds the JSON; without it the answer is JSON
    items: str = ""  # the list of entries; "" if the JSON is that list
    link: str | None = None  # a path in the entry, or an address with paths in braces: /post/{id}
    key: str | None = None  # its native id
    title: str | None = None
    text: str | None = None  # its whole text, plain or HTML; without it links are followed
    time: str | None = None
    image: str | None = None  # one address or a list of them
    sticky: str | None = None  # true where it is kept on top
    changed: str | None = None  # what changes when there is more to see
    page: str | None = None  # the parameter of the address that counts pages
    cursor: dict[str, str] = Field(
        default_factory=dict
    )  # parameters of the next address, each with the path to its value

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.link is None and self.text is None:
            raise ValueError("data.link or data.text must say where a post is / 须写明 data.link 或 data.text")
        if self.page is not None and self.cursor:
            raise ValueError("data.page and data.cursor exclude each other / data.page 与 data.cursor 只能写一个")
        return self


class Interval(_Strict):
    """Bounds of the time between two visits."""

    least: Duration = timedelta(minutes=5)
    most: Duration = timedelta(hours=12)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not timedelta(seconds=1) <= self.least <= self.most:
            raise ValueError("interval.least must be at least 1s and not above interval.most")
        return self


class Politeness(_Strict):
    """What the source's host is granted beyond robots.txt: seconds between two requests, and hours without any."""

    delay: Duration = timedelta(seconds=2)
    quiet: Hours | None = None  # such as 23:00-06:00, by the clocks of the source's zone


class Expect(_Strict):
    """How many entries a whole look at the first page should yield; outside of it the source is broken."""

    least: int = Field(default=1, ge=0)
    most: int = Field(default=500, ge=1)


class Bounds(_Strict):
    """How far one visit goes."""

    list_pages: int = Field(default=5, ge=1, le=100)
    post_pages: int = Field(default=10, ge=1, le=100)
    known_in_a_row: int = Field(default=10, ge=1)  # stop paging after so many known entries that are not sticky
    recheck: int = Field(default=5, ge=0)  # known entries a visit looks at again, for edits


class Source(_Strict):
    """A public section to patrol, one YAML file each."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")
    name: str
    url: str
    kind: Kind = Kind.LIST
    drawn: bool | Literal["auto"] = False  # only JavaScript shows the posts: use a browser; auto: learn it
    whole: bool = False  # the entries of the list hold the whole post: do not follow their links
    pictures: bool = False  # read text and QR codes in the pictures of posts
    timezone: str = "Asia/Shanghai"
    interval: Interval = Interval()
    politeness: Politeness = Politeness()
    expect: Expect = Expect()
    bounds: Bounds = Bounds()
    selectors: Selectors = Selectors()
    data: Data | None = None

    @model_validator(mode="after")
    def _told_where(self) -> Self:
        if (self.kind is Kind.DATA) is not (self.data is not None):
            raise ValueError("kind: data and the section data go together / kind: data 与 data 一节须同时写")
        return self

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        parsed = _HTTP.validate_python(value)
        if parsed.username or parsed.password:
            raise ValueError("public pages only: an address with a login is refused")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"unknown time zone {value!r}; for instance Asia/Shanghai")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The source's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def revalidates(self) -> bool:
        """Whether one answer holds all that is read of a page, so that a 304 says that nothing of it changed."""
        may_be_empty = self.learns and self.expect.least == 0  # an empty answer may still be filled by scripts
        return self.drawn is not True and not may_be_empty and self.selectors.frame is None

    @property
    def learns(self) -> bool:
        """Whether visits find out by themselves which pages need a browser."""
        return self.drawn == "auto"

    @property
    def quiet(self) -> tuple[Quiet, ...]:
        """The hours in which its host is left alone: none or one window."""
        window = self.politeness.quiet
        return (Quiet(*window, self.zone),) if window else ()


def read_source(path: Path) -> Source:
    """One source file; raises InputError with file:line:column."""
    return yamlfile.load(path, Source)[0]


def read_sources(folder: Path) -> tuple[tuple[Source, ...], tuple[InputError, ...]]:
    """All ``*.yml`` of a folder in order of name: the good ones, and an error for each bad one.

    Raises InputError where there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(
            f"没有来源目录 {folder}。请建立它并放入来源 YAML，或设置 LUREWATCH_SOURCES。",
            f"There is no folder of sources {folder}. Make it and put source YAML there, or set LUREWATCH_SOURCES.",
        )
    good: dict[str, Source] = {}
    bad: list[InputError] = []
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        try:
            source, layout = yamlfile.load(path, Source)
        except InputError as problem:
            bad.append(problem)
            continue
        if source.id in good:
            bad.append(_doubled(path, layout.position(["id"]), source.id))
        else:
            good[source.id] = source
    return tuple(good.values()), tuple(bad)


def _doubled(path: Path, at: Sequence[int], source_id: str) -> YamlError:
    return YamlError(
        path,
        at[0],
        at[1],
        f"来源编号 {source_id} 已被另一文件使用，请换一个。",
        f"the id {source_id} is used by another file; choose another.",
    )
