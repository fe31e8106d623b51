"""What training says of a model: its figures on held-out texts, and where it comes from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.evaluate import Counts, Figures, Judged, score
from classifiers.lengths import band, bands
from classifiers.rows import NONE, Row
from classifiers.scorer import Floats
from core.taxonomy import BY_ID
from core.words import Text

LEVEL = 0.5  # the chance of an offer from which on a text counts as flagged in the report
REVIEW = "review"  # the provenance of rows that people's verdicts gave
_FALSE_ALARMS = 0.01
_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose chance of an offer is between ``low`` and ``high``: how many, mean chance, and share of offers."""

    low: float
    high: float
    count: int
    chance: float
    share: float


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model comes from: rows by desk and by style, hashes of corpus and dictionary, libraries, reviews."""

    provenance: Mapping[str, int]
    styles: Mapping[str, int]
    corpus: str
    dictionary: str
    libraries: Mapping[str, str]
    reviews: int


@dataclass(frozen=True, slots=True)
class Report:
    """What training gave. All figures are of texts held out in five-fold cross-validation, by the model alone.

    ``figures`` are by style; ``at_one_percent`` is the recall of offers at 1 % false alarms; ``seconds`` is the time
    it took. Where the model comes from is in ``origin``.
    """

    version: str
    rows: int
    offers: int
    features: int
    seconds: float
    figures: Figures
    by_length: Mapping[str, Counts]
    bins: tuple[Bin, ...]
    at_one_percent: float
    thresholds: Mapping[str, float]
    origin: Origin

    @property
    def calibration_error(self) -> float:
        """The expected calibration error: the mean distance of chance and share, weighted by the bins' counts.

        Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning" (2015).
        """
        return sum(one.count * abs(one.share - one.chance) for one in self.bins) / self.rows

    def lines(self) -> tuple[Text, ...]:
        """The report as sentences and a table, one row each."""
        one = f"{self.at_one_percent:.1%}"
        head = Text(
            f"{self.rows} 条语料，其中违法要约 {self.offers} 条；特征 {self.features} 个；用时 {self.seconds:.0f} 秒；"
            f"模型版本 {self.version}。",
            f"{self.rows} rows, {self.offers} of them illegal offers; {self.features} features; {self.seconds:.0f} s; "
            f"model {self.version}.",
        )
        how = Text(
            f"五折交叉验证（近似重复同折），仅凭模型；误报率 1% 时查全率 {one}。查准率 / 查全率：",
            f"Five-fold cross-validation (near-duplicates together), model alone; recall {one} at 1 % false alarms. "
            "Precision / recall:",
        )
        figures = self.figures
        return (
            head,
            how,
            _line("合计", "all", figures.overall),
            *(_line(BY_ID[harm].zh, BY_ID[harm].en, counts) for harm, counts in figures.by_harm.items()),
            *(_line(style or "-", style or "-", counts) for style, counts in figures.by_group.items()),
        )

    def plain(self) -> dict[str, Any]:
        """The report as JSON values, the same for the same corpus (without ``seconds``)."""
        figures = self.figures
        return {
            "version": self.version,
            "rows": self.rows,
            "offers": self.offers,
            "features": self.features,
            "precision": figures.overall.precision,
            "recall": figures.overall.recall,
            "recall_at_one_percent": self.at_one_percent,
            "calibration_error": self.calibration_error,
            "overall": asdict(figures.overall),
            "by_harm": {harm: asdict(counts) for harm, counts in figures.by_harm.items()},
            "by_style": {style: asdict(counts) for style, counts in figures.by_group.items()},
            "by_length": {band: asdict(counts) for band, counts in self.by_length.items()},
            "confusion": [[*pair, count] for pair, count in sorted(figures.cells.items())],
            "bins": [asdict(one) for one in self.bins],
            "thresholds": dict(self.thresholds),
            "origin": asdict(self.origin),
        }


def _line(zh: str, en: str, counts: Counts) -> Text:
    both = " / ".join("-" if share is None else f"{share:.1%}" for share in (counts.precision, counts.recall))
    return Text(f"  {zh}：{both}", f"  {en}: {both}")


def report(
    known: Sequence[Row],
    tops: Sequence[str],
    chances: Floats,
    thresholds: Mapping[str, float],
    origin: Origin,
    features: int,
) -> Report:
    """The report on held-out predictions: each row's likeliest harm and its chance to be an offer, in rows' order.

    Version and seconds are for the caller to fill in.
    """
    judged = [
        Judged(row.category, bool(chance >= LEVEL), top, row.style)
        for row, top, chance in zip(known, tops, chances, strict=True)
    ]
    by_length = score(one._replace(group=band(row.text)) for row, one in zip(known, judged, strict=True)).by_group
    wanted = np.array([row.category != NONE for row in known])
    bar = np.quantile(chances[~wanted], 1 - _FALSE_ALARMS, method="higher")
    return Report(
        version="",
        rows=len(known),
        offers=int(wanted.sum()),
        features=features,
        seconds=0.0,
        figures=score(judged),
        by_length={name: by_length[name] for name in bands() if name in by_length},
        bins=bins(chances, wanted),
        at_one_percent=float((chances[wanted] > bar).mean()),
        thresholds=thresholds,
        origin=origin,
    )


def counted(known: Sequence[Row], corpus: str, dictionary: str, libraries: Mapping[str, str]) -> Origin:
    """The origin of a model that learnt from ``known``."""
    provenance = Counter(row.provenance or "-" for row in known)
    styles = Counter(row.style or "-" for row in known)
    return Origin(
        dict(sorted(provenance.items())),
        dict(sorted(styles.items())),
        corpus,
        dictionary,
        libraries,
        provenance[REVIEW],
    )


def bins(chances: Floats, wanted: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Ten bins of equal width, those without a text left out."""
    places = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(at / _BINS, (at + 1) / _BINS, int(mine.sum()), float(chances[mine].mean()), float(wanted[mine].mean()))
        for at in range(_BINS)
        if (mine := places == at).any()
    )
