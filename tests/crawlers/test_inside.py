"""Nothing leads the patrol inside: not a source, a link, a redirect, a name that changes, robots.txt, or a feed."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network

import pytest

from core.errors import FetchError, Refused
from crawlers.extract import feeds, pages
from crawlers.guard import Guard, is_public
from crawlers.visit import Extractors
from tests.crawlers.conftest import LOOPBACK, QUICK, Answer, Patrol, Site, patrols, source

# The registries of special-purpose addresses (RFC 6890 and what was added since), each block's first and last address.
SPECIAL = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::1/128",
    "::/128",
    "::7f00:0/104",  # IPv4-compatible
    "::ffff:10.0.0.0/104",
    "::ffff:127.0.0.0/104",
    "::ffff:169.254.0.0/112",
    "64:ff9b::10.0.0.0/104",
    "64:ff9b::169.254.0.0/112",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:db8::/32",
    "2001:10::/28",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)


@pytest.mark.parametrize("block", SPECIAL)
def test_special_blocks(block: str) -> None:
    """Neither end of a block, nor what lies in it, is public."""
    network = ip_network(block)
    middle = ip_address(int(network.network_address) + network.num_addresses // 2)
    for address in (network.network_address, middle, network.broadcast_address):
        assert not is_public(address), address


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"])
def test_metadata(address: str) -> None:
    """What clouds tell their machines about themselves."""
    assert not is_public(ip_address(address))


@pytest.fixture
def strict() -> Iterator[Patrol]:
    """A patrol that may ask one address of loopback, and not the other."""
    yield from patrols(allowed=[ip_network("127.0.0.1/32")])


SPELLINGS = [
    "http://{port2}/x",
    "http://2130706434:{port}/x",
    "http://0x7f000002:{port}/x",
    "http://0177.0.0.2:{port}/x",
    "http://0x7f.0.0.2:{port}/x",
    "http://127.2:{port}/x",
    "http://127.0.0.2.:{port}/x",
    "http://[::ffff:127.0.0.2]:{port}/x",
    "http://[::ffff:7f00:2]:{port}/x",
    "http://[64:ff9b::7f00:2]:{port}/x",
    "http://[2002:7f00:2::]:{port}/x",
    "http://[::127.0.0.2]:{port}/x",
    "http://①②⑦.⓪.⓪.②:{port}/x",
    "http://127。0。0。2:{port}/x",
    "http://127.0.0.1@127.0.0.2:{port}/x",
    "http://user:pass@127.0.0.1:{port}/x",
    "http://127.0.0.1\\@127.0.0.2:{port}/x",
    "http://127.0.0.2\\@127.0.0.1:{port}/x",
    "http://127.0.0.1#@127.0.0.2:{port}/x",
    "http://127.0.0.1:{port}\r\nHost: 127.0.0.2/x",
    "http://0.0.0.0:{port}/x",
    "http://0:{port}/x",
    "http://[::]:{port}/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "//127.0.0.2:{port}/x",
    "https:/\\127.0.0.2:{port}/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/x",
    "ftp://127.0.0.1:{port}/x",
    "data:text/html,x",
    "javascript:alert(1)",
    "unix:/run/x",
    "s3://bucket/x",
    "http://:{port}/x",
    "http://127.0.0.1:0/x",
    "http://127.0.0.1:99999/x",
    "http://a..b/x",
    "http://{long}/x",
]


def spelled(site: Site, spelling: str) -> str:
    """An address, with the port of the site."""
    port = site.url.rpartition(":")[2]
    return spelling.format(port=port, port2=f"127.0.0.2:{port}", long="a" * 300)


@pytest.mark.parametrize("way", ["link", "redirect", "robots"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings(site: Site, strict: Patrol, spelling: str, way: str) -> None:
    """However an inner address is written, whether in a link or a Location, nothing arrives there."""
    target = spelled(site, spelling)
    site.pages["/x"] = Answer('{"posts": [["1", "inside"]], "next": null, "entries": [{"key": "1", "text": "inside"}]}')
    site.listing("/", {"key": "1", "url": target} if way == "link" else {"key": "1", "text": "outside"})
    headers = {"Location": target.replace("\r\n", "%0d%0a").encode("utf-8").decode("latin-1")}
    site.pages["/to"] = Answer(status=302, headers=headers)
    if way == "robots":
        site.pages["/robots.txt"] = site.pages["/to"]
    report = strict.visit(source(site.url + ("/to" if way == "redirect" else "/")))
    assert strict.handled in ([], ["outside"])
    assert "/x" not in site.paths()
    assert {asked.at for asked in site.asked} == {"127.0.0.1"}
    problem = report.problem
    assert (problem is not None) or way == "link" or strict.handled == ["outside"]
    assert problem is None or "program failed" not in problem.en, problem.en


def test_redirects_of_robots_txt(site: Site, strict: Patrol) -> None:
    """A robots.txt that leads inside cannot be read, so nothing is allowed."""
    site.listing("/", {"key": "1", "text": "a"})
    site.pages["/robots.txt"] = Answer(status=301, headers={"Location": site.elsewhere + "/robots.txt"})
    assert isinstance(strict.visit(source(site.url + "/")).problem, Refused)
    assert [asked.path for asked in site.asked] == ["/robots.txt"]


def test_a_name_that_changes_its_mind(site: Site) -> None:
    """The address that was checked is the one that is asked, although the name leads inside by then."""
    answers = iter([["127.0.0.1"]])

    async def fooling(_host: str, _port: int) -> Sequence[str]:
        return next(answers, ["127.0.0.2"])

    site.listing("/", {"key": "1", "text": "a"})
    port = site.url.rpartition(":")[2]
    for patrol in patrols(allowed=[ip_network("127.0.0.1/32")], resolver=fooling):
        assert patrol.look(source(f"http://rebinding.test:{port}/")) == ["a"]
    assert {asked.headers["Host"] for asked in site.asked} == {f"rebinding.test:{port}"}
    assert {asked.at for asked in site.asked} == {"127.0.0.1"}


def test_what_a_name_led_to_is_forgotten() -> None:
    """A name is looked up again after a minute, and checked again."""
    now = [0.0]
    answers = [["8.8.8.8"], ["10.0.0.1"]]

    async def changing(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    async def run() -> None:
        guard = Guard((), changing, now=lambda: now[0])
        assert await guard.addresses("a.test", 80) == ("8.8.8.8",)
        now[0] = 59.0
        assert await guard.addresses("a.test", 80) == ("8.8.8.8",)
        now[0] = 61.0
        with pytest.raises(Refused):
            await guard.addresses("a.test", 80)

    asyncio.run(run())


def test_the_next_address_is_tried(site: Site) -> None:
    """Of the addresses of a name the first that takes a connection is used."""

    async def two(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.9", "127.0.0.1"]

    site.listing("/", {"key": "1", "text": "a"})
    for patrol in patrols(allowed=LOOPBACK, resolver=two):
        assert patrol.look(source(f"http://a.test:{site.url.rpartition(':')[2]}/")) == ["a"]


def test_public_sites_need_a_contact(site: Site) -> None:
    """Where nobody can be reached, only what was allowed by hand is asked: not even a link leads to a public site."""

    async def outside(_host: str, _port: int) -> Sequence[str]:
        return ["8.8.8.8"] if _host == "public.test" else [_host]

    site.listing("/", {"key": "1", "url": "http://public.test/"}, {"key": "2", "url": site.url + "/2"})
    site.thread("/2", ("2", "two"))
    for patrol in patrols(resolver=outside, reachable=False):
        assert patrol.visit(source(site.url + "/")).dropped == 1
        assert patrol.handled == ["two"]
        problem = patrol.visit(source("http://public.test/", id="public")).problem
        assert isinstance(problem, Refused)
        assert "LUREWATCH_CONTACT" in problem.zh


def test_a_feed_that_links_inside(site: Site) -> None:
    """The links, pictures and enclosures of a feed lead nowhere that is not allowed."""
    there = site.elsewhere
    site.pages["/feed"] = Answer(
        f"<rss><channel><item><guid>1</guid><link>{there}/x</link><title>题</title>"
        f'<enclosure url="{there}/x" type="image/png"/></item>'
        f"<item><guid>2</guid><link>{site.url}/2</link>"
        f"<description>正文 &lt;img src='{there}/x'&gt;</description></item>"
        "</channel></rss>"
    )
    site.pages["/2"] = Answer(f'<h1>题目</h1><p>这里是正文，足够长。</p><img src="{there}/x">')
    for patrol in patrols(
        QUICK, Extractors(pages.listing, pages.detail, feeds.feed), allowed=[ip_network("127.0.0.1/32")]
    ):
        patrol.visit(source(site.url + "/feed", kind="feed"))
    assert {asked.at for asked in site.asked} == {"127.0.0.1"}
    assert "/x" not in site.paths()


def test_only_what_is_allowed_is_open(site: Site, strict: Patrol) -> None:
    """A network that is allowed opens itself and no other."""
    site.listing("/", {"key": "1", "text": "a"})
    assert strict.look(source(site.url + "/")) == ["a"]
    assert isinstance(strict.visit(source(site.elsewhere + "/", id="other")).problem, FetchError)
    assert {asked.at for asked in site.asked} == {"127.0.0.1"}


def test_the_host_that_is_named_is_sent(site: Site, patrol: Patrol) -> None:
    """A connection to a checked address still names the host that was asked for."""
    site.pages["/"] = lambda asked: Answer(
        json.dumps({"entries": [{"key": "1", "text": asked.headers["Host"]}], "next": None})
    )
    assert patrol.look(source(site.url + "/")) == [site.url.partition("//")[2]]
