"""Makes and reads the WARC of one flag: bytes in, bytes out."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from io import BytesIO
from typing import Any
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from core.types import Page, Post
from core.words import Lang, Text
from crawlers.evidence.stamps import sha256, stamp

VERSION = "WARC/1.1"
KINDS = ("warcinfo", "resource", "metadata")
_NOT_KEPT = frozenset(("cookie", "cookie2", "set-cookie", "set-cookie2", "authorization", "proxy-authorization"))
HTML = "text/html; charset=utf-8"
_TYPES = {"warcinfo": "application/warc-fields", "metadata": "application/json"}
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_MOST = 64 << 20  # bytes a WARC of one offer may unpack to
_GZIP = Text("压缩数据损坏", "not sound gzip")
_LARGE = Text("展开后过大", "too large")
_CUT = Text("文件被截断", "cut off")
_LANGS: tuple[Lang, Lang] = ("zh", "en")
_EMPTY = Text("文件是空的", "empty")
_RECORDLESS = Text("没有记录", "without a record")
_NO_WARC = Text("不是 WARC：{kind}", "not readable as a WARC: {kind}")
_NO_DIGEST = Text("{kind} 记录没有摘要", "the {kind} record has no digest")
_DIGEST = Text("摘要不符：{problem}", "{problem}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """What belongs to an offer beside its HTML: a picture of it. ``note`` is kept in the metadata."""

    target: str
    mime: str
    data: bytes = field(repr=False)
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read: its headers, lower-case, and its payload."""

    kind: str
    headers: Mapping[str, str]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds; ``damage`` names what is wrong with it as a WARC, nothing if it is sound."""

    records: tuple[Record, ...]
    damage: tuple[Text, ...] = ()

    def one(self, kind: str) -> Record | None:
        """The record of a kind, if there is exactly one."""
        found = [record for record in self.records if record.kind == kind]
        return found[0] if len(found) == 1 else None

    @property
    def offer(self) -> Record | None:
        """The offer's own HTML, if there is exactly one such record."""
        found = [record for record in self.resources() if record.headers.get("content-type") == HTML]
        return found[0] if len(found) == 1 else None

    def resources(self) -> list[Record]:
        """The offer and what is attached to it."""
        return [record for record in self.records if record.kind == "resource"]

    def described(self) -> dict[str, Any]:
        """The metadata, empty where there is none or it is no JSON object."""
        record = self.one("metadata")
        try:
            found = json.loads(record.payload) if record else {}
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def make(
    flag_id: str, post: Post, page: Page, now: datetime, software: str, attached: Sequence[Attachment] = ()
) -> bytes:
    """A gzip WARC: a warcinfo, the post's own HTML, what is attached to it, and metadata (what proves the page)."""
    about, offer = _id(), _id()
    fields = {"software": software, "format": "WARC File Format 1.1", "isPartOf": f"flag {flag_id}"}
    info = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    described = _described(flag_id, post, page) | {"attached": [_noted(one) for one in attached]}
    note = json.dumps(described, ensure_ascii=False, indent=1)
    beside = {"WARC-Warcinfo-ID": about, "WARC-Concurrent-To": offer}
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version=VERSION)

    def put(kind: str, url: str, mime: str, payload: bytes, links: Mapping[str, str]) -> None:
        headers = {"WARC-Record-ID": _id(), **links, "WARC-Date": stamp(now)}
        writer.write_record(_record(writer, kind, _CONTROL.sub("", url), mime, payload, headers))

    put(
        "warcinfo",
        "",
        _TYPES["warcinfo"],
        _bytes(info),
        {"WARC-Record-ID": about, "WARC-Filename": f"{flag_id}.warc.gz"},
    )
    put("resource", post.url, HTML, _bytes(document(post)), {"WARC-Record-ID": offer, "WARC-Warcinfo-ID": about})
    for one in attached:
        put("resource", one.target, one.mime, one.data, beside)
    put("metadata", post.url, _TYPES["metadata"], _bytes(note), {**beside, "WARC-Refers-To": offer})
    return buffer.getvalue()


def _id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _noted(one: Attachment) -> dict[str, Any]:
    return {"target": _CONTROL.sub("", one.target), "type": one.mime, "sha256": sha256(one.data), **one.note}


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
    problems: list[Text] = []
    try:
        for record in ArchiveIterator(BytesIO(data), check_digests=True):
            payload = record.content_stream().read()
            records.append(Record(record.rec_type or "", _headers(record), payload))
            problems += [_filled(_DIGEST, problem=one) for one in record.digest_checker.problems]
            if record.digest_checker.passed is None:
                problems.append(_filled(_NO_DIGEST, kind=str(record.rec_type)))
    except Exception as problem:  # noqa: BLE001 - warcio's parser raises all kinds of errors on damaged bytes
        problems.append(_filled(_NO_WARC, kind=type(problem).__name__))
    if not records and not problems:
        problems.append(_RECORDLESS)
    return Contents(tuple(records), tuple(problems))


def _filled(text: Text, **values: str) -> Text:
    """The sentence with its places filled, for good."""
    zh, en = (text.say(lang, **values).replace("{", "{{").replace("}", "}}") for lang in _LANGS)
    return Text(zh, en)


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


def _record(
    writer: WARCWriter, kind: str, url: str, mime: str, payload: bytes, headers: dict[str, str]
) -> ArcWarcRecord:
    digest = "sha256:" + base64.b32encode(hashlib.sha256(payload).digest()).decode("ascii")
    named = {"WARC-Block-Digest": digest} | ({"WARC-Payload-Digest": digest} if kind != "warcinfo" else {})
    return writer.create_warc_record(
        url,
        kind,
        payload=BytesIO(payload),
        length=len(payload),
        warc_content_type=mime,
        warc_headers_dict={**headers, **named},
    )


def _unpacks(data: bytes) -> Text | None:
    """What is wrong with the gzip members, whose checksums are verified here; None if nothing is."""
    rest, size = data, 0
    while rest:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            size += len(member.decompress(rest, _MOST - size + 1))
        except zlib.error:
            return _GZIP
        if size > _MOST:
            return _LARGE
        if not member.eof:
            return _CUT
        rest = member.unused_data
    return None if data else _EMPTY


def _headers(record: ArcWarcRecord) -> dict[str, str]:
    pairs: Iterable[tuple[str, str]] = record.rec_headers.headers
    return {name.lower(): value for name, value in pairs}
