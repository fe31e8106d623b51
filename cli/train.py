"""``lurewatch train``: build the model from the corpus, and from what people decided."""

from pathlib import Path
from typing import Annotated

import typer

from cli.session import session_of
from core.words import Lang, Text

_HELP = Text("用语料和复核结论训练模型", "Build the model from the corpus and people's verdicts")
_CORPUS = Text("语料目录；默认按设置", "folder of the corpus; that of the settings by default")
_OUT = Text("模型目录；默认按设置", "folder of the model; that of the settings by default")
_REVIEWS = Text(
    "一并学习复核结论（lurewatch export reviews 所写）；各类危害都不变差才启用",
    "learn from verdicts too (as lurewatch export reviews writes them); put to use only if no harm got worse",
)
_PROGRESS = Text("训练", "training")
_DONE = Text(
    "模型已就绪：{folder}（说明书 card.md；恢复上一个：lurewatch model rollback）",
    "The model is ready: {folder} (see its card.md; lurewatch model rollback puts the former back)",
)
_WORSE = Text("新模型没有启用，因为它变差了：", "The new model is not put to use, since it got worse:")
_LIES = Text("新模型放在 {folder}，现用模型不变。", "The new model lies in {folder}; the one in use stays as it is.")


def register(root: typer.Typer, lang: Lang) -> None:
    """Add the command."""

    @root.command("train", help=_HELP.say(lang))
    def train(
        context: typer.Context,
        corpus: Annotated[Path | None, typer.Option(help=_CORPUS.say(lang), metavar="DIR")] = None,
        out: Annotated[Path | None, typer.Option(help=_OUT.say(lang), metavar="DIR")] = None,
        reviews: Annotated[Path | None, typer.Option(help=_REVIEWS.say(lang), metavar="FILE")] = None,
    ) -> int:
        session = session_of(context)
        with session.app() as app, session.out.progress(_PROGRESS, None) as bar:
            outcome = app.learning(corpus, out).train(lambda words, _done, _all: bar.label(words), reviews)
        for row in outcome.lines:
            session.out.say(row)
        if not outcome.worse:
            session.out.say(_DONE, folder=outcome.folder)
            return 0
        session.out.note(_WORSE)
        for row in outcome.worse:
            session.out.note(row)
        session.out.note(_LIES, folder=outcome.folder)
        return 1
