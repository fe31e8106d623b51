"""Keyed hashes, so that what was seen can be recognised by its owner and by nobody else."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

_BYTES = 32


class Keyed:
    """Hashes texts with one secret key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def digest(self, *parts: str) -> str:
        """32 hexadecimal characters (HMAC-SHA-256, cut); parts are kept apart, so ("a", "b") is not ("ab",)."""
        joined = "\x00".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, joined, hashlib.sha256).hexdigest()[:32]


def open_key(path: Path) -> Keyed:
    """Read the key at ``path``, or make one that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Keyed(path.read_bytes())
    key = secrets.token_bytes(_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
    return Keyed(key)


def flag_id(url: str, text: str, category: str) -> str:
    """The id of a flag: 32 hexadecimal characters, the same for the same offer at the same place."""
    return hashlib.sha256(f"{url}\x00{text}\x00{category}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
