"""What is wrong with an address as people paste it from a file, a shell or another program; and
the host names and ports that settings hold. Pure.

An address is never quoted: it may hold a secret.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from goldmine_ingest.settings.kinds import TEXT, Kind, Wrong, plain_text, shown

_BOM = "\N{BYTE ORDER MARK}"
_ASSIGNED = re.compile(r"(?:export\s+|set\s+|\$env:)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*\S", re.I)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_QUOTES = "\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
# Cf: zero-width and direction marks. Zs: the no-break space and its kin.
_INVISIBLE = ("Cf", "Zs")

Place = tuple[str, int]
# Addresses inside a network of one's own: RFC 1918, RFC 4193, link-local ones, and those that
# Tailscale gives (RFC 6598). What is_private has is more: 0.0.0.0, addresses of documentation.
_OWN = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"),
        *("fc00::/7", "fe80::/10"),
    )
)
_LONGEST_ORIGIN = 120


def without_mark(value: str) -> str:
    """The text without the byte order mark that Notepad and PowerShell put before it."""
    return value.removeprefix(_BOM)


def spoilt(value: str) -> str | None:
    """What a paste has added to an address, so that it is none: 'begins with a quotation mark'.
    None for an address without such marks, and for a text that is no address.
    """
    if "://" not in value:
        return None
    if value[0] in _QUOTES:
        return "begins with a quotation mark"
    if _ASSIGNED.match(value) and not _SCHEME.match(value):
        return "holds a whole line NAME=value, not the value alone"
    at_ends = {unicodedata.category(value[0]), unicodedata.category(value[-1])}
    if at_ends & set(_INVISIBLE):
        return "begins or ends with a space or an invisible character"
    if not value.isprintable() and any(
        unicodedata.category(char) in _INVISIBLE and char != " " for char in value
    ):
        return "holds an invisible character"
    return None


def doubts(value: str, *, apprise: bool) -> Iterator[str]:
    """What in an address probably means something else than it says: signs that end a part of it
    and stand in a user name or a password. `apprise`: the address of a destination, in which a
    name may begin with '#' after a slash.
    """
    rest = value.partition("://")[2]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    path = rest[len(host) :]
    if value[-1] in _QUOTES and value.count(value[-1]) % 2:
        yield "ends with a quotation mark"
    if _fragment(rest, apprise=apprise):
        yield "everything from # on is left out of it; a # that belongs to it is written %23"
    if host.count("@") > 1:
        yield "has two @ before its host; one in a user name or a password is written %40"
    if '"' in host or "`" in host:
        yield "holds a quotation mark before its host; one that belongs there is written %22"
    if "@" not in host and _cut_password(host, path):
        yield "seems to have a / in its password, which ends the host; it is written %2F"


def _fragment(rest: str, *, apprise: bool) -> bool:
    return "#" in (rest.replace("/#", "/") if apprise else rest)


def _cut_password(host: str, path: str) -> bool:
    """Text where a port should be, and an @ later on. An @ after a slash begins a name."""
    port = host.partition(":")[2]
    return bool(port) and not port.isdigit() and re.search("[^/]@", path) is not None


def _host_name(value: Any) -> str:
    host = plain_text(value).lower()
    if not re.fullmatch(r"\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?", host):
        raise Wrong(
            f"is {shown(host)}", 'a host name such as "box.example", without scheme and port'
        )
    return host


def _host_port(value: Any) -> str:
    expected = 'host and port such as "127.0.0.1:8080"'
    text = plain_text(value)
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):([0-9]{1,5})", text)
    if not match or not 0 < int(match[2]) < 2**16:
        raise Wrong(f"is {shown(text)}", expected)
    return text


# A name or an address as a browser shows it, without a port: "box.example", "192.0.2.7",
# "[2001:db8::7]". Read in small letters.
host_name = Kind(_host_name, TEXT)
# "rsshub:1200", "127.0.0.1:8080", "[::1]:8080".
host_port = Kind(_host_port, {"type": "string", "pattern": ":[0-9]{1,5}$"})


def _place(value: Any) -> Place:
    host, _, port = _host_port(value).rpartition(":")
    address = host.strip("[]")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise Wrong(
            "names no IP address", 'an address and a port such as "127.0.0.1:4300"'
        ) from None
    return address, int(port)


# Where something of ours listens: an address as numbers and a port.
place = Kind(_place, {"type": "string", "pattern": ":[0-9]{1,5}$"})


def is_on_loopback(host: str) -> bool:
    """Whether this machine alone reaches a host or an address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_near(host: str) -> bool:
    """Whether a host is an address inside a network of one's own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _OWN if network.version == address.version)


def _origin(value: Any) -> str:
    """Scheme, host and port of an address, in small letters; "" for none."""
    if value == "":
        return ""
    expected = '"https://box.example:8443": https, a host, and a port if it isn\'t 443'
    text = plain_text(value).lower().removesuffix("/")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Wrong("is no address", expected) from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise Wrong("is no address", expected)
    _host_name(f"[{host}]" if ":" in host else host)
    if "@" in parts.netloc or text != f"{parts.scheme}://{parts.netloc}":
        raise Wrong("has more than a host and a port", expected)
    if parts.scheme == "http" and not (is_on_loopback(host) or _is_near(host)):
        raise Wrong("is http: whoever carries it could read and press the buttons", expected)
    if len(text) > _LONGEST_ORIGIN:
        raise Wrong(f"has {len(text)} characters", f"at most {_LONGEST_ORIGIN}")
    return text


# How others reach something of ours, without a path: it is put before "/a/…" in messages.
origin = Kind(_origin, {"type": "string", "pattern": "^(https?://[^/@]+/?)?$"})
