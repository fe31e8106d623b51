"""The few queries in Kibana's language that the objects need: one field that has one of some values."""

from dataclasses import dataclass

from core.types import State
from core.words import Text
from indexer.kibana.fields import Fields

_STATE = "review.state"


@dataclass(frozen=True, slots=True)
class InState:
    """Flags in one of some states of review."""

    states: tuple[State, ...]

    def say(self, fields: Fields, where: Text) -> str:
        """The query; raises InputError where the mapping has no such field."""
        fields.need(_STATE, frozenset({"string"}), where)
        values = " or ".join(state.value for state in self.states)
        return f"{_STATE}: ({values})" if len(self.states) > 1 else f"{_STATE}: {values}"


OPEN = InState((State.OPEN,))
CONFIRMED = InState((State.CONFIRMED,))
DECIDED = InState((State.CONFIRMED, State.DISMISSED))
