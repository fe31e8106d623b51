"""What ``mapping.json`` says: the kinds of documents, their fields, and the version of it all."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

_FILE = json.loads(resources.files("indexer.elastic").joinpath("mapping.json").read_text("utf-8"))
VERSION: int = _FILE["version"]
KINDS: tuple[str, ...] = tuple(_FILE["indices"])
SETTINGS: Mapping[str, Any] = _FILE["settings"]


def mappings(kind: str, version: int = VERSION) -> dict[str, Any]:
    """The mapping of one kind of document; what it does not name is refused."""
    return {"dynamic": "strict", "_meta": {"schema_version": version}, "properties": _FILE["indices"][kind]}
