"""A setting that may be a secret, and how it is read. What it stands for is revealed by
config/references.py, when (and only when) it is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from goldmine_ingest.settings.addresses import doubts, spoilt
from goldmine_ingest.settings.kinds import TEXT, Kind, Wrong, kind_of, plain_text

# Addresses of which nothing more need be asked: a host of letters and digits, a short port,
# printable ASCII. (Taking a URL apart takes longer than asking it.)
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[1-9][0-9]{0,3})?(?:/[!-\[\]-~]*)?")
_NOT_IN_URL = re.compile(r"[\s\\]")


@dataclass(frozen=True, slots=True)
class Reference:
    """A setting that may be a secret: 'env:NAME', 'secret:PATH' or the value itself."""

    text: str = field(repr=False)

    @property
    def scheme(self) -> Literal["env", "secret", "literal"]:
        head = self.text.partition(":")[0]
        return "env" if head == "env" else "secret" if head == "secret" else "literal"

    def __str__(self) -> str:
        return self.text if self.scheme != "literal" else "***"


# What stands for an address that must be there and isn't.
NOTHING = Reference("")


def read_reference(value: Any) -> Reference:
    """A text, 'env:NAME' or 'secret:PATH'. What is wrong is said without quoting it, for it may
    be a secret.
    """
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", "a text, env:NAME or secret:PATH")
    if fault := spoilt(value):
        raise Wrong(fault, "the address alone, as it is")
    if plain_text(value) != value.strip():
        raise Wrong("begins or ends with a space", "no spaces around it")
    reference = Reference(value)
    rest = reference.text.partition(":")[2]
    if reference.scheme == "env" and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", rest):
        raise Wrong("names no environment variable after env:", "env:NAME, letters, digits and _")
    if reference.scheme == "secret" and not rest:
        raise Wrong("names no file after secret:", "secret:PATH")
    return reference


def _web_address(value: Any) -> Reference:
    """An http(s) URL, or a reference to one."""
    reference = read_reference(value)
    if reference.scheme == "literal":
        check_http(reference.text)
    return reference


def check_http(url: str) -> None:
    """Raises Wrong unless the text is an http(s) URL with a host. The URL is never quoted."""
    if _PLAIN_URL.fullmatch(url):
        return
    expected = "https://… or http://…"
    try:
        parts = urlsplit(url)
        port = parts.port  # raises for a port that is none
    except ValueError:
        raise Wrong(_unreadable(url), expected) from None
    if parts.scheme not in ("http", "https"):
        raise Wrong("is not a web address", expected)
    if not parts.hostname or _NOT_IN_URL.search(url):
        raise Wrong(_unreadable(url), expected)
    if port == 0 or parts.netloc.endswith(":"):
        raise Wrong("names no port that can be asked", "https://host/… or https://host:PORT/…")


def small_scheme(url: str) -> str:
    """An address with its scheme in small letters: schemes are case-insensitive (RFC 3986 3.1)."""
    scheme, colon, rest = url.partition(":")
    return f"{scheme.lower()}{colon}{rest}" if scheme.isascii() and scheme.isalpha() else url


def _unreadable(url: str) -> str:
    return next(doubts(url, apprise=False), "is not a URL that can be read")


def _link(value: Any) -> str:
    text = plain_text(value)
    check_http(text)
    return text


def _secret_reference(value: Any) -> Reference:
    """Where a secret is; never the secret itself."""
    reference = read_reference(value)
    if reference.scheme == "literal":
        raise Wrong("is written in the file itself", "env:NAME or secret:PATH")
    return reference


reference = Kind(read_reference, TEXT)
secret_reference = Kind(_secret_reference, {"type": "string", "pattern": "^(env|secret):."})
# An http(s) URL, or a reference to one.
web_address = Kind(_web_address, TEXT)

# An http(s) URL that is shown to people.
link = Kind(_link, {"type": "string", "pattern": r"^\s*[Hh][Tt][Tt][Pp][Ss]?://"})
