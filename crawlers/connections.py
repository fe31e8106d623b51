"""Connections to sites: only to addresses that were checked, and given up when a site sends without end."""

from collections.abc import Iterable
from functools import partial
from ipaddress import ip_address
from typing import Any, cast

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IAddress, IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import HTTPConnectionPool
from twisted.web.iweb import IPolicyForHTTPS

from core.errors import Refused

_HEAD_BYTES = 256 * 1024  # status line and headers, those of interim answers included
_CONNECT_SECONDS = 10.0
_MOST_TRIED = 4


class Endless(Exception):
    """A site sent more than any page needs around its page: headers, or pieces of a chunked body."""


class CheckedPool(HTTPConnectionPool):
    """Opens connections to the addresses that were pinned for a host, whatever its name means by now.

    ``raw_bytes`` bounds all that is received for one request.
    """

    def __init__(self, reactor: Any, contexts: IPolicyForHTTPS, raw_bytes: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._factory = cast("Any", partial(_Factory, raw_bytes))
        self.maxPersistentPerHost = 1
        self._contexts = contexts
        self._pinned: dict[str, tuple[str, ...]] = {}

    def pin(self, host: str, addresses: Iterable[str]) -> None:
        """From now on ``host`` is asked at these addresses only."""
        self._pinned[host] = tuple(addresses)

    def getConnection(self, key: Any, endpoint: IStreamClientEndpoint) -> Deferred[Any]:  # noqa: ARG002, N802 - Twisted's
        """A connection to a checked address; ``endpoint``, which would look the name up again, is not used."""
        scheme, host, port, *_ = key
        # Where Twisted reads another host in a url than was checked there is nothing pinned.
        addresses = self._pinned.get(host.decode("ascii", "replace").lower(), ())
        pinned = cast("IStreamClientEndpoint", _Pinned(self._reactor, addresses, port))
        if scheme == b"https":
            pinned = wrapClientTLS(cast("Any", self._contexts).creatorForNetloc(host, port), pinned)
        return super().getConnection(key, pinned)


class _Pinned:
    """An endpoint at the first of some addresses that takes a connection."""

    def __init__(self, reactor: Any, addresses: tuple[str, ...], port: int) -> None:
        self._reactor = reactor
        self._addresses = addresses
        self._port = port

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """A connection; tried one address after the other."""
        return Deferred.fromCoroutine(self._connect(factory))

    async def _connect(self, factory: IProtocolFactory) -> IProtocol:
        problem: Exception = Refused("网址的主机名有歧义，未访问。", "The host of an address is ambiguous; not asked.")
        for address in self._addresses[:_MOST_TRIED]:
            kind = TCP4ClientEndpoint if ip_address(address.partition("%")[0]).version == 4 else TCP6ClientEndpoint  # noqa: PLR2004 - IPv4
            endpoint = kind(self._reactor, address, self._port, timeout=_CONNECT_SECONDS)
            try:
                return cast("IProtocol", await endpoint.connect(factory))
            except (ConnectError, OSError) as caught:
                problem = caught
        raise problem


class _Protocol(_LenientHTTP11ClientProtocol):
    """Gives an answer up whose headers, or whose wrapping, have no end."""

    def __init__(self, raw_bytes: int, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._raw_bytes = raw_bytes
        self._head = self._all = 0

    def request(self, request: Any) -> Deferred[Any]:
        self._head = self._all = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's
        self._all += len(data)
        if self._parser is not None and self._parser.state in {STATUS, HEADER}:
            self._head += len(data)
        if self._head > _HEAD_BYTES or self._all > self._raw_bytes:
            self._disconnectParser(Failure(Endless()))  # type: ignore[no-untyped-call]
            cast("Any", self.transport).abortConnection()  # a polite farewell would wait for the site's
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def __init__(self, raw_bytes: int, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._raw_bytes = raw_bytes

    def buildProtocol(self, _address: IAddress | None) -> _Protocol:  # noqa: N802 - Twisted's
        return _Protocol(self._raw_bytes, self._quiescentCallback)
