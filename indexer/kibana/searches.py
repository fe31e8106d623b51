"""Saved searches: the flags that nobody has decided on yet, in three orders."""

import json
from dataclasses import dataclass

from core.words import Lang, Text
from indexer.kibana.fields import COUNTABLE, SHOWN, Fields
from indexer.kibana.kql import OPEN
from indexer.kibana.lens import titled
from indexer.kibana.saved import Json, Names, everything, reference, saved
from indexer.kibana.view import TIME

_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
_COLUMNS = ("id", "category", "contact_values", "source", "score", "title", "text", "url")
_WIDTHS = {"id": 290, "category": 130, "contact_values": 210, "source": 150, "score": 80}


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search; ``by`` is the field that comes first, and that the chart above is broken down by."""

    slug: str
    title: Text
    by: str


SEARCHES = (
    Search("open-by-harm", Text("待复核标记（按类别）", "Open flags by harm"), "category"),
    Search("open-by-contact", Text("待复核标记（按联系方式）", "Open flags by contact"), "contact_values"),
    Search("open-by-source", Text("待复核标记（按来源）", "Open flags by source"), "source"),
)
_ABOUT = Text(
    "编号可直接粘贴到 lurewatch review show、confirm 或 dismiss 后面。",
    "The id may be pasted after lurewatch review show, confirm or dismiss.",
)


def search(wanted: Search, fields: Fields, names: Names, lang: Lang) -> Json:
    """The saved object of a search; raises InputError that names it and a field that the mapping has not."""
    for name in (wanted.by, TIME):
        fields.need(name, COUNTABLE, wanted.title)
    shown = [wanted.by, *(name for name in _COLUMNS if name != wanted.by)]
    for name in shown:
        fields.need(name, SHOWN, wanted.title)
    source = {
        "query": everything(OPEN.say(fields, wanted.title)),
        "filter": [],
        "highlightAll": True,
        "version": True,
        "indexRefName": _INDEX,
    }
    attributes = {
        "title": titled(wanted.title.say(lang), lang),
        "description": _ABOUT.say(lang),
        "columns": shown,
        "sort": [[wanted.by, "asc"], [TIME, "desc"]],
        "grid": {"columns": {name: {"width": _WIDTHS[name]} for name in shown if name in _WIDTHS}},
        "hideChart": False,
        "breakdownField": wanted.by,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source, ensure_ascii=False)},
    }
    return saved("search", names.of(wanted.slug), attributes, [reference(_INDEX, "index-pattern", names.view)])
