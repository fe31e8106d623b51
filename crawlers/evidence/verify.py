"""Checks evidence: that each file is there, whole, unchanged, the flag's, and as the chain has it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.types import Evidence, Flag
from core.words import Lang, Text
from crawlers.evidence import chain, warc
from crawlers.evidence.stamps import sha256
from crawlers.evidence.warc import Contents

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


_UNCHAINED = Text(
    "证据文件 {path} 不在证据链中：链被改动或截断过，或该文件不是本程序写的。请从备份中恢复 {chain}。",
    "The evidence file {path} is not in the chain: the chain was changed or cut, or the file is not this program's. "
    "Restore {chain} from a backup.",
)
_OTHERWISE = Text(
    "证据链记录的 {path} 的 SHA-256 与标记所记的不同。请从备份中恢复。",
    "The chain has another SHA-256 of {path} than the flag. Restore from a backup.",
)
_REMOVED = Text(
    "证据文件 {path} 被删除过：证据链记有它（第 {number} 号），却没有它到期的记录。请从备份中恢复。",
    "The evidence file {path} was removed: the chain has it (record {number}), and no record that it expired. "
    "Restore it from a backup.",
)
_EXPIRED = Text(
    "证据文件 {path} 已按设置（{why}）于 {at} 到期删除。",
    "The evidence file {path} expired by the settings ({why}) at {at}.",
)
_NO_CHAIN = Text(
    "没有证据链 {path}，却有证据。请从备份中恢复。",
    "There is no chain {path}, though there is evidence. Restore it from a backup.",
)
_NO_HEAD = Text(
    "证据链中没有摘要为 {head} 的记录：链被截断或重写过。请从备份中恢复。",
    "The chain has no record with the digest {head}: it was cut, or written anew. Restore it from a backup.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one piece of evidence: what is ``wrong``, or how it ``expired``; neither where it is sound."""

    wrong: tuple[Text, ...] = ()
    expired: Text | None = None


class Verifier:
    """Checks evidence below the data folder against the chain; reads only, and raises nothing for what is wrong."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._chain = data / "evidence" / chain.NAME
        self._seen: set[str] = set()
        self._load()

    @property
    def head(self) -> str:
        """The digest of the chain's last line, for a note elsewhere."""
        return self._reading.head

    def flag(self, flag: Flag) -> Found:
        """The evidence of one flag; a chain that has grown meanwhile is read again before anything is called wrong."""
        found = self._flag(flag)
        if found.wrong and self._size() != self._at:
            self._load()
            found = self._flag(flag)
        return found

    def faults(self) -> Iterator[Text]:
        """What is wrong with the chain itself."""
        if self._problem:
            yield self._problem
        yield from self._reading.faults

    def rest(self, head: str | None = None) -> Iterator[Text]:
        """What is wrong with the chain itself, and with files that no flag asked for names.

        ``head``: a digest noted earlier, which the chain must still hold.
        """
        yield from self.faults()
        if head is not None and head not in self._reading.digests:
            yield _fill(_NO_HEAD, self._chain, head=head)
        for name, line in self._reading.latest.items():
            if name not in self._seen and line.event.act is chain.Act.KEPT:
                yield from self._orphan(self._data / name, line)

    def _load(self) -> None:
        self._at = self._size()
        self._problem: Text | None = None
        self._reading = chain.Reading()
        try:
            self._reading = chain.read(self._chain)
        except FileNotFoundError:
            if any(self._chain.parent.glob("*/*.warc.gz")):
                self._problem = _fill(_NO_CHAIN, self._chain)
        except OSError as problem:
            self._problem = _fill(_UNREADABLE, self._chain, why=problem.strerror or type(problem).__name__)

    def _size(self) -> int:
        try:
            return self._chain.stat().st_size
        except OSError:
            return -1

    def _flag(self, flag: Flag) -> Found:
        if flag.evidence is None:
            return Found((_NONE,))
        path, name = self._data / flag.evidence.path, flag.evidence.path
        self._seen.add(name)
        line = self._reading.latest.get(name)
        if line is not None and line.event.act is chain.Act.EXPIRED:
            return Found(expired=_fill(_EXPIRED, path, why=line.event.why, at=line.at))
        wrong: list[Text] = []
        if line is None:
            wrong.append(_fill(_UNCHAINED, path, chain=str(self._chain)))
        elif line.event.sha256 != flag.evidence.sha256:
            wrong.append(_fill(_OTHERWISE, path))
        data = _read(self._data, path)
        wrong += [data] if isinstance(data, Text) else _findings(path, data, flag, flag.evidence)
        return Found(tuple(wrong))

    def _orphan(self, path: Path, line: chain.Line) -> Iterator[Text]:
        """A file that the chain has and no flag: one that was written just before a crash is sound all the same."""
        data = _read(self._data, path)
        if isinstance(data, Text):
            yield _fill(_REMOVED, path, number=str(line.number)) if not path.exists() else data
        elif sha256(data) != line.event.sha256:
            yield _fill(_CHANGED, path)


