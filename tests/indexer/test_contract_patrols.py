"""What every store of a patrol's state must do."""

from datetime import timedelta

from core.ports import Item, PatrolStore, SourceState, Validators
from tests.conftest import NOON


def test_items_are_known_by_source_and_key(patrols: PatrolStore) -> None:
    """An item is known after it was remembered, in its own source only, with its newest digest."""
    patrols.remember("a", [Item("k1", "d1"), Item("k2", "d2")], NOON)
    patrols.remember("a", [Item("k1", "d9")], NOON + timedelta(hours=1))
    assert patrols.known("a", ["k1", "k2", "k3"]) == {
        "k1": ("d9", NOON + timedelta(hours=1)),
        "k2": ("d2", NOON),
    }
    assert patrols.known("b", ["k1"]) == {}


def test_hashes_and_validators_expire(patrols: PatrolStore) -> None:
    """What was not looked at since the limit is forgotten, the rest is kept."""
    patrols.remember("a", [Item("old", "d")], NOON - timedelta(days=100))
    patrols.remember("a", [Item("new", "d")], NOON)
    patrols.set_validators("a", {"u": Validators('"1"', None)}, NOON - timedelta(days=100))
    patrols.set_validators("a", {"v": Validators(None, "Sun, 22 Nov 2026 12:00:00 GMT")}, NOON)
    assert patrols.expire(NOON - timedelta(days=90)) == 2
    assert set(patrols.known("a", ["old", "new"])) == {"new"}
    assert patrols.validators("a", "u") is None
    assert patrols.validators("a", "v") == Validators(None, "Sun, 22 Nov 2026 12:00:00 GMT")


def test_due_sources_come_longest_due_first(patrols: PatrolStore) -> None:
    """Never visited sources are due at once, then those whose time is longest past; others wait."""
    for name, hours in (("late", -2), ("later", -1), ("future", 1)):
        patrols.set_state(SourceState(name, NOON + timedelta(hours=hours)))
    assert patrols.due(["future", "later", "late", "fresh"], NOON, 10) == ["fresh", "late", "later"]
    assert patrols.due(["later", "late"], NOON, 1) == ["late"]


def test_the_state_of_a_source_comes_back(patrols: PatrolStore) -> None:
    """All fields of a source's state survive, and a second write replaces the first."""
    assert patrols.state("a") is None
    state = SourceState("a", NOON, NOON, NOON - timedelta(hours=1), 2.5, 3, NOON, "HTTP 500", NOON, "[1]", "{}", "{2}")
    patrols.set_state(SourceState("a", NOON))
    patrols.set_state(state)
    assert patrols.state("a") == state


def test_all_states_come_back(patrols: PatrolStore) -> None:
    """More states than one statement reads come back once each."""
    names = {f"s{number}" for number in range(1203)}
    for name in names:
        patrols.set_state(SourceState(name, NOON))
    found = [state.source for state in patrols.states()]
    assert len(found) == len(names)
    assert set(found) == names


def test_the_same_sources_asked_again(patrols: PatrolStore) -> None:
    """A source that was never visited is due until its state is set, whether or not the same tuple is asked for."""
    names = ("a", "b", "c")
    assert patrols.due(names, NOON, 5) == ["a", "b", "c"]
    patrols.set_state(SourceState("b", NOON + timedelta(hours=1)))
    assert patrols.due(names, NOON, 5) == ["a", "c"]
    assert patrols.due(("b", "c"), NOON, 5) == ["c"]
    assert patrols.due(names, NOON + timedelta(hours=1), 5) == ["a", "c", "b"]
    assert patrols.due(names, NOON, 1) == ["a"]
    assert patrols.due(names, NOON, 0) == []
