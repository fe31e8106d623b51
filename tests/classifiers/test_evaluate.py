"""Precision and recall from judgements."""

from classifiers.evaluate import Counts, Judged, score

ROWS = (
    Judged("gambling", flagged=True, category="gambling", group="sms"),
    Judged("gambling", flagged=True, category="fraud_ad", group="sms"),
    Judged("gambling", flagged=False, category="gambling", group="forum"),
    Judged("fraud_ad", flagged=True, category="fraud_ad", group="forum"),
    Judged("none", flagged=True, category="fraud_ad", group="forum"),
    Judged("none", flagged=False, group="forum"),
)


def test_figures() -> None:
    """Overall any harm counts, by harm only its own; groups count like the whole."""
    found = score(ROWS)
    assert found.overall == Counts(right=3, false_alarms=1, missed=1, lawful=2)
    assert (found.overall.precision, found.overall.recall, found.overall.false_alarm_rate) == (0.75, 0.75, 0.5)
    assert found.by_harm == {
        "fraud_ad": Counts(right=1, false_alarms=2, missed=0, lawful=5),
        "gambling": Counts(right=1, false_alarms=0, missed=2, lawful=3),
    }
    assert found.by_group == {
        "forum": Counts(right=1, false_alarms=1, missed=1, lawful=2),
        "sms": Counts(right=2, false_alarms=0, missed=0, lawful=0),
    }


def test_no_share_of_nothing() -> None:
    """Where nothing was flagged or wanted there is no figure, and no error."""
    empty = score(())
    assert empty.overall == Counts()
    assert (empty.overall.precision, empty.overall.recall, empty.overall.false_alarm_rate) == (None, None, None)
    assert empty.by_harm == {}
