"""Who is answered, asked before anything is routed: an ASGI layer around the page.

- **Host** must be one of our names with our port. A page whose name was rebound to 127.0.0.1 sends
  its own; it gets 421 and not a byte more.
- **Origin**: what changes something must come from our own page by the browser's own word
  (Sec-Fetch-Site, else Origin). The form's MAC is asked for behind this (app.py).
- **The session**: everything but the sign-in link and the style sheet is for who is signed in.
- **Every answer**, refusals too, forbids scripts and styles from elsewhere, frames, sniffing and
  storing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from goldmine_ingest.web.session import Session

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 256 * 1024
_MOST_QUERY = 8 * 1024
METHODS = {"GET", "HEAD", "POST"}
_PORT = re.compile(r":[0-9]{1,5}")
STATIC = "/static/"
SIGN_IN = "/in/"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Headers = tuple[tuple[bytes, bytes], ...]
# What every answer of ours says, whoever gives it.
COMMON_HEADERS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
# With no-referrer Chromium sends "Origin: null" with our own forms; links out are noreferrer.
_HEADERS: Headers = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    *COMMON_HEADERS,
)
NO_STORE = (b"cache-control", b"no-store")
_FOREVER = (b"cache-control", b"public, max-age=31536000, immutable")

# The page from which the program is installed leads to its manifest; each other asks for one file
# less.
INSTALL_POLICY = f"{_POLICY}; manifest-src 'self'"
# A drawing of a report may bear styles of its own, and its icon is empty; it still runs nothing.
REPORT_POLICY = _POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "img-src 'self'", "img-src data:"
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names by which the page is reached. `own` are of loopback, each with the port; `hosts`
    are configured ones, behind TLS, at whichever port the proxy has.
    """

    own: Collection[str]
    hosts: Collection[str] = ()

    def kind(self, host: str) -> Literal["own", "configured"] | None:
        """What a Host header's value is; None for a name that isn't ours."""
        if host in self.own:
            return "own"
        name, port = (
            (host, "") if host in self.hosts else (host.rpartition(":")[0], host[host.rfind(":") :])
        )
        if name in self.hosts and (not port or _PORT.fullmatch(port)):
            return "configured"
        return None

    def origins(self, host: str) -> tuple[str, ...]:
        """The origins of our own pages under this Host."""
        return (f"http://{host}",) if host in self.own else (f"https://{host}", f"http://{host}")

    @staticmethod
    def cookie(host: str) -> str:
        """The cookie's name: that of an address carries the port, for cookies don't know ports."""
        bare = host.startswith(("127.", "["))
        return f"goldmine-{host.rpartition(':')[2]}" if bare else "goldmine"


@dataclass(frozen=True, slots=True)
class Guard:
    """`app` for its owner. `session_of` reads a cookie's value by the key of the moment."""

    app: App
    names: Names
    session_of: Callable[[str], Session | None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web socket is ever accepted
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = headers_of(scope)
        sending = _with_headers(scope, send)
        refused = self._refused(scope, headers)
        if refused is not None:
            await refuse(refused, sending)
            return
        host = headers["host"][0]
        scope["state"] = {
            **scope.get("state", {}),
            "host": host,
            "secure": self.names.kind(host) == "configured",
            "cookie": self.names.cookie(host),
            "session": self._session(headers, host),
        }
        await self.app(scope, bounded(receive), sending)

    def _refused(self, scope: Scope, headers: dict[str, list[str]]) -> HTTPStatus | None:
        hosts = headers.get("host", [])
        kind = self.names.kind(hosts[0]) if len(hosts) == 1 else None
        if kind is None or not scope["path"].startswith("/"):
            return HTTPStatus.MISDIRECTED_REQUEST
        if scope["method"] not in METHODS:
            return HTTPStatus.METHOD_NOT_ALLOWED
        if len(scope.get("query_string", b"")) > _MOST_QUERY:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        if stated_length(headers) > MOST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if scope["method"] == "POST" and not self._is_ours(headers, hosts[0]):
            return HTTPStatus.FORBIDDEN
        return None

    def _is_ours(self, headers: dict[str, list[str]], host: str) -> bool:
        """Whether the browser says that one of our own pages sends this."""
        sites, origins = headers.get("sec-fetch-site", []), headers.get("origin", [])
        if sites:
            return sites == ["same-origin"]
        return len(origins) == 1 and origins[0] in self.names.origins(host)

    def _session(self, headers: dict[str, list[str]], host: str) -> Session | None:
        name = self.names.cookie(host)
        for line in headers.get("cookie", []):
            for pair in line.split(";"):
                key, equals, value = pair.strip().partition("=")
                if equals and key == name and (session := self.session_of(value)):
                    return session
        return None


def headers_of(scope: Scope) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def stated_length(headers: dict[str, list[str]]) -> int:
    """A body's length as its head has it; more than we take where that is no number."""
    length = headers.get("content-length", ["0"])[0]
    return int(length) if length.isascii() and length.isdigit() else MOST_BODY + 1


def bounded(receive: Receive, most: int = MOST_BODY) -> Receive:
    """`receive`, ended where a body without a stated length grows too large."""
    size = 0

    async def receiving() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return {"type": "http.disconnect"} if size > most else message

    return receiving


def _with_headers(scope: Scope, send: Send) -> Send:
    stored = scope["path"].startswith(STATIC) if scope["type"] == "http" else False

    def headers(status: int) -> Headers:
        return (*_HEADERS, _FOREVER if stored and status == HTTPStatus.OK else NO_STORE)

    return with_headers(headers, send)


def with_headers(headers: Callable[[int], Headers], send: Send) -> Send:
    """`send`, which adds the headers of an answer's status, unless the answer has its own."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            named = {name.lower() for name, _ in given}
            own = headers(message["status"])
            message["headers"] = [*given, *(each for each in own if each[0] not in named)]
        await send(message)

    return sending


async def refuse(status: HTTPStatus, send: Send) -> None:
    """A refusal without a word: whoever gets it is no reader of ours."""
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
