"""What policy.yml may say: how strong harm, offer and doubt must be for a flag."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core import yamlfile

POLICY = Path(__file__).parent / "policy.yml"
Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ModelPolicy(_Strict):
    """What counts where a model speaks too."""

    doubts_below: Share
    sure_rule: Share
    alone: Share
    alone_offer: Share
    alone_letters: int = Field(ge=0)
    together: Share


class ReachPolicy(_Strict):
    """When words that ask for a reply are a way to reach the seller; a contact always is."""

    clear: Share
    unclear_offer: Share


class SuppressPolicy(_Strict):
    """When the signs against an offer win."""

    at: Share
    share: Share


class Policy(_Strict):
    """The thresholds of the decision; policy.yml explains each."""

    schema_: Literal[1] = Field(alias="schema")
    rules_alone: Share
    offer: Share
    reach: ReachPolicy
    model: ModelPolicy
    suppress: SuppressPolicy


def read_policy(path: Path = POLICY) -> Policy:
    """The policy in a file; raises InputError with file:line:column."""
    return yamlfile.load(path, Policy)[0]
