"""All saved objects of the flags, each after those that it refers to."""

from collections.abc import Mapping
from typing import Any

from core.words import Lang
from indexer.kibana.dashboard import dashboard
from indexer.kibana.fields import Fields
from indexer.kibana.lens import lens
from indexer.kibana.panels import PANELS
from indexer.kibana.saved import Json, Names
from indexer.kibana.searches import SEARCHES, search
from indexer.kibana.view import data_view


def saved_objects(mapping: Mapping[str, Any], alias: str, lang: Lang) -> tuple[Json, ...]:
    """Data view, searches, panels and dashboard for flags of this mapping behind ``alias``.

    Raises InputError that names the object and the field where one uses a field that the mapping has not.
    """
    fields, names = Fields(mapping), Names(alias)
    return (
        data_view(fields, names, lang),
        *(search(one, fields, names, lang) for one in SEARCHES),
        *(lens(panel, fields, names, lang) for panel in PANELS),
        dashboard(names, lang),
    )
