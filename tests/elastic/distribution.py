"""Fetches a server with Maven's client, unpacks it below ``build/elastic`` and adds the analysis plugin."""

import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = Path(__file__).resolve().parent / "plugin"
_BUILD = ROOT / "build" / "elastic"
_JDKS = Path("/usr/lib/jvm")
_NEEDED = {"8.19.21": 17, "9.5.3": 21}
VERSIONS = tuple(_NEEDED)
_RELEASE = re.compile(r'JAVA_VERSION="(\d+)')
_PACKAGE = "org.elasticsearch.plugin.analysis."
_COMPONENTS = {
    f"{_PACKAGE}TokenFilterFactory": {"pattern_capture": "lurewatch.PatternCapture", "unique": "lurewatch.Unique"},
    f"{_PACKAGE}TokenizerFactory": {"uax_url_email": "lurewatch.UrlEmail"},
}


@dataclass(frozen=True)
class Distribution:
    """An unpacked server and the JDK it runs on."""

    version: str
    home: Path
    jdk: Path


def find_jdk(version: str) -> Path | None:
    """The lowest JDK that a server of ``version`` runs on, or None."""
    found = ((_release(path), path) for path in _JDKS.glob("*") if (path / "bin" / "javac").exists())
    fitting = sorted((release, str(path)) for release, path in found if release >= _NEEDED[version])
    return Path(fitting[0][1]) if fitting else None


def missing() -> str | None:
    """What a server needs and this machine has not, or None."""
    if shutil.which("mvn") is None:
        return "no Maven (apt-get install maven)"
    return None if find_jdk(VERSIONS[0]) else "no JDK of 17 or later (apt-get install openjdk-17-jdk-headless)"


def available() -> tuple[str, ...]:
    """The versions that can run here; the first always is one, so that what is missing is told and not passed over."""
    return (VERSIONS[0], *(version for version in VERSIONS[1:] if find_jdk(version)))


def prepare(version: str) -> Distribution:
    """The server of ``version``, fetched and unpacked when it is first asked for."""
    jdk = find_jdk(version)
    if jdk is None:
        raise RuntimeError(f"no JDK for {version}")
    home = _BUILD / version / f"elasticsearch-{version}"
    _BUILD.mkdir(parents=True, exist_ok=True)
    with FileLock(_BUILD / "prepare.lock"):
        ready = _BUILD / version / "ready"
        if not ready.exists():
            shutil.rmtree(_BUILD / version, ignore_errors=True)
            _unpack(_fetch(version), _BUILD / version)
            _add_plugin(version, home, jdk)
            ready.touch()
    return Distribution(version, home, jdk)


def _fetch(version: str) -> Path:
    path = _BUILD / "zip" / f"elasticsearch-{version}.zip"
    if not path.exists():
        artifact = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
        options = [f"-Dartifact={artifact}", f"-DoutputDirectory={path.parent}"]
        subprocess.run(["mvn", "-q", "-B", "dependency:copy", *options], check=True)  # noqa: S603, S607 - fixed words
    return path


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    for name in folder.glob("*/bin/*"):
        name.chmod(0o755)


def _add_plugin(version: str, home: Path, jdk: Path) -> None:
    """Compile the plugin against the server's own jars; a jar that it brought along would be refused."""
    folder, classes = home / "plugins" / "lurewatch-test", home.parent / "classes"
    folder.mkdir(parents=True)
    jars = ":".join(str(jar) for jar in (home / "lib").glob("*.jar"))
    sources = [str(path) for path in sorted(PLUGIN.rglob("*.java"))]
    subprocess.run([jdk / "bin" / "javac", "-cp", jars, "-d", classes, *sources], check=True)  # noqa: S603
    subprocess.run([jdk / "bin" / "jar", "cf", folder / "plugin.jar", "-C", classes, "."], check=True)  # noqa: S603
    (folder / "named_components.json").write_text(json.dumps(_COMPONENTS), "utf-8")
    lines = (
        *("name=lurewatch-test", "description=what API keys ask of an analysis module", "version=1"),
        *(f"elasticsearch.version={version}", f"java.version={_NEEDED[version]}"),
    )
    (folder / "stable-plugin-descriptor.properties").write_text("\n".join(lines) + "\n", "utf-8")


def _release(jdk: Path) -> int:
    try:
        found = _RELEASE.search((jdk / "release").read_text("utf-8"))
    except OSError:
        return 0
    return int(found[1]) if found else 0
