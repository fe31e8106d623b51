"""Writes a drafted source as YAML that explains itself, in the language of the person who will keep it."""

import json
from collections.abc import Iterator

from core.words import Lang, Text
from crawlers.drafted import Draft, Drafted
from crawlers.drafting import draft
from crawlers.glance import Glance
from crawlers.sources import Kind

_HEAD = Text(
    "由 lurewatch sources new 起草：请核对后再用。全部写法见 docs/sources.zh.md。",
    "Drafted by lurewatch sources new: check it before use. All that can be said: docs/sources.md.",
)
_ID = Text(
    "编号：小写字母、数字、连字符；改了它，旧帖会被当成新帖",
    "lower-case letters, digits, hyphens; with another id old posts are new again",
)
_NAME = Text("给人看的名称", "the name that people see")
_KINDS = {
    Kind.LIST: Text("列表：每条通向一篇", "a list: each entry leads to one post"),
    Kind.FORUM: Text("论坛：每条通向一串楼层", "a forum: each entry leads to a thread of posts"),
    Kind.FEED: Text("订阅源：RSS、Atom 或 JSON Feed", "a feed: RSS, Atom or JSON Feed"),
}
_DRAWN = Text("内容由脚本生成，要用浏览器打开", "scripts make the content, so a browser opens it")
_WHOLE = Text("列表里就是全文，不再打开链接", "the list holds the whole posts: no link is followed")
_ZONE = Text("网页上时间所在的时区", "the zone of the times on the page")
_EXPECT = Text(
    "起草时第一页有 {count} 条；少于 least 或多于 most，就报告来源异常（网站可能改版）",
    "{count} entries when drafted; outside of this the source is reported broken (the site may have changed)",
)
_PAGED = Text("找到了下一页，一次最多看这么多页", "there is a next page; a visit reads so many at most")
_FEED = Text("这个网页还有订阅源：{url}", "The page also names a feed: {url}")
_SELECTORS = Text(
    "没有写选择器：列表和正文按网页的结构自动识别。认得不对时再加 selectors。",
    "No selectors: list and text are found by the page's structure. Add selectors where that goes wrong.",
)


def drafted(url: str, glance: Glance, lang: Lang, *, browser: bool) -> Drafted:
    """Look at ``url`` and write the file of the source that would patrol it; raises InputError."""
    found = draft(url, glance.page, browser=browser)
    return Drafted(found, as_yaml(found, lang))


def as_yaml(found: Draft, lang: Lang) -> str:
    """The source file."""
    return "".join(f"{text}\n" for text in _lines(found, lang))


def _lines(found: Draft, lang: Lang) -> Iterator[str]:
    source = found.source
    yield f"# {_HEAD.say(lang)}"
    yield f"id: {source.id} # {_ID.say(lang)}"
    yield f"name: {_quoted(source.name)} # {_NAME.say(lang)}"
    yield f"url: {_quoted(source.url)}"
    yield f"kind: {source.kind.value} # {_KINDS[source.kind].say(lang)}"
    if source.drawn:
        yield f"drawn: true # {_DRAWN.say(lang)}"
    if source.whole:
        yield f"whole: true # {_WHOLE.say(lang)}"
    yield f"timezone: {source.timezone} # {_ZONE.say(lang)}"
    yield f"# {_EXPECT.say(lang, count=found.entries)}"
    yield f"expect: {{least: {source.expect.least}, most: {source.expect.most}}}"
    if found.next_url:
        yield f"bounds: {{list_pages: {source.bounds.list_pages}}} # {_PAGED.say(lang)}"
    if source.kind is not Kind.FEED:
        yield f"# {_SELECTORS.say(lang)}"
    for url in found.feeds:
        if url != source.url:
            yield f"# {_FEED.say(lang, url=url)}"


def _quoted(value: str) -> str:
    """A JSON string, which is a YAML one too, whatever it holds."""
    return json.dumps(value, ensure_ascii=False)
