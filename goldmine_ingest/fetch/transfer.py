"""One request on a libcurl handle, and what came of it.

libcurl was chosen by measurement (a 304 costs a fraction of what other clients take) and for what
it can show and bound: the resolved address before connecting, a connect and a total deadline, the
bytes as they come.
"""

from __future__ import annotations

import functools
import socket
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pycurl

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.fetch.answer import Head, read_head
from goldmine_ingest.fetch.failures import MAX_HEADERS, TOO_LARGE, Failure, explain
from goldmine_ingest.fetch.inflate import BodyError, BoundedBody, size
from goldmine_ingest.model.fetched import FeedRequest, Outcome

if TYPE_CHECKING:
    from goldmine_ingest.fetch.guard import Guard, Target
    from goldmine_ingest.settings.feeds import FetchSettings

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9,"
    " application/json;q=0.9, */*;q=0.5"
)
_ACCEPT_LINE = b"Accept: " + ACCEPT.encode()
THROUGH_PROXY = "it was asked through the proxy of [fetch] proxy"
PROXY_STATUSES = (
    403,
    407,
    502,
    503,
    504,
)  # what proxies answer themselves, in the place of the server
_ERROR_PAGE = (
    64 * 1024
)  # read of a body that nobody wants, to keep the connection; more isn't worth it
_CA_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)


@dataclass(slots=True)
class Hop:
    """One request of one feed: the feed's own, or the one that a redirect leads to.

    `own` is True until a redirect has left the feed's origin: then the caller's headers and
    credentials stay behind for good. `seconds` is what is left of the feed's total deadline at
    `began`, on the monotonic clock; waiting for the host's turn doesn't count. `started_at` is when
    the feed's first hop began.
    """

    request: FeedRequest = field(repr=False)
    target: Target
    seconds: float
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    own: bool = True
    redirects: int = 0
    began: float = 0.0
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a hop brought. `failure` None: `head` is complete, and `body` too if the status is 200
    or 203.

    `unended` marks a chunked body without its last chunk: whether the document is whole, only its
    reader can tell.
    """

    head: Head | None
    body: bytes = field(default=b"", repr=False)
    wire: int = 0
    failure: Failure | None = None
    unended: bool = False


class HeaderError(GoldmineError):
    """A header from the configuration that can't be sent."""


def header_lines(hop: Hop, user_agent: str) -> list[bytes]:
    """The header lines of a hop; the caller's replace ours of the same name. Raises HeaderError
    for one that would break the request.
    """
    lines = {
        "user-agent": _line("User-Agent", user_agent),
        "accept": _ACCEPT_LINE,
        "accept-encoding": b"Accept-Encoding: gzip",
    }
    validators = hop.request.validators
    if validators.etag:
        lines["if-none-match"] = b"If-None-Match: " + validators.etag.encode("latin-1", "replace")
    if validators.last_modified:
        lines["if-modified-since"] = b"If-Modified-Since: " + validators.last_modified.encode(
            "latin-1", "replace"
        )
    for name, value in hop.request.headers if hop.own else ():
        lines[name.strip().lower()] = _line(name.strip(), value.strip())
    return list(lines.values())


@functools.lru_cache(maxsize=256)
def _line(name: str, value: str) -> bytes:
    if (
        not name
        or not name.isascii()
        or any(mark in name for mark in "\r\n\0: ")
        or any(mark in value for mark in "\r\n\0")
    ):
        raise HeaderError(
            "a header of this feed has a line break or another character that can't be sent in a"
            " header"
        )
    return (
        f"{name}: {value}".encode() if value else f"{name};".encode()
    )  # the semicolon is libcurl's way to send an empty header


