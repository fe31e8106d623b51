"""``lurewatch train``: build the model from the corpus."""

from pathlib import Path
from typing import Annotated

import typer

from app import train_model
from cli.session import session_of
from core.words import Lang, Text

_HELP = Text("用语料训练模型", "Build the model from the corpus")
_CORPUS = Text("语料目录；默认按设置", "folder of the corpus; that of the settings by default")
_OUT = Text("模型目录；默认按设置", "folder of the model; that of the settings by default")
_PROGRESS = Text("训练", "training")
_DONE = Text("模型已就绪：{folder}", "The model is ready: {folder}")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("train", help=_HELP.say(lang))
    def train(
        context: typer.Context,
        corpus: Annotated[Path | None, typer.Option(help=_CORPUS.say(lang))] = None,
        out: Annotated[Path | None, typer.Option(help=_OUT.say(lang))] = None,
    ) -> None:
        session = session_of(context)
        settings = session.settings
        folder = out or settings.model_folder
        with session.out.progress(_PROGRESS, None) as bar:
            rows = train_model(corpus or settings.corpus, folder, lambda words, _done, _all: bar.label(words))
        for row in rows:
            session.out.say(row)
        session.out.say(_DONE, folder=folder)
