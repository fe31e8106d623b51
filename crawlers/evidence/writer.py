"""Keeps the proof of a flag: the offer's own part of a page as a WARC, whole or not at all, bound into the chain."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from core.errors import StoreError
from core.types import Evidence, Flag, Page, Post
from crawlers.evidence import files, warc
from crawlers.evidence.chain import NAME, Act, Chain, Event
from crawlers.evidence.stamps import sha256
from crawlers.evidence.verify import incomplete

_ID = re.compile(r"[0-9A-Za-z]{6,64}")
_ENDING = ".warc.gz"
Attach = Callable[[Flag, Post, Page], Sequence[warc.Attachment]]


class WarcEvidence:
    """Writes one gzip WARC for each flag below ``folder``, and a line for it into the chain there.

    ``software`` is named in it, ``clock`` dates it; what each of ``attach`` gives for a flag is kept with it.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], software: str, attach: Sequence[Attach] = ()
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._software = software
        self._attach = attach
        self._chain = Chain(folder / NAME, clock)

    def keep(self, flag: Flag, post: Post, page: Page) -> Evidence:
        """Write the post's own part of ``page``, and of the whole response its hash, length and circumstances.

        A flag's evidence is written once: what was kept first stays as it is, unless the file is damaged.
        Raises StoreError where it cannot be written; then there is no file, not even a part of one.
        """
        if not _ID.fullmatch(flag.id):
            raise StoreError(
                "标记编号不合规，证据未写入。", "The id of the flag is not an id; no evidence was written."
            )
        path = self._folder / flag.id[:2] / f"{flag.id}{_ENDING}"
        name = path.relative_to(self._folder.parent).as_posix()
        try:
            data = None if _earlier(path, name, flag.id) else self._made(flag, post, page)
            with files.alone(self._folder):  # two visits may meet the same offer
                earlier = _earlier(path, name, flag.id)
                if earlier is None:
                    data = data or self._made(flag, post, page)
                    files.write(path, data)
                evidence = earlier or Evidence(name, sha256(data or b""), sha256(page.body), len(page.body))
                self._bind(path, Event(Act.KEPT, flag.id, name, evidence.sha256), new=earlier is None)
        except OSError as problem:
            raise _not_written(path, problem) from problem
        return evidence

    def expire(self, flags: Sequence[Flag], why: str) -> None:
        """Remove the evidence of flags on purpose, and say so in the chain first; raises StoreError.

        ``why`` names the setting. Who dies in between has removed nothing that the chain does not tell.
        """
        kept = [(flag, flag.evidence) for flag in flags if flag.evidence is not None]
        try:
            with files.alone(self._folder):
                self._chain.append([Event(Act.EXPIRED, flag.id, one.path, one.sha256, why) for flag, one in kept])
                for _, one in kept:
                    _unlink(self._folder.parent, one.path)
        except OSError as problem:
            raise _not_noted(self._folder / NAME, problem) from problem

    def _made(self, flag: Flag, post: Post, page: Page) -> bytes:
        attached = [one for attach in self._attach for one in attach(flag, post, page)]
        return warc.make(flag.id, post, page, self._clock(), self._software, attached)

    def _bind(self, path: Path, event: Event, *, new: bool) -> None:
        """Have the chain tell of the file; where it cannot, the file goes, since nothing would vouch for it."""
        try:
            if new or not self._chain.holds(event):
                self._chain.append([event])
        except OSError:
            path.unlink(missing_ok=True)
            raise


def _earlier(path: Path, name: str, flag_id: str) -> Evidence | None:
    """The evidence of this flag that a sound file holds already, else None."""
    if not path.is_file():
        return None
    data = path.read_bytes()
    contents = warc.read(data)
    page = contents.described().get("page")
    if not isinstance(page, dict) or not isinstance(page.get("sha256"), str) or not isinstance(page.get("length"), int):
        return None
    kept = Evidence(name, sha256(data), page["sha256"], page["length"])
    sound = not contents.damage and not any(incomplete(path, contents))
    return kept if sound and contents.described().get("flag") == flag_id else None


def _unlink(data: Path, name: str) -> None:
    path = data / name
    if not path.resolve().is_relative_to(data.resolve()):
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise StoreError(
            f"证据文件 {path} 删不掉：{problem.strerror}。请检查权限。",
            f"The evidence file {path} cannot be deleted: {problem.strerror}. Check its permissions.",
        ) from problem


def _not_written(path: Path, problem: OSError) -> StoreError:
    why = problem.strerror or type(problem).__name__
    return StoreError(
        f"证据 {path} 写不了：{why}。标记照常保存，但没有证据；请检查磁盘空间与目录权限。",
        f"The evidence {path} cannot be written: {why}. The flag is kept without; "
        "check the disk's space and the folder's permissions.",
    )


def _not_noted(path: Path, problem: OSError) -> StoreError:
    why = problem.strerror or type(problem).__name__
    return StoreError(
        f"证据链 {path} 写不了：{why}。到期的证据尚未删除；请检查磁盘空间与目录权限。",
        f"The chain {path} cannot be written: {why}. Evidence that expired was not removed; "
        "check the disk's space and the folder's permissions.",
    )
