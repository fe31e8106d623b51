"""The import script against a server on loopback: it believes Kibana's word alone, and shows the key to nobody."""

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

from indexer.elastic.mapping import mappings
from indexer.kibana.export import saved_objects
from tests.running import ROOT, Ran, environment

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="curl or jq is missing (tools/system.sh --tests)"
)
SCRIPT = ROOT / "deploy" / "kibana-import.sh"
KEY = "bHc4ODEyOm5vdC1hLXJlYWwta2V5LW9mLWFueWJvZHk="
REFUSED = {
    "success": False,
    "successCount": 10,
    "errors": [
        {
            "type": "dashboard",
            "id": "lurewatch-flags-dashboard",
            "title": "x",
            "error": {"type": "missing_references", "references": [{"type": "lens", "id": "lurewatch-flags-delay"}]},
        },
        {"type": "lens", "id": "lurewatch-flags-rules", "error": {"type": "unknown", "message": "too new"}},
    ],
}


@dataclass
class Asked:
    """What the server was sent."""

    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    file: bytes = b""
    filename: str = ""
    shown: list[str] = field(default_factory=list)


@contextmanager
def kibana(status: int, answer: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, Asked]]:
    """A server that gives one answer; while it is asked it looks for the key among all processes' arguments."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            (part,) = BytesParser().parsebytes(head + body).get_payload()  # type: ignore[misc]
            asked.path, asked.headers = self.path, {name.lower(): value for name, value in self.headers.items()}
            asked.file = part.get_payload(decode=True)  # type: ignore[union-attr, assignment]
            asked.filename = str(part.get_filename())  # type: ignore[union-attr]
            asked.shown = processes_with(KEY)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def processes_with(mark: str) -> list[str]:
    """The processes whose arguments or environment hold ``mark``."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                if mark.encode() in (folder / name).read_bytes():
                    found.append(f"{folder.name} {name}")
            except OSError:  # it has just ended, or is not ours to read
                continue
    return found


@dataclass(frozen=True)
class Desk:
    """A folder with a key and an export."""

    home: Path

    @property
    def key(self) -> Path:
        """The file with the key."""
        return self.home / "kibana import.key"

    @property
    def objects(self) -> Path:
        """The export."""
        return self.home / 'objects; "of" all\\n flags.ndjson'

    def run(self, *args: object, **more: str) -> Ran:
        """Run the script, with ``more`` in its environment."""
        ran = subprocess.run(  # noqa: S603 - our own script
            [str(SCRIPT), *map(str, args)],
            env=environment(self.home, **more),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a real export on it."""
    made = Desk(tmp_path)
    made.key.write_text(KEY + "\n")
    made.key.chmod(0o600)
    objects = saved_objects(mappings("flags"), "flags", "zh")
    made.objects.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return made


def test_success_is_success(desk: Desk) -> None:
    """The whole file goes to the right place, with both headers, and the key shows in no list of processes."""
    with kibana(200, json.dumps({"success": True, "successCount": 12}).encode()) as (url, asked):
        ran = desk.run(f"{url}/s/desk/", desk.key, desk.objects)
    assert (ran.code, ran.out, ran.err) == (0, "kibana-import: 12 objects imported\n", "")
    assert asked.path == "/s/desk/api/saved_objects/_import?overwrite=true"
    assert asked.headers["kbn-xsrf"] == "true"
    assert asked.headers["authorization"] == f"ApiKey {KEY}"
    assert (asked.file, asked.filename) == (desk.objects.read_bytes(), "objects.ndjson")
    assert asked.shown == []
    assert KEY not in ran.out + ran.err


def test_the_key_would_be_seen_as_an_argument() -> None:
    """The look among processes finds what it looks for."""
    # It says a line first, since Linux shows a process's arguments only some time after exec, and ends with its input.
    command = ["/bin/sh", "-c", "echo there; read line", KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shows:  # noqa: S603
        assert shows.stdout is not None
        assert shows.stdout.readline() == "there\n"
        assert f"{shows.pid} cmdline" in processes_with(KEY)


def test_a_certificate_must_be_known(desk: Desk) -> None:
    """With a CA of one's own it is imported; without it nothing is sent, the key neither."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    known = desk.home / "ca.pem"
    authority.cert_pem.write_to_path(str(known))
    with kibana(200, b'{"success": true, "successCount": 12}', tls) as (url, asked):
        stranger = desk.run(url, desk.key, desk.objects)
        assert (stranger.code, asked.path) == (1, "")
        assert desk.run(url, desk.key, desk.objects, KIBANA_CA=str(known)).code == 0
    assert asked.headers["authorization"] == f"ApiKey {KEY}"


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, json.dumps(REFUSED), "lens lurewatch-flags-rules: unknown too new"),
        (200, json.dumps(REFUSED), "lurewatch-flags-dashboard: missing_references lens lurewatch-flags-delay"),
        (200, '{"success": "true", "successCount": 12}', "not imported (HTTP 200)"),
        (200, '{"success": true, "successCount": 11}', "only 11 of the objects went in"),
        (200, '{"success": true}', "not imported"),
        (200, "<html>please log in</html>", "the answer is not that of Kibana"),
        (200, "", "not imported"),
        (401, '{"statusCode": 401, "error": "Unauthorized", "message": "key expired"}', "key expired"),
        (403, '{"statusCode": 403, "message": "Unable to bulk_create lens"}', "Unable to bulk_create lens"),
        (502, "bad gateway", "HTTP 502"),
    ],
)
def test_anything_else_is_a_failure(desk: Desk, status: int, answer: str, said: str) -> None:
    """HTTP 200 alone is no success; what Kibana says of each object is shown, and the key never."""
    with kibana(status, answer.encode()) as (url, asked):
        ran = desk.run(url, desk.key, desk.objects)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert asked.file
    assert KEY not in ran.err


def test_a_kibana_that_is_away_is_a_failure(desk: Desk) -> None:
    """Nobody listens there any more."""
    with kibana(200, b"") as (url, _):
        pass
    ran = desk.run(url, desk.key, desk.objects)
    assert (ran.code, "cannot be reached" in ran.err) == (1, True)


def test_wrong_calls_are_told_apart(desk: Desk) -> None:
    """Nothing is sent with a key that others can read, that is no key, or to an address that holds a password."""
    with kibana(200, b'{"success": true, "successCount": 12}') as (url, asked):
        cases = [
            ((url, desk.key), "usage"),
            (("kibana.example", desk.key, desk.objects), "give https://"),
            (("http://kibana.example:5601", desk.key, desk.objects), "not encrypted"),
            (("http://127.0.0.1.kibana.example", desk.key, desk.objects), "not encrypted"),
            (("http://elastic:secret@127.0.0.1", desk.key, desk.objects), "give https://"),
            ((url, desk.home / "none", desk.objects), "cannot read the key file"),
            ((url, desk.key, desk.home / "none"), "cannot read"),
        ]
        for args, said in cases:
            ran = desk.run(*args)
            assert (ran.code, said in ran.err, "secret" in ran.err) == (2, True, False), ran
        desk.objects.write_text("\n")
        assert "holds no objects" in desk.run(url, desk.key, desk.objects).err
        desk.objects.write_text("{}\n")
        desk.key.write_text('abc"\nurl = "http://other.example\n')
        assert "holds no API key" in desk.run(url, desk.key, desk.objects).err
        desk.key.write_text(KEY)
        desk.key.chmod(0o640)
        assert "chmod 600" in desk.run(url, desk.key, desk.objects).err
    assert asked.path == ""
