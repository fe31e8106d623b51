"""How a Lens layer is drawn: which column is on which axis, in which form."""

from indexer.kibana.saved import Json

Drawn = tuple[str, Json]
_SIDES = {"x": True, "yLeft": True, "yRight": True}


def xy(layer: str, *, series: str, x: str, y: str, split: str | None = None) -> Drawn:
    """Bars or a line over ``x``, one for each value of ``split``."""
    data = {"layerId": layer, "layerType": "data", "seriesType": series, "xAccessor": x, "accessors": [y]}
    if split:
        data["splitAccessor"] = split
    return "lnsXY", {
        "preferredSeriesType": series,
        "layers": [data],
        "legend": {"isVisible": split is not None, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {**_SIDES, "x": False},
        "tickLabelsVisibilitySettings": _SIDES,
        "gridlinesVisibilitySettings": _SIDES,
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
    }


def table(layer: str, *, shown: tuple[str, ...]) -> Drawn:
    """A table of columns."""
    columns = [{"columnId": id_, "isTransposed": False} for id_ in shown]
    return "lnsDatatable", {"layerId": layer, "layerType": "data", "columns": columns}


def donut(layer: str, *, by: str, of: str) -> Drawn:
    """A ring with a part for each value of ``by``."""
    data = {
        "layerId": layer,
        "layerType": "data",
        "primaryGroups": [by],
        "metrics": [of],
        "numberDisplay": "value",
        "categoryDisplay": "default",
        "legendDisplay": "default",
        "nestedLegend": False,
    }
    return "lnsPie", {"shape": "donut", "layers": [data]}


def number(layer: str, *, of: str) -> Drawn:
    """One number."""
    return "lnsMetric", {"layerId": layer, "layerType": "data", "metricAccessor": of}
