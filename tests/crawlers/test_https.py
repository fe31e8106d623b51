"""A site proves by its certificate that it is the one it names, or nothing of it is read."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.errors import FetchError
from tests.crawlers import hostile
from tests.crawlers.conftest import Patrol, source
from tests.crawlers.hostile import Behave, silent, wire
from tests.crawlers.test_hostile import bounded, told


def certificate(folder: Path) -> Path:
    """A certificate for loopback that only those trust who are told to, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "town")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "town.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """A server with TLS: its address, its certificate, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b'{"entries": [{"key": "1", "text": "a"}], "next": null}' if self.path == "/" else b""
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.socket = context.wrap_socket(made.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://127.0.0.1:{made.server_address[1]}/", path, asked
    made.shutdown()
    made.server_close()


def test_a_certificate_that_nobody_trusts(server: tuple[str, Path, list[str]], patrol: Patrol) -> None:
    """Nothing is sent to a site that cannot prove its name."""
    url, _, asked = server
    assert isinstance(patrol.visit(source(url)).problem, FetchError)
    assert asked == []


def test_a_certificate_that_is_trusted(
    server: tuple[str, Path, list[str]], patrol: Patrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site whose certificate the system trusts is read."""
    url, path, asked = server
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert patrol.look(source(url)) == ["a"]
    assert asked == ["/robots.txt", "/"]


@pytest.mark.parametrize("words", [wire(b"HTTP/1.1 200 OK\r\n\r\n"), silent, wire(b"\x16\x03\x01\xff\xff" + bytes(99))])
def test_tls_that_is_none(patrol: Patrol, words: Behave) -> None:
    """A port that answers TLS with something else, or with nothing, is a problem in bounded time."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            if words is not silent:
                words(hostile.Wire(connection, threading.Event()), hostile.Call("", "", 0.0))
                connection.close()

    threading.Thread(target=serve, daemon=True).start()
    with listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        told(bounded(patrol, source(url)), FetchError, "")
