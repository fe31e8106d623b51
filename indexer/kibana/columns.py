"""The columns of a Lens layer: every one is made by ``column``, which takes no field that the mapping has not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.words import Lang, Text
from indexer.kibana.fields import COUNTABLE, Fields
from indexer.kibana.kql import InState
from indexer.kibana.saved import Json, everything

RECORDS = "___records___"


@dataclass(frozen=True, slots=True)
class Operation:
    """What Lens must be told of an operation, and the types of field that it takes (none: it takes no field)."""

    gives: str
    scale: str
    bucketed: bool = False
    fits: frozenset[str] = frozenset()


OPERATIONS: Mapping[str, Operation] = {
    "date_histogram": Operation("date", "interval", bucketed=True, fits=frozenset({"date"})),
    "terms": Operation("string", "ordinal", bucketed=True, fits=frozenset({"string"})),
    "count": Operation("number", "ratio"),
    "unique_count": Operation("number", "ratio", fits=COUNTABLE),
    "median": Operation("number", "ratio", fits=frozenset({"number"})),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a panel asks for it; ``share`` is the part and the whole of a ratio, and then nothing else is."""

    id: str
    label: Text
    operation: str = "count"
    field: str | None = None
    only: InState | None = None
    params: Mapping[str, Any] | None = None
    share: tuple[InState, InState] | None = None


def by_day(id_: str, label: Text, name: str) -> Column:
    """One row a day, empty days too; days are those of the reader's time zone."""
    return Column(
        id_,
        label,
        "date_histogram",
        name,
        params={"interval": "1d", "includeEmptyRows": True, "dropPartials": False},
    )


def top(id_: str, label: Text, name: str, size: int, by: str) -> Column:
    """The values of a field with the most of column ``by``, with no row for the rest: a flag may have many values."""
    params = {
        "size": size,
        "orderBy": {"type": "column", "columnId": by},
        "orderDirection": "desc",
        "otherBucket": False,
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
        "include": [],
        "exclude": [],
        "includeIsRegex": False,
        "excludeIsRegex": False,
    }
    return Column(id_, label, "terms", name, params=params)


def columns(wanted: tuple[Column, ...], fields: Fields, where: Text, lang: Lang) -> Json:
    """The columns of a layer by id, in order; raises InputError that names the panel and the field."""
    made: Json = {}
    for one in wanted:
        if one.share:
            made.update(_ratio(one, one.share, fields, where, lang))
        else:
            made[one.id] = column(one, fields, where, lang)
    return made


def column(wanted: Column, fields: Fields, where: Text, lang: Lang) -> Json:
    """One column; raises InputError where its field is unknown or not of a type that the operation takes."""
    operation = OPERATIONS[wanted.operation]
    if operation.fits:
        fields.need(wanted.field or "", operation.fits, where)
    given = wanted.params or {}
    made = {
        "label": wanted.label.say(lang),
        "customLabel": True,
        "dataType": operation.gives,
        "operationType": wanted.operation,
        "sourceField": wanted.field or RECORDS,
        "isBucketed": operation.bucketed,
        "scale": operation.scale,
        "params": dict(given) if operation.bucketed else {"emptyAsNull": True, **given},
    }
    return {**made, "filter": everything(wanted.only.say(fields, where))} if wanted.only else made


def _ratio(wanted: Column, share: tuple[InState, InState], fields: Fields, where: Text, lang: Lang) -> Json:
    """A formula, and the columns that Lens keeps for it: two counts and their quotient (empty where that is by 0)."""
    formula = " / ".join(f"count(kql='{part.say(fields, where)}')" for part in share)
    part_label = Text(f"“{formula}”的一部分", f"Part of {formula}")
    ids = [f"{wanted.id}X{number}" for number in range(3)]
    made = {
        id_: column(Column(id_, part_label, only=part, params={"emptyAsNull": False}), fields, where, lang)
        for id_, part in zip(ids, share, strict=False)
    }
    number = {"dataType": "number", "isBucketed": False, "scale": "ratio", "customLabel": True}
    quotient = {
        "type": "function",
        "name": "divide",
        "args": ids[:2],
        "location": {"min": 0, "max": len(formula)},
        "text": formula,
    }
    made[ids[2]] = {
        "label": part_label.say(lang),
        "operationType": "math",
        "params": {"tinymathAst": quotient},
        "references": ids[:2],
        **number,
    }
    percent = {"id": "percent", "params": {"decimals": 0}}
    made[wanted.id] = {
        "label": wanted.label.say(lang),
        "operationType": "formula",
        "params": {"formula": formula, "isFormulaBroken": False, "format": percent},
        "references": [ids[2]],
        **number,
    }
    return made
