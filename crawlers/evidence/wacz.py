"""Packs the evidence of flags as one WACZ, which archive viewers open and other programs can verify.

The format is the Web Archive Collection Zipped 1.1.1 (Webrecorder, 2021): a zip of ``archive/``, ``indexes/``,
``pages/`` and ``datapackage.json``. The ``wacz`` library is not used: it brings forty packages to serve text
extraction and signing, and reads its input from a command line.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from warcio.archiveiterator import ArchiveIterator

from core.types import Flag
from core.words import Text
from crawlers.evidence.stamps import sha256, stamp
from crawlers.evidence.verify import Verifier

VERSION = "1.1.1"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Packed:
    """How many flags are in a package, and why others are not."""

    flags: int
    left_out: Sequence[tuple[Flag, tuple[Text, ...]]]


@dataclass(slots=True)
class _Contents:
    """What has been put into a package so far."""

    zip: ZipFile
    when: tuple[int, int, int, int, int, int]
    resources: list[dict[str, Any]] = field(default_factory=list)

    def put(self, path: str, data: bytes, *, packed: bool) -> None:
        """Add a file, and its hash to the list; archives are stored as they are, so that viewers can jump in them."""
        info = ZipInfo(path, self.when)
        info.external_attr = 0o644 << 16
        self.zip.writestr(info, data, ZIP_DEFLATED if packed else ZIP_STORED)
        name = re.sub(r"[^a-z0-9._-]+", "-", path.rpartition("/")[2].lower())
        self.resources.append({"name": name, "path": path, "hash": f"sha256:{sha256(data)}", "bytes": len(data)})


class Packer:
    """Packs evidence below the data folder; ``software`` is named in the package, ``clock`` dates it."""

    def __init__(self, data: Path, clock: Callable[[], datetime], software: str) -> None:
        self._data = data
        self._clock = clock
        self._software = software

    def pack(self, flags: Iterable[Flag], out: Path) -> Packed:
        """Write a package of the flags' evidence to ``out``; evidence that is not sound is left out, and said.

        Without sound evidence there is no package. Raises OSError.
        """
        verifier = Verifier(self._data)
        left_out: list[tuple[Flag, tuple[Text, ...]]] = []
        with ZipFile(out, "w") as file:
            contents = _Contents(file, self._clock().timetuple()[:6])
            pages: list[dict[str, str]] = []
            index: list[str] = []
            for flag in flags:
                found = verifier.flag(flag)
                if found.wrong or found.expired or flag.evidence is None:
                    left_out.append((flag, found.wrong or tuple(filter(None, [found.expired]))))
                    continue
                data = (self._data / flag.evidence.path).read_bytes()
                contents.put(f"archive/{flag.id}.warc.gz", data, packed=False)
                index += cdxj(data, f"{flag.id}.warc.gz")
                pages.append(_page(flag))
            if pages:
                self._finish(contents, pages, index)
        return Packed(len(pages), left_out)

    def _finish(self, contents: _Contents, pages: Sequence[dict[str, str]], index: Iterable[str]) -> None:
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Flags"}
        rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (head, *pages))
        contents.put("pages/pages.jsonl", rows.encode("utf-8", "replace"), packed=True)
        contents.put("indexes/index.cdxj", "".join(sorted(index)).encode("utf-8", "replace"), packed=True)
        package = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "software": self._software,
            "created": stamp(self._clock())[:19] + "Z",
            "mainPageUrl": pages[0]["url"],
            "mainPageDate": pages[0]["ts"],
            "resources": list(contents.resources),
        }
        data = json.dumps(package, ensure_ascii=False, indent=2).encode("utf-8", "replace")
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(data)}"}
        contents.put("datapackage.json", data, packed=True)
        contents.put("datapackage-digest.json", json.dumps(digest, indent=2).encode(), packed=True)


def cdxj(data: bytes, name: str) -> list[str]:
    """The lines of the index of a WARC's resources: key, time and where each record lies in the file ``name``."""
    lines: list[str] = []
    iterator = ArchiveIterator(BytesIO(data))
    for record in iterator:
        headers = {key.lower(): value for key, value in record.rec_headers.headers}
        iterator.read_to_end(record)
        if record.rec_type != "resource":
            continue
        url = headers["warc-target-uri"]
        row = {
            "url": url,
            "mime": headers["content-type"].partition(";")[0].strip(),
            "digest": headers["warc-payload-digest"],
            "length": str(iterator.get_record_length()),
            "offset": str(iterator.get_record_offset()),
            "filename": name,
        }
        time = re.sub(r"\D", "", headers["warc-date"])[:14]
        lines.append(f"{key_of(url)} {time} {json.dumps(row, ensure_ascii=False)}\n")
    return lines


def key_of(url: str) -> str:
    """The url as indexes sort it (SURT): the host's parts from the right, then path and query, in lower case."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        return re.sub(r"\s", "%20", url.lower())
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    try:
        port = f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else ""
    except ValueError:
        port = ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return re.sub(r"\s", "%20", f"{host}{port}){parts.path or '/'}{query}".lower())


def _page(flag: Flag) -> dict[str, str]:
    row = {"id": flag.id, "url": flag.url, "ts": stamp(flag.seen_at)}
    return row | ({"title": flag.title} if flag.title else {})
