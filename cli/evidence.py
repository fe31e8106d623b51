"""``lurewatch evidence``: whether the proof of flags is still whole and unchanged, and packages of it to hand on."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app import App
from cli import files, filters
from cli.out import Out
from cli.session import Session, session_of
from core.errors import InputError
from core.ports import Query
from core.types import Act, Flag, State
from core.words import Lang, Text

_HELP = Text("证据：核验其完整与未经改动，打包移交", "Evidence: is it whole and unchanged; packages to hand on")
_VERIFY = Text("核验一条或全部标记的证据与证据链", "verify the evidence of one flag, or of all, and the chain")
_EXPORT = Text("把证据打包为 WACZ，供存档阅读器打开", "pack evidence as a WACZ, which archive viewers open")
_ID = Text("编号，前六位以上即可", "id, or its first six characters or more")
_ALL = Text("全部标记", "all flags")
_HEAD = Text("从前记下的链尾摘要，核对链是否被截断或重写", "an end of the chain noted earlier: is it still there?")
_OUT = Text("写到这个文件", "write to this file")
_ONE_OF = Text("请给出编号，或用 --all。", "Give an id, or --all.")
_IDS_OR = Text("请给出编号，或给出筛选条件（--all 为全部），不要两者都给。", "Give ids, or filters (--all for all).")
_SOUND = Text("{count} 份证据完整、未经改动。", "{count} pieces of evidence are whole and unchanged.")
_UNSOUND = Text("{bad} 处有问题，{count} 份完好。", "{bad} are not sound, {count} are.")
_EXPIRED = Text("{count} 份已按设置到期删除。", "{count} expired by the settings.")
_END = Text(
    "链尾摘要 {head}。另处记下它，日后用 --head 核对。",
    "The chain ends with {head}. Note it elsewhere, and check it later with --head.",
)
_PROGRESS = Text("核验证据", "verifying evidence")
_PACKED = Text("已打包 {count} 条标记的证据：{path}", "The evidence of {count} flags is in {path}")
_LEFT_OUT = Text("未打包 {id}：{what}", "Left out {id}: {what}")
_NOTHING = Text("没有可打包的证据，未写文件。", "There is no evidence to pack; no file was written.")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="evidence")
    _register_verify(group, lang)
    _register_export(group, lang)


def _register_verify(group: typer.Typer, lang: Lang) -> None:

    @group.command("verify", help=_VERIFY.say(lang))
    def verify(
        context: typer.Context,
        flag_id: Annotated[str | None, typer.Argument(help=_ID.say(lang), metavar="ID")] = None,
        all_: Annotated[bool, typer.Option("--all", help=_ALL.say(lang))] = False,
        head: Annotated[str | None, typer.Option(help=_HEAD.say(lang), metavar="DIGEST")] = None,
    ) -> int:
        session = session_of(context)
        if (flag_id is None) != all_ or (head is not None and not all_):
            raise InputError(_ONE_OF.zh, _ONE_OF.en)
        if head is not None and not _DIGEST.fullmatch(head):
            raise InputError(
                f"--head {head} 不是 64 位十六进制摘要。",
                f"--head {head} is not 64 hexadecimal characters.",
            )
        with session.app() as app:
            if flag_id is not None:
                return _verify(app, session.out, [_one(app, flag_id)], 1)
            flags = (stored.flag for stored in app.flags.search(Query()))
            return _verify(app, session.out, flags, app.flags.count(Query()), whole=True, head=head)


def _register_export(group: typer.Typer, lang: Lang) -> None:
    @group.command("export", help=_EXPORT.say(lang))
    def export(
        context: typer.Context,
        out: Annotated[Path, typer.Option("--out", "-o", help=_OUT.say(lang), metavar="FILE.wacz")],
        ids: Annotated[list[str] | None, typer.Argument(help=_ID.say(lang), metavar="ID")] = None,
        all_: Annotated[bool, typer.Option("--all", help=_ALL.say(lang))] = False,
        words: Annotated[str, typer.Option(help=filters.WORDS.say(lang))] = "",
        category: Annotated[str | None, typer.Option(help=filters.CATEGORY.say(lang))] = None,
        source: Annotated[str | None, typer.Option(help=filters.SOURCE.say(lang))] = None,
        state: Annotated[State | None, typer.Option(help=filters.STATE.say(lang))] = None,
        contact: Annotated[str | None, typer.Option(help=filters.CONTACT.say(lang))] = None,
        min_score: Annotated[float, typer.Option(min=0, max=1, help=filters.SCORE.say(lang))] = 0.0,
        since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=filters.SINCE.say(lang))] = None,
        until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=filters.UNTIL.say(lang))] = None,
    ) -> int:
        session = session_of(context)
        query = filters.query(words, category, source, state, contact, min_score, since, until)
        if bool(ids) == (all_ or query != Query()):
            raise InputError(_IDS_OR.zh, _IDS_OR.en)
        with session.app() as app:
            chosen = [_one(app, one) for one in dict.fromkeys(ids or [])]
            return _export(app, session, chosen or (stored.flag for stored in app.flags.search(query)), out)


def _verify(
    app: App, out: Out, flags: Iterable[Flag], total: int, *, whole: bool = False, head: str | None = None
) -> int:
    """Verify flags, and the chain where it is ``whole``; say what is wrong and how many are sound."""
    good = bad = expired = 0
    verifier = app.evidence.verifier()
    with out.progress(_PROGRESS, total) as bar:
        for flag in flags:
            found = verifier.flag(flag)
            for finding in found.wrong:
                out.say(Text("{id}  {what}", "{id}  {what}"), id=flag.id, what=finding.say(out.lang))
            bad, expired, good = bad + bool(found.wrong), expired + bool(found.expired), good + (not found.wrong)
            if found.expired and not whole:
                out.say(found.expired)
            bar.step()
        for finding in verifier.rest(head) if whole else verifier.faults():
            out.say(finding)
            bad += 1
    out.say(_UNSOUND if bad else _SOUND, bad=bad, count=good - expired)
    if expired:
        out.say(_EXPIRED, count=expired)
    if whole:
        out.say(_END, head=verifier.head)
    return 1 if bad else 0


def _export(app: App, session: Session, flags: Iterable[Flag], path: Path) -> int:
    """Pack into a file that takes its name only when it is whole."""
    with files.whole(path) as part:
        packed = app.evidence.packer().pack(flags, part)
        if not packed.flags and part != path:
            part.unlink(missing_ok=True)
    out = session.out
    for flag, why in packed.left_out:
        out.note(_LEFT_OUT, id=flag.id, what=" ".join(one.say(out.lang) for one in why))
    out.say(_PACKED if packed.flags else _NOTHING, count=packed.flags, path=path)
    if packed.flags:
        session.note(app, Act.EXPORT, what="evidence", count=packed.flags, file=path)
    return 0 if packed.flags and not packed.left_out else 1


def _one(app: App, flag_id: str) -> Flag:
    stored = app.flags.get(flag_id)
    if stored is None:
        raise InputError(f"没有编号为 {flag_id} 的标记。", f"There is no flag {flag_id}.")
    return stored.flag
