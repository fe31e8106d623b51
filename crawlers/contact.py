"""Sees to it that public sites can reach whoever patrols them."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from core.errors import InputError
from core.settings import Settings
from crawlers.sources import Source


def check_contact(settings: Settings, sources: tuple[Source, ...]) -> None:
    """Raise InputError where public sites would be patrolled without an address that they can write to."""
    if settings.contact:
        return
    for source in sources:
        if not _private(urlsplit(source.url).hostname or ""):
            raise InputError(
                f"巡查公开站点 {source.url} 前，请设置 LUREWATCH_CONTACT（邮箱或网址），让站点能联系到您。",
                f"Before {source.url} is patrolled, set LUREWATCH_CONTACT (an e-mail or web address) "
                "so that the site can reach you.",
            )


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"
