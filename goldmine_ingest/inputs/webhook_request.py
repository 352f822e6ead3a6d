"""One request to the webhook, without a socket: bytes in, what to do next out. The token is judged
before any of the body is read.

HTTP itself is h11's (it comes with Prefect): chunks, limits of the head and requests made to be
misread are what such a library is for. A server such as uvicorn would do too, but costs a process
that shall stay small 17 MiB and half a second; h11 costs 2 MiB (measured).
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

LARGEST_HEAD = 16 * 1024  # bytes of request line and headers
TOKEN_HEADER = b"x-webhook-token"
_CODINGS = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
# Parameters under which senders put a token into a URL, which is the wrong place: proxies and logs
# keep URLs.
_TOKEN_PARAMETERS = frozenset(
    {"token", "key", "apikey", "api_key", "access_token", "auth", "secret", "password", "signature"}
)
_HOW = "send it as the header Authorization: Bearer TOKEN, or X-Webhook-Token: TOKEN"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One [webhook.NAME], its token revealed. `listen` is HOST:PORT; `folder` is where bodies
    go.
    """

    name: str
    listen: str
    token: str = field(repr=False)
    max_bytes: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Received:
    """A whole request of someone who has the token. `coding` is '', 'gzip' or 'deflate'; the
    body is still so encoded.
    """

    endpoint: Endpoint
    body: bytes = field(repr=False)
    content_type: str = ""
    coding: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told: `more` are further members of the JSON object."""

    status: HTTPStatus
    message: str
    more: Mapping[str, object] = field(default_factory=dict)

    def document(self) -> bytes:
        good = self.status is HTTPStatus.ACCEPTED
        return json.dumps({"ok": good, "message": self.message, **self.more}).encode()


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """Ends a request with this answer."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.answer = Answer(status, text)


class Gone(Exception):  # noqa: N818 - no error of ours either
    """The sender has left before it said anything."""


class Exchange:
    """One connection's one request and its answer. `endpoint` is set once the token was found to
    be right.
    """

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self.endpoint: Endpoint | None = None
        self._endpoints = endpoints
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        self._pieces: list[bytes] = []
        self._content_type = self._coding = ""
        self._bodiless = False  # the answer to HEAD has no body
        self.size = 0  # bytes of the body that are held

    def receive(self, data: bytes) -> Received | None:
        """Takes what came (b"": the sender says no more); the request once it is whole. Raises
        Refusal and Gone.
        """
        try:
            self._http.receive_data(data)
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    return None
                if isinstance(event, h11.Request):
                    self._judge(event)
                elif isinstance(event, h11.Data):
                    self._keep(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage):
                    return self._whole()
                else:
                    raise Gone
        except h11.RemoteProtocolError as error:
            raise _malformed(error, broke_off=not data) from None

    def interim(self) -> bytes:
        """What a sender waits for that asks whether to send its body at all; b"" if it doesn't."""
        if not self._http.they_are_waiting_for_100_continue:
            return b""
        return self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b""

    def answer(self, answer: Answer) -> bytes:
        """The answer's bytes; the connection is to be closed after them. b"" where no answer can
        be given any more.
        """
        body = answer.document()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        if answer.status is HTTPStatus.UNAUTHORIZED:
            headers.append(("WWW-Authenticate", "Bearer"))
        elif answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "POST"))
        elif answer.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", "60"))
        reason = answer.status.phrase.encode()
        response = h11.Response(status_code=answer.status.value, headers=headers, reason=reason)
        data = h11.Data(data=b"" if self._bodiless else body)
        try:
            parts = [self._http.send(event) for event in (response, data, h11.EndOfMessage())]
        except h11.LocalProtocolError:
            return b""
        return b"".join(part or b"" for part in parts)

    def _judge(self, request: h11.Request) -> None:
        """The head alone decides whether the body is read."""
        self._bodiless = request.method == b"HEAD"
        if request.method != b"POST":
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "POST a JSON body here")
        headers = [(bytes(name), bytes(value)) for name, value in request.headers]
        target = request.target.decode("latin-1")
        self.endpoint = endpoint = opened(self._endpoints, headers, target)
        self._content_type = _header(headers, b"content-type")
        coding = _header(headers, b"content-encoding").lower()
        if coding not in _CODINGS:
            raise Refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "the body is compressed in a way that isn't read; gzip and deflate are",
            )
        self._coding = _CODINGS[coding]
        length = _header(headers, b"content-length")
        if length and int(length) > endpoint.max_bytes:
            raise _too_large(endpoint)

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.endpoint is None or self.size > self.endpoint.max_bytes:
            raise _too_large(self.endpoint)
        self._pieces.append(piece)

    def _whole(self) -> Received:
        assert self.endpoint is not None  # noqa: S101 - h11 gives the end after the request, which is judged
        body, self._pieces = b"".join(self._pieces), []
        return Received(self.endpoint, body, self._content_type, self._coding)


