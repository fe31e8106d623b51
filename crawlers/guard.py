"""Keeps the patrol on the public web: addresses of private networks are refused, whatever name leads to them."""

import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from core.errors import Refused, Unresolved
from crawlers.names import Resolve

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# What the registries of special addresses (RFC 6890) hold and some versions of ipaddress take for global.
_SPECIAL = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),  # a cloud's own service at an address that looks public
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
_KEPT_SECONDS = 60.0
_MANY_NAMES = 4096


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet; those of tunnels (6to4, Teredo) do not."""
    inner = plain(address)
    if isinstance(inner, IPv6Address) and inner not in _GLOBAL_UNICAST:
        return False
    return inner.is_global and not inner.is_multicast and not any(inner in network for network in _SPECIAL)


class Guard:
    """Says at which addresses a host may be asked: all public ones, and of the private ones those in ``allowed``.

    ``public``: whether public ones may be asked at all, which needs an address where a site can reach us.
    What a name led to is kept for a minute, since it is asked for before every request.
    """

    def __init__(
        self,
        allowed: Iterable[Network],
        resolver: Resolve,
        *,
        public: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolver
        self._public = public
        self._now = now
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses of ``host``, all of them checked; whoever asks it connects to one of these and to no other.

        Raises Refused if any is neither public nor allowed, or Retry where there are none.
        """
        until, known = self._kept.get(host, (0.0, ()))
        if known and self._now() < until:
            return known
        found = await self._found(host, port)
        self.check(host, found)
        if len(self._kept) >= _MANY_NAMES:
            self._kept.clear()
        self._kept[host] = (self._now() + _KEPT_SECONDS, found)
        return found

    async def _found(self, host: str, port: int) -> tuple[str, ...]:
        found: Sequence[str] = ()
        problem: Exception | None = None
        try:
            found = await self._resolve(host, port)
        except (OSError, ValueError) as caught:  # a name may be too long, or no name at all
            problem = caught
        if not found:
            raise Unresolved(
                f"域名 {host} 解析不了。请检查来源的网址和本机的 DNS。",
                f"The name {host} cannot be resolved. Check the source's address and this machine's DNS.",
            ) from problem
        return tuple(found)

    def check(self, host: str, addresses: Iterable[str]) -> None:
        """Raises Refused if any address of ``host`` is neither public nor allowed."""
        for text in addresses:
            address = ip_address(text.partition("%")[0])
            if self._is_allowed(address):
                continue
            if not is_public(address):
                raise Refused(
                    f"{host} 指向内网或本机地址 {text}，未访问。若确要巡查，请把它的网络写入 LUREWATCH_ALLOW_PRIVATE。",
                    f"{host} leads to the private address {text}, which was not asked. "
                    "To patrol it on purpose, name its network in LUREWATCH_ALLOW_PRIVATE.",
                )
            if not self._public:
                raise Refused(
                    f"{host} 是公开站点，未访问。请先设置 LUREWATCH_CONTACT（邮箱或网址），让站点能联系到您。",
                    f"{host} is a public site and was not asked. Set LUREWATCH_CONTACT (an e-mail or web address) "
                    "first, so that the site can reach you.",
                )

    def _is_allowed(self, address: Address) -> bool:
        return any(one in network for one in (address, plain(address)) for network in self._allowed)
