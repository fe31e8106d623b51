"""Links of a page as addresses that can be fetched and compared."""

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

_LONGEST = 4_000  # characters; browsers and servers take no more
_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(?:utm_\w+|spm|scm|gclid|dclid|fbclid|msclkid|yclid|bd_vid|qhclickid|hmsr|hmpl|hmcu|hmkw|hmci"
    r"|_ga|_gl|mc_cid|mc_eid|share_token|share_source|share_medium"
    r"|phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|sessionid|session_id|sessid)",
    re.IGNORECASE,
)
_SESSION = re.compile(r"(?:sid|s)", re.IGNORECASE)
_TOKEN = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{6,}")
_HASH = re.compile(r"[0-9a-fA-F]{32}")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_ROUTE = re.compile(r"!?/")  # how the fragment of an address begins that names a page which scripts draw
_LETTERS = re.compile(r"[\t\r\n]")


def canonical(url: str, *, routes: bool = False) -> str | None:
    """The form of an http or https address by which two are compared, or None for any other.

    Lower-case host, no login, default port, fragment, nor parameters that only track visits or name a session.
    The order of parameters stays, since some sites give it meaning. ``routes``: a fragment that begins with / or !/
    stays too, since scripts draw another page for each.
    """
    try:
        parts = urlsplit(_LETTERS.sub("", url).strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host or len(url) > _LONGEST:
        return None
    host = f"[{host}]" if ":" in host else _ascii(host)
    place = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    path = _PATH_SESSION.sub("", parts.path) or "/"
    fragment = parts.fragment if routes and _ROUTE.match(parts.fragment) else ""
    return urlunsplit((scheme, place, path, _query(parts.query), fragment))


def resolve(base: str, link: str | None, encoding: str = "utf-8", *, routes: bool = False) -> str | None:
    """The canonical address of a link on a page at ``base``, or None where it leads to no page.

    Characters beyond ASCII are escaped as browsers do it: in UTF-8, in the query in the page's own charset.
    """
    if not link or len(link) > _LONGEST:
        return None
    bare = link.strip()
    if bare.startswith("#") and not (routes and _ROUTE.match(bare[1:])):
        return None
    try:
        joined = urljoin(base, _LETTERS.sub("", link).strip())
        if not joined.lower().startswith(("http://", "https://")):
            return None
        return canonical(safe_url_string(joined, encoding), routes=routes)
    except (ValueError, LookupError):
        return None


def _ascii(host: str) -> str:
    try:
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return host.lower()


def _query(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _is_noise(part))


def _is_noise(part: str) -> bool:
    """Whether a parameter only tracks: by its name, or named like a session and valued like one (not a number)."""
    name, _, value = part.partition("=")
    if _TRACKING.fullmatch(name):
        return True
    if not _SESSION.fullmatch(name):
        return False
    return bool(_HASH.fullmatch(value) or (name.lower() == "sid" and _TOKEN.fullmatch(value)))