def opened(
    endpoints: Mapping[str, Endpoint], headers: Iterable[tuple[bytes, bytes]], target: str
) -> Endpoint:
    """The endpoint that the token opens. Raises Refusal; a wrong name is told to those only who
    have a token.
    """
    given = _tokens(headers)
    doors = [
        each
        for each in endpoints.values()
        if any(hmac.compare_digest(one, each.token.encode()) for one in given)
    ]
    address = urlsplit(target)
    if not doors:
        raise Refusal(HTTPStatus.UNAUTHORIZED, _why_not(headers, address.query))
    name = unquote(address.path).strip("/").rpartition("/")[2]
    named = next((each for each in doors if each.name == name), None)
    if named is None and len(endpoints) > 1:
        raise Refusal(HTTPStatus.NOT_FOUND, "several webhooks listen here: POST /NAME")
    return named or doors[0]


def _tokens(headers: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Every token that the headers hold."""
    tokens = [value.strip() for name, value in headers if name.lower() == TOKEN_HEADER]
    tokens += [
        _of_authorization(value) for name, value in headers if name.lower() == b"authorization"
    ]
    return [each for each in tokens if each]


def _of_authorization(value: bytes) -> bytes:
    kind, _, rest = value.strip().partition(b" ")
    if kind.lower() == b"bearer":
        return rest.strip()
    if kind.lower() == b"basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""


def _why_not(headers: Iterable[tuple[bytes, bytes]], query: str) -> str:
    """Why no token opened anything. It never says whether a token in the wrong place would have
    been right.
    """
    if _tokens(headers):
        return "the token is wrong: it is not the one of [webhook.NAME] token"
    if any(
        name.lower() in _TOKEN_PARAMETERS for name, _ in parse_qsl(query, keep_blank_values=True)
    ):
        return f"a token in the URL is not accepted, for logs keep URLs; {_HOW}"
    if any(name.lower() == b"authorization" for name, _ in headers):
        return (
            f"the Authorization header holds no token: it is neither Bearer TOKEN nor Basic; {_HOW}"
        )
    return f"the token is missing; {_HOW}"


def _header(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str:
    return next(
        (value.decode("latin-1").strip() for name, value in headers if name.lower() == wanted), ""
    )


def _too_large(endpoint: Endpoint | None) -> Refusal:
    limit = f" than {endpoint.max_bytes} bytes (max_bytes)" if endpoint else ""
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger{limit}")


def _malformed(error: h11.RemoteProtocolError, *, broke_off: bool) -> Refusal:
    """h11's objection as an answer in our own words."""
    if broke_off:
        return Refusal(HTTPStatus.BAD_REQUEST, "the request broke off")
    if "content-length" in str(error).lower():
        return Refusal(
            HTTPStatus.LENGTH_REQUIRED,
            "the Content-Length is not a number; give the right one, or send chunks",
        )
    if error.error_status_hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
        return Refusal(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"the head is larger than {LARGEST_HEAD} bytes",
        )
    if error.error_status_hint == HTTPStatus.NOT_IMPLEMENTED:
        return Refusal(HTTPStatus.NOT_IMPLEMENTED, "of transfer encodings only chunked is read")
    return Refusal(HTTPStatus.BAD_REQUEST, "this is not valid HTTP/1.1")
