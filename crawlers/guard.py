"""Keeps the patrol on the public web: addresses of private networks are refused, whatever name leads to them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from core.errors import Refused, Retry

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_DNS_SECONDS = 10.0
_NAT64 = IPv6Network("64:ff9b::/96")
_METADATA = frozenset({IPv4Address("168.63.129.16")})  # a cloud's own service at an address that looks public


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, by the system's resolver; raises OSError or TimeoutError."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_DNS_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet."""
    inner = plain(address)
    return inner.is_global and not inner.is_multicast and inner not in _METADATA


class Guard:
    """Says which addresses may be asked: all public ones, and of the private ones those in ``allowed``."""

    def __init__(self, allowed: Iterable[Network] = (), resolver: Resolve = resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolver

    def check(self, host: str, addresses: Iterable[str]) -> None:
        """Raises Refused if any address of ``host`` is neither public nor allowed."""
        for text in addresses:
            address = ip_address(text.partition("%")[0])
            if not is_public(address) and not self._is_allowed(plain(address)):
                raise Refused(
                    f"{host} 指向内网或本机地址 {text}，未访问。若确要巡查，请把它的网络写入 LUREWATCH_ALLOW_PRIVATE。",
                    f"{host} leads to the private address {text}, which was not asked. "
                    "To patrol it on purpose, name its network in LUREWATCH_ALLOW_PRIVATE.",
                )

    async def check_host(self, host: str, port: int) -> None:
        """Resolve ``host`` and check all of its addresses; raises Refused, or Retry where there are none."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as problem:
            raise Retry(
                f"域名 {host} 解析不了。请检查来源的网址和本机的 DNS。",
                f"The name {host} cannot be resolved. Check the source's address and this machine's DNS.",
            ) from problem
        self.check(host, addresses)

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self._allowed)
