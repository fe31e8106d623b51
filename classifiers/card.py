"""Writes the model card: what a model is for, where it comes from, and how good it is at what."""

import json
from collections.abc import Iterable, Mapping, Sequence

from classifiers import charts
from classifiers.evaluate import Counts, expecting
from classifiers.report import LEVEL, Report
from classifiers.rows import NONE
from core.taxonomy import BY_ID

CARD, FIGURES, RELIABILITY, CONFUSION = "card.md", "report.json", "reliability.svg", "confusion.svg"

_USE = """\
在公开网页上找出中文违法商业招揽，附上理由，交由人判断。它只是整个判断的一部分：规则、联系方式和反面线索与它一起决定。
To find illegal commercial offers in Chinese text on public web pages, with reasons, and to put each find in front of a
person, who decides. It is one part of the decision: rules, ways to reach the seller, and what speaks against an offer
decide with it."""

# The words of docs/design.md.
_NEVER = """\
1. **Offers only.** The list of harms is closed. A rumour, an opinion, a complaint, criticism of an office, a petition,
   a victim's story, a news report, a warning, fiction or a joke is never a flag, whatever words it holds.
   只认违法招揽：危害类别是封闭的；谣言、意见、投诉、批评、请愿、受害人自述、新闻、警示、虚构和玩笑，用什么词都不是标记。
2. **No offer, no flag.** A flag needs a harm signal AND an offer AND a way to reach the seller.
   没有招揽就没有标记：危害、招揽、联系方式三者缺一不可。
3. **Nothing unflagged is kept.** 未被标记的内容一概不留存。
4. **Nobody is watched.** No author name, account, avatar or profile is extracted or stored, and no history by person.
   不监视任何人：不提取、不保存作者、账号、头像、资料，也没有按人的历史。
5. **Public pages, politely.** 只看公开网页，遵守 robots.txt，不登录，不绕过验证码。
6. **A person decides.** Nothing is reported, taken down or sent anywhere by the program.
   由人决定：程序不举报、不下架、不发送任何内容。"""

_LIMITS = """\
- 语料是编写的，不是采来的：真实世界的招揽会更杂，指标只说明同类文本上的表现。
  The corpus was written, not collected: real offers vary more, and the figures speak of texts of this kind.
- 指标是模型单独的，概率 {level} 起算标记；整个判断的指标见 `lurewatch evaluate`。
  The figures are of the model alone, flagged from a chance of {level}; for the whole decision see `lurewatch evaluate`.
- 图片、语音、群内聊天不在其内；只有短短几个字的文本证据少，判断较弱。
  Pictures, speech and private groups are not read; texts of a few characters give little to go by.
- 行话会变：请用复核结论再训练（`lurewatch train --reviews`），变差的模型不会启用。
  Jargon changes: train with reviews; a model that got worse is not put to use."""


