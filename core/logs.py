"""Structured logs on standard error, with event names and figures, never a word of a page."""

import logging
import sys
from typing import TextIO

import structlog

# Other people's loggers that would print urls, items or pages.
_QUIET = (
    "scrapy",
    "twisted",
    "playwright",
    "asyncio",
    "apscheduler",
    "trafilatura",
    "htmldate",
    "filelock",
    "urllib3",
    "elastic_transport",
    "elasticsearch",
)


def set_up(stream: TextIO = sys.stderr, *, verbose: bool = False) -> None:
    """Write JSON lines to ``stream``, or short coloured ones where it is a terminal."""
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL)
        logger.propagate = False
    terminal = stream.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
