"""What an answer, or the lack of one, means: an error of ours with a sentence for a person.

``shown`` names the page in these sentences: the address of a list page, which the source's file holds
anyway, but of a post's page only its site, since an address of an unflagged post is kept nowhere.
"""

from collections.abc import Mapping

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from core.errors import FetchError, LurewatchError, Refused, Retry, TooMuch
from crawlers.connections import Endless
from crawlers.politeness import Paused

_SAYS_NO = frozenset({401, 403, 407, 429, 451})
_GONE = frozenset({404, 410})
_TOO_MANY_REQUESTS = 429
_NOT_MODIFIED = 304

_CONNECTION: tuple[type[Exception], ...] = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
    OSError,
)


class Gone(FetchError):
    """There is no such page (404, 410): of a post's page, that it was taken down."""


class Slow(Retry):
    """No whole answer came in time; not asked again in the same visit, since the site is busy enough."""


def of_status(status: int, shown: str) -> FetchError | None:
    """The error behind a status, None for a page and for 304."""
    if 200 <= status < 300 or status == _NOT_MODIFIED:  # noqa: PLR2004 - the class of HTTP success
        return None
    if status in _SAYS_NO:
        kind = Paused if status == _TOO_MANY_REQUESTS else Refused
        return kind(
            f"{shown} 不许访问（HTTP {status}）。这是网站的答复，不会绕过；请确认该版块对公众开放。",
            f"{shown} says no (HTTP {status}). That is its answer; see whether the section is open to the public.",
        )
    if status in _GONE:
        return Gone(
            f"{shown} 没有这个网页（HTTP {status}）。若版块已搬家，请更新来源文件中的网址。",
            f"{shown} has no such page (HTTP {status}). If the section has moved, update the source's file.",
        )
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        return Retry(
            f"{shown} 的服务器出错（HTTP {status}），下次巡查会再试。",
            f"{shown} answered with a server error (HTTP {status}); a later visit tries again.",
        )
    return FetchError(
        f"{shown} 的答复无法使用（HTTP {status}）。请用浏览器查看该网址。",
        f"{shown} gave an answer of no use (HTTP {status}). Look at the address with a browser.",
    )


def of_exception(problem: Exception, shown: str, limits: Mapping[str, float]) -> LurewatchError:
    """The error behind an exception of the download; its own message stays out, since it may quote the page.

    ``limits``: ``bytes``, ``seconds`` and ``redirects``, as numbers to name.
    """
    if isinstance(problem, LurewatchError):
        return problem
    if isinstance(problem, DownloadTimeoutError):
        return Slow(
            f"{shown} 在 {limits['seconds']:g} 秒内没有答完，下次巡查会再试。",
            f"{shown} did not answer within {limits['seconds']:g} s; a later visit tries again.",
        )
    if isinstance(problem, DownloadCancelledError | IgnoreRequest):
        return _too_much(problem, shown, limits)
    if _is_endless(problem):
        return _endless(shown)
    if isinstance(problem, _CONNECTION):
        return Retry(
            f"{shown} 连接不上或中途断开（{type(problem).__name__}），下次巡查会再试。",
            f"{shown} cannot be reached, or broke off ({type(problem).__name__}); a later visit tries again.",
        )
    return FetchError(
        f"{shown} 取不到（{type(problem).__name__}）。请用浏览器查看该网址。",
        f"{shown} cannot be had ({type(problem).__name__}). Look at the address with a browser.",
    )


def _is_endless(problem: Exception) -> bool:
    reasons = getattr(problem.__cause__, "reasons", ())  # what Twisted says of an answer that failed
    return any(reason.check(Endless) is not None for reason in reasons)


def _too_much(problem: Exception, shown: str, limits: Mapping[str, float]) -> TooMuch:
    if isinstance(problem, IgnoreRequest) and "redirect" in str(problem):
        return TooMuch(
            f"{shown} 跳转超过 {limits['redirects']:g} 次，已放弃。请检查来源的网址。",
            f"{shown} redirects more than {limits['redirects']:g} times. Check the source's address.",
        )
    size = limits["bytes"] / 1_000_000
    return TooMuch(
        f"{shown} 的网页超过 {size:g} MB，未读取。请检查来源的网址是否指向一个普通网页。",
        f"{shown} is larger than {size:g} MB and was not read. Check that the address is that of a plain page.",
    )


def wrapped_too_often(shown: str) -> TooMuch:
    """The error for an answer that is compressed many times over."""
    return TooMuch(
        f"{shown} 的网页压缩了太多层，未读取。请用浏览器查看该网址。",
        f"{shown} is compressed many times over and was not read. Look at the address with a browser.",
    )


def _endless(shown: str) -> TooMuch:
    return TooMuch(
        f"{shown} 的答复没完没了（响应头或分块过多），未读取。请用浏览器查看该网址。",
        f"{shown} answers without end (too many headers or pieces) and was not read. Look at it with a browser.",
    )


def challenged(shown: str) -> Paused:
    """The error for a page that asks for proof of being human."""
    return Paused(
        f"{shown} 要求人机验证。这是网站的答复，不会绕过；请确认该版块对公众开放。",
        f"{shown} asks for proof of being human. That is its answer; see whether the section is open to the public.",
    )
