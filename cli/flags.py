"""Flags as people see them: a table of many, a sheet for one, a JSON line for scripts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.text import Text as Rich

from cli.out import Out
from cli.passages import Find, nowhere, passage
from core import codec, reasons, taxonomy
from core.ports import Stored
from core.reviews import STATES
from core.types import Contact, Field, Flag, Review, Role, Span, Verdict
from core.words import Lang, Text

_TITLES = (
    Text("编号", "id"),
    Text("类别", "harm"),
    Text("标题", "title"),
    Text("分值", "score"),
    Text("联系方式", "contact"),
    Text("理由", "why"),
    Text("网址", "url"),
)
VERDICTS = {
    Verdict.CONFIRM: Text("确认", "confirmed"),
    Verdict.DISMISS: Text("驳回", "dismissed"),
    Verdict.APPEAL: Text("申诉", "appealed"),
    Verdict.UNDO: Text("撤销", "undid"),
}
SHORT_ID = 8
_WIDE = 140  # columns from which on every field has a column
_LONGEST_TITLE = 30
_FEW = 3  # words that a table shows
_SHOWN = Text("图中文字", "in its pictures")
_CHANCE = Text("模型 {chance}", "model {chance}")


def harm(category: str | None, lang: Lang) -> str:
    """A harm's name."""
    found = taxonomy.BY_ID.get(category or "")
    return (found.zh if lang == "zh" else found.en) if found else ""


def contact(one: Contact, lang: Lang) -> str:
    """A contact with its channel."""
    return f"{reasons.CHANNELS[one.kind.value].say(lang)} {one.value}"


def local(at: datetime) -> str:
    """A time in this machine's zone, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def table(out: Out, flags: Iterable[Stored], find: Find = nowhere) -> None:
    """Print flags as a table, with what is long on lines of its own where the terminal is narrow.

    Where ``find`` finds something, the passage around it stands below the title.
    """
    rows = (_row(stored.flag, out.lang, find(stored.flag)) for stored in flags)
    if out.console.width >= _WIDE:
        out.table(_TITLES, rows, (SHORT_ID, 18, 26, 5, 24, None, 46))
        return
    titles = (*(_TITLES[at] for at in (0, 1, 3)), Text("标题、联系方式、理由、网址", "title, contact, why, url"))
    out.table(titles, map(_narrow, rows), (SHORT_ID, 12, 5, None))


def _row(flag: Flag, lang: Lang, spans: Sequence[Span]) -> tuple[Rich, ...]:
    contacts = flag.decision.contacts
    return (
        Rich(flag.id[:SHORT_ID], style="dim"),
        Rich(harm(flag.decision.category, lang), style="bold red"),
        _headed(flag, spans),
        Rich(f"{flag.decision.score:.2f}"),
        Rich(contact(contacts[0], lang) if contacts else "—", style="bold"),
        Rich(_brief(flag, lang)),
        Rich(flag.url, style="cyan"),
    )


def _headed(flag: Flag, spans: Sequence[Span]) -> Rich:
    title = " ".join((flag.title or flag.text or flag.shown).split())
    head = Rich(title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…")
    found = passage(flag, spans)
    return head if found is None else Rich("\n").join((head, found))


def _brief(flag: Flag, lang: Lang) -> str:
    """Why, in a few words: those of the harm, those of the offer, and the model's chance of the harm."""
    harmful, offering, chance = _words(flag, reasons.HARM_RULE), _words(flag, reasons.OFFER_WORDS), ""
    for reason in flag.decision.reasons:
        if reason.code == reasons.HARM_MODEL:
            chance = _CHANCE.say(lang, chance=reason.values["chance"])
    offering = [word for word in offering if word not in harmful]
    parts = ("、".join(harmful[:_FEW]), "、".join(offering[: _FEW - 1]), chance)
    return ("；" if lang == "zh" else "; ").join(part for part in parts if part)


def _words(flag: Flag, code: str) -> list[str]:
    found = (reason.values["words"].split("、") for reason in flag.decision.reasons if reason.code == code)
    return list(dict.fromkeys(word for words in found for word in words if word))


