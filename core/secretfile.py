"""Reads a secret from a file that is for its owner alone; makes files that are."""

import os
import stat
from pathlib import Path

from core.errors import InputError
from core.words import Text

PRIVATE = 0o600
_KEY_FILE = Text("密钥文件", "key file")


def read_secret(path: Path) -> str:
    """The key in a file that nobody else may read; raises InputError, which never repeats it."""
    text = read_private(path, _KEY_FILE, "ascii")
    if not text or len(text.split()) > 1:
        raise InputError(
            f"密钥文件 {path} 里不是一把密钥。请用 lurewatch index setup 另做。",
            f"The file {path} holds no key. Make one with lurewatch index setup.",
        )
    return text


def read_private(path: Path, what: Text, encoding: str = "utf-8") -> str:
    """The text of a file that nobody else may read; raises InputError, which calls it ``what`` and never repeats it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding).strip()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"读不了{what.zh} {path}。", f"The {what.en} {path} cannot be read.") from None
    if open_to_others(mode):
        raise InputError(
            f"{what.zh} {path} 别人也能读。请运行 chmod 600 {path}。",
            f"Others can read the {what.en} {path}. Run: chmod 600 {path}",
        )
    return text


def open_to_others(mode: int) -> bool:
    """Whether group or others may do anything with a file of this mode."""
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def make_private(path: Path) -> None:
    """Make an empty file for its owner alone where there is none; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    except FileExistsError:
        return
