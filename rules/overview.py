"""Lists the rules of a folder with what each has done: flags of the live ones, hits of those in the background."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from core.errors import InputError
from core.ports import FlagStore, Hits, Query, RuleCounts, RuleVersion
from core.types import Role, State
from rules import loader
from rules.schema import Rule, Status

DAYS = 30  # over which hits in the background are counted
NO_HITS = Hits(0, 0)


@dataclass(frozen=True, slots=True)
class Carried:
    """How many stored flags carry a rule, and how many of these people confirmed and dismissed."""

    flags: int
    confirmed: int
    dismissed: int


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule; ``carried`` is None unless it is live, ``hits`` unless it is in the background (then of its version)."""

    rule: Rule
    overdue: bool
    carried: Carried | None = None
    hits: Hits | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The rules in order of slug, and what is wrong with the files that are left out."""

    rules: tuple[ListedRule, ...]
    left_out: tuple[InputError, ...]


@dataclass(frozen=True, slots=True)
class Overviewer:
    """Reads the rules of ``folder`` anew at each question; the stores are opened only where a rule asks for them."""

    folder: Path
    today: date
    store: Callable[[], FlagStore]
    counts: Callable[[], RuleCounts]

    def of(self, status: Status | None, harm: str | None) -> Overview:
        """The rules of a status and a harm, of any where None; raises InputError where there is no such folder."""
        found, left_out = loader.read_rules(self.folder, loader.read_banks())
        rules = [
            rule
            for rule in found.rules
            if (status is None or rule.status is status) and (harm is None or rule.category == harm)
        ]
        live = frozenset(str(rule.id) for rule in rules if rule.status is Status.LIVE)
        flags = _flags(self.store(), live) if live else {}
        silent = any(rule.status is Status.BACKGROUND for rule in rules)
        # The day that is not over counts as one.
        hits = self.counts().hits(self.today - timedelta(days=DAYS - 1)) if silent else {}
        return Overview(tuple(_listed(rule, self.today, flags, hits) for rule in rules), left_out)


def _flags(store: FlagStore, wanted: frozenset[str]) -> Mapping[str, Carried]:
    """What each of the rules has done in any version, by id; a hit without weight is no part of a flag."""
    seen: Counter[tuple[str, State]] = Counter()
    for stored in store.search(Query()):
        signals = stored.flag.decision.signals
        carried = {one.rule.id for one in signals if one.rule and one.role is Role.HARM and one.score > 0}
        seen.update((rule, stored.state) for rule in carried & wanted)
    return {
        rule: Carried(
            sum(seen[rule, state] for state in State), seen[rule, State.CONFIRMED], seen[rule, State.DISMISSED]
        )
        for rule in wanted
    }


def _listed(rule: Rule, today: date, flags: Mapping[str, Carried], hits: Mapping[RuleVersion, Hits]) -> ListedRule:
    silent = rule.status is Status.BACKGROUND
    return ListedRule(
        rule,
        rule.review_by < today,
        flags.get(str(rule.id)),
        hits.get(RuleVersion(rule.slug, rule.version), NO_HITS) if silent else None,
    )
