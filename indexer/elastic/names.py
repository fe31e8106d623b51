"""Where a store's url points, and how its indices are called."""

from urllib.parse import urlsplit

from core.errors import InputError


def where(store: str) -> tuple[str, str]:
    """Address and prefix that ``https://host:port/prefix`` names; raises InputError that never repeats a secret."""
    parts = urlsplit(store)
    if parts.username or parts.password:
        raise InputError(
            "LUREWATCH_STORE 里不能写用户名或密码，它会出现在日志和进程列表里。请用 LUREWATCH_STORE_KEY_FILE。",
            "LUREWATCH_STORE holds a user or password, which logs and process lists would show. "
            "Use LUREWATCH_STORE_KEY_FILE.",
        )
    if parts.scheme != "https" or not parts.hostname:
        raise InputError(
            "LUREWATCH_STORE 写作 https://主机:端口，或 sqlite:///文件路径。",
            "LUREWATCH_STORE is written https://host:port, or sqlite:///path.",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}:{parts.port or 9200}", parts.path.strip("/").replace("/", "-")


def alias(prefix: str, kind: str) -> str:
    """The alias by which a kind of document is read."""
    return f"{prefix}-{kind}" if prefix else kind
