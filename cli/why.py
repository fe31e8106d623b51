"""Says in sentences how the next visit of a source came about."""

from collections.abc import Iterator

from app import LOOK_AGAIN, Bound, Outlook, Reasoning
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
_FIXED = {
    False: Text(
        "网页一律用 HTTP 获取（来源文件里 drawn: false）。", "Its pages are fetched by HTTP (drawn: false in its file)."
    ),
    True: Text(
        "网页一律用浏览器打开（来源文件里 drawn: true）。",
        "Its pages are drawn in the browser (drawn: true in its file).",
    ),
}
_LEARNS = Text(
    "用 HTTP 还是浏览器由巡查自己摸索（drawn: auto），现在还没有巡查结果。",
    "Whether HTTP or the browser is learnt (drawn: auto); nothing is known yet.",
)
_COURSES = {
    ("list", False): Text(
        "列表页：自 {since} 起用 HTTP（{kinds} 种）。", "List pages: HTTP since {since} ({kinds} kinds)."
    ),
    ("list", True): Text(
        "列表页：自 {since} 起用浏览器（{kinds} 种），因为 HTTP 看不到应有的条目；每 {every} 次再比一次 HTTP。",
        "List pages: the browser since {since} ({kinds} kinds), since HTTP lacked entries; "
        "1 time in {every} HTTP is compared again.",
    ),
    ("post", False): Text(
        "帖子页：自 {since} 起用 HTTP（{kinds} 种）。", "Posts' pages: HTTP since {since} ({kinds} kinds)."
    ),
    ("post", True): Text(
        "帖子页：自 {since} 起用浏览器（{kinds} 种），因为 HTTP 看不到正文；每 {every} 次再比一次 HTTP。",
        "Posts' pages: the browser since {since} ({kinds} kinds), since HTTP showed no text; "
        "1 time in {every} HTTP is compared again.",
    ),
}
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
        yield from _fetching(found, lang)
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
    yield from _fetching(found, lang)


def _fetching(found: Outlook, lang: Lang) -> Iterator[str]:
    """Which way the pages come."""
    if not found.source.learns:
        yield _FIXED[bool(found.source.drawn)].say(lang)
    elif not found.courses:
        yield _LEARNS.say(lang)
    for course in found.courses:
        said = _COURSES[course.sort.value, course.drawn]
        yield said.say(lang, since=local(course.since), kinds=course.kinds, every=LOOK_AGAIN)


def _reasons(found: Outlook, state: SourceState, reasoning: Reasoning, lang: Lang) -> Iterator[str]:
    mean = "—" if state.rate is None else f"{state.rate:.2f}"
    yield _RATE.say(lang, rate=reasoning.rate, mean=mean)
    yield _WEIGHT.say(lang, share=reasoning.share, trust=reasoning.trust)
    spans = {name: span(getattr(reasoning, name), lang) for name in ("hours", "least", "most")}
    yield _BY[reasoning.bound].say(lang, capacity=found.capacity, **spans)
    if reasoning.explored >= _LEAST_EXPLORED:
        yield _EXPLORED.say(lang, explored=reasoning.explored)