def _narrow(row: tuple[Rich, ...]) -> tuple[Rich, ...]:
    id_, harm_, title, score, contact_, why, url = row
    return id_, harm_, score, Rich("\n").join((title, contact_, why, url, Rich("")))


def _why(flag: Flag, lang: Lang) -> list[str]:
    return [reasons.render(reason, lang).rstrip("。.") for reason in flag.decision.reasons]


def exported(stored: Stored) -> dict[str, object]:
    """A flag as one line of ``lurewatch export flags``."""
    flag = stored.flag
    return {
        "id": flag.id,
        "url": flag.url,
        "title": flag.title,
        "text": flag.text,
        "shown": flag.shown,
        "category": flag.decision.category,
        "score": round(flag.decision.score, 4),
        "contacts": [codec.contact_out(one) for one in flag.decision.contacts],
        "source": flag.source,
        "seen_at": codec.time_out(flag.seen_at),
        "published_at": codec.time_out(flag.published_at) if flag.published_at else None,
        "state": stored.state.value,
        "rules": list(_rules(flag)),
        "evidence": codec.evidence_out(flag.evidence),
    }


def _rules(flag: Flag) -> Iterator[dict[str, object]]:
    for rule in dict.fromkeys(signal.rule for signal in flag.decision.signals if signal.score > 0):
        if rule:
            yield {"id": rule.id, "slug": rule.slug, "version": rule.version, "hash": rule.digest}


def sheet(out: Out, stored: Stored) -> None:
    """Print one flag whole: the offer with what was found in it marked, the reasons, the law, the reviews."""
    flag, lang = stored.flag, out.lang
    console = out.console
    found = taxonomy.BY_ID.get(flag.decision.category or "")
    console.print(
        Rich.assemble(
            (harm(flag.decision.category, lang), "bold red"),
            f"  {flag.decision.score:.2f}  ",
            STATES[stored.state].say(lang),
        )
    )
    for label, value in (
        (Text("编号", "id"), flag.id),
        (Text("网址", "url"), flag.url),
        (Text("来源", "source"), flag.source),
        (Text("发布", "published"), local(flag.published_at) if flag.published_at else "—"),
        (Text("发现", "seen"), local(flag.seen_at)),
        (Text("证据", "evidence"), flag.evidence.path if flag.evidence else Text("未能写入", "not written").say(lang)),
    ):
        console.print(Rich.assemble((label.say(lang) + "  ", "dim"), value), soft_wrap=True)
    console.print()
    if flag.title:
        console.print(_marked(flag, Field.TITLE, flag.title, "bold"))
    console.print(_marked(flag, Field.TEXT, flag.text, ""))
    if flag.shown:
        console.print(Rich(_SHOWN.say(lang), style="dim"))
        console.print(_marked(flag, Field.PICTURES, flag.shown, ""))
    console.print()
    for sentence in _why(flag, lang):
        console.print(f"• {sentence}", soft_wrap=True)
    for law in found.laws if found else ():
        console.print(Rich(f"§ {law.zh if lang == 'zh' else law.en}", style="dim"))
    for review in stored.reviews:
        console.print(f"— {said(review, lang)}", soft_wrap=True)


def said(review: Review, lang: Lang) -> str:
    """A review in one line."""
    return f"{local(review.at)}  {review.reviewer}  {VERDICTS[review.verdict].say(lang)}：{review.reason}"


def _marked(flag: Flag, field: Field, text: str, style: str) -> Rich:
    marked = Rich(text, style=style)
    for signal in flag.decision.signals:
        for span in signal.spans:
            shown = signal.rule and signal.score > 0  # a rule in the background has none
            if span.field is field and signal.role in (Role.HARM, Role.OFFER) and shown:
                marked.stylize("red" if signal.role is Role.HARM else "yellow", span.start, span.end)
    for one in flag.decision.contacts:
        if one.span.field is field:
            marked.stylize("bold cyan", one.span.start, one.span.end)
    return marked
