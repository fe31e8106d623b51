"""The saved objects are formed as documented, hang together, and use no field that the mapping has not."""

import json
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest

from core.errors import InputError
from core.words import Lang, Text
from indexer.elastic.mapping import mappings
from indexer.kibana.columns import OPERATIONS, Column, column
from indexer.kibana.dashboard import dashboard
from indexer.kibana.export import saved_objects
from indexer.kibana.fields import Fields
from indexer.kibana.lens import lens
from indexer.kibana.panels import PANELS, Panel
from indexer.kibana.saved import Names
from indexer.kibana.searches import SEARCHES, Search, search
from indexer.kibana.view import LABELS, data_view
from tests.indexer.kibana.form import Json, ill_formed, inside
from tests.indexer.kibana.ties import layers, loose

NAMES = Names("flags")
HERE = Text("这里", "here")
Change = Callable[[list[Json]], object]


def made(lang: Lang = "zh") -> list[Json]:
    """The objects of the real mapping, as a file brings them."""
    found: list[Json] = json.loads(json.dumps(saved_objects(mappings("flags"), "flags", lang)))
    return found


def without(path: str) -> dict[str, Any]:
    """The mapping without a field."""
    mapping = deepcopy(mappings("flags"))
    *above, name = path.split(".")
    properties = mapping["properties"]
    for part in above:
        properties = properties[part]["properties"]
    del properties[name]
    return mapping


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_objects_are_formed_as_documented_and_hang_together(lang: Lang) -> None:
    """One data view, three searches, seven panels, one dashboard; nothing unknown, loose, twice or out of order."""
    objects = made(lang)
    assert [one["type"] for one in objects] == ["index-pattern", *["search"] * 3, *["lens"] * 7, "dashboard"]
    assert [*ill_formed(objects), *loose(objects)] == []


def test_titles_speak_the_language_and_nothing_else_does() -> None:
    """In another language only words for people differ, so that a second import takes the place of the first."""
    zh, en = made("zh"), made("en")
    assert [one["id"] for one in zh] == [one["id"] for one in en]
    titles = [[one["attributes"].get("name", one["attributes"]["title"]) for one in objects] for objects in (zh, en)]
    assert not {*titles[0]} & {*titles[1]}
    assert not re.findall(r"[\u3400-\u9fff]+", json.dumps(en, ensure_ascii=False))


def test_another_alias_has_other_objects() -> None:
    """Two stores may share one Kibana."""
    one, two = ({one["id"] for one in saved_objects(mappings("flags"), alias, "zh")} for alias in ("flags", "a-flags"))
    assert not one & two


def set_in(number: int, path: str, value: object) -> Change:
    """Change one value of an object; texts that hold JSON are opened for it."""

    def change(objects: list[Json]) -> None:
        _put(objects[number], path.split("/"), value)

    return change


def _put(node: Any, path: Sequence[str], value: object) -> None:
    name: Any = int(path[0]) if isinstance(node, list) else path[0]
    if len(path) == 1:
        node[name] = value
    elif isinstance(node[name], str):
        opened = json.loads(node[name])
        _put(opened, path[1:], value)
        node[name] = json.dumps(opened)
    else:
        _put(node[name], path[1:], value)


_STATE = "attributes/state/datasourceStates/formBased/layers/flags"
_SOURCE = "attributes/kibanaSavedObjectMeta/searchSourceJSON"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_in(0, "typeMigrationVersion", "7.11.0"), "typeMigrationVersion"),
        (set_in(4, "coreMigrationVersion", "8.9.0"), "coreMigrationVersion"),
        (set_in(0, "attributes/allowHidden", True), "allowHidden"),
        (set_in(0, "attributes/fieldAttrs", {}), "fieldAttrs"),
        (set_in(0, "attributes/fieldFormatMap/url/id", "link"), "url"),
        (set_in(1, "attributes/columns", []), "columns"),
        (set_in(1, "attributes/sort/0/1", "up"), "sort"),
        (set_in(1, _SOURCE, {"query": {}}), "searchSourceJSON"),
        (set_in(1, f"{_SOURCE}/query/language", "lucene"), "lucene"),
        (set_in(1, f"{_SOURCE}/indexRefName", "other"), "no reference other"),
        (set_in(4, "attributes/visualizationType", "lnsMap"), "lnsMap"),
        (set_in(4, f"{_STATE}/columns/day/operationType", "histogram"), "columns/day"),
        (set_in(4, f"{_STATE}/columns/harm/params/size", 0), "columns/harm"),
        (set_in(4, f"{_STATE}/columns/harm/params/orderBy/columnId", "none"), "no column none"),
        (set_in(4, "attributes/state/visualization/layers/0/xAccessor", "none"), "no column none"),
        (set_in(4, "attributes/state/visualization/layers/0/layerId", "none"), "no layer none"),
        (set_in(7, f"{_STATE}/columns/rateX2/references", ["none"]), "no column none"),
        (set_in(7, f"{_STATE}/columns/rateX2/params/tinymathAst/args/0", "none"), "no column none"),
        (set_in(7, f"{_STATE}/columnOrder", ["source"]), "the order"),
        (set_in(4, "references", []), "no reference indexpattern-datasource-layer-flags"),
        (set_in(4, "references/0/id", "other"), "other is not before it"),
        (set_in(11, "attributes/panelsJSON/0/panelRefName", "panel_x"), "no reference by-day:panel_x"),
        (set_in(11, "attributes/panelsJSON/0/gridData/x", 40), "out of the grid"),
        (set_in(11, "attributes/panelsJSON/1/gridData/x", 30), "overlap"),
        (set_in(11, "attributes/panelsJSON/0/type", "search"), "is no search"),
        (set_in(11, "attributes/hits", 0), "hits"),
        (lambda objects: objects[11]["references"].pop(), "no reference open-by-harm:panel_open-by-harm"),
        (lambda objects: objects[11]["references"].append(objects[4]["references"][0]), "unused reference"),
        (lambda objects: objects.append(objects[4]), "twice"),
        (lambda objects: objects.insert(0, objects.pop()), "is not before it"),
    ],
)
def test_the_checks_see_what_is_wrong(change: Change, said: str) -> None:
    """Each kind of mistake is found, by the name of what is wrong."""
    objects = made()
    change(objects)
    problems = [*ill_formed(objects)] or [*loose(objects)]
    assert any(said in problem for problem in problems), problems


