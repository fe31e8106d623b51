"""What a rule file and a bank of terms may say."""

import hashlib
import json
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.taxonomy import HARM_IDS
from core.types import RuleRef

NAME = r"^[a-z][a-z0-9_]{0,39}$"
SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
KEYWORDS = frozenset({"and", "or", "not", "near"})
BUILT_IN = frozenset({"contact", "link", "reach"})
EXCEPTIONS = "exceptions"  # the group that a rule's exceptions become
NOT_CONTENT = frozenset({"version", "digest", "status", "created", "review_by"})


def _text(value: object) -> object:
    """Terms such as 714 are numbers to YAML; editors mean the text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Term = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Terms = Annotated[tuple[Term, ...], BeforeValidator(_words)]


class Status(StrEnum):
    """How far a rule has come: only live rules count; background ones are shown with a score of 0."""

    DRAFT = "draft"
    BACKGROUND = "background"
    LIVE = "live"
    DEPRECATED = "deprecated"


class Level(StrEnum):
    """How much harm one such offer does, for the order in which people look."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Title(_Strict):
    """A rule's name for people."""

    zh: str = Field(min_length=2)
    en: str = Field(min_length=2)


class Group(_Strict):
    """A named group of terms: it holds where one of ``any``, ``regex`` or ``bank`` hits, and every one of ``all``.

    A list may be written as one string with blanks between its terms. ``words`` counts a hit only where the
    segmenter begins and ends a word. A regex (RE2, on normalised text) runs only after a keyword of its rule hit.
    ``offer`` says that these words are themselves how such an offer is made; they count as one where the rule hits.
    """

    any: Terms = ()
    all: Terms = ()
    regex: tuple[str, ...] = ()
    bank: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    words: bool = False
    offer: bool = False

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not (self.any or self.all or self.regex or self.bank):
            raise ValueError("an empty group: give any, all, regex or bank / 词组是空的：请写 any、all、regex 或 bank")
        return self

    @property
    def keywords(self) -> tuple[str, ...]:
        """The literal terms of the group itself."""
        return self.any + self.all


class Examples(_Strict):
    """Texts that the whole rule set must flag by this rule, and texts that it must not flag at all."""

    match: tuple[str, ...] = Field(min_length=2)
    no_match: tuple[str, ...] = Field(min_length=2)


class RuleException(_Strict):
    """A text that holds ``phrase`` is not hit by the rule, up to and including the day ``until``."""

    phrase: Term
    reason: str = Field(min_length=2)
    until: date


class Rule(_Strict):
    """One rule, one YAML file: a way in which one harm is advertised."""

    schema_: Literal[1] = Field(alias="schema")
    id: UUID
    slug: str = Field(pattern=SLUG, max_length=60)
    title: Title
    version: int = Field(ge=1)
    stamp: str | None = Field(default=None, alias="digest")
    status: Status
    category: str
    level: Level
    weight: float = Field(gt=0, le=1)
    author: str = Field(min_length=1)
    created: date
    review_by: date
    references: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = Field(min_length=1)
    triage: str = Field(min_length=1)
    terms: dict[Annotated[str, Field(pattern=NAME)], Group] = Field(min_length=1)
    condition: str = Field(min_length=1)
    exceptions: tuple[RuleException, ...] = ()
    examples: Examples

    @field_validator("category")
    @classmethod
    def _in_list(cls, value: str) -> str:
        if value in HARM_IDS:
            return value
        close = get_close_matches(value, HARM_IDS, 1)
        hint = f" / 是否要写 {close[0]}？" if close else ""
        raise ValueError(f"not on the closed list of harms 不在封闭的危害清单内 ({', '.join(sorted(HARM_IDS))}){hint}")

    @field_validator("terms")
    @classmethod
    def _not_reserved(cls, value: dict[str, Group]) -> dict[str, Group]:
        for name in value.keys() & (KEYWORDS | BUILT_IN | {EXCEPTIONS}):
            raise ValueError(f"{name!r} is a word of conditions, choose another name / {name} 是条件的保留词，请改名")
        return value

    @field_validator("review_by")
    @classmethod
    def _later(cls, value: date, info: ValidationInfo) -> date:
        if "created" in info.data and value <= info.data["created"]:
            raise ValueError("review_by must be after created / review_by 应晚于 created")
        return value

    @property
    def digest(self) -> str:
        """The first 12 hex digits of the sha256 of the rule's content, whatever its layout in the file.

        Version, status and dates are not content: to make a draft live, or to look at a rule again, changes nothing.
        ``stamp`` is the digest of the content that ``version`` was given to, None where the tool has given none yet.
        """
        return digest_of(self, NOT_CONTENT)

    @property
    def ref(self) -> RuleRef:
        """What a signal says of the rule that gave it."""
        return RuleRef(str(self.id), self.slug, self.version, self.digest)


class BankRole(StrEnum):
    """What hits of a bank stand for by themselves."""

    OFFER = "offer"  # somebody sells, lends, recruits
    REACH = "reach"  # reply to me here
    CUE = "cue"  # for the predicates that tell a warning or a story from an offer
    TERMS = "terms"  # nothing: rules refer to them


class Tier(_Strict):
    """Terms of one strength. A regex runs only where one of ``after`` hit, which is no hit by itself."""

    score: float = Field(gt=0, le=1)
    any: Terms = ()
    regex: tuple[str, ...] = ()
    after: Terms = ()
    words: bool = False

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not (self.any or self.regex):
            raise ValueError("an empty tier: give any or regex / 这一档是空的：请写 any 或 regex")
        if self.regex and not self.after:
            raise ValueError("regex needs keywords in after / 正则须在 after 里写触发它的关键词")
        return self


class Bank(_Strict):
    """Terms that many rules share, in tiers of strength; its file bears its name."""

    schema_: Literal[1] = Field(alias="schema")
    name: str = Field(pattern=NAME)
    role: BankRole
    title: Title
    tiers: tuple[Tier, ...] = Field(min_length=1)


def digest_of(model: BaseModel, without: frozenset[str] = frozenset()) -> str:
    """The first 12 hex digits of the sha256 of a model's canonical JSON.

    Top-level keys ``without`` are left out, and so is what is as by default: a new optional key leaves old digests.
    """
    whole = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    kept = {key: value for key, value in whole.items() if key not in without}
    content = json.dumps(kept, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
