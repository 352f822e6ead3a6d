"""What an answer's status line and headers mean for a feed. Pure: bytes in, values out."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin

from goldmine_ingest.model.fetched import Outcome, Validators

_STATUS = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")
_BAD_IN_LOCATION = re.compile(r"[\x00-\x1f\x7f\\]")
# servers refuse requests with longer header lines, so that sending it back would break the feed
_LONGEST_VALIDATOR = 4096
_LONGEST_SECONDS = 12  # digits; a Retry-After longer than that is no number of seconds

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_OUTCOMES = {
    401: (Outcome.AUTH, "the server wants other credentials"),
    403: (Outcome.AUTH, "the server refuses access"),
    407: (Outcome.AUTH, "the proxy wants credentials"),
    410: (Outcome.GONE, "the server says that the feed is gone for good"),
    429: (Outcome.RATE_LIMITED, "the server says that it is asked too often"),
}
_MEANINGS = {
    204: "the server answered without content",
    206: "the server sent a part that nobody asked for",
    300: "the server offers several addresses and chooses none",
    304: "the server said 'not modified' although nothing was known yet",
    400: "the server doesn't understand the request",
    404: "there is nothing at this address",
    406: "the server has no feed in a form that can be read",
    408: "the server waited too long for the request",
    500: "the server failed",
    502: "the server's own source failed",
    503: "the server is not available now",
    504: "the server's own source didn't answer in time",
}


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of one answer. Names are lower case; of a repeated header the first
    counts. Values are as sent.
    """

    status: int
    headers: dict[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def content_length(self) -> int | None:
        text = self.get("content-length")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None

    @property
    def validators(self) -> Validators:
        return Validators(self._validator("etag"), self._validator("last-modified"))

    def _validator(self, name: str) -> str | None:
        value = self.headers.get(name)
        return value if value and len(value) <= _LONGEST_VALIDATOR else None


def read_head(lines: bytes | bytearray) -> Head | None:
    """The last complete head among the header lines received (interim 1xx answers and a proxy's
    come before it); None if there is none.

    Bytes are read as Latin-1, so that a validator goes back exactly as it came.
    """
    head, end, _ = bytes(lines).partition(b"\r\n\r\n")
    while end:
        following = bytes(lines)[len(head) + 4 :]
        if not following.startswith(b"HTTP/"):
            return _read_complete(head)  # what follows, if anything, are trailers
        lines = following
        head, end, _ = following.partition(b"\r\n\r\n")
    return None


def _read_complete(head: bytes) -> Head | None:
    first, *rest = head.split(b"\r\n")
    match = _STATUS.match(first)
    if match is None:
        return None
    headers: dict[str, str] = {}
    for line in rest:
        name, _, value = line.decode("latin-1").partition(":")
        headers.setdefault(name.strip().lower(), value.strip(" \t"))
    return Head(int(match[1]), headers)


def classify(head: Head, *, conditional: bool) -> tuple[Outcome, str | None]:
    """The outcome of an answer by its status, and for a failure the sentence that says it.

    404 is http_error: only a row of them means gone, which the caller counts. A 304 to an
    unconditional request is a failure: taken for "nothing new", it would make a broken feed look
    like a quiet market.
    """
    status = head.status
    if status in (200, 203):
        return Outcome.OK, None
    if status == 304 and conditional:
        return Outcome.NOT_MODIFIED, None
    if status >= 400 and head.get("cf-mitigated"):
        return (
            Outcome.BLOCKED,
            f"the server's bot protection (Cloudflare) stopped the request (HTTP {status})",
        )
    outcome, meaning = _OUTCOMES.get(
        status, (Outcome.HTTP_ERROR, _MEANINGS.get(status, "the server didn't send the feed"))
    )
    return outcome, f"{meaning} (HTTP {status})"


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait as a Retry-After header asks, from seconds or an HTTP date (RFC 9110,
    10.2.3); None if it asks nothing sensible.
    """
    if value.isascii() and value.isdigit():
        return float(value) if len(value) <= _LONGEST_SECONDS else None
    if not value[:1].isalpha():
        return None
    from email.utils import (
        parsedate_to_datetime,
    )  # only here: rare, and its import costs more than a hundred polls

    try:
        moment = parsedate_to_datetime(value)
        wait = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return wait if wait >= 0 else None


def next_location(url: str, location: str) -> str:
    """The absolute URL that a Location header means, seen from `url` (which has no userinfo).

    Spaces and raw UTF-8 are repaired as browsers do; control characters and backslashes stay, for
    the guard to refuse.
    """
    if not location.isascii():
        with suppress(UnicodeError):
            location = location.encode("latin-1").decode("utf-8")
    if _BAD_IN_LOCATION.search(location):
        return location  # joining would drop some of them silently
    try:
        return urljoin(url, location.replace(" ", "%20"))
    except ValueError:
        return location