def fields_of(panel: Panel) -> set[str]:
    """The fields that a panel uses."""
    named = {column.field for column in panel.columns if column.field}
    return named | ({"review.state"} if any(column.only or column.share for column in panel.columns) else set())


@pytest.mark.parametrize(("panel", "field"), [(panel, name) for panel in PANELS for name in sorted(fields_of(panel))])
def test_a_panel_whose_field_is_gone_is_an_error(panel: Panel, field: str) -> None:
    """It names the panel and the field, in both languages, and no file is made."""
    with pytest.raises(InputError) as told:
        lens(panel, Fields(without(field)), NAMES, "zh")
    assert f"“{panel.title.zh}”要用字段 {field}" in told.value.zh
    assert f"“{panel.title.en}” needs the field {field}" in told.value.en
    with pytest.raises(InputError):
        saved_objects(without(field), "flags", "zh")


@pytest.mark.parametrize("wanted", SEARCHES)
def test_a_search_or_view_whose_field_is_gone_is_an_error(wanted: Search) -> None:
    """Columns, order, breakdown and query of a search, and labels and formats of the view, are of real fields."""
    sound = search(wanted, Fields(mappings("flags")), NAMES, "zh")
    for field in (*sound["attributes"]["columns"], "seen_at", "review.state"):
        with pytest.raises(InputError, match=f"“{wanted.title.en}” needs the field {field}"):
            search(wanted, Fields(without(field)), NAMES, "zh")
        with pytest.raises(InputError, match=field):
            data_view(Fields(without(field)), NAMES, "zh")


@pytest.mark.parametrize(
    ("operation", "field", "said"),
    [
        ("median", "category", "it is string, and number"),
        ("median", "seen_at", "it is date, and number"),
        ("terms", "text", "it is text, and string"),
        ("terms", "delay_seconds", "it is number, and string"),
        ("date_histogram", "source", "it is string, and date"),
        ("unique_count", "words", "it is text"),
        ("terms", "contacts.normalised", "needs the field contacts.normalised"),
        ("terms", "rules", "it is nested, and string"),
        ("terms", "decision", "it is unused, and string"),
        ("terms", "review", "needs the field review"),
        ("median", None, "needs the field"),
    ],
)
def test_a_field_that_does_not_fit_is_an_error(operation: str, field: str | None, said: str) -> None:
    """A median of words, values of a text, anything of a nested field: refused, with both types named."""
    with pytest.raises(InputError) as told:
        column(Column("x", HERE, operation, field), Fields(mappings("flags")), HERE, "en")
    assert said in told.value.en
    assert "“here”" in told.value.en


@pytest.mark.parametrize("without_it", ["index", "doc_values"])
def test_a_field_that_is_only_kept_cannot_be_counted(without_it: str) -> None:
    """What the server stores without a way to look it up is refused like a field of another type."""
    mapping = {"properties": {"etag": {"type": "keyword", without_it: False}}}
    with pytest.raises(InputError, match="it is unused, and string"):
        column(Column("x", HERE, "terms", "etag"), Fields(mapping), HERE, "zh")


def test_every_operation_is_one_that_lens_has() -> None:
    """Each is checked against the documented form when a panel uses it, and each is used."""
    used = {
        column["operationType"]
        for one in made()
        if one["type"] == "lens"
        for layer in layers(one).values()
        for column in layer["columns"].values()
    }
    assert used == {*OPERATIONS, "formula", "math"}


@pytest.mark.parametrize("field", ["words", "chars", "decision"])
def test_what_the_view_hides_must_be_there_too(field: str) -> None:
    """A field that is hidden under an old name would be shown under its new one."""
    with pytest.raises(InputError, match=f"needs the field {field}"):
        data_view(Fields(without(field)), NAMES, "en")


def test_every_field_has_a_label() -> None:
    """What the mapping gets later must be named for people too."""
    assert {*Fields(mappings("flags"))} == {*LABELS}


def test_the_offer_is_a_link_and_the_id_is_bare() -> None:
    """The link is the offer's own address, in a new tab; nothing is put around the id, so that it can be copied."""
    formats = inside(made()[0], "fieldFormatMap")
    assert formats["url"]["params"] == {"type": "a", "urlTemplate": "{{rawValue}}", "labelTemplate": "{{value}}"}
    assert "id" not in formats
    assert all("id" in one["attributes"]["columns"][:2] for one in made() if one["type"] == "search")


def test_the_dashboard_shows_every_panel() -> None:
    """None is forgotten."""
    shown = {ref["id"] for ref in dashboard(NAMES, "zh")["references"]}
    assert shown == {NAMES.of(panel.slug) for panel in PANELS} | {NAMES.of(SEARCHES[0].slug)}
