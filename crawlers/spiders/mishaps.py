"""Reads pages, and turns mistakes of our own into errors that quote no page."""

import logging
from collections.abc import Callable
from typing import TypeVar

from core.errors import ExtractError, LurewatchError, TooMuch
from core.types import Page
from crawlers.sources import Source

_LOG = logging.getLogger("lurewatch.crawlers")
_Page = TypeVar("_Page")


def extracted(function: Callable[[Page, Source], _Page], page: Page, source: Source) -> _Page:
    """What ``function`` reads of a page; a mistake of its own becomes an ExtractError, which quotes nothing."""
    try:
        return function(page, source)
    except LurewatchError:
        raise
    except Exception as problem:
        where = place(problem)
        raise ExtractError(
            f"来源 {source.id} 的网页解析失败（{where}）。请检查来源文件的选择器。",
            f"A page of source {source.id} cannot be read ({where}). Check the selectors in the source's file.",
        ) from problem


def place(problem: BaseException) -> str:
    """Kind and place of an exception; never its message, which may quote a page."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code.co_filename.rpartition("/")[2] if trace else "?"
    return f"{type(problem).__name__}, {code}:{trace.tb_lineno if trace else 0}"


def unexpected(problem: Exception) -> LurewatchError:
    """The error for a mistake in the program itself; logs kind and place."""
    where = place(problem)
    _LOG.error("unexpected %s", where)
    return LurewatchError(
        f"程序内部出错（{where}），本次巡查中止。请报告这个问题。",
        f"The program failed ({where}) and the visit ended. Please report this.",
    )


def too_long(url: str, seconds: float) -> TooMuch:
    """The error for a visit that takes too much time."""
    return TooMuch(
        f"{url} 的巡查超过 {seconds / 60:.0f} 分钟，已中止，做完的部分已保留。可以减少 bounds 中的页数。",
        f"The visit to {url} took more than {seconds / 60:.0f} min and was ended; what was done is kept. "
        "Fewer pages in its bounds would help.",
    )
