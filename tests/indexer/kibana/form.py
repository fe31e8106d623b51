"""The form of saved objects as documented, written as JSON schemas: what is not named here Kibana would refuse.

Attributes follow the schemas that Kibana 8.9 checks at import; states of Lens, what its own exports hold.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]
TEXT, FLAG, NUMBER, ANY = {"type": "string"}, {"type": "boolean"}, {"type": "number"}, {}
FILLED = {"type": "string", "minLength": 1}


def thing(required: Json, **optional: Any) -> Json:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def many(of: Json, least: int = 0) -> Json:
    """A list."""
    return {"type": "array", "items": of, "minItems": least}


def by_name(of: Json, least: int = 1) -> Json:
    """An object of any keys."""
    return {"type": "object", "additionalProperties": of, "minProperties": least}


def one_of(*values: str) -> Json:
    """One of some words."""
    return {"enum": list(values)}


QUERY = thing({"query": TEXT, "language": one_of("kuery")})
NO_FILTERS = {"const": []}
SOURCE = thing({"searchSourceJSON": FILLED})
VIEW = thing(
    {"title": FILLED, "name": FILLED, "timeFieldName": FILLED},
    **dict.fromkeys(("fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "sourceFilters"), FILLED),
)
SEARCH = thing(
    {"title": FILLED, "kibanaSavedObjectMeta": SOURCE},
    description=TEXT,
    columns=many(FILLED, 1),
    sort=many({"type": "array", "prefixItems": [FILLED, one_of("asc", "desc")], "minItems": 2, "maxItems": 2}),
    grid=thing({}, columns=by_name(thing({}, width=NUMBER))),
    hideChart=FLAG,
    breakdownField=FILLED,
    isTextBasedQuery=FLAG,
)
_SEEN = {"label": FILLED, "customLabel": FLAG, "isBucketed": FLAG, "dataType": one_of("string", "number", "date")}
_OF_FIELD = {**_SEEN, "sourceField": FILLED, "scale": one_of("ordinal", "interval", "ratio")}
_TERMS = thing(
    {
        "size": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "orderBy": thing({"type": one_of("column"), "columnId": FILLED}),
        "orderDirection": one_of("asc", "desc"),
    },
    otherBucket=FLAG,
    missingBucket=FLAG,
    parentFormat=thing({"id": FILLED}),
    include=many(TEXT),
    exclude=many(TEXT),
    includeIsRegex=FLAG,
    excludeIsRegex=FLAG,
)
_METRIC = thing({}, emptyAsNull=FLAG)
_MATH = thing(
    {
        "type": one_of("function"),
        "name": one_of("divide"),
        "args": many(FILLED, 2),
        "location": thing({"min": NUMBER, "max": NUMBER}),
        "text": FILLED,
    }
)
_MANAGED = {**_SEEN, "scale": one_of("ratio"), "references": many(FILLED, 1)}
_FORMULA = thing(
    {"formula": FILLED, "isFormulaBroken": {"const": False}},
    format=thing({"id": FILLED, "params": thing({"decimals": NUMBER})}),
)
COLUMN = {
    "oneOf": [
        thing(
            {
                "operationType": one_of("date_histogram"),
                "params": thing({"interval": FILLED}, includeEmptyRows=FLAG, dropPartials=FLAG),
                **_OF_FIELD,
            }
        ),
        thing({"operationType": one_of("terms"), "params": _TERMS, **_OF_FIELD}),
        thing(
            {"operationType": one_of("count", "median", "unique_count"), "params": _METRIC, **_OF_FIELD}, filter=QUERY
        ),
        thing({"operationType": one_of("math"), "params": thing({"tinymathAst": _MATH}), **_MANAGED}),
        thing({"operationType": one_of("formula"), "params": _FORMULA, **_MANAGED}),
    ]
}
LAYER = thing(
    {"columns": by_name(COLUMN), "columnOrder": many(FILLED, 1), "incompleteColumns": {"const": {}}}, sampling=NUMBER
)
STATE = thing(
    {
        "visualization": {"type": "object"},
        "query": QUERY,
        "filters": NO_FILTERS,
        "datasourceStates": thing(
            {"formBased": thing({"layers": by_name(LAYER)})}, textBased=thing({"layers": {"const": {}}})
        ),
    },
    internalReferences={"const": []},
    adHocDataViews={"const": {}},
)
LENS = thing(
    {"title": FILLED, "visualizationType": one_of("lnsXY", "lnsDatatable", "lnsPie", "lnsMetric"), "state": STATE},
    description=TEXT,
)
DASHBOARD = thing(
    {"title": FILLED, "kibanaSavedObjectMeta": SOURCE, "panelsJSON": FILLED, "optionsJSON": FILLED},
    description=TEXT,
    timeRestore=FLAG,
    timeFrom=FILLED,
    timeTo=FILLED,
    refreshInterval=thing({"pause": FLAG, "value": NUMBER}),
    version=NUMBER,
)
_LAYERED = {"layerId": FILLED, "layerType": one_of("data")}
_SIDES = thing({"x": FLAG, "yLeft": FLAG, "yRight": FLAG})
DRAWN = {
    "lnsXY": thing(
        {
            "preferredSeriesType": one_of("bar_stacked", "line"),
            "layers": many(
                thing(
                    {
                        **_LAYERED,
                        "seriesType": one_of("bar_stacked", "line"),
                        "xAccessor": FILLED,
                        "accessors": many(FILLED, 1),
                    },
                    splitAccessor=FILLED,
                ),
                1,
            ),
            "legend": thing({"isVisible": FLAG, "position": one_of("right")}),
        },
        valueLabels=one_of("hide"),
        fittingFunction=one_of("None"),
        axisTitlesVisibilitySettings=_SIDES,
        tickLabelsVisibilitySettings=_SIDES,
        gridlinesVisibilitySettings=_SIDES,
        labelsOrientation=thing({"x": NUMBER, "yLeft": NUMBER, "yRight": NUMBER}),
    ),
    "lnsDatatable": thing({**_LAYERED, "columns": many(thing({"columnId": FILLED}, isTransposed=FLAG), 1)}),
    "lnsPie": thing(
        {
            "shape": one_of("donut", "pie"),
            "layers": many(
                thing(
                    {
                        **_LAYERED,
                        "primaryGroups": many(FILLED, 1),
                        "metrics": many(FILLED, 1),
                        "numberDisplay": one_of("value", "percent"),
                        "categoryDisplay": one_of("default"),
                        "legendDisplay": one_of("default"),
                        "nestedLegend": FLAG,
                    }
                ),
                1,
            ),
        }
    ),
    "lnsMetric": thing({**_LAYERED, "metricAccessor": FILLED}),
}
_FORMAT = {
    "oneOf": [
        thing(
            {"id": one_of("url"), "params": thing({"type": one_of("a"), "urlTemplate": TEXT, "labelTemplate": TEXT})}
        ),
        thing(
            {
                "id": one_of("static_lookup"),
                "params": thing({"lookupEntries": many(thing({"key": FILLED, "value": FILLED}), 1)}),
            }
        ),
        thing({"id": one_of("number", "bytes"), "params": thing({"pattern": FILLED})}),
        thing(
            {
                "id": one_of("duration"),
                "params": thing(
                    {
                        "inputFormat": one_of("seconds"),
                        "outputFormat": one_of("humanizePrecise"),
                        "outputPrecision": NUMBER,
                        "useShortSuffix": FLAG,
                    }
                ),
            }
        ),
    ]
}
_GRID = thing({"x": NUMBER, "y": NUMBER, "w": NUMBER, "h": NUMBER, "i": FILLED})
_PANEL = thing(
    {
        "version": FILLED,
        "type": one_of("lens", "search"),
        "gridData": _GRID,
        "panelIndex": FILLED,
        "panelRefName": FILLED,
        "embeddableConfig": thing({"enhancements": {"const": {}}}),
    }
)
_FOUND_BY = {"query": QUERY, "filter": NO_FILTERS}
# What stands as text inside of the attributes, by type of the object.
INSIDE: dict[str, dict[str, Json]] = {
    "index-pattern": {
        "fields": {"const": []},
        "fieldAttrs": by_name(thing({"customLabel": FILLED})),
        "fieldFormatMap": by_name(_FORMAT),
        "runtimeFieldMap": {"const": {}},
        "sourceFilters": many(thing({"value": FILLED})),
    },
    "search": {
        "kibanaSavedObjectMeta.searchSourceJSON": thing(
            {**_FOUND_BY, "indexRefName": FILLED}, highlightAll=FLAG, version=FLAG
        )
    },
    "lens": {},
    "dashboard": {
        "kibanaSavedObjectMeta.searchSourceJSON": thing(_FOUND_BY),
        "optionsJSON": by_name(FLAG),
        "panelsJSON": many(_PANEL, 1),
    },
}


def _saved(type_: str, version: str, attributes: Json) -> Json:
    refers = thing({"name": FILLED, "type": one_of("index-pattern", "search", "lens"), "id": FILLED})
    return thing(
        {
            "type": {"const": type_},
            "id": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
            "attributes": attributes,
            "references": many(refers),
            "coreMigrationVersion": {"const": "8.8.0"},
            "typeMigrationVersion": {"const": version},
            "managed": {"const": False},
        }
    )


FORMS = {
    "index-pattern": _saved("index-pattern", "8.0.0", VIEW),
    "search": _saved("search", "8.0.0", SEARCH),
    "lens": _saved("lens", "8.9.0", LENS),
    "dashboard": _saved("dashboard", "8.9.0", DASHBOARD),
}


def inside(one: Json, path: str) -> Any:
    """What a text at ``path`` below the attributes holds."""
    value: Any = one["attributes"]
    for name in path.split("."):
        value = value[name]
    return json.loads(value)


def ill_formed(objects: Sequence[Json]) -> Iterator[str]:
    """Where objects are not as documented."""
    for one in objects:
        form = FORMS.get(one.get("type", ""))
        if form is None:
            yield f"type {one.get('type')}"
            continue
        wrong = [*_against(form, one)]
        yield from wrong
        if wrong:
            continue
        for path, form_inside in INSIDE[one["type"]].items():
            yield from _against(form_inside, inside(one, path))
        if one["type"] == "lens":
            yield from _against(
                DRAWN[one["attributes"]["visualizationType"]], one["attributes"]["state"]["visualization"]
            )


def _against(form: Json, value: Any) -> Iterator[str]:
    for problem in Draft202012Validator(form).iter_errors(value):
        yield f"{'/'.join(map(str, problem.absolute_path))}: {problem.message[:200]}"
