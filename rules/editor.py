"""What rule editors ask for: to try a rule, to run it over the past, and to be shown terms that it lacks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.ports import FlagStore, Query, Segmenter
from core.text import Document
from core.types import Decision, Flag, State
from rules import backtest, desk, loader, suggest, texts, trial
from rules.engine import RuleEngine


@dataclass(frozen=True, slots=True)
class Editor:
    """Reads the rules of ``folder`` anew at each question, and changes nothing.

    ``shipped`` is where the version before a rule is looked for if ``folder`` has none. ``judge_by`` makes the whole
    decision from an engine; ``store`` and ``harmless`` (texts known to offer nothing) are asked only when needed.
    """

    folder: Path
    shipped: Path
    segment: Segmenter
    today: date
    judge_by: Callable[[RuleEngine], Callable[[Document], Decision]]
    store: Callable[[], FlagStore]
    harmless: Callable[[], Sequence[str]]

    def attempt(self, wanted: str, text: str) -> trial.Trial:
        """What a rule (a file's path or a slug) does with a text, as if it were live; raises InputError."""
        laid = desk.lay_out(wanted, self.folder, self.shipped, self.today)
        judge = self.judge_by(laid.engine(laid.whole.rules, self.segment))
        return trial.attempt(laid, self.segment, Document.of(text), judge)

    def replay(self, wanted: str, folder: Path | None, step: Callable[[], None]) -> backtest.Report:
        """What a rule hits among stored flags and the texts of a folder, ``step`` told of each; raises InputError."""
        laid = desk.lay_out(wanted, self.folder, self.shipped, self.today)
        return backtest.backtest(laid, self.segment, self._cases(folder, step))

    def propose(self, harm: str | None, least: int) -> tuple[suggest.Suggestion, ...]:
        """New terms for a harm, or for each that has confirmed flags; raises InputError."""
        confirmed: dict[str, list[Document]] = {}
        for stored in self.store().search(Query(state=State.CONFIRMED, category=harm)):
            confirmed.setdefault(stored.flag.decision.category or "", []).append(_document(stored.flag))
        if not confirmed:
            return ()
        dismissed = [_document(stored.flag) for stored in self.store().search(Query(state=State.DISMISSED))]
        against = suggest.Against(dismissed, [Document.of(text) for text in self.harmless()])
        banks = loader.read_banks()
        rules, _ = loader.read_rules(self.folder, banks)
        return tuple(
            suggest.suggest(name, found, against, suggest.known_terms(name, rules.rules, banks), self.segment, least)
            for name, found in sorted(confirmed.items())
        )

    def _cases(self, folder: Path | None, step: Callable[[], None]) -> Iterator[backtest.Case]:
        for stored in self.store().search(Query()):
            yield backtest.Case(stored.flag.id, _document(stored.flag), stored.state, stored.flag.decision.signals)
            step()
        for where, document in texts.read_texts(folder) if folder else ():
            yield backtest.Case(where, document)
            step()


def _document(flag: Flag) -> Document:
    return Document.of(flag.text, flag.title, flag.shown)
