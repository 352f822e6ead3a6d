"""What may be connected to: one reading of a URL, and one policy for addresses.

A feed's URL, and each redirect, is read exactly once, here. What doesn't read the same way
everywhere (backslashes, control characters, a second '@', percent signs in a host) is refused, and
libcurl is given a URL rebuilt from the parts, so that no second parser can see another host.
Addresses are judged as numbers, after resolution, so that no spelling hides one. Destinations are
not under this guard: they are the owner's own choice.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NoReturn
from urllib.parse import quote

from goldmine_ingest.errors import GoldmineError

DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://)?(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?",
    re.DOTALL,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*"
)
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*")

# The IANA special-purpose registries (RFC 6890 and its successors). Spelled out because
# `ipaddress.is_global` differs between Python releases. Of IPv6 only 2000::/3 is in public use, so
# that everything outside it is refused without being listed.
_SPECIAL_V4 = tuple(
    IPv4Network(net)
    for net in (
        *(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
        ),
        *(
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
        ),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")
# Teredo and the other 2001::/23 protocols, documentation, 6to4: each can carry or hide an IPv4
# address
_SPECIAL_V6 = tuple(
    IPv6Network(net)
    for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_NAT64 = IPv6Network("64:ff9b::/96")

# What an exception in `allow_private` opens: networks of one's own, never metadata services,
# multicast or "this host".
_OWN_V4 = tuple(
    IPv4Network(net)
    for net in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_OWN_V6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))

Address = IPv4Address | IPv6Address


class BadUrlError(GoldmineError):
    """The text is not a URL of a feed: no host, a bad port, or not a URL at all."""


class ForbiddenAddressError(GoldmineError):
    """The URL may not be asked: a scheme other than http and https, a spelling made to mislead,
    or an address that isn't public.
    """


@dataclass(frozen=True, slots=True)
class Target:
    """A URL as it will be asked. `host` is lower case, without a trailing dot, IDNA-encoded; a
    numeric spelling is already an address.

    `path` holds path and query. `userinfo` is the (user, password) of the URL, percent-decoded by
    nobody yet; it is not part of `url`.
    """

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    userinfo: tuple[str, str] | None = field(default=None, repr=False)
    address: Address | None = None

    @property
    def place(self) -> str:
        """'host:port', the form of `allow_private` and the unit of politeness."""
        return (
            f"[{self.host}]:{self.port}"
            if isinstance(self.address, IPv6Address)
            else f"{self.host}:{self.port}"
        )

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The URL without userinfo and fragment."""
        place = self.place
        if self.port == DEFAULT_PORTS[self.scheme]:
            place = place.rpartition(":")[0]
        return f"{self.scheme}://{place}{self.path}"


