"""A Lens layer as the request that it makes, and the answer as its rows: the columns are read, nothing is assumed."""

import re
from collections.abc import Iterator
from typing import Any

from tests.indexer.kibana.form import Json

_KQL = re.compile(r"([\w.]+): (?:(\w+)|\((\w+(?: or \w+)+)\))")
_OPERATIONS = {"unique_count": "cardinality", "median": "percentiles"}


def query_of(kql: str) -> Json:
    """What a query of the form ``field: value`` or ``field: (a or b)`` asks; an empty one asks for all."""
    if not kql:
        return {"match_all": {}}
    found = _KQL.fullmatch(kql)
    if found is None:
        raise ValueError(kql)
    field, one, more = found.groups()
    return {"terms": {field: [one] if one else more.split(" or ")}}


def request(layer: Json, zone: str = "UTC") -> Json:
    """The aggregations of a layer: buckets in the order of its columns, metrics below the last of them."""
    columns = layer["columns"]
    buckets = [id_ for id_ in layer["columnOrder"] if columns[id_]["isBucketed"]]
    metrics = {id_: _metric(made) for id_, made in columns.items() if not made["isBucketed"]}
    below = {id_: asked for id_, asked in metrics.items() if asked}
    for id_ in reversed(buckets):
        by = columns[id_]["params"].get("orderBy", {}).get("columnId")
        ordered_by = {by: metrics[by]} if by and metrics[by] else {}
        below = {id_: {**_bucket(columns[id_], columns, zone), "aggs": {**ordered_by, **below}}}
    return {"size": 0, "track_total_hits": True, "aggs": below}


def _bucket(made: Json, columns: Json, zone: str) -> Json:
    params = made["params"]
    if made["operationType"] == "date_histogram":
        empty = 0 if params["includeEmptyRows"] else 1
        shown = {"calendar_interval": params["interval"], "time_zone": zone, "min_doc_count": empty}
        return {"date_histogram": {"field": made["sourceField"], **shown}}
    by = params["orderBy"]["columnId"]
    key = by if _metric(columns[by]) else "_count"
    return {
        "terms": {"field": made["sourceField"], "size": params["size"], "order": {key: params["orderDirection"]}},
    }


def _metric(made: Json) -> Json | None:
    """None for what the count of a bucket already tells, and for what is computed from other columns."""
    operation = made["operationType"]
    if operation in {"formula", "math"} or (operation == "count" and "filter" not in made):
        return None
    if operation == "count":
        return {"filter": query_of(made["filter"]["query"])}
    asked: Json = {"field": made["sourceField"], **({"percents": [50]} if operation == "median" else {})}
    return {_OPERATIONS[operation]: asked}


def rows(layer: Json, answer: Any) -> list[Json]:
    """The rows that the layer has, a value for each column."""
    columns = layer["columns"]
    buckets = [id_ for id_ in layer["columnOrder"] if columns[id_]["isBucketed"]]
    whole = {"doc_count": answer["hits"]["total"]["value"], **answer.get("aggregations", {})}
    return list(_rows(columns, buckets, whole, {}))


def _rows(columns: Json, buckets: list[str], node: Any, above: Json) -> Iterator[Json]:
    if buckets:
        for bucket in node[buckets[0]]["buckets"]:
            key = bucket.get("key_as_string", bucket["key"])
            yield from _rows(columns, buckets[1:], bucket, {**above, buckets[0]: key})
        return
    row = dict(above)
    for id_ in columns:
        row[id_] = row[id_] if id_ in row else _value(columns, id_, node)
    yield row


def _value(columns: Json, id_: str, node: Any) -> Any:
    made = columns[id_]
    operation = made["operationType"]
    if operation == "formula":
        return _value(columns, made["references"][0], node)
    if operation == "math":
        part, whole = (_value(columns, arg, node) for arg in made["params"]["tinymathAst"]["args"])
        return part / whole if whole else None
    if operation == "median":
        return node[id_]["values"]["50.0"]
    if operation == "unique_count":
        return node[id_]["value"]
    return node[id_]["doc_count"] if id_ in node else node["doc_count"]
