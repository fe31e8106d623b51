"""Says in sentences how the next visit of a source came about."""

from collections.abc import Iterator

from app import Bound, Outlook, Reasoning
from cli.flags import local
from core.ports import SourceState
from core.words import Lang, Text

_NEVER = Text("{name}（{id}）还没有巡查过，轮到它就看。", "{name} ({id}) was never visited; it is due at once.")
_WHEN = Text(
    "{name}（{id}）：上次巡查 {last}，下次 {next}。", "{name} ({id}): last visited {last}, due next at {next}."
)
_BROKEN = Text(
    "它自 {since} 起异常，连续失败 {failures} 次：{problem} 每失败一次，间隔加倍，最多到 interval.most（{most}）。",
    "It is broken since {since}, {failures} failures in a row: {problem} "
    "Each failure doubles the pause, up to interval.most ({most}).",
)
_UNFINISHED = Text(
    "上次巡查没有做完；下次会看得更全。以下是上一次做完时定的。",
    "The last visit did not end well; the next one looks further. What follows was decided after the last that did.",
)
_UNKNOWN = Text(
    "还没有做完过一次可以说明的巡查；做完下一次之后再来问。",
    "No visit that could explain itself has ended yet; ask again after the next one.",
)
_RATE = Text(
    "那个钟点每小时约有 {rate:.2f} 个新帖（全天平均 {mean}）。",
    "About {rate:.2f} new posts an hour come at that time of day ({mean} over the whole day).",
)
_WEIGHT = Text(
    "估计其中 {share:.2%} 会被标记，标记被人确认的把握是 {trust:.0%}。巡查次数与这三个数乘积的平方根成正比。",
    "An estimated {share:.2%} of them are flagged, and {trust:.0%} of its flags should be confirmed. "
    "Visits go as the square root of the three multiplied.",
)
_BY = {
    Bound.BUDGET: Text(
        "所以隔 {hours}：这是它在全部来源的巡查预算里应得的一份。",
        "Hence {hours}: its share of the visits that all sources have together.",
    ),
    Bound.FLOOR: Text(
        "它应得的巡查更密，但来源文件规定至少隔 {least}（interval.least）。",
        "It would deserve more visits, but its file says {least} at least (interval.least).",
    ),
    Bound.CEILING: Text(
        "它应得的巡查更疏，但来源文件规定至多隔 {most}（interval.most）。",
        "It would deserve fewer visits, but its file says {most} at most (interval.most).",
    ),
    Bound.CAP: Text(
        "隔 {hours}：再晚，新帖会多过一次巡查看得到的 {capacity} 个（bounds.list_pages）。",
        "{hours}, since later there would be more new posts than the {capacity} that one visit can show "
        "(bounds.list_pages).",
    ),
}
_EXPLORED = Text(
    "其中 {explored:.0%} 是试探：它有多少招揽还说不准，预算为此留出一部分。",
    "{explored:.0%} of that is exploring: its share of offers is in doubt, and a part of the budget goes by doubt.",
)
_MINUTES = Text("{count:.0f} 分钟", "{count:.0f} min")
_SECONDS = Text("{count:.0f} 秒", "{count:.0f} s")
_HOURS = Text("{count:.1f} 小时", "{count:.1f} h")
_LEAST_EXPLORED = 0.01  # what is worth a sentence


def span(hours: float, lang: Lang) -> str:
    """A length of time in the unit that fits."""
    if hours < 1 / 60:
        return _SECONDS.say(lang, count=hours * 3600)
    return _MINUTES.say(lang, count=hours * 60) if hours < 2 else _HOURS.say(lang, count=hours)  # noqa: PLR2004


def sentences(found: Outlook, lang: Lang) -> Iterator[str]:
    """Why the source is visited when it is, in order."""
    state, source = found.state, found.source
    if state is None:
        yield _NEVER.say(lang, name=source.name, id=source.id)
        return
    last = local(state.last_visit) if state.last_visit else "—"
    yield _WHEN.say(lang, name=source.name, id=source.id, last=last, next=local(state.due_at))
    if state.broken_since:
        most = span(source.interval.most.total_seconds() / 3600, lang)
        since, problem = local(state.broken_since), state.problem or ""
        yield _BROKEN.say(lang, since=since, failures=state.failures, problem=problem, most=most)
    elif found.reasoning is None:
        yield _UNKNOWN.say(lang)
    else:
        if state.last_visit != state.last_success:
            yield _UNFINISHED.say(lang)
        yield from _reasons(found, state, found.reasoning, lang)


def _reasons(found: Outlook, state: SourceState, reasoning: Reasoning, lang: Lang) -> Iterator[str]:
    mean = "—" if state.rate is None else f"{state.rate:.2f}"
    yield _RATE.say(lang, rate=reasoning.rate, mean=mean)
    yield _WEIGHT.say(lang, share=reasoning.share, trust=reasoning.trust)
    spans = {name: span(getattr(reasoning, name), lang) for name in ("hours", "least", "most")}
    yield _BY[reasoning.bound].say(lang, capacity=found.capacity, **spans)
    if reasoning.explored >= _LEAST_EXPLORED:
        yield _EXPLORED.say(lang, explored=reasoning.explored)
