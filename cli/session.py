"""What every command is given: the settings, the language, the output, and the parts built from them."""

import getpass
from dataclasses import dataclass
from typing import cast

import typer

from app import App, build
from cli.out import Out
from core.settings import Settings
from core.types import Act, AuditEntry


@dataclass(slots=True)
class Session:
    """One run of the command."""

    settings: Settings
    out: Out

    def app(self) -> App:
        """The parts, built as the settings say."""
        return build(self.settings)

    def note(self, app: App, act: Act, flag_id: str | None = None, *, who: str = "", **details: object) -> None:
        """Write into the audit who did what: whoever runs the command, unless another name is given."""
        told = {name: str(value) for name, value in details.items() if value not in (None, "")}
        app.store.audit.add(AuditEntry(app.clock(), who or getpass.getuser(), act, flag_id, told))


def session_of(context: typer.Context) -> Session:
    """The session that the root command made."""
    return cast("Session", context.obj)
