"""What is said to people about what a patrol tells: one sentence an event, none for what only figures are made of."""

from collections.abc import Mapping, Sequence

from app import Loaded, Refused, SourcesRefused
from core.errors import InputError
from core.words import Lang, Text
from upkeep.events import (
    ClockJumped,
    Event,
    NetworkFails,
    NetworkWorks,
    SettingsChanged,
    SettingsRefused,
    Settled,
    SourcesChanged,
    StoreFails,
    StoreWorks,
    Turn,
)

_BROKE = Text("来源 {name} 出了问题：{why}", "Source {name} is broken: {why}")
_HELD_UP = Text("来源 {name} 未巡查：{why}", "Source {name} was not visited: {why}")
_RECOVERED = Text("来源 {name} 已恢复。", "Source {name} has recovered.")
_STORE_FAILS = Text("存储出错，巡查等它恢复：{why}", "The store fails, and the patrol waits for it: {why}")
_STORE_WORKS = Text("存储已恢复，巡查继续。", "The store works again, and the patrol goes on.")
_NETWORK_FAILS = Text(
    "网络或 DNS 不通，各来源稍后再试，不算它们出错：{why}",
    "The network or DNS is down; sources are tried again later and not blamed: {why}",
)
_NETWORK_WORKS = Text("网络已恢复，巡查继续。", "The network works again, and the patrol goes on.")
_RULES_LOADED = Text("规则已重新载入：{count} 条，{digest}", "rules reloaded: {count} rules, {digest}")
_RULES_REFUSED = Text(
    "改动后的规则有误（{count} 处），仍用原来的规则。请改正文件，会自动再试。\n{why}",
    "the changed rules are wrong ({count} places); the old ones stay. Mend the files, and they are tried again.\n{why}",
)
_SOURCES_CHANGED = Text(
    "来源已重新载入：新增 {added}；移除 {removed}；改动 {changed}。",
    "Sources reloaded: added {added}; removed {removed}; changed {changed}.",
)
_SOURCES_REFUSED = Text(
    "改动后的来源有误（{count} 处），仍用原来的来源。请改正文件，会自动再试。\n{why}",
    "The changed sources are wrong ({count} places); the old ones stay. "
    "Mend the files, and they are tried again.\n{why}",
)
_SETTINGS_APPLIED = Text("设置已生效：{names}。", "Settings in force now: {names}.")
_SETTINGS_LATER = Text("要重启才生效的设置：{names}。", "Settings that need a restart: {names}.")
_SETTINGS_REFUSED = Text(
    "改动后的设置有误，仍用原来的：{why}", "The changed settings are wrong; the old ones stay: {why}"
)
_CLOCK = Text(
    "系统时钟跳了 {seconds:+.0f} 秒。一天之内不按时间删除任何东西；请检查校时服务。",
    "The clock was set by {seconds:+.0f} s. Nothing is deleted by age for a day; check the time service.",
)
_NONE = Text("无", "none")
_MOST_PROBLEMS = 5  # of refused files; `rules check` and `sources check` name them all


# Events with a problem, those with problems of files, and those with nothing to fill in.
_WHY: Mapping[type[Event], Text] = {
    StoreFails: _STORE_FAILS,
    NetworkFails: _NETWORK_FAILS,
    SettingsRefused: _SETTINGS_REFUSED,
}
_PLAIN: Mapping[type[Event], Text] = {StoreWorks: _STORE_WORKS, NetworkWorks: _NETWORK_WORKS}


def said(event: Event, lang: Lang) -> str | None:
    """The sentence about ``event`` in ``lang``."""
    match event:
        case StoreFails() | NetworkFails() | SettingsRefused():
            return _WHY[type(event)].say(lang, why=event.problem.text(lang))
        case StoreWorks() | NetworkWorks():
            return _PLAIN[type(event)].say(lang)
        case Refused() | SourcesRefused():
            return _refused(_RULES_REFUSED if isinstance(event, Refused) else _SOURCES_REFUSED, event.problems, lang)
        case Settled():
            return _turned(event, lang)
        case _:
            return _changed(event, lang)


def _changed(event: Event, lang: Lang) -> str | None:
    match event:
        case Loaded():
            return _RULES_LOADED.say(lang, count=len(event.rules.rules), digest=event.rules.digest)
        case SourcesChanged():
            names = (event.added, event.removed, event.changed)
            added, removed, changed = (_names(some, lang) for some in names)
            return _SOURCES_CHANGED.say(lang, added=added, removed=removed, changed=changed)
        case SettingsChanged():
            return _settings(event, lang)
        case ClockJumped():
            return _CLOCK.say(lang, seconds=event.seconds)
    return None


def _turned(event: Settled, lang: Lang) -> str | None:
    if event.turn is Turn.RECOVERED:
        return _RECOVERED.say(lang, name=event.source.name)
    if event.turn is Turn.BROKE and event.report.problem is not None:
        return _BROKE.say(lang, name=event.source.name, why=event.report.problem.text(lang))
    if event.turn is Turn.HELD_UP and event.report.skipped is not None:
        return _HELD_UP.say(lang, name=event.source.name, why=event.report.skipped.text(lang))
    return None


def _refused(text: Text, problems: Sequence[InputError], lang: Lang) -> str:
    why = "\n".join(problem.text(lang) for problem in problems[:_MOST_PROBLEMS])
    return text.say(lang, count=len(problems), why=why)


def _settings(event: SettingsChanged, lang: Lang) -> str:
    parts = ((_SETTINGS_APPLIED, event.applied), (_SETTINGS_LATER, event.later))
    return "\n".join(text.say(lang, names=_names(names, lang)) for text, names in parts if names)


def _names(names: Sequence[str], lang: Lang) -> str:
    return "、".join(names) if names and lang == "zh" else ", ".join(names) or _NONE.say(lang)
