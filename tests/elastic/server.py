"""A real server on loopback: security and TLS on, one node, stopped with the tests that started it."""

import base64
import hashlib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from tests.elastic.distribution import Distribution, prepare

USER, PASSWORD = "root-of-tests", "loopback only 8812"
_NOBODY = "nobody"
_UP_SECONDS = 240
_MEMORY, _ROOM = Path("/dev/shm"), 2 << 30  # noqa: S108 - a folder of our own is made in it
_OPTIONS = """-Xms512m
-Xmx512m
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-Djava.io.tmpdir=${ES_TMPDIR}
-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1
-XX:+ExitOnOutOfMemoryError
"""
_OPTIONS_9 = """--add-opens=java.base/java.nio=org.apache.arrow.memory.core,ALL-UNNAMED
--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED
"""


@dataclass
class Server:
    """One node with a folder of its own; ``start`` again after ``kill`` finds all that was acknowledged."""

    distribution: Distribution
    folder: Path
    port: int
    transport_port: int
    ca: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"https://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        """Start the node, and wait until it answers."""
        as_nobody = {"user": _NOBODY, "group": pwd.getpwnam(_NOBODY).pw_gid, "extra_groups": []} if _is_root() else {}
        environment = {
            "PATH": os.environ["PATH"],
            "ES_JAVA_HOME": str(self.distribution.jdk),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder),
        }
        # The node ends when its launcher does, and the launcher when these tests do.
        command = ["setpriv", "--pdeathsig", "KILL", self.distribution.home / "bin" / "elasticsearch"]
        with (self.folder / "output.log").open("ab") as log:
            self.process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
                command,
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_nobody,
            )
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until the node answers its superuser; it answers 401 for some seconds before."""
        context = ssl.create_default_context(cafile=str(self.ca))
        password = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        asked = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=30s",
            headers={"Authorization": f"Basic {password}"},
        )
        until = time.monotonic() + _UP_SECONDS
        while True:
            try:
                with urllib.request.urlopen(asked, timeout=40, context=context) as answer:  # noqa: S310 - loopback
                    if answer.status == 200:
                        return
            except OSError:
                pass
            if time.monotonic() > until or (self.process and self.process.poll() is not None):
                raise RuntimeError(f"the server does not start: {self._last_words()}")
            time.sleep(0.3)

    def kill(self) -> None:
        """End launcher and node at once, as a power failure does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the node and remove its folder."""
        self._end(signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, how)
            self.process.wait(30)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        self.process = None

    def _last_words(self) -> str:
        return (self.folder / "output.log").read_text("utf-8", "replace")[-3000:]


def make(version: str) -> Server:
    """A server of ``version`` that is not started yet, with a certificate of a CA of its own."""
    distribution = prepare(version)
    # In memory where that is to be had: a server that lives for one run need not wait for a disk.
    place = str(_MEMORY) if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None
    folder = Path(tempfile.mkdtemp(prefix="lurewatch-elastic-", dir=place))
    folder.chmod(0o755)
    server = Server(distribution, folder, _free_port(), _free_port(), folder / "ca.pem")
    config = folder / "config"
    shutil.copytree(distribution.home / "config", config)
    (folder / "tmp").mkdir()
    _write_certificates(server)
    _write_config(server)
    (config / "jvm.options").write_text(_OPTIONS + (_OPTIONS_9 if version.startswith("9") else ""), "utf-8")
    (config / "users").write_text(f"{USER}:{_hashed(PASSWORD)}\n", "utf-8")
    (config / "users_roles").write_text(f"superuser:{USER}\n", "utf-8")
    if _is_root():
        nobody = pwd.getpwnam(_NOBODY)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return server


def _write_config(server: Server) -> None:
    lines = (
        "cluster.name: lurewatch-test",
        "node.name: one",
        f"path.data: {server.folder / 'data'}",
        f"path.logs: {server.folder / 'logs'}",
        "network.host: 127.0.0.1",
        f"http.port: {server.port}",
        f"transport.port: {server.transport_port}",
        "discovery.type: single-node",
        "cluster.routing.allocation.disk.watermark.low: 100mb",
        "cluster.routing.allocation.disk.watermark.high: 80mb",
        "cluster.routing.allocation.disk.watermark.flood_stage: 50mb",
        "cluster.info.update.interval: 10s",
        "xpack.security.enabled: true",
        "xpack.security.http.ssl.enabled: true",
        "xpack.security.http.ssl.key: tls.key",
        "xpack.security.http.ssl.certificate: tls.pem",
    )
    (server.folder / "config" / "elasticsearch.yml").write_text("\n".join(lines) + "\n", "utf-8")


def _write_certificates(server: Server) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(server.ca))
    own = ca.issue_cert("127.0.0.1", "localhost")
    own.private_key_pem.write_to_path(str(server.folder / "config" / "tls.key"))
    for number, part in enumerate(own.cert_chain_pems):
        part.write_to_path(str(server.folder / "config" / "tls.pem"), append=number > 0)


def _hashed(password: str) -> str:
    """A password as the file realm keeps it, cheap to check: its tests are many and its life is short."""
    rounds, salt = 1000, os.urandom(32)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_root() -> bool:
    return os.geteuid() == 0
