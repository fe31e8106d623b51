"""The dashboard: every panel at its place, and below them the flags that wait for a person."""

import json
from collections.abc import Iterator

from core.words import Lang, Text
from indexer.kibana.lens import titled
from indexer.kibana.panels import PANELS, Place
from indexer.kibana.saved import VERSIONS, Json, Names, Type, everything, reference, saved
from indexer.kibana.searches import SEARCHES

_TITLE = Text("标记总览", "Flags at a glance")
_ABOUT = Text(
    "每日标记、联系方式、来源产出、时延、规则确认率与复核状态。",
    "Flags by day, contacts, yield of sources, delay, confirmed rate of rules, and review states.",
)
_WAITING = Place(0, 40, 48, 18)
_FROM, _TO = "now-30d", "now"
_REFRESH = 300_000  # milliseconds


def dashboard(names: Names, lang: Lang) -> Json:
    """The dashboard; each panel names an object, which is found again among the references."""
    found = list(_placed())
    panels = [_panel(slug, type_, place) for slug, type_, place in found]
    options = {
        "useMargins": True,
        "syncColors": True,
        "syncCursor": True,
        "syncTooltips": False,
        "hidePanelTitles": False,
    }
    attributes = {
        "title": titled(_TITLE.say(lang), lang),
        "description": _ABOUT.say(lang),
        "panelsJSON": json.dumps(panels),
        "optionsJSON": json.dumps(options),
        "timeRestore": True,
        "timeFrom": _FROM,
        "timeTo": _TO,
        "refreshInterval": {"pause": True, "value": _REFRESH},
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps({"query": everything(), "filter": []})},
        "version": 1,
    }
    references = [reference(f"{slug}:panel_{slug}", type_, names.of(slug)) for slug, type_, _ in found]
    return saved("dashboard", names.of("dashboard"), attributes, references)


def _placed() -> Iterator[tuple[str, Type, Place]]:
    for panel in PANELS:
        yield panel.slug, "lens", panel.place
    yield SEARCHES[0].slug, "search", _WAITING


def _panel(slug: str, type_: Type, place: Place) -> Json:
    return {
        "version": VERSIONS["dashboard"],
        "type": type_,
        "gridData": {"x": place.x, "y": place.y, "w": place.w, "h": place.h, "i": slug},
        "panelIndex": slug,
        "panelRefName": f"panel_{slug}",
        "embeddableConfig": {"enhancements": {}},
    }
