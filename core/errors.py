"""What can go wrong, named after what the caller should do about it.

::

    LurewatchError            the message is for the person who reads it
    ├── InputError            wrong input: say where, exit with 2
    │   └── YamlError         the same, at file:line:column
    ├── NeedsSetup            something is not installed or not built: say what to run, exit with 2
    ├── FetchError            a page could not be had: drop it, the visit goes on
    │   ├── Retry             it may work later (5xx, timeout, DNS)
    │   │   └── Unresolved    the same, but it may be our own network that is down: blame nobody yet
    │   ├── Refused           the site says no (401, 403, 429, robots, captcha): an answer, never retried around
    │   └── TooMuch           over a bound (size, redirects, depth)
    ├── ExtractError          the structure of a page is not as its source says: the source is broken
    └── StoreError            a write did not happen: nothing may be marked as seen
        └── Conflict          somebody else changed it first: read again
"""

from pathlib import Path


class LurewatchError(Exception):
    """The root of all errors that carry a sentence for a person.

    ``zh`` and ``en`` say what happened, where, and what to do next.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def text(self, lang: str) -> str:
        """The sentence in ``lang`` (``zh`` or ``en``)."""
        return self.zh if lang == "zh" else self.en


class InputError(LurewatchError):
    """Wrong input by a person: nothing was done with it."""


class YamlError(InputError):
    """Wrong input in a YAML file; ``line`` and ``column`` count from 1."""

    def __init__(self, path: Path, line: int, column: int, zh: str, en: str) -> None:
        where = f"{path}:{line}:{column}"
        super().__init__(f"{where}: {zh}", f"{where}: {en}")
        self.path = path
        self.line = line
        self.column = column


class NeedsSetup(LurewatchError):
    """A part is missing or does not fit: the sentence says what to run."""


class FetchError(LurewatchError):
    """A page could not be had."""


class Retry(FetchError):
    """It may work later."""


class Unresolved(Retry):
    """The site's name leads to no address."""


class Refused(FetchError):
    """The site says no, and that is its answer."""


class TooMuch(FetchError):
    """The page is over a bound on size, redirects or depth."""


class ExtractError(LurewatchError):
    """The page is not built as its source says."""


class StoreError(LurewatchError):
    """A write did not happen."""


class Conflict(StoreError):
    """Somebody else changed it first."""