def files(report: Report) -> dict[str, str]:
    """The card, its charts and the report as JSON, by file name."""
    names = [*((harm, BY_ID[harm].zh) for harm in report.figures.by_harm), (NONE, "不是招揽")]
    return {
        CARD: markdown(report),
        FIGURES: json.dumps(report.plain(), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        RELIABILITY: charts.reliability(report.bins),
        CONFUSION: charts.confusion(report.figures.cells, names),
    }


def markdown(report: Report) -> str:
    """The card as Markdown, headings in Chinese and English."""
    sections = (
        ("# 模型说明书 · Model card", _summary(report)),
        ("## 用途 · Intended use", _USE),
        ("## 绝不做什么 · What it never does", _NEVER),
        ("## 局限 · Limits", _LIMITS.format(level=LEVEL)),
        ("## 指标 · Figures", _how(report)),
        ("### 按危害 · By harm", _by_harm(report)),
        ("### 按文体 · By style", _by("文体 style", report.figures.by_group)),
        ("### 按长度（字） · By length (characters)", _by("长度 length", report.by_length)),
        ("### 校准 · Calibration", _calibration(report)),
        ("### 混淆矩阵 · Confusion matrix", f"![混淆矩阵 confusion matrix]({CONFUSION})"),
        ("## 单独标记的阈值 · Thresholds to flag alone", _thresholds(report)),
        ("## 语料 · Corpus", _corpus(report)),
        ("## 出处 · Made from", _made_from(report)),
    )
    return "\n\n".join(f"{head}\n\n{body}" for head, body in sections) + "\n"


def share(value: float | None) -> str:
    """A share as people read it."""
    return "—" if value is None else f"{value:.1%}"


def _summary(report: Report) -> str:
    return (
        f"版本 version `{report.version}`；{report.rows} 条语料 rows，违法招揽 offers {report.offers}，"
        f"特征 features {report.features}，复核 from reviews {report.origin.reviews}。"
    )


def _how(report: Report) -> str:
    overall = report.figures.overall
    return (
        "五折交叉验证，近似重复同折；每条都由没见过它的模型判断。 "
        "Five-fold cross-validation, near-duplicates together; each text judged by a model that had not seen it.\n\n"
        f"合计 all: 查准率 precision {share(overall.precision)}，查全率 recall {share(overall.recall)}，"
        f"误报率 false alarms {share(overall.false_alarm_rate)}，类别正确 right harm {share(overall.category)}；"
        f"误报率 1% 时查全率 recall at 1 % false alarms {share(report.at_one_percent)}。"
    )


def _by_harm(report: Report) -> str:
    """Flagged under the harm's own name; the last column is of the offers that were flagged under any."""
    figures = report.figures
    return _table(
        "危害 harm",
        (
            (f"{BY_ID[harm].zh} {harm}", counts, expecting(figures.cells, harm).category)
            for harm, counts in figures.by_harm.items()
        ),
    )


def _by(name: str, groups: Mapping[str, Counts]) -> str:
    return _table(name, ((group, counts, counts.category) for group, counts in groups.items()))


def _table(name: str, groups: Iterable[tuple[str, Counts, float | None]]) -> str:
    rows = (
        (
            title or "—",
            str(one.offers),
            share(one.precision),
            share(one.recall),
            f"{one.false_alarms} / {one.lawful}",
            share(category),
        )
        for title, one, category in groups
    )
    titles = (name, "招揽 offers", "查准率 precision", "查全率 recall", "误报 false alarms", "类别正确 right harm")
    return _grid(titles, rows)


def _calibration(report: Report) -> str:
    bins = (
        (f"{one.low:.1f}–{one.high:.1f}", str(one.count), f"{one.chance:.3f}", f"{one.share:.3f}")
        for one in report.bins
    )
    titles = ("概率 chance", "条数 rows", "平均概率 mean chance", "确为招揽 share of offers")
    return (
        f"期望校准误差 expected calibration error: {report.calibration_error:.4f}\n\n"
        f"![可靠性图 reliability diagram]({RELIABILITY})\n\n{_grid(titles, bins)}"
    )


def _thresholds(report: Report) -> str:
    rows = ((f"{BY_ID[harm].zh} {harm}", f"{least:.4f}") for harm, least in sorted(report.thresholds.items()))
    return _grid(("危害 harm", "至少 at least"), rows)


def _corpus(report: Report) -> str:
    origin = report.origin
    return (
        _grid(("来处 provenance", "条数 rows"), _counted(origin.provenance))
        + "\n\n"
        + _grid(("文体 style", "条数 rows"), _counted(origin.styles))
    )


def _counted(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, str(count)) for name, count in counts.items()]


def _made_from(report: Report) -> str:
    origin = report.origin
    hashes = (("语料 corpus", origin.corpus), ("词典 dictionary", origin.dictionary))
    rows = [(name, f"`{value}`") for name, value in (*hashes, *sorted(origin.libraries.items()))]
    return _grid(("", "sha256 / 版本 version"), rows)


def _grid(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(_plain(cell) for cell in line) + " |" for line in lines)


def _plain(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