class Handle:
    """A libcurl easy handle that is used for one hop after the other; what never changes is set
    once.
    """

    def __init__(self, settings: FetchSettings, guard: Guard, ca_file: str | None) -> None:
        self.curl: Any = pycurl.Curl()
        self.hop: Hop | None = None
        self._settings = settings
        self._guard = guard
        self._ca_file = ca_file
        self._lines = bytearray()
        self._head: Head | None = None
        self._body: BoundedBody | None = None
        self._stopped: Failure | None = None
        self._proxy = ""
        self._progress = 0
        self._progress_at = 0.0
        self._set_once()

    def _set_once(self) -> None:
        curl, settings = self.curl, self._settings
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(
            pycurl.FOLLOWLOCATION, 0
        )  # redirects are ours: each hop passes the guard, and headers stay with their origin
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        curl.setopt(pycurl.HTTP_CONTENT_DECODING, 0)  # decoding is ours too, under a limit
        curl.setopt(
            pycurl.NOPROXY, ""
        )  # and so is the choice of a proxy: no variable of the environment is read
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(
            pycurl.CONNECTTIMEOUT_MS, _milliseconds(settings.connect_timeout.total_seconds())
        )
        curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_socket)
        curl.setopt(
            pycurl.HEADERFUNCTION, self._lines.extend
        )  # parsed once, when the first byte of the body comes or at the end
        curl.setopt(pycurl.WRITEFUNCTION, self._write)
        if self._ca_file:
            curl.setopt(pycurl.CAINFO, self._ca_file)

    @property
    def proxied(self) -> bool:
        """Whether the hop goes through a proxy."""
        return bool(self._proxy)

    def prepare(self, hop: Hop, addresses: tuple[str, ...], proxy: str) -> None:
        """Set up the handle for a hop, pinned to the addresses that the guard has checked (none
        for an IP literal or through a proxy).
        """
        lines = header_lines(hop, self._settings.user_agent)
        self.hop, self._head, self._body, self._stopped = hop, None, None, None
        self._lines.clear()
        self._progress, self._progress_at = 0, monotonic()
        target, curl = hop.target, self.curl
        if target.scheme == "https" and not self._ca_file:
            self._ca_file = default_ca_file()
            curl.setopt(pycurl.CAINFO, self._ca_file)
        curl.setopt(pycurl.URL, target.url)
        curl.setopt(pycurl.HTTPHEADER, lines)
        if proxy != self._proxy:
            curl.setopt(pycurl.PROXY, proxy)
            self._proxy = proxy
        curl.setopt(pycurl.TIMEOUT_MS, _milliseconds(hop.seconds))
        # Pinning is what makes "all records were checked" hold: libcurl asks no resolver again, and
        # OPENSOCKETFUNCTION, which sees one address at a time, stays as the second fence.
        curl.setopt(
            pycurl.RESOLVE,
            [f"{target.host}:{target.port}:{','.join(addresses)}"] if addresses else [],
        )
        self._set_credentials(hop)

    def _set_credentials(self, hop: Hop) -> None:
        self.curl.unsetopt(pycurl.USERPWD)
        if hop.own and hop.credentials:
            for option, text in zip(
                (pycurl.USERNAME, pycurl.PASSWORD), hop.credentials, strict=True
            ):
                self.curl.setopt(option, unquote(text).replace("\0", "").encode())

    def _open_socket(self, _purpose: int, address: Any) -> Any:
        """libcurl is about to connect: the last look at where to. A proxy is the owner's choice
        and may be anywhere.
        """
        hop = self.hop
        ip = address.addr[0] if isinstance(address.addr, tuple) else ""
        if hop is None or not (
            self._proxy
            or (self._guard.admits_text(hop.target, ip) and address.addr[1] == hop.target.port)
        ):
            self._stopped = Failure(
                Outcome.FORBIDDEN_ADDRESS,
                "the host's address is not a public one, so it is not asked",
            )
            return pycurl.SOCKET_BAD
        return socket.socket(address.family, address.socktype, address.protocol)

    def _write(self, piece: bytes) -> int:
        try:
            if self._body is None:
                self._body = self._begin_body()
            self._body.write(piece)
        except BodyError as error:
            self._stopped = Failure(error.outcome, error.message)
            return 0  # not what libcurl gave: it ends the transfer
        return len(piece)

    def _begin_body(self) -> BoundedBody:
        self._head = head = read_head(self._lines)
        settings = self._settings
        if head is None or head.status not in (200, 203):
            return BoundedBody("", max_wire=_ERROR_PAGE, max_body=_ERROR_PAGE)
        if (head.content_length or 0) > settings.max_wire:
            raise BodyError(
                Outcome.TOO_LARGE, f"the answer is larger than {size(settings.max_wire)} (max_wire)"
            )
        return BoundedBody(
            head.get("content-encoding"), max_wire=settings.max_wire, max_body=settings.max_body
        )

    def idle_since(self, now: float) -> float:
        """When the last byte came. Connecting isn't idling: that has its own deadline.
        (libcurl's own limit counts in seconds.)
        """
        progress = len(self._lines) + (self._body.wire if self._body else 0)
        if progress != self._progress or not self.curl.getinfo(pycurl.PRETRANSFER_TIME_T):
            self._progress, self._progress_at = progress, now
        return self._progress_at

    def reply(self, code: int) -> Reply:
        """What the ended transfer brought; `code` is libcurl's, 0 for a whole answer.

        A status that isn't 200 decides even when the page that came with it broke off: nobody reads
        that page.
        """
        head = self._head or read_head(self._lines)
        body = self._body
        wire = body.wire if body else 0
        if head and head.status not in (200, 203):
            return Reply(head, wire=wire)
        unended = code == pycurl.E_PARTIAL_FILE and head is not None and head.content_length is None
        if code and not unended:
            return Reply(head, wire=wire, failure=self._failure(code, head, wire))
        if head is None:
            return Reply(None, failure=Failure(Outcome.ERROR, "the answer is not valid HTTP"))
        try:
            return Reply(head, body.finish() if body else b"", wire, unended=unended)
        except BodyError as error:
            return Reply(head, wire=wire, failure=Failure(error.outcome, error.message))

    def _failure(self, code: int, head: Head | None, wire: int) -> Failure:
        if self._stopped:
            return self._stopped
        failure = self._why(code, head, wire)
        if not self._proxy:
            return failure
        return Failure(failure.outcome, f"{failure.sentence}; {THROUGH_PROXY}")

    def _why(self, code: int, head: Head | None, wire: int) -> Failure:
        if code == pycurl.E_OPERATION_TIMEDOUT:
            return self._timeout()
        if len(self._lines) > MAX_HEADERS and head is None:
            return explain(TOO_LARGE, "", None, wire)
        return explain(code, self.curl.errstr(), head, wire)

    def _timeout(self) -> Failure:
        settings = self._settings
        total_passed = (
            self.hop is None or self.curl.getinfo(pycurl.TOTAL_TIME) >= self.hop.seconds - 0.002
        )  # options are whole ms
        if total_passed:
            return Failure(
                Outcome.TIMEOUT,
                f"the answer was not there within {settings.total_timeout.total_seconds():g} s"
                " (total_timeout)",
            )
        return Failure(
            Outcome.TIMEOUT,
            f"no connection within {settings.connect_timeout.total_seconds():g} s"
            " (connect_timeout)",
        )

    def idle_reply(self) -> Reply:
        seconds = self._settings.idle_timeout.total_seconds()
        reply = self.reply(pycurl.E_OPERATION_TIMEDOUT)
        if reply.failure is None:
            return reply
        sentence = f"nothing came for {seconds:g} s (idle_timeout)"
        if self._proxy:
            sentence += f"; {THROUGH_PROXY}"
        return Reply(reply.head, wire=reply.wire, failure=Failure(Outcome.TIMEOUT, sentence))

    def close(self) -> None:
        self.curl.close()


@functools.cache
def default_ca_file() -> str:
    """The trusted certificates: the system's where a known file holds them (SSL_CERT_FILE
    counts), else certifi's.
    """
    import ssl  # only when the first https feed is asked

    places = (ssl.get_default_verify_paths().cafile, *_CA_FILES)
    file = next((path for path in places if path and Path(path).is_file()), None)
    if file is None:
        import certifi

        file = certifi.where()
    return file


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
