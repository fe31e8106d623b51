"""The data view: the alias of the flags, with a label for each field, a format, and a link to the offer."""

import json
from collections.abc import Mapping

from core import taxonomy
from core.reviews import STATES
from core.words import Lang, Text
from indexer.kibana.fields import COUNTABLE, SHOWN, UNUSED, Fields
from indexer.kibana.saved import Json, Names, saved

TIME = "seen_at"
_NAME = Text("识饵标记（{alias}）", "Lurewatch flags ({alias})")
# What the program keeps for its own searches; in a table it would only be in the way.
_HIDDEN = ("words", "chars", "decision")
LABELS: Mapping[str, Text] = {
    "id": Text("编号（供 lurewatch review）", "id (for lurewatch review)"),
    "source": Text("来源", "source"),
    "host": Text("网站", "site"),
    "url": Text("招揽网址", "offer"),
    "title": Text("标题", "title"),
    "text": Text("招揽原文", "text of the offer"),
    "shown": Text("图中文字", "text in its pictures"),
    "words": Text("检索用词", "words for searching"),
    "chars": Text("检索用字", "characters for searching"),
    "category": Text("类别", "harm"),
    "laws": Text("法律依据", "law (in Chinese)"),
    "score": Text("分值", "score"),
    "published_at": Text("发布时间", "published"),
    "seen_at": Text("发现时间", "found"),
    "delay_seconds": Text("发布到发现", "from publication to flag"),
    "contact_values": Text("联系方式", "contact"),
    "rule_slugs": Text("命中规则", "rule"),
    "model_version": Text("模型版本", "version of the model"),
    "evidence.path": Text("证据文件", "evidence file"),
    "evidence.sha256": Text("证据 SHA-256", "SHA-256 of the evidence"),
    "evidence.page_sha256": Text("原页 SHA-256", "SHA-256 of the page"),
    "evidence.page_length": Text("原页大小", "size of the page"),
    "review.state": Text("复核状态", "review"),
    "review.count": Text("复核次数", "number of reviews"),
}


def data_view(fields: Fields, names: Names, lang: Lang) -> Json:
    """The data view of an alias; raises InputError where a label, a format or the time is of no field."""
    name = Text(_NAME.zh.format(alias=names.alias), _NAME.en.format(alias=names.alias))
    for field in LABELS:
        fields.need(field, SHOWN, name)
    fields.need(TIME, frozenset({"date"}), name)
    for field in _HIDDEN:
        fields.need(field, SHOWN | {UNUSED}, name)
    formats = _formats(lang)
    for field in formats:
        fields.need(field, COUNTABLE, name)
    attributes = {
        "title": names.alias,
        "name": name.say(lang),
        "timeFieldName": TIME,
        "fields": "[]",
        "fieldAttrs": _json({field: {"customLabel": text.say(lang)} for field, text in LABELS.items()}),
        "fieldFormatMap": _json(formats),
        "runtimeFieldMap": "{}",
        "sourceFilters": _json([{"value": field} for field in _HIDDEN]),
    }
    return saved("index-pattern", names.view, attributes)


def _formats(lang: Lang) -> dict[str, Json]:
    harms = {harm.id: harm.zh if lang == "zh" else harm.en for harm in taxonomy.HARMS}
    states = {state.value: text.say(lang) for state, text in STATES.items()}
    return {
        "url": _format("url", type="a", urlTemplate="{{rawValue}}", labelTemplate="{{value}}"),
        "category": _lookup(harms),
        "review.state": _lookup(states),
        "score": _format("number", pattern="0.00"),
        "delay_seconds": _format(
            "duration", inputFormat="seconds", outputFormat="humanizePrecise", outputPrecision=1, useShortSuffix=True
        ),
        "evidence.page_length": _format("bytes", pattern="0,0.[0]b"),
    }


def _format(id_: str, **params: object) -> Json:
    return {"id": id_, "params": params}


def _lookup(words: Mapping[str, str]) -> Json:
    return _format("static_lookup", lookupEntries=[{"key": key, "value": value} for key, value in words.items()])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