def _read(data: Path, path: Path) -> bytes | Text:
    """The bytes of a file below ``data``, or what is wrong."""
    try:
        if path.resolve().is_relative_to(data.resolve()):
            return path.read_bytes()
    except FileNotFoundError:
        pass
    except OSError as problem:
        return _fill(_UNREADABLE, path, why=problem.strerror or type(problem).__name__)
    return _fill(_MISSING, path)


def _findings(path: Path, data: bytes, flag: Flag, evidence: Evidence) -> Iterator[Text]:
    if sha256(data) != evidence.sha256:
        yield _fill(_CHANGED, path)
    contents = warc.read(data)
    yield from (_damaged(path, why) for why in contents.damage)
    yield from incomplete(path, contents)
    if contents.described() and not contents.damage:
        yield from (_fill(_DISAGREES, path, what=what) for what in _disagreements(contents, flag, evidence))


def incomplete(path: Path, contents: Contents) -> Iterator[Text]:
    """What a file lacks, or holds beside its records."""
    there = {kind: contents.one(kind) for kind in ("warcinfo", "metadata")} | {"resource": contents.offer}
    for kind, record in there.items():
        if not contents.damage and (record is None or (kind == "metadata" and not contents.described())):
            yield _fill(_INCOMPLETE, path, kind=kind)
    for record in contents.records:
        if record.kind not in warc.KINDS:
            yield _fill(_FOREIGN, path, kind=record.kind)


def _disagreements(contents: Contents, flag: Flag, evidence: Evidence) -> Iterator[str]:
    """The names of what is not as the flag and its evidence have it."""
    described = contents.described()
    page, post = (part if isinstance(part := described.get(name), dict) else {} for name in ("page", "post"))
    pairs: list[tuple[str, object, object]] = [
        ("page.sha256", page.get("sha256"), evidence.page_sha256),
        ("page.length", page.get("length"), evidence.page_length),
        ("flag", described.get("flag"), flag.id),
        ("post.url", post.get("url"), flag.url),
        ("attached", _attached(described.get("attached", [])), _held(contents)),
    ]
    offer, metadata = contents.offer, contents.one("metadata")
    if offer and metadata:
        target, id_ = "warc-target-uri", offer.headers.get("warc-record-id")
        beside = [
            record for record in contents.records if record not in (offer, metadata) and record.kind == "resource"
        ]
        pairs += [
            ("WARC-Target-URI", offer.headers.get(target), metadata.headers.get(target)),
            ("WARC-Refers-To", metadata.headers.get("warc-refers-to"), id_),
            *(("WARC-Concurrent-To", record.headers.get("warc-concurrent-to"), id_) for record in beside),
        ]
    yield from (name for name, held, wanted in pairs if held != wanted)


def _attached(noted: object) -> object:
    """What the metadata says is attached to the offer: target, type and SHA-256 of each."""
    rows: Iterable[object] = noted if isinstance(noted, list) else [noted]
    keys = ("target", "type", "sha256")
    return sorted(tuple(str(row.get(key)) for key in keys) if isinstance(row, dict) else (str(row),) for row in rows)


def _held(contents: Contents) -> object:
    """What is attached to the offer in truth."""
    names = ("warc-target-uri", "content-type")
    others = [record for record in contents.resources() if record is not contents.offer]
    return sorted((*(record.headers.get(name, "") for name in names), sha256(record.payload)) for record in others)


def _damaged(path: Path, why: Text) -> Text:
    """The sentence with the reason in its own language."""
    zh, en = (_fill(_DAMAGED, path, why=why.say(lang)) for lang in _LANGS)
    return Text(zh.zh, en.en)


def _fill(text: Text, path: Path, **values: str) -> Text:
    """The sentences with their places filled, for good."""
    zh, en = (text.say(lang, path=path, **values) for lang in _LANGS)
    return Text(zh.replace("{", "{{").replace("}", "}}"), en.replace("{", "{{").replace("}", "}}"))
