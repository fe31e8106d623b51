"""What all saved objects have in common: type, id, versions, and what they refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
Type = Literal["index-pattern", "search", "lens", "dashboard"]

CORE_VERSION = "8.8.0"
# The oldest forms that Kibana 8.9 and later still bring up to date by themselves at import.
VERSIONS: Mapping[Type, str] = {"index-pattern": "8.0.0", "search": "8.0.0", "lens": "8.9.0", "dashboard": "8.9.0"}
KUERY = "kuery"


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of all objects of one set: the same at every export, others for another alias."""

    alias: str

    @property
    def view(self) -> str:
        """The id of the data view."""
        return self.of("view")

    def of(self, slug: str) -> str:
        """The id of the object that is called ``slug``."""
        return f"lurewatch-{self.alias}-{slug}"


def reference(name: str, type_: Type, id_: str) -> Json:
    """What an object says of another; ``name`` stands inside of the object where the other is meant."""
    return {"name": name, "type": type_, "id": id_}


def saved(type_: Type, id_: str, attributes: Json, references: Sequence[Json] = ()) -> Json:
    """A saved object as an export of Kibana writes it."""
    return {
        "type": type_,
        "id": id_,
        "attributes": attributes,
        "references": list(references),
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": VERSIONS[type_],
        "managed": False,
    }


def everything(query: str = "") -> Json:
    """A query in Kibana's language; an empty one finds all."""
    return {"query": query, "language": KUERY}
