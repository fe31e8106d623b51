"""How a backtest is shown: hits, gains and losses, overlap, precision, cost."""

from dataclasses import asdict

from app import Report
from cli.out import Out
from core.types import RuleRef
from core.words import Text

_COMPARED = Text(
    "规则 {slug}，版本 {version}，与版本 {before}（{hash}）相比",
    "Rule {slug}, version {version}, beside version {before} ({hash})",
)
_FIRST = Text(
    "规则 {slug}，版本 {version}；没有别的文件存有旧版：标记与入库时的记录相比，本地文本的命中都算新增",
    "Rule {slug}, version {version}; no other file holds a version before it: flags are compared with what they were "
    "stored with, and every hit in a local text is new",
)
_TITLES = (
    Text("文本", "texts"),
    Text("总数", "all"),
    Text("命中", "hits"),
    Text("新增", "new"),
    Text("不再命中", "lost"),
    Text("只有它命中", "hit by it alone"),
)
_FLAGS = Text("已存标记", "stored flags")
_LOCAL = Text("本地文本", "local texts")
_GAINED = Text("\n新增的例子", "\nNew hits, for example")
_DROPPED = Text("\n不再命中的例子", "\nLost hits, for example")
_OVERLAPS = Text("\n与其他规则的重叠", "\nHit by other rules too")
_OVERLAP = Text("  {slug}：{both} 条（{share}）", "  {slug}: {both} ({share})")
_NO_OVERLAP = Text("\n与其他规则没有重叠。", "\nNo other rule hits what it hits.")
_PRECISION = Text(
    "\n过去结论中的查准率：{share}（确认 {confirmed}，驳回 {dismissed}）",
    "\nPrecision on past verdicts: {share} (confirmed {confirmed}, dismissed {dismissed})",
)
_PRECISION_BEFORE = Text(
    "旧版的查准率：{share}（确认 {confirmed}，驳回 {dismissed}）",
    "The version before: {share} (confirmed {confirmed}, dismissed {dismissed})",
)
_NO_VERDICTS = Text("\n它命中的标记还没有复核结论。", "\nNo verdicts yet on the flags it hits.")
_COST = Text(
    "每条文本 {alone} µs（单独运行）；整套规则 {whole} µs，没有它 {without} µs（{texts} 条，中位数）",
    "{alone} µs per text alone; all rules {whole} µs, without it {without} µs (median, {texts} texts)",
)
_NOTHING = Text(
    "没有可回测的文本，耗时按规则自己的例子测得。可用 --texts 指定一个文本目录。",
    "There were no texts; the cost is that on the rule's own examples. Name a folder of texts with --texts.",
)


def show(out: Out, report: Report) -> None:
    """Print a backtest."""
    rule, before = report.rule, report.before
    if before:
        out.say(_COMPARED, slug=rule.slug, version=rule.version, before=before.version, hash=before.digest)
    else:
        out.say(_FIRST, slug=rule.slug, version=rule.version)
    rows = []
    for name, tally in ((_FLAGS, report.flags), (_LOCAL, report.texts)):
        figures = (tally.seen, tally.hits, tally.new, tally.lost, tally.alone)
        rows.append((name.say(out.lang), *map(str, figures)))
    out.table(_TITLES, rows, (14, 8, 8, 8, 10, 16))
    for title, examples in ((_GAINED, report.gained), (_DROPPED, report.dropped)):
        if examples:
            out.say(title)
        for example in examples:
            out.console.print(f"  {example.where}  {example.text}", soft_wrap=True)
    _figures(out, report)


def _figures(out: Out, report: Report) -> None:
    if report.flags.hits + report.texts.hits:
        out.say(_OVERLAPS if report.overlaps else _NO_OVERLAP)
    for one in report.overlaps:
        out.say(_OVERLAP, slug=one.slug, both=one.both, share=f"{one.share:.0%}")
    for said, verdicts in ((_PRECISION, report.verdicts), (_PRECISION_BEFORE, report.verdicts_before)):
        if verdicts and verdicts.precision is not None:
            out.say(said, share=f"{verdicts.precision:.0%}", **asdict(verdicts))
        elif said is _PRECISION:
            out.say(_NO_VERDICTS)
    cost = report.cost
    figures = {"alone": f"{cost.alone:.1f}", "whole": f"{cost.whole:.1f}", "without": f"{cost.without:.1f}"}
    out.say(_COST, texts=cost.texts, **figures)
    if cost.own_examples:
        out.say(_NOTHING)


def as_row(report: Report) -> dict[str, object]:
    """A backtest as one JSON value."""
    return {
        "rule": _rule(report.rule),
        "before": _rule(report.before) if report.before else None,
        "flags": asdict(report.flags),
        "texts": asdict(report.texts),
        "new": [asdict(example) for example in report.gained],
        "lost": [asdict(example) for example in report.dropped],
        "overlap": [asdict(one) for one in report.overlaps],
        "verdicts": {**asdict(report.verdicts), "precision": report.verdicts.precision},
        "verdicts_before": (
            {**asdict(report.verdicts_before), "precision": report.verdicts_before.precision}
            if report.verdicts_before
            else None
        ),
        "micros": {
            "alone": round(report.cost.alone, 2),
            "with": round(report.cost.whole, 2),
            "without": round(report.cost.without, 2),
            "texts": report.cost.texts,
        },
    }


def _rule(rule: RuleRef) -> dict[str, object]:
    return {"id": rule.id, "slug": rule.slug, "version": rule.version, "hash": rule.digest}
