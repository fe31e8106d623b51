"""Shows a trial of a rule: the text with its words marked, the groups, the condition part by part, the decision."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from rich.text import Text as Rich

from app import Trial
from cli import flags
from cli.out import Out
from core import codec, reasons
from core.types import Span
from core.words import Lang, Text

_HEAD = Text("规则 {slug}，版本 {version}：{verdict}", "Rule {slug}, version {version}: {verdict}")
_AS_LIVE = Text("它的状态是 {status}，这里按 live 试。", "Its status is {status}; here it counts as live.")
_HIT = Text("命中", "hits")
_MISS = Text("没有命中", "does not hit")
_UNKEYED = Text(
    "规则自己的关键词一个也没有出现，所以条件不会被判断。",
    "No keyword of the rule itself is there, so its condition is not looked at.",
)
_FAILED = Text("没有成立的部分：{parts}", "What does not hold: {parts}")
_GROUPS = Text("词组", "Groups")
_CONDITION = Text("条件", "Condition")
_DECISION = Text("整套规则和模型的判断", "The decision of all rules and the model")
_FLAGGED = Text("标记为{category}（{score}）", "flagged: {category} ({score})")
_NOT_FLAGGED = Text("不标记", "not flagged")
_YES = Text("是", "yes")
_NO = Text("否", "no ")
_MISSING = Text("缺 {words}", "without {words}")
_APART = Text("（最近的也隔 {count} 字）", " (the nearest are {count} characters apart)")
_MOST_WORDS = 12


def show(out: Out, trial: Trial, text: str) -> None:
    """Print a trial."""
    lang, rule = out.lang, trial.rule
    verdict = (_HIT if trial.hit else _MISS).say(lang)
    out.say(_HEAD, slug=rule.slug, version=rule.version, verdict=verdict)
    if trial.status.value != "live":
        out.say(_AS_LIVE, status=trial.status.value)
    out.console.print()
    out.console.print(_marked(trial, text, brackets=not out.console.is_terminal), soft_wrap=True)
    for title, lines in ((_GROUPS, _groups(trial, lang)), (_CONDITION, _steps(trial, lang))):
        out.console.print(f"\n{title.say(lang)}")
        for line in lines:
            out.console.print(f"  {line}", soft_wrap=True)
    if not trial.keyed:
        out.say(_UNKEYED)
    elif not trial.hit:
        out.say(_FAILED, parts=("；" if lang == "zh" else "; ").join(trial.failed))
    _decision(out, trial)


def _decision(out: Out, trial: Trial) -> None:
    lang, decision = out.lang, trial.decision
    category = flags.harm(decision.category, lang)
    said = _FLAGGED.say(lang, category=category, score=f"{decision.score:.2f}")
    colon = "：" if lang == "zh" else ": "
    out.console.print(f"\n{_DECISION.say(lang)}{colon}{said if decision.flagged else _NOT_FLAGGED.say(lang)}")
    for reason in decision.reasons:
        out.console.print(f"  • {reasons.render(reason, lang)}", soft_wrap=True)


def _groups(trial: Trial, lang: Lang) -> Iterator[str]:
    width = max(len(group.name) for group in trial.groups)
    for group in trial.groups:
        words = list(dict.fromkeys(f"{place.word} [{place.by}]" if place.by else place.word for place in group.places))
        found = "、".join(words[:_MOST_WORDS]) + ("…" if len(words) > _MOST_WORDS else "")
        missing = _MISSING.say(lang, words="、".join(group.missing)) if group.missing else ""
        parts = " ".join(part for part in (found, missing) if part)
        yield f"{_yes(group.holds, lang)}  {group.name:<{width}}  {parts or '—'}"


def _steps(trial: Trial, lang: Lang) -> Iterator[str]:
    for step in trial.steps:
        apart = "" if step.apart is None else _APART.say(lang, count=step.apart)
        yield f"{_yes(step.holds, lang)}  {'  ' * step.depth}{step.part}{apart}"


def _yes(holds: bool, lang: Lang) -> str:
    return (_YES if holds else _NO).say(lang)


def _marked(trial: Trial, text: str, *, brackets: bool) -> Rich:
    """The text with what groups found marked: in colour, or between brackets where there is none."""
    found, done = Rich(), 0
    for start, end in _stretches(place.span for group in trial.groups for place in group.places):
        found.append(text[done:start])
        found.append(f"【{text[start:end]}】" if brackets else text[start:end], style="bold red")
        done = end
    return found.append(text[done:])


def _stretches(spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """The stretches of the text that spans cover; those that overlap are one."""
    start, end = 0, 0
    for span in sorted(spans):
        if span.start >= end:
            if end:
                yield start, end
            start = span.start
        end = max(end, span.end)
    if end:
        yield start, end


def as_row(trial: Trial, lang: Lang) -> dict[str, object]:
    """A trial as one JSON value; spans are [start, end] in the text."""
    rule, decision = trial.rule, trial.decision
    return {
        "rule": {"id": rule.id, "slug": rule.slug, "version": rule.version, "hash": rule.digest},
        "status": trial.status.value,
        "hit": trial.hit,
        "keyed": trial.keyed,
        "condition": trial.condition,
        "failed": list(trial.failed),
        "steps": [asdict(step) for step in trial.steps],
        "groups": [
            {
                "name": group.name,
                "holds": group.holds,
                "offer": group.offer,
                "missing": list(group.missing),
                "places": [
                    {"word": one.word, "span": codec.span_out(one.span), "by": one.by or None} for one in group.places
                ],
            }
            for group in trial.groups
        ],
        "flagged": decision.flagged,
        "category": decision.category if decision.flagged else None,
        "score": round(decision.score, 4),
        "reasons": [reasons.render(reason, lang) for reason in decision.reasons],
    }
