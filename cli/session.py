"""What every command is given: the settings, the language, the output, and the parts built from them."""

from dataclasses import dataclass
from typing import cast

import typer

from app import App, build
from cli.out import Out
from core.settings import Settings


@dataclass(slots=True)
class Session:
    """One run of the command."""

    settings: Settings
    out: Out

    def app(self) -> App:
        """The parts, built as the settings say."""
        return build(self.settings)


def session_of(context: typer.Context) -> Session:
    """The session that the root command made."""
    return cast("Session", context.obj)
