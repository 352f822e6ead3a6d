"""Who is answered by the Prefect server that `serve` starts: its owner alone. An ASGI layer around
Prefect's application.

Loopback is no trust boundary: every user of the machine, and every web page in a browser on it, can
connect. Prefect's own settings leave gaps (its pages and their settings are served to anyone, web
sockets are accepted before they are asked who they are, any Host and any Origin is answered), so
that all is asked here, before routing, and Prefect's application sees nothing of what is refused:

- **Host** must be a name of this machine or a configured one, whatever the port: a page whose name
  was rebound to 127.0.0.1 sends its own.
- **Origin** and **Sec-Fetch-Site** must not be those of another page: a browser that is logged in
  sends the password along by itself, for whichever page asks. A plain visit by a link passes.
- **The secret** as the password of HTTP Basic, for all but GET /api/health and /api/ready. Basic,
  because a browser keeps it apart by port; a cookie of 127.0.0.1 is sent to every port, another
  user's too. Web sockets may bring it in Prefect's first message instead.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
USER = "goldmine"  # any name is taken: the password is what counts
_UNASKED = frozenset({"/api/health", "/api/ready"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
_OWN = {"same-origin", "none"}
# Nobody's frame, no other page's picture or script (what a browser loads there without asking); and
# Prefect's pages, which are written to run scripts of their own making, take and tell nothing
# elsewhere: they ask an analytics service otherwise.
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'; base-uri"
    " 'self'; form-action 'self'"
)
_ADDED = (
    (b"content-security-policy", _POLICY.encode()),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_CHALLENGE = (
    b"www-authenticate",
    (
        b'Basic realm="goldmine serve: any name, and the password it told where to find",'
        b' charset="UTF-8"'
    ),
)
_POLICY_VIOLATION = 1008
_PATIENCE = 10.0  # seconds for a web socket to say who it is


@dataclass(frozen=True, slots=True)
class Refusal:
    """The status, and what to say to a person."""

    status: HTTPStatus
    text: str


MISDIRECTED = Refusal(HTTPStatus.MISDIRECTED_REQUEST, "This server isn't known by that name.")
FOREIGN = Refusal(
    HTTPStatus.FORBIDDEN, "Another page asked for this; only this server's own pages may."
)
UNKNOWN = Refusal(
    HTTPStatus.UNAUTHORIZED,
    "Log in: any name, and the password that goldmine serve told where to find.",
)


@dataclass(frozen=True, slots=True)
class OwnerOnly:
    """`app` for those who know the `secret`. `hosts` are names that are answered beside those of
    loopback.
    """

    app: App
    secret: str = field(repr=False)
    hosts: Collection[str] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        refusal = self._stranger(scope, headers)
        is_owner = self._knows(headers.get("authorization", []))
        if (
            refusal is None
            and scope["type"] == "websocket"
            and not is_owner
            and _speaks_prefect(headers)
        ):
            await _Handshake(self, scope, receive, send).run()
        elif refusal is None and (is_owner or _needs_no_secret(scope)):
            await self.app(scope, receive, _sending(send, headers["host"][0]))
        else:
            await _refuse(refusal or UNKNOWN, scope, send)

    def is_secret(self, text: str) -> bool:
        """Whether this is the secret, or a name and the secret as in HTTP Basic."""
        return hmac.compare_digest(
            text.rpartition(":")[2].encode(errors="replace"), self.secret.encode()
        )

    def _stranger(self, scope: Scope, headers: dict[str, list[str]]) -> Refusal | None:
        """Why this request isn't looked at, whatever it knows: the name that it asks for, or the
        page that it comes from.
        """
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        host = hosts[0].lower() if len(hosts) == 1 else ""
        name = _HOST.fullmatch(host)
        if name is None or name[1] not in {*LOOPBACK_NAMES, *(own.lower() for own in self.hosts)}:
            return MISDIRECTED
        own = all(origin.lower() in (f"http://{host}", f"https://{host}") for origin in origins)
        sites = headers.get("sec-fetch-site", [])
        return (
            None
            if own and (all(site in _OWN for site in sites) or _is_visit(scope, headers))
            else FOREIGN
        )

    def _knows(self, authorization: list[str]) -> bool:
        if len(authorization) != 1:
            return False
        scheme, _, credentials = authorization[0].partition(" ")
        try:
            return scheme.lower() == "basic" and self.is_secret(
                base64.b64decode(credentials.strip(), validate=True).decode()
            )
        except ValueError:  # not base64, or no text
            return False


@dataclass(slots=True)
class _Handshake:
    """A web socket whose first message is {"type": "auth", "token": …}, as Prefect's clients send
    it where they send no header.

    Until it has come, the application may accept or close, and say nothing.
    """

    door: OwnerOnly
    scope: Scope
    receive: Receive
    send: Send
    _known: bool = False
    _closed: bool = False

    async def run(self) -> None:
        await self.door.app(self.scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if self._known:
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), _PATIENCE)
        except TimeoutError:
            return await self._close()
        if message["type"] != "websocket.receive":
            return message
        self._known = self._is_right(message)
        return message if self._known else await self._close()

    async def _close(self) -> Message:
        self._closed = True
        await self.send(
            {
                "type": "websocket.close",
                "code": _POLICY_VIOLATION,
                "reason": "the first message must hold the password",
            }
        )
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    async def _send(self, message: Message) -> None:
        if not self._closed and (
            self._known or message["type"] in ("websocket.accept", "websocket.close")
        ):
            await self.send(message)

    def _is_right(self, message: Message) -> bool:
        try:
            words = json.loads(message.get("text") or message.get("bytes") or "")
        except (ValueError, RecursionError):
            return False
        token = (
            words.get("token") if isinstance(words, dict) and words.get("type") == "auth" else None
        )
        return isinstance(token, str) and self.door.is_secret(token)


def _headers(scope: Scope) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def _is_visit(scope: Scope, headers: dict[str, list[str]]) -> bool:
    """Someone followed a link to here: a whole page, not a frame, and nothing but reading."""
    whole = headers.get("sec-fetch-mode") == ["navigate"] and headers.get("sec-fetch-dest") == [
        "document"
    ]
    return whole and scope.get("method") in ("GET", "HEAD")


def _needs_no_secret(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in _UNASKED


def _speaks_prefect(headers: dict[str, list[str]]) -> bool:
    return any(
        word.strip() == "prefect"
        for line in headers.get("sec-websocket-protocol", [])
        for word in line.split(",")
    )


def _sending(send: Send, host: str) -> Send:
    """`send` without leave for other pages, which Prefect gives to all. Redirects name the host, so
    that a browser that was given name and password in the address goes on without them: pages that
    were opened so can ask for nothing.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if not name.lower().startswith(b"access-control-")
            ]
            named = [
                (name, _at(host, value) if name.lower() == b"location" else value)
                for name, value in kept
            ]
            message["headers"] = [*named, *_ADDED]
        await send(message)

    return sending


def _at(host: str, location: bytes) -> bytes:
    own = location.startswith(b"/") and not location.startswith(b"//")
    return b"//" + host.encode("latin-1") + location if own else location


async def _refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """An answer in words; a web socket is closed before it is open, which its caller gets as
    403.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.text})
        return
    body = f"{refusal.text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *_ADDED,
    ]
    challenge = [_CHALLENGE] if refusal is UNKNOWN else []
    await send(
        {
            "type": "http.response.start",
            "status": refusal.status.value,
            "headers": [*headers, *challenge],
        }
    )
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
