"""What a feed is asked, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How a poll of one feed ended; the words of the `polls` view."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    PARTIAL = "partial"
    EMPTY_SUSPICIOUS = "empty_suspicious"
    NOT_A_FEED = "not_a_feed"
    AUTH = "auth"
    BLOCKED = "blocked"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"
    REDIRECT_LIMIT = "redirect_limit"
    FORBIDDEN_ADDRESS = "forbidden_address"
    DNS = "dns"
    TLS = "tls"
    REFUSED = "refused"
    PARSE_TIMEOUT = "parse_timeout"
    ERROR = "error"

    @property
    def good(self) -> bool:
        """The feed answered and all that it holds is known: taken in whole, or nothing had
        changed.
        """
        return self in (Outcome.OK, Outcome.NOT_MODIFIED)

    @property
    def brought_entries(self) -> bool:
        """Entries were taken in; from a body that broke off, those that were whole."""
        return self in (Outcome.OK, Outcome.PARTIAL)


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified exactly as the server sent them; they go back byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One feed to ask. `url` and the header values may be secrets: never log a request."""

    feed: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What asking a feed brought. `outcome` is OK (a body to read), NOT_MODIFIED, or the class of
    the failure.

    `error` is a sentence for a person; it names no URL. `retry_after` is in seconds from the
    answer, as the server asked, not yet clamped. `url` is where the answer came from after
    redirects (a secret like the feed's own URL). `moved_host` is the new host when redirects ended
    on another one. `local`: the fault lies on this machine (a missing variable or file) and nobody
    was asked, so that there is nothing to be gentle with.
    """

    feed: str
    outcome: Outcome
    started_at: datetime
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    url: str = field(default="", repr=False)
    validators: Validators = Validators()
    retry_after: float | None = None
    wire_bytes: int = 0
    error: str | None = None
    moved_host: str | None = None
    local: bool = False
