"""The model card: its figures are the report's, its charts are sound, its words are the design's."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from classifiers import card, charts
from classifiers.evaluate import expecting
from classifiers.report import Bin, Report, bins
from classifiers.rows import NONE
from core.taxonomy import BY_ID
from tests.classifiers.conftest import Small

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[2]


def table(text: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table under a heading, by their first cell."""
    body = text.split(heading, 1)[1].split("\n#", 1)[0]
    lines = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("|")]
    return {cells[0]: cells[1:] for cells in lines[2:]}


@pytest.fixture(scope="session")
def text(small: Small) -> str:
    """The card as it lies beside the model."""
    return (small[1] / card.CARD).read_text(encoding="utf-8")


def test_figures_by_harm_style_and_length_are_the_reports(small: Small, text: str) -> None:
    """Every cell of the three tables is worked out again from the report."""
    report = small[2]
    figures = report.figures
    for heading, groups in (("### 按文体", figures.by_group), ("### 按长度", report.by_length)):
        found = table(text, heading)
        assert set(found) == set(groups)
        for name, counts in groups.items():
            assert found[name] == [
                str(counts.offers),
                card.share(counts.precision),
                card.share(counts.recall),
                f"{counts.false_alarms} / {counts.lawful}",
                card.share(counts.category),
            ]
    harms = table(text, "### 按危害")
    for harm, counts in figures.by_harm.items():
        cells = harms[f"{BY_ID[harm].zh} {harm}"]
        assert cells[:3] == [str(counts.offers), card.share(counts.precision), card.share(counts.recall)]
        assert cells[4] == card.share(expecting(figures.cells, harm).category)


def test_every_row_is_counted_once(small: Small) -> None:
    """Styles, lengths, bins and the confusion matrix each hold all rows."""
    report = small[2]
    assert sum(counts.rows for counts in report.figures.by_group.values()) == report.rows
    assert sum(counts.rows for counts in report.by_length.values()) == report.rows
    assert sum(one.count for one in report.bins) == report.rows
    assert sum(report.figures.cells.values()) == report.rows
    assert sum(report.origin.provenance.values()) == report.rows


def test_calibration_thresholds_and_origin_are_the_reports(small: Small, text: str) -> None:
    """The error, the bins, the thresholds, hashes, libraries and counts of rows stand in the card."""
    report = small[2]
    assert f"expected calibration error: {report.calibration_error:.4f}" in text
    assert 0 <= report.calibration_error < 0.2
    assert len(table(text, "### 校准")) == len(report.bins)
    for harm, least in report.thresholds.items():
        assert table(text, "## 单独标记的阈值")[f"{BY_ID[harm].zh} {harm}"] == [f"{least:.4f}"]
    for value in (report.version, report.origin.corpus, report.origin.dictionary, *report.origin.libraries.values()):
        assert f"`{value}`" in text
    corpus = table(text, "## 语料")
    for name, count in (*report.origin.provenance.items(), *report.origin.styles.items()):
        assert corpus[name] == [str(count)]


def test_the_report_as_json_says_the_same(small: Small) -> None:
    """``report.json`` holds the report, and with the same corpus it is the same to the byte."""
    text = (small[1] / card.FIGURES).read_text(encoding="utf-8")
    found = json.loads(text)
    report = small[2]
    assert found == json.loads(json.dumps(report.plain()))
    assert (found["rows"], found["precision"]) == (report.rows, report.figures.overall.precision)
    assert card.files(replace(report, seconds=99.0))[card.FIGURES] == text


def test_headings_speak_both_languages(text: str) -> None:
    """Each heading has Chinese, a middle dot and English."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    assert len(headings) > 8
    assert all(re.fullmatch(r"[^a-z]*[\u4e00-\u9fff].* · [A-Z].*", heading) for heading in headings)


def test_the_promises_are_the_designs(text: str) -> None:
    """The bold leads of what it never does are those of the design, in its order."""
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").split("## Harms", 1)[0]
    leads = re.findall(r"^\d\. \*\*(.+?)\*\*", design, re.MULTILINE)
    assert leads
    assert re.findall(r"^\d\. \*\*(.+?)\*\*", text, re.MULTILINE) == leads


@pytest.mark.parametrize("name", [card.RELIABILITY, card.CONFUSION])
def test_charts_are_sound_svg(small: Small, name: str) -> None:
    """They parse, name themselves for screen readers, know light and dark, and load nothing from elsewhere."""
    text = (small[1] / name).read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - our own file
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    for part in ("title", "desc"):
        found = root.find(f"{SVG}{part}")
        assert found is not None
        assert found.text
        assert found.get("id") in (root.get("aria-labelledby") or "")
    assert "prefers-color-scheme:dark" in text
    assert "href" not in text
    assert "url(" not in text


def test_the_matrix_says_every_count(small: Small) -> None:
    """Each pair's count stands in its cell, rows and columns in one order."""
    report = small[2]
    names = [*((harm, harm) for harm in report.figures.by_harm), (NONE, NONE)]
    root = ET.fromstring(charts.confusion(report.figures.cells, names))  # noqa: S314
    numbers = [int(one.text or "") for one in root.iter(f"{SVG}text") if (one.text or "").isdigit()]
    assert numbers == [report.figures.cells.get((expect, said), 0) for expect, _ in names for said, _ in names]


def test_the_diagram_places_each_bin() -> None:
    """Chance runs to the right and the share of offers upwards; nothing to draw is drawn as nothing."""
    root = ET.fromstring(charts.reliability([Bin(0, 0.1, 5, 0.0, 0.0), Bin(0.9, 1.0, 9, 1.0, 1.0)]))  # noqa: S314
    low, high = root.iter(f"{SVG}circle")
    assert float(low.get("cx") or 0) < float(high.get("cx") or 0)
    assert float(low.get("cy") or 0) > float(high.get("cy") or 0)
    assert list(ET.fromstring(charts.reliability([])).iter(f"{SVG}circle")) == []  # noqa: S314


def test_labels_are_escaped() -> None:
    """A label with marks of its own stays a label."""
    text = charts.confusion({("<a&b>", "<a&b>"): 3}, [("<a&b>", '"<script>')])
    assert ET.fromstring(text) is not None  # noqa: S314
    assert "<script>" not in text


def test_bins_by_hand() -> None:
    """Chances at the borders fall into the upper bin, a chance of 1 into the last; the error is the weighted gap."""
    found = bins(np.array([0.05, 0.1, 0.15, 1.0]), np.array([False, True, False, True]))
    assert [(one.low, one.count, one.share) for one in found] == [(0.0, 1, 0.0), (0.1, 2, 0.5), (0.9, 1, 1.0)]
    assert [one.chance for one in found] == [0.05, 0.125, 1.0]


def test_calibration_error_by_hand(small: Small) -> None:
    """Three of four texts are in a bin that is .4 off, the fourth in one that is right."""
    report: Report = replace(small[2], rows=4, bins=(Bin(0, 0.1, 1, 0.0, 0.0), Bin(0.1, 0.2, 3, 0.1, 0.5)))
    assert report.calibration_error == pytest.approx(0.75 * 0.4)
