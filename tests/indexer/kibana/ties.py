"""How saved objects hang together: every name that stands inside is a reference, every reference an earlier object."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from tests.indexer.kibana.form import Json, inside

WIDE = 48


def loose(objects: Sequence[Json]) -> Iterator[str]:
    """References that lead nowhere or go unused, names without a reference, ids twice, panels that overlap."""
    before: set[tuple[str, str]] = set()
    for one in objects:
        named, used = {ref["name"] for ref in one["references"]}, set(_named_inside(one))
        yield from (f"{one['id']}: no reference {name}" for name in used - named)
        yield from (f"{one['id']}: unused reference {name}" for name in named - used)
        yield from (
            f"{one['id']}: {ref['id']} is not before it"
            for ref in one["references"]
            if (ref["type"], ref["id"]) not in before
        )
        if (one["type"], one["id"]) in before:
            yield f"{one['id']}: twice"
        before.add((one["type"], one["id"]))
        if one["type"] == "lens":
            yield from _columns_loose(one)
        if one["type"] == "dashboard":
            yield from _panels_loose(one)


def _named_inside(one: Json) -> Iterator[str]:
    if one["type"] == "search":
        yield inside(one, "kibanaSavedObjectMeta.searchSourceJSON")["indexRefName"]
    if one["type"] == "lens":
        for layer in layers(one):
            yield f"indexpattern-datasource-layer-{layer}"
    if one["type"] == "dashboard":
        for panel in inside(one, "panelsJSON"):
            yield f"{panel['panelIndex']}:{panel['panelRefName']}"


def layers(one: Json) -> dict[str, Json]:
    """The layers of a Lens object by id."""
    found: dict[str, Json] = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
    return found


def _columns_loose(one: Json) -> Iterator[str]:
    drawn = one["attributes"]["state"]["visualization"]
    for id_, layer in layers(one).items():
        columns = layer["columns"]
        wanted = {id_ for made in columns.values() for id_ in made.get("references", ())}
        wanted |= {
            made["params"]["orderBy"]["columnId"] for made in columns.values() if made["operationType"] == "terms"
        }
        ast = [made["params"]["tinymathAst"] for made in columns.values() if made["operationType"] == "math"]
        wanted |= {arg for function in ast for arg in function["args"]}
        wanted |= {*_drawn_columns(drawn)}
        yield from (f"{one['id']}: no column {name}" for name in wanted - columns.keys())
        yield from (f"{one['id']}: unused column {name}" for name in columns.keys() - wanted)
        if layer["columnOrder"] != list(columns):
            yield f"{one['id']}: the order is not that of the columns"
        yield from (f"{one['id']}: no layer {name}" for name in {*_drawn_layers(drawn)} - {id_})


def _parts(drawn: Json) -> Sequence[Json]:
    return [drawn, *drawn.get("layers", ())]


def _drawn_layers(drawn: Json) -> Iterator[str]:
    return (part["layerId"] for part in _parts(drawn) if "layerId" in part)


def _drawn_columns(drawn: Json) -> Iterator[str]:
    for part in _parts(drawn):
        yield from (part[name] for name in ("xAccessor", "splitAccessor", "metricAccessor") if name in part)
        for name in ("accessors", "primaryGroups", "metrics"):
            yield from part.get(name, ())
        yield from (column["columnId"] for column in part.get("columns", ()))


def _panels_loose(one: Json) -> Iterator[str]:
    panels = inside(one, "panelsJSON")
    for panel in panels:
        grid = panel["gridData"]
        if panel["panelRefName"] != f"panel_{panel['panelIndex']}" or grid["i"] != panel["panelIndex"]:
            yield f"{one['id']}: the panel {panel['panelIndex']} is called otherwise"
        if grid["x"] + grid["w"] > WIDE:
            yield f"{one['id']}: the panel {grid['i']} is out of the grid"
        types = [ref["type"] for ref in one["references"] if ref["name"].startswith(f"{panel['panelIndex']}:")]
        if types not in ([panel["type"]], []):
            yield f"{one['id']}: the panel {grid['i']} is no {panel['type']}"
    for first, second in combinations([panel["gridData"] for panel in panels], 2):
        if _meet(first, second, "x", "w") and _meet(first, second, "y", "h"):
            yield f"{one['id']}: {first['i']} and {second['i']} overlap"


def _meet(first: Any, second: Any, at: str, size: str) -> bool:
    return bool(first[at] < second[at] + second[size] and second[at] < first[at] + first[size])
