"""The terms of Lurewatch as types: source to page to post to signal to decision to flag to review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.pictures import Picture


class Field(StrEnum):
    """The part of a post that a span points into."""

    TITLE = "title"
    TEXT = "text"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the original title or text, or of what the pictures show."""

    start: int
    end: int
    field: Field = Field.TEXT


class ContactKind(StrEnum):
    """The channels through which an offer says its seller can be reached."""

    PHONE = "phone"
    QQ = "qq"
    WECHAT = "wechat"
    TELEGRAM = "telegram"
    GROUP = "group"
    URL = "url"
    EMAIL = "email"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that an offer itself advertises; ``value`` is the plain form, whatever its disguise."""

    kind: ContactKind
    value: str
    span: Span


class Role(StrEnum):
    """What a signal speaks for: the three parts of an offer, or against a flag."""

    HARM = "harm"
    OFFER = "offer"
    REACH = "reach"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Which rule, in which version, gave a signal; ``digest`` is the hash of the rule's content."""

    id: str
    slug: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Signal:
    """What one detector found.

    ``score`` is a strength from 0 to 1. ``category`` is a harm's id for ``Role.HARM`` and may be None
    elsewhere. ``label`` names the finding in a word that editors know (a rule's title, a term group, a
    head of the model). ``terms`` are the (feature, contribution) pairs behind a model's score, in falling
    order; empty for rules.
    """

    detector: str
    role: Role
    score: float
    label: str
    category: str | None = None
    spans: tuple[Span, ...] = ()
    rule: RuleRef | None = None
    terms: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of an explanation: a code that ``core.words`` turns into Chinese or English, and its values."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """Flag or not, and why; ``category`` is None where nothing points to a harm."""

    flagged: bool
    category: str | None
    score: float
    reasons: tuple[Reason, ...] = ()
    signals: tuple[Signal, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One response in memory. ``headers``: lower-case, no cookies; ``redirects``: the urls before ``url``.

    ``drawn`` says that ``body`` is the document as a browser drew it, in UTF-8. The page is never stored.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    redirects: tuple[str, ...] = ()
    drawn: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True)
class Post:
    """One item taken from a page. There is no author here, and never will be.

    ``key`` is the item's native id, else its canonical url. ``fragment`` is the HTML of the post's own
    title and text, without anybody else's words; it is all of the page that evidence may keep. ``pictures`` are
    those of ``image_urls`` that were read.
    """

    key: str
    url: str
    title: str | None
    text: str
    published_at: datetime | None = None
    image_urls: tuple[str, ...] = ()
    fragment: str = ""
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the proof of a flag lies: ``path`` below the data folder, ``sha256`` of that file.

    ``page_sha256`` and ``page_length`` are those of the whole response, which is not kept.
    """

    path: str
    sha256: str
    page_sha256: str
    page_length: int


class State(StrEnum):
    """Where a flag stands, derived from its reviews."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    APPEALED = "appealed"


class Verdict(StrEnum):
    """What a reviewer may do with a flag."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    APPEAL = "appeal"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Review:
    """A person's act on a flag, only ever appended: who, when, what and why."""

    flag_id: str
    verdict: Verdict
    reviewer: str
    at: datetime
    reason: str


class Act(StrEnum):
    """What is noted of those who work with flags; looking alone is not."""

    REVIEW = "review"
    EXPORT = "export"
    EXPIRE = "expire"
    SET_UP = "set-up"
    COPY = "copy"
    MIGRATE = "migrate"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what and when, only ever appended; ``flag_id`` where it was done to one flag, ``details`` in words."""

    at: datetime
    who: str
    act: Act
    flag_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flag:
    """A decision to flag, with the offer itself and its evidence (None: it could not be written).

    ``shown`` is what the offer's pictures show, as text.
    """

    id: str
    source: str
    url: str
    title: str | None
    text: str
    published_at: datetime | None
    seen_at: datetime
    decision: Decision
    evidence: Evidence | None = None
    shown: str = ""
