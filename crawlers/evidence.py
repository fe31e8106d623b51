"""Keeps the proof of a flag: the offer's own part of a page as a WARC, whole or not at all, and checks it later."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from core.errors import StoreError
from core.types import Evidence, Flag, Page, Post
from core.words import Lang, Text
from crawlers import warc
from crawlers.warc import Contents

_ID = re.compile(r"[0-9A-Za-z]{6,64}")
_ENDING = ".warc.gz"
_LANGS: tuple[Lang, Lang] = ("zh", "en")
_NONE = Text(
    "这条标记没有证据：当时写入失败。请查看日志，并检查磁盘空间与数据目录的权限。",
    "This flag has no evidence: it could not be written at the time. "
    "See the log, and check the disk's space and the permissions of the data folder.",
)
_MISSING = Text(
    "证据文件 {path} 不存在。请从备份中恢复。", "The evidence file {path} is not there. Restore it from a backup."
)
_UNREADABLE = Text(
    "证据文件 {path} 读不了：{why}。请检查权限与磁盘。",
    "The evidence file {path} cannot be read: {why}. Check permissions and the disk.",
)
_CHANGED = Text(
    "证据文件 {path} 的 SHA-256 与标记所记的不同：写入之后被改动过。请从备份中恢复。",
    "The SHA-256 of the evidence file {path} is not what the flag records: it was changed after it was written. "
    "Restore it from a backup.",
)
_DAMAGED = Text(
    "证据文件 {path} 已损坏（{why}），不是完整的 WARC。请从备份中恢复。",
    "The evidence file {path} is damaged ({why}) and is no whole WARC. Restore it from a backup.",
)
_INCOMPLETE = Text(
    "证据文件 {path} 中的 {kind} 记录不是恰好一条完整的。请从备份中恢复。",
    "The evidence file {path} does not hold exactly one whole {kind} record. Restore it from a backup.",
)
_FOREIGN = Text(
    "证据文件 {path} 含有不该有的 {kind} 记录。请查明来历，再从备份中恢复。",
    "The evidence file {path} holds a {kind} record that does not belong there. "
    "Find out where it comes from, then restore the file from a backup.",
)
_DISAGREES = Text(
    "证据文件 {path} 中的 {what} 与标记所记的不一致。请核对该文件是否属于这条标记。",
    "In the evidence file {path}, {what} is not what the flag records. Check whether the file belongs to this flag.",
)


class WarcEvidence:
    """Writes one gzip WARC for each flag below ``folder``; ``software`` is named in it, ``clock`` dates it."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], software: str) -> None:
        self._folder = folder
        self._clock = clock
        self._software = software

    def keep(self, flag_id: str, post: Post, page: Page) -> Evidence:
        """Write the post's own part of ``page``, and of the whole response its hash, length and circumstances.

        A flag's evidence is written once: what was kept first stays as it is, unless the file is damaged.
        Raises StoreError where it cannot be written; then there is no file, not even a part of one.
        """
        if not _ID.fullmatch(flag_id):
            raise StoreError(
                "标记编号不合规，证据未写入。", "The id of the flag is not an id; no evidence was written."
            )
        path = self._folder / flag_id[:2] / f"{flag_id}{_ENDING}"
        name = path.relative_to(self._folder.parent).as_posix()
        try:
            earlier = _earlier(path, name, flag_id)
            if earlier is not None:
                return earlier
            data = warc.make(flag_id, post, page, self._clock(), self._software)
            _write(path, data)
        except OSError as problem:
            raise _not_written(path, problem) from problem
        return Evidence(name, warc.sha256(data), warc.sha256(page.body), len(page.body))


def verify(data: Path, flag: Flag) -> tuple[Text, ...]:
    """What is wrong with the evidence of ``flag`` below the data folder; nothing if it is there, sound and the flag's.

    Reads only, and raises nothing for a file that is missing, damaged or changed.
    """
    if flag.evidence is None:
        return (_NONE,)
    path = data / flag.evidence.path
    try:
        found = path.read_bytes() if path.resolve().is_relative_to(data.resolve()) else None
    except FileNotFoundError:
        found = None
    except OSError as problem:
        return (_fill(_UNREADABLE, path, why=problem.strerror or type(problem).__name__),)
    return (_fill(_MISSING, path),) if found is None else tuple(_findings(path, found, flag, flag.evidence))


def _findings(path: Path, data: bytes, flag: Flag, evidence: Evidence) -> Iterator[Text]:
    if warc.sha256(data) != evidence.sha256:
        yield _fill(_CHANGED, path)
    contents = warc.read(data)
    yield from (_fill(_DAMAGED, path, why=why) for why in contents.damage)
    yield from _miscounted(path, contents)
    if contents.described() and not contents.damage:
        yield from (_fill(_DISAGREES, path, what=what) for what in _disagreements(contents, flag, evidence))


def _miscounted(path: Path, contents: Contents) -> Iterator[Text]:
    for kind in warc.KINDS:
        if not contents.damage and (contents.one(kind) is None or (kind == "metadata" and not contents.described())):
            yield _fill(_INCOMPLETE, path, kind=kind)
    for record in contents.records:
        if record.kind not in warc.KINDS:
            yield _fill(_FOREIGN, path, kind=record.kind)


def _disagreements(contents: Contents, flag: Flag, evidence: Evidence) -> Iterator[str]:
    """The names of what is not as the flag and its evidence have it."""
    described = contents.described()
    page, post = (part if isinstance(part := described.get(name), dict) else {} for name in ("page", "post"))
    pairs = [
        ("page.sha256", page.get("sha256"), evidence.page_sha256),
        ("page.length", page.get("length"), evidence.page_length),
        ("flag", described.get("flag"), flag.id),
        ("post.url", post.get("url"), flag.url),
    ]
    resource, metadata = contents.one("resource"), contents.one("metadata")
    if resource and metadata:
        target = "warc-target-uri"
        pairs += [
            ("WARC-Target-URI", resource.headers.get(target), metadata.headers.get(target)),
            ("WARC-Refers-To", metadata.headers.get("warc-refers-to"), resource.headers.get("warc-record-id")),
        ]
    yield from (name for name, held, wanted in pairs if held != wanted)


def _fill(text: Text, path: Path, **values: str) -> Text:
    """The sentences with their places filled, for good."""
    zh, en = (text.say(lang, path=path, **values) for lang in _LANGS)
    return Text(zh.replace("{", "{{").replace("}", "}}"), en.replace("{", "{{").replace("}", "}}"))


def _earlier(path: Path, name: str, flag_id: str) -> Evidence | None:
    """The evidence of this flag that a sound file holds already, else None."""
    if not path.is_file():
        return None
    data = path.read_bytes()
    contents = warc.read(data)
    page = contents.described().get("page")
    if not isinstance(page, dict) or not isinstance(page.get("sha256"), str) or not isinstance(page.get("length"), int):
        return None
    kept = Evidence(name, warc.sha256(data), page["sha256"], page["length"])
    sound = not contents.damage and not any(_miscounted(path, contents))
    return kept if sound and contents.described().get("flag") == flag_id else None


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, and still is after a power cut."""
    new = not path.parent.is_dir()
    path.parent.mkdir(parents=True, exist_ok=True)
    if new:
        _settle(path.parent.parent)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(path: Path, problem: OSError) -> StoreError:
    why = problem.strerror or type(problem).__name__
    return StoreError(
        f"证据 {path} 写不了：{why}。标记照常保存，但没有证据；请检查磁盘空间与目录权限。",
        f"The evidence {path} cannot be written: {why}. The flag is kept without; "
        "check the disk's space and the folder's permissions.",
    )
