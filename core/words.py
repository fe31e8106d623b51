"""Sentences for people, each in Chinese and English side by side, so that neither can be missing."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages, with ``{named}`` places."""

    zh: str
    en: str

    def say(self, lang: Lang, **values: object) -> str:
        """The sentence in ``lang`` with its places filled."""
        return (self.zh if lang == "zh" else self.en).format_map(values)


def pick_lang(wanted: str) -> Lang:
    """``zh`` or ``en`` for a language tag such as zh-CN or en_US.UTF-8; Chinese where it is neither."""
    return "en" if wanted.strip().lower().startswith("en") else "zh"
