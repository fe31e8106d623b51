"""Sees to it that public sites can reach whoever patrols them."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from core.errors import InputError
from core.settings import Settings
from crawlers.sources import Source

_CONTACT = re.compile(r"(?:mailto:)?[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+|https?://[!-~]+\.[!-~]+", re.ASCII)
_LONGEST = 200  # characters


def check_contact(settings: Settings, sources: tuple[Source, ...]) -> None:
    """Raise InputError where public sites would be patrolled without an address that they can write to."""
    if settings.contact:
        _check_written(settings.contact)
        return
    for source in sources:
        check_address(settings, source.url)


def check_address(settings: Settings, url: str) -> None:
    """Raise InputError where ``url`` is public and its site could not write to whoever asks it."""
    if settings.contact:
        _check_written(settings.contact)
    elif not _private(urlsplit(url).hostname or ""):
        raise InputError(
            f"巡查公开站点 {url} 前，请设置 LUREWATCH_CONTACT（邮箱或网址），让站点能联系到您。",
            f"Before {url} is patrolled, set LUREWATCH_CONTACT (an e-mail or web address) "
            "so that the site can reach you.",
        )


def _check_written(contact: str) -> None:
    """Raise InputError where nobody could write to ``contact``."""
    if len(contact) > _LONGEST or _CONTACT.fullmatch(contact) is None:
        raise InputError(
            f"LUREWATCH_CONTACT 不是邮箱或网址：{contact!r}。请写站点能联系到您的地址，例如 you@example.org。",
            f"LUREWATCH_CONTACT is no e-mail or web address: {contact!r}. Name one where a site can reach you, "
            "such as you@example.org.",
        )


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def user_agent(software: str, contact: str) -> str:
    """An honest name, with the address that a site can write to."""
    return f"{software} (+{contact})" if contact else software
