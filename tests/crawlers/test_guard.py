"""Private addresses are refused by name and by number."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from core.errors import Refused, Retry
from crawlers.guard import Guard, is_public
from crawlers.names import Resolver

PUBLIC = ("8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8")
PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # metadata of most clouds
    "100.100.100.200",  # metadata of another
    "168.63.129.16",  # a cloud's service at a public-looking address
    "0.0.0.0",  # noqa: S104 - an address that is asked for, not listened on
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """What belongs to the internet may be asked."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_do_not(address: str) -> None:
    """What belongs to a machine, a network or a cloud's inside may not, however it is written."""
    assert not is_public(ip_address(address))


def guard(*addresses: str, allowed: Sequence[str] = ()) -> Guard:
    """A guard to whom every name leads to ``addresses``."""

    async def resolver(_host: str, _port: int) -> Sequence[str]:
        if not addresses:
            raise OSError
        return addresses

    return Guard([ip_network(network) for network in allowed], resolver)


def test_one_private_address_is_enough() -> None:
    """A name that leads to a public and a private address is refused, and the sentence says how to allow it."""
    with pytest.raises(Refused, match="LUREWATCH_ALLOW_PRIVATE") as caught:
        asyncio.run(guard("8.8.8.8", "10.0.0.1").addresses("inside.example", 80))
    assert "10.0.0.1" in caught.value.zh
    assert "LUREWATCH_ALLOW_PRIVATE" in caught.value.zh


def test_allowed_networks_pass() -> None:
    """Only the networks that were named are allowed, in every spelling of their addresses."""
    asyncio.run(guard("127.0.0.1", "::ffff:127.0.0.1", allowed=["127.0.0.0/8"]).addresses("demo.test", 80))
    with pytest.raises(Refused):
        asyncio.run(guard("10.0.0.1", allowed=["127.0.0.0/8"]).addresses("demo.test", 80))


def test_an_unknown_name_may_work_later() -> None:
    """A name without an address is a Retry."""
    with pytest.raises(Retry, match=r"nowhere\.test"):
        asyncio.run(guard().addresses("nowhere.test", 80))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_odd_spellings_of_loopback(host: str) -> None:
    """The system's resolver reads odd spellings of an address, so the check comes after it."""
    with pytest.raises(Refused):
        asyncio.run(Guard((), Resolver()).addresses(host, 80))
