"""Which hosts count as one: those of a registrable domain, by the Public Suffix List that tldextract carries."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from tldextract import TLDExtract

from crawlers.guard import plain

# Suffixes of registries only: what a company lets out below its own domain runs on the company's machines.
_SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)
_MOST_ADDRESSES = 16

Lane = tuple[int, str]


@lru_cache(maxsize=4096)
def domain(host: str) -> str:
    """The registrable domain of ``host`` (``bbs.a.com.cn``: ``a.com.cn``); the host itself where it has none."""
    name = host.rstrip(".").lower()
    return _SUFFIXES(name).top_domain_under_public_suffix or name


def domain_of(url: str) -> str:
    """The registrable domain that a url lies on."""
    return domain(urlsplit(url).hostname or "")


def lanes(host: str, addresses: Iterable[str] = ()) -> tuple[Lane, ...]:
    """What a request to ``host`` at ``addresses`` shares with others: its domain, and each address.

    Names come before addresses and both are sorted, so whoever takes lanes in this order never waits in a circle.
    """
    found: set[Lane] = {(1, _plain(address)) for address in sorted(addresses)[:_MOST_ADDRESSES]}
    found.add(_own(host))
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _own(host: str) -> Lane:
    try:
        return 1, _plain(host)
    except ValueError:
        return 0, domain(host)


@lru_cache(maxsize=4096)
def _plain(address: str) -> str:
    return str(plain(ip_address(address.partition("%")[0])))
