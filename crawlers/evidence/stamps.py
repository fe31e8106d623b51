"""Hashes and times as evidence has them."""

import hashlib
from datetime import UTC, datetime


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stamp(time: datetime) -> str:
    """A time as WARC has it: UTC with microseconds."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
