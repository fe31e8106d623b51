"""Makes and reads the WARC of one flag: bytes in, bytes out."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import Any
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from core.types import Page, Post

VERSION = "WARC/1.1"
KINDS = ("warcinfo", "resource", "metadata")
_NOT_KEPT = frozenset(("cookie", "cookie2", "set-cookie", "set-cookie2", "authorization", "proxy-authorization"))
_TYPES = {
    "warcinfo": "application/warc-fields",
    "resource": "text/html; charset=utf-8",
    "metadata": "application/json",
}
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_MOST = 64 << 20  # bytes a WARC of one offer may unpack to


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read: its headers, lower-case, and its payload."""

    kind: str
    headers: Mapping[str, str]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds; ``damage`` names in English what is wrong with it as a WARC, nothing if it is sound."""

    records: tuple[Record, ...]
    damage: tuple[str, ...] = ()

    def one(self, kind: str) -> Record | None:
        """The record of a kind, if there is exactly one."""
        found = [record for record in self.records if record.kind == kind]
        return found[0] if len(found) == 1 else None

    def described(self) -> dict[str, Any]:
        """The metadata, empty where there is none or it is no JSON object."""
        record = self.one("metadata")
        try:
            found = json.loads(record.payload) if record else {}
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def make(flag_id: str, post: Post, page: Page, now: datetime, software: str) -> bytes:
    """A gzip WARC of a warcinfo, a resource (the post's own HTML) and a metadata record (what proves the page)."""
    about, offer, note = (f"<urn:uuid:{uuid4()}>" for _ in KINDS)
    fields = {"software": software, "format": "WARC File Format 1.1", "isPartOf": f"flag {flag_id}"}
    payloads = {
        "warcinfo": "".join(f"{name}: {value}\r\n" for name, value in fields.items()),
        "resource": document(post),
        "metadata": json.dumps(_described(flag_id, post, page), ensure_ascii=False, indent=1),
    }
    links = {
        "warcinfo": {"WARC-Record-ID": about, "WARC-Filename": f"{flag_id}.warc.gz"},
        "resource": {"WARC-Record-ID": offer, "WARC-Warcinfo-ID": about},
        "metadata": {
            "WARC-Record-ID": note,
            "WARC-Warcinfo-ID": about,
            "WARC-Refers-To": offer,
            "WARC-Concurrent-To": offer,
        },
    }
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version=VERSION)
    url = _CONTROL.sub("", post.url)
    for kind in KINDS:
        headers = {**links[kind], "WARC-Date": stamp(now)}
        payload = payloads[kind].encode("utf-8", "replace")
        writer.write_record(_record(writer, kind, "" if kind == "warcinfo" else url, payload, headers))
    return buffer.getvalue()


def document(post: Post) -> str:
    """A minimal HTML document around the post's fragment, or around its title and text where it has none."""
    title = escape(post.title or post.url, quote=False)
    parts = (("h1", post.title), ("pre", post.text))
    body = post.fragment or "".join(f"<{tag}>{escape(text, quote=False)}</{tag}>" for tag, text in parts if text)
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>\n{body}\n</body></html>\n"


def read(data: bytes) -> Contents:
    """The records of a WARC; whatever the bytes are, it raises nothing and says what is wrong."""
    damage = _unpacks(data)
    if damage:
        return Contents((), (damage,))
    records: list[Record] = []
    problems: list[str] = []
    try:
        for record in ArchiveIterator(BytesIO(data), check_digests=True):
            payload = record.content_stream().read()
            records.append(Record(record.rec_type or "", _headers(record), payload))
            problems += record.digest_checker.problems
            if record.digest_checker.passed is None:
                problems.append(f"the {record.rec_type} record has no digest")
    except Exception as problem:  # noqa: BLE001 - warcio's parser raises all kinds of errors on damaged bytes
        problems.append(f"not readable as a WARC ({type(problem).__name__})")
    if not records and not problems:
        problems.append("without a record")
    return Contents(tuple(records), tuple(problems))


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stamp(time: datetime) -> str:
    """A time as WARC has it: UTC with microseconds."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _described(flag_id: str, post: Post, page: Page) -> dict[str, Any]:
    """What proves that a whole page, if somebody holds it, is the one that the offer was taken from."""
    return {
        "flag": flag_id,
        "post": {"url": post.url, "published_at": stamp(post.published_at) if post.published_at else None},
        "page": {
            "url": page.url,
            "redirects": list(page.redirects),
            "status": page.status,
            "headers": [[name, value] for name, value in page.headers if name.lower() not in _NOT_KEPT],
            "sha256": sha256(page.body),
            "length": len(page.body),
            "fetched_at": stamp(page.fetched_at),
            "drawn": page.drawn,
        },
    }


def _record(writer: WARCWriter, kind: str, url: str, payload: bytes, headers: dict[str, str]) -> ArcWarcRecord:
    digest = "sha256:" + base64.b32encode(hashlib.sha256(payload).digest()).decode("ascii")
    named = {"WARC-Block-Digest": digest} | ({"WARC-Payload-Digest": digest} if kind != "warcinfo" else {})
    return writer.create_warc_record(
        url,
        kind,
        payload=BytesIO(payload),
        length=len(payload),
        warc_content_type=_TYPES[kind],
        warc_headers_dict={**headers, **named},
    )


def _unpacks(data: bytes) -> str | None:
    """What is wrong with the gzip members, whose checksums are verified here; None if nothing is."""
    rest, size = data, 0
    while rest:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            size += len(member.decompress(rest, _MOST - size + 1))
        except zlib.error:
            return "not sound gzip"
        if size > _MOST:
            return "too large"
        if not member.eof:
            return "cut off"
        rest = member.unused_data
    return None if data else "empty"


def _headers(record: ArcWarcRecord) -> dict[str, str]:
    pairs: Iterable[tuple[str, str]] = record.rec_headers.headers
    return {name.lower(): value for name, value in pairs}
