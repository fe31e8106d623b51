"""The fields of a mapping as Kibana sees them; one that is not there, or does not fit, is an error."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import InputError
from core.words import Text

# Kibana's name of a type. A text field can be searched and shown, but neither counted nor sorted.
_TYPES = {
    "keyword": "string",
    "text": "text",
    "date": "date",
    "date_nanos": "date",
    **dict.fromkeys(("byte", "short", "integer", "long", "float", "double"), "number"),
}
# Kept, but of no use to a table or a chart: nested fields, and what is stored without being indexed.
_NESTED, UNUSED = "nested", "unused"
COUNTABLE = frozenset({"string", "number", "date"})
SHOWN = COUNTABLE | {"text"}


class Fields:
    """Fields by dotted name; iterating gives those that can be shown."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self._types = dict(_flat(mapping["properties"]))

    def __iter__(self) -> Iterator[str]:
        return (name for name, type_ in self._types.items() if type_ in SHOWN)

    def need(self, name: str, fits: frozenset[str], where: Text) -> str:
        """Kibana's type of a field; raises InputError that names ``where`` it is used, and the field."""
        found = self._types.get(name)
        if found is None:
            raise InputError(
                f"“{where.zh}”要用字段 {name}，映射里没有。",
                f"“{where.en}” needs the field {name}, which the mapping has not.",
            )
        if found not in fits:
            kinds = "/".join(sorted(fits))
            raise InputError(
                f"“{where.zh}”不能这样用字段 {name}：它是 {found}，这里要 {kinds}。",
                f"“{where.en}” cannot use the field {name} so: it is {found}, and {kinds} is needed.",
            )
        return found


def _flat(properties: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, field in properties.items():
        type_ = field.get("type", "object")
        if type_ == "object" and field.get("enabled", True):
            yield from _flat(field["properties"], f"{above}{name}.")
        else:
            yield f"{above}{name}", _kind(type_, field)


def _kind(type_: str, field: Mapping[str, Any]) -> str:
    if type_ == "nested":
        return _NESTED
    countable = field.get("index", True) and field.get("doc_values", True)
    return _TYPES.get(type_, UNUSED) if countable else UNUSED
