"""Links as names of things: one spelling per address, without what only tracks the reader."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.plain_text import unescape_all

_LONGEST = 4096  # characters; nothing longer is an address that a person can open
# Parameters that say who reads, not what is read: trackers, relays, sessions and the credentials
# that feeds put into their links.
_TRACKING = frozenset(
    {
        "ref",
        "ref_src",
        "referer",
        "referrer",
        "referrer_url_path",
        "referral",
        "source",
        "src",
        "feed",
        "rss",
        "via",
        "trk",
        "trackingid",
        "tracking_id",
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "email_uid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "cmpid",
        "campaign",
        "cmp",
        "sid",
        "sessionid",
        "session_id",
        "session",
        "phpsessid",
        "jsessionid",
        "token",
        "securitytoken",
        "useruid",
        "orguid",
        "access_token",
        "api_key",
        "apikey",
    }
)
_CONTROL = lazy_re(r"[\x00-\x1f\x7f-\x9f\\]")
_ESCAPE = lazy_re(r"%([0-9A-Fa-f]{2})")
_NOT_ASCII = lazy_re(r"[^\x00-\x7f]+")
_UNRESERVED = lazy_re(r"[A-Za-z0-9._~-]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_link(url: str) -> str | None:
    """One spelling of an http(s) address: https, lower-case host, no tracking parameters, fragment,
    default port or trailing slash; with entities decoded ("&#038;", "&amp;" twice). A fragment that
    is a page's name in a script ("#/jobs/56", "#!job=56") stays.

    None for what is no web address: another scheme, no host, userinfo, control characters or
    backslashes, longer than 4096 characters. An http address with a port of its own stays http,
    since nothing says that the port speaks TLS.
    """
    url = unescape_all(url[: 2 * _LONGEST].strip())
    if len(url) > _LONGEST or _CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:  # a broken IPv6 address or port
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc or " " in host:
        return None
    host = f"[{host}]" if ":" in host else host
    own_port = port is not None and port != _DEFAULT_PORTS[scheme]
    netloc = f"{host}:{port}" if own_port else host
    return urlunsplit(
        (
            scheme if own_port else "https",
            netloc,
            _path(parts.path),
            _query(parts.query),
            _route(parts.fragment),
        )
    )


def _route(fragment: str) -> str:
    """The part behind "#" where it names a page; an anchor within one is nothing."""
    named = len(fragment) > 1 and fragment[0] in "/!"
    return _NOT_ASCII.sub(lambda m: quote(m[0], errors="replace"), fragment) if named else ""


def _path(path: str) -> str:
    path = _ESCAPE.sub(_unescape_unreserved, path).replace(" ", "%20")
    path = _NOT_ASCII.sub(lambda match: quote(match[0], errors="replace"), path)
    return re.sub(r"/{2,}", "/", path).rstrip("/")


def _unescape_unreserved(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if _UNRESERVED.fullmatch(char) else f"%{match[1].upper()}"


def _query(query: str) -> str:
    if not query:
        return ""
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _tracks(name)
    ]
    return urlencode(sorted(kept))


def _tracks(name: str) -> bool:
    low = name.lower().removeprefix("amp;")
    return low in _TRACKING or low.startswith(("utm_", "utm-", "pk_", "mtm_"))
