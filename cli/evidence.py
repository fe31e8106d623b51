"""``lurewatch evidence``: whether the proof of a flag is still whole and unchanged."""

from typing import Annotated

import typer

from cli.session import session_of
from core.errors import InputError
from core.ports import Query, Stored
from core.words import Lang, Text

_HELP = Text("证据：核验其完整与未经改动", "Evidence: whole and unchanged?")
_VERIFY = Text("核验一条或全部标记的证据", "verify the evidence of one flag, or of all")
_ID = Text("编号，前六位以上即可", "id, or its first six characters or more")
_ALL = Text("全部标记", "all flags")
_ONE_OF = Text("请给出编号，或用 --all。", "Give an id, or --all.")
_SOUND = Text("{count} 份证据完整、未经改动。", "{count} pieces of evidence are whole and unchanged.")
_UNSOUND = Text("{bad} 份有问题，{count} 份完好。", "{bad} are not sound, {count} are.")
_PROGRESS = Text("核验证据", "verifying evidence")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the commands."""
    group = typer.Typer(help=_HELP.say(lang), no_args_is_help=True)
    root.add_typer(group, name="evidence")

    @group.callback()
    def begin() -> None:
        """A group with one command stays a group."""

    @group.command("verify", help=_VERIFY.say(lang))
    def verify(
        context: typer.Context,
        flag_id: Annotated[str | None, typer.Argument(help=_ID.say(lang), metavar="ID")] = None,
        all_: Annotated[bool, typer.Option("--all", help=_ALL.say(lang))] = False,
    ) -> int:
        session = session_of(context)
        out = session.out
        if (flag_id is None) != all_:
            raise InputError(_ONE_OF.zh, _ONE_OF.en)
        good = bad = 0
        with session.app() as app, out.progress(_PROGRESS, app.flags.count(Query()) if all_ else 1) as bar:
            for stored in app.flags.search(Query()) if all_ else _one(app.flags.get(flag_id or ""), flag_id):
                findings = app.verify(stored.flag)
                for finding in findings:
                    out.say(Text("{id}  {what}", "{id}  {what}"), id=stored.flag.id, what=finding.say(out.lang))
                good, bad = (good, bad + 1) if findings else (good + 1, bad)
                bar.step()
        out.say(_UNSOUND if bad else _SOUND, bad=bad, count=good)
        return 1 if bad else 0


def _one(stored: Stored | None, flag_id: str | None) -> tuple[Stored, ...]:
    if stored is None:
        raise InputError(f"没有编号为 {flag_id} 的标记。", f"There is no flag {flag_id}.")
    return (stored,)
