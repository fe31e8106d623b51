"""A panel as a saved object of Lens."""

from core.words import Lang
from indexer.kibana.columns import columns
from indexer.kibana.fields import Fields
from indexer.kibana.panels import Panel
from indexer.kibana.saved import Json, Names, everything, reference, saved

PREFIX = "识饵 · ", "Lurewatch · "
_LAYER = "flags"


def lens(panel: Panel, fields: Fields, names: Names, lang: Lang) -> Json:
    """The saved object of a panel; raises InputError that names the panel and a field that the mapping has not."""
    made = columns(panel.columns, fields, panel.title, lang)
    kind, visualization = panel.draw(_LAYER)
    layer = {"columns": made, "columnOrder": list(made), "incompleteColumns": {}, "sampling": 1}
    state = {
        "visualization": visualization,
        "query": everything(),
        "filters": [],
        "datasourceStates": {"formBased": {"layers": {_LAYER: layer}}, "textBased": {"layers": {}}},
        "internalReferences": [],
        "adHocDataViews": {},
    }
    attributes = {
        "title": titled(panel.title.say(lang), lang),
        "description": panel.about.say(lang),
        "visualizationType": kind,
        "state": state,
    }
    view = reference(f"indexpattern-datasource-layer-{_LAYER}", "index-pattern", names.view)
    return saved("lens", names.of(panel.slug), attributes, [view])


def titled(title: str, lang: Lang) -> str:
    """A title that is found by the product's name among those of other programs."""
    return PREFIX[0 if lang == "zh" else 1] + title