def parse_url(url: str) -> Target:
    """Read a feed's URL. Raises BadUrlError or ForbiddenAddressError; the messages name no part
    of the URL but the scheme.
    """
    if _UNSAFE.search(url):
        raise ForbiddenAddressError(
            "the URL holds a backslash, a space or a control character, so it can be read in two"
            " ways"
        )
    match = _URL.fullmatch(url)
    if match is None:
        raise BadUrlError("this is not a URL; a feed's URL begins with https:// or http://")
    scheme = match["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise ForbiddenAddressError(f"only http and https are asked, not {scheme}:")
    if not url[len(scheme) :].startswith("://"):
        raise BadUrlError("the URL has no // before its host")
    userinfo, _, place = match["authority"].rpartition("@")
    if "@" in userinfo:
        raise ForbiddenAddressError(
            "the URL has more than one @ before its path, so its host can be read in two ways"
        )
    host, port, address = _read_place(place, DEFAULT_PORTS[scheme])
    return Target(scheme, host, port, _ascii_path(match["rest"]), _credentials(userinfo), address)


def _credentials(userinfo: str) -> tuple[str, str] | None:
    user, _, password = userinfo.partition(":")
    return (user, password) if userinfo else None


def _ascii_path(rest: str) -> str:
    path = rest if rest.startswith("/") else f"/{rest}"
    return path if path.isascii() else quote(path, safe="/?&=%+:;,@!$'()*~[]")


@lru_cache(maxsize=1024)  # feeds share their hosts
def _read_place(place: str, default_port: int) -> tuple[str, int, Address | None]:
    if place.startswith("["):
        inside, bracket, rest = place[1:].partition("]")
        address = _v6(inside) if bracket else None
        if address is None or (rest and not rest.startswith(":")):
            raise BadUrlError("the URL's host is not a valid IPv6 address")
        return str(address), _port(rest[1:], default_port), address
    name, _, port = place.partition(":")
    host = _host_of_url(name)
    literal = _numeric(host)
    return (str(literal) if literal else host), _port(port, default_port), literal


def _v6(text: str) -> IPv6Address | None:
    try:
        return None if "%" in text else IPv6Address(text)
    except ValueError:
        return None


def _port(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise BadUrlError("the URL's port is not a number from 1 to 65535")
    return int(text)


def _host_of_url(name: str) -> str:
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")  # it also folds full-width digits and dots
        except UnicodeError:
            raise BadUrlError("the URL's host is not a valid name") from None
    host = name.lower().removesuffix(".")
    if not _HOST.fullmatch(host):
        raise BadUrlError("the URL has no host, or its host is not a valid name")
    return host


def _numeric(host: str) -> IPv4Address | None:
    """The address meant by a host such as 127.1, 2130706433, 0x7f.1 or 017700000001, read as the
    system's resolver would.
    """
    if not _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        raise BadUrlError("the URL's host looks like a number but is not an address") from None


@lru_cache(maxsize=1024)
def is_public(address: Address) -> bool:
    """Whether anyone on the Internet would reach the same machine. An embedded IPv4 address
    (mapped, NAT64) is judged itself.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is None:
            return address in _PUBLIC_V6 and not any(address in net for net in _SPECIAL_V6)
        address = inner
    return not any(address in net for net in _SPECIAL_V4)


def is_loopback(host: str) -> bool:
    """Whether a host as a URL names it ("localhost", "127.0.0.2", "::1") is this machine,
    without asking a resolver.
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = _v6(name) if ":" in name else _numeric(name)
    except BadUrlError:
        return False
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return address is not None and address.is_loopback


def _embedded(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address.ipv4_mapped


@lru_cache(maxsize=1024)
def _is_own(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        return _is_own(inner) if inner else any(address in net for net in _OWN_V6)
    return any(address in net for net in _OWN_V4)


class Guard:
    """The address policy: public addresses, and what the owner listed as 'host:port' in [fetch]
    allow_private.

    An exception holds for a URL whose host and port are the entry's own, so a redirect to another
    port of the same machine is refused. A listed name may resolve to private and loopback
    addresses; a link-local one (metadata services live there) only if it is listed itself, as an
    address.
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        self._exceptions = frozenset(
            parse_url(f"http://{entry.strip()}/").place for entry in allow_private
        )

    def excepts(self, place: str) -> bool:
        """Whether a 'host:port' is listed as one of the owner's own."""
        return place in self._exceptions

    def admits(self, target: Target, address: Address) -> bool:
        if is_public(address):
            return True
        return self.excepts(target.place) and (
            _is_own(address) or (address.is_link_local and address == target.address)
        )

    def admits_text(self, target: Target, address: str) -> bool:
        """The same for an address as text, as a resolver or libcurl gives it; what can't be read
        is not admitted.
        """
        try:
            return self.admits(target, ip_address(address))
        except (
            ValueError
        ):  # also a scoped address such as fe80::1%eth0 on some Pythons: never public anyway
            return False

    def check(self, target: Target, addresses: Sequence[str]) -> None:
        """Raise ForbiddenAddressError unless every one of a target's addresses is admitted.

        One bad record refuses the host: a mixed answer is how rebinding attacks look, and never how
        a public feed does.
        """
        if not all(self.admits_text(target, address) for address in addresses):
            self._refuse(target)

    def check_literal(self, target: Target) -> None:
        """The same for a URL whose host is itself an address."""
        if target.address is not None and not self.admits(target, target.address):
            self._refuse(target)

    def _refuse(self, target: Target) -> NoReturn:
        raise ForbiddenAddressError(
            "the host's address is not a public one, so it is not asked",
            hint=(
                f'If this is a machine of your own, add "{target.place}" to [fetch] allow_private.'
            ),
        )
