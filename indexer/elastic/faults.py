"""Turns what a cluster answers into one sentence: what is wrong, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from elastic_transport import ConnectionError as NotConnected
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from core.errors import StoreError
from core.words import Text

_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _CONFLICT, _TOO_LARGE, _TOO_MANY, _SERVER = 401, 403, 404, 409, 413, 429, 500
PASSING = (_TOO_MANY, 502, 503, 504)
_HELD = "index write (api)"  # the block that a migration sets


class Kind(StrEnum):
    """What is wrong with a cluster."""

    DOWN = "down"
    SLOW = "slow"
    TLS = "tls"
    KEY = "key"
    RIGHT = "right"
    VERSION = "version"
    MAPPING = "mapping"
    MISSING = "missing"
    DISK = "disk"
    BUSY = "busy"
    CHANGED = "changed"
    LARGE = "large"
    OTHER = "other"


_SAYS = {
    Kind.DOWN: Text(
        "集群 {url} 连不上。请确认它在运行、地址和端口正确。",
        "The cluster {url} cannot be reached. See that it runs and that address and port are right.",
    ),
    Kind.SLOW: Text(
        "集群 {url} 迟迟不答。请查看它的负载和中间的代理，稍后重试。",
        "The cluster {url} does not answer in time. Look at its load and at proxies on the way, then try again.",
    ),
    Kind.TLS: Text(
        "集群 {url} 的证书不是 LUREWATCH_STORE_CA 所指 CA 签发的，或与主机名不符。请换成该集群的 CA 证书。",
        "The certificate of {url} is not from the CA in LUREWATCH_STORE_CA, or names another host. "
        "Set the CA of that cluster.",
    ),
    Kind.KEY: Text(
        "集群 {url} 不认这把密钥：写错、过期或已吊销。请用 lurewatch index setup 另做，设 LUREWATCH_STORE_KEY_FILE。",
        "The cluster {url} refuses the key: wrong, expired or revoked. Make another with lurewatch index setup and set "
        "LUREWATCH_STORE_KEY_FILE.",
    ),
    Kind.RIGHT: Text(
        "这把密钥在集群 {url} 上无权做这件事。请换用有此权限的密钥（lurewatch index setup 会生成各角色的密钥）。",
        "This key may not do that on {url}. Use the key of a role that may (lurewatch index setup makes them).",
    ),
    Kind.VERSION: Text(
        "集群 {url} 的版本不受支持：需要 Elasticsearch 8.x 或 9.x。请升级集群或改用别的集群。",
        "The version of {url} is not supported: Elasticsearch 8.x or 9.x is needed. Upgrade it or use another.",
    ),
    Kind.MAPPING: Text(
        "集群 {url} 上索引的映射与本版本不符，文档被拒。请运行 lurewatch index migrate，再运行 lurewatch index retry。",
        "The mapping on {url} does not fit this version, which refuses documents. Run lurewatch index migrate, then "
        "lurewatch index retry.",
    ),
    Kind.MISSING: Text(
        "集群 {url} 上没有所需的索引。请先运行 lurewatch index setup。",
        "The indices are missing on {url}. Run lurewatch index setup first.",
    ),
    Kind.DISK: Text(
        "集群 {url} 的磁盘已满，拒绝写入。请腾出或扩充磁盘，之后会自动恢复。",
        "The disk of {url} is full and it refuses writes. Free or add space; writing then goes on by itself.",
    ),
    Kind.BUSY: Text(
        "集群 {url} 忙不过来或正在启动。请稍后重试；若常见，请扩容。",
        "The cluster {url} is too busy or is starting. Try again in a moment; where this lasts, give it more nodes.",
    ),
    Kind.CHANGED: Text(
        "集群 {url} 上的这条记录刚被别人改过。请重新查看后再决定。",
        "Somebody else has just changed this on {url}. Look at it again before you decide.",
    ),
    Kind.LARGE: Text(
        "集群 {url} 嫌这条文档太大。请调高它的 http.max_content_length。",
        "A document is too large for {url}. Raise its http.max_content_length.",
    ),
    Kind.OTHER: Text(
        "集群 {url} 答复异常（{why}）。请查看集群日志。",
        "The cluster {url} answered what was not expected ({why}). See the logs of the cluster.",
    ),
}
# Those that pass by themselves, or once somebody has mended the cluster or the key: nothing is wrong with the document.
_LASTING = frozenset({Kind.MAPPING, Kind.LARGE, Kind.OTHER})


class ElasticError(StoreError):
    """A StoreError that knows what is wrong with the cluster."""

    def __init__(self, kind: Kind, url: str, why: str = "") -> None:
        super().__init__(_SAYS[kind].say("zh", url=url, why=why), _SAYS[kind].say("en", url=url, why=why))
        self.kind = kind

    @property
    def passes(self) -> bool:
        """Whether the same write may succeed later, unchanged."""
        return self.kind not in _LASTING


@contextmanager
def said(url: str) -> Iterator[None]:
    """Turn the client's errors into an ElasticError; nothing of a document or a key is in it."""
    try:
        yield
    except (ApiError, TransportError, UnsupportedProductError) as problem:
        raise ElasticError(kind_of(problem), url, _why(problem)) from None


def kind_of(problem: ApiError | TransportError | UnsupportedProductError) -> Kind:
    """What an exception of the client says about the cluster."""
    if isinstance(problem, ApiError):
        return kind_of_answer(problem.status_code, str(problem.body))
    if isinstance(problem, UnsupportedProductError):
        return Kind.VERSION
    if isinstance(problem, TlsError):
        return Kind.TLS
    if isinstance(problem, ConnectionTimeout):
        return Kind.SLOW
    # An answer that was cut off on the way cannot be read as JSON.
    return Kind.DOWN if isinstance(problem, NotConnected | SerializationError) else Kind.OTHER


def kind_of_answer(status: int, body: str) -> Kind:
    """What a status and the error beside it say, of a whole answer or of one item of a bulk."""
    if _HELD in body:
        return Kind.BUSY  # for the moment in which a migration ends
    by_status = {
        _UNAUTHORISED: Kind.KEY,
        _NOT_FOUND: Kind.MISSING,
        _CONFLICT: Kind.CHANGED,
        _TOO_LARGE: Kind.LARGE,
        _TOO_MANY: Kind.DISK if "cluster_block_exception" in body else Kind.BUSY,
        504: Kind.SLOW,
    }
    if status == _FORBIDDEN:
        return Kind.DISK if "cluster_block_exception" in body else Kind.RIGHT
    if status in by_status or status >= _SERVER:
        return by_status.get(status, Kind.BUSY)
    if "media_type_header" in body or "compatible-with" in body:
        return Kind.VERSION
    known = ("mapping", "mapper", "document_parsing", "illegal_argument")
    return Kind.MAPPING if status == 400 and any(word in body for word in known) else Kind.OTHER  # noqa: PLR2004


def _why(problem: Exception) -> str:
    return f"HTTP {problem.status_code}" if isinstance(problem, ApiError) else type(problem).__name__
