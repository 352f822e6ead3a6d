"""The door: where the links of messages lead, on a port of its own that knows one path, /a/TOKEN.

What opens a link to look at it (mail scanners, previews of chats, browsers that load ahead)
changes nothing: GET and HEAD show what would be done, and a POST of that page's button does it, by
the token alone. There is no session, no cookie, no script. A token that isn't good any more, or
never was, gets the same page as any other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from http import HTTPStatus
from threading import Lock
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from goldmine_ingest.alerts.tokens import Press, Token, TokenError, door_mark, read
from goldmine_ingest.analysis.action_spool import take_in
from goldmine_ingest.analysis.arrival import arrived
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.errors import BusyError, ConfigError, GoldmineError
from goldmine_ingest.pipeline.delivery.buttons import DOOR_PATH, key_of_buttons
from goldmine_ingest.pipeline.delivery.pressing import (
    PATIENCE,
    Outcome,
    SpoolEmptier,
    press,
    set_press_aside,
)
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.web.door_page import DoorPage, offered, policy, render_door, told
from goldmine_ingest.web.guard import (
    COMMON_HEADERS,
    METHODS,
    NO_STORE,
    Headers,
    Receive,
    Scope,
    Send,
    bounded,
    headers_of,
    refuse,
    stated_length,
    with_headers,
)
from goldmine_ingest.web.session import Attempts

log = logging.getLogger("goldmine_ingest.web")
_MOST_BODY, _MOST_QUERY = 4 * 1024, 1024


@dataclass(slots=True)
class Door:
    """An ASGI application. `now` is the clock; `current` the project as its files say."""

    current: CurrentProject
    now: Callable[[], datetime]
    strangers: Attempts = field(default_factory=Attempts)
    guests: Attempts = field(default_factory=Attempts)
    spool: SpoolEmptier = field(init=False)
    _project: Project | None = None
    _reading: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.spool = SpoolEmptier(self.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        sending = with_headers(_headers, send)
        refused = self._refused(scope)
        if refused is not None:
            await refuse(refused, sending)
            return
        if scope["method"] == "POST" and not await _is_read(bounded(receive, _MOST_BODY)):
            await refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sending)
            return
        client = scope["client"][0] if scope.get("client") else ""
        text = scope["path"].removeprefix(DOOR_PATH)
        page = await run_in_threadpool(self._answer, scope["method"], text, client)
        response = Response(render_door(page), page.status, media_type="text/html")
        await response(scope, receive, sending)

    def _refused(self, scope: Scope) -> HTTPStatus | None:
        """What gets an answer without a word: no page of ours ever asks for it."""
        headers = headers_of(scope)
        hosts = headers.get("host", [])
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return HTTPStatus.MISDIRECTED_REQUEST
        if scope["method"] not in METHODS:
            return HTTPStatus.METHOD_NOT_ALLOWED
        if len(scope.get("query_string", b"")) > _MOST_QUERY:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        if stated_length(headers) > _MOST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if not scope["path"].startswith(DOOR_PATH):
            return HTTPStatus.NOT_FOUND
        return None

    def _is_ours(self, host: str) -> bool:
        """[actions] url's name, at whichever port the proxy has, or the address itself."""
        actions = self.project().actions
        if actions is None or "@" in host:
            return False
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name in (urlsplit(actions.url).hostname, actions.listen[0])

    def project(self) -> Project:
        """As the files say now; while they are broken, as they were. Raises ConfigError where they
        never could be read.
        """
        with self._reading:
            try:
                self._project = self.current.read()
            except ConfigError:
                if self._project is None:
                    raise
            return self._project

    def _answer(self, method: str, text: str, client: str) -> DoorPage:
        """In a thread: whatever happens, a page for people."""
        try:
            project = self.project()
            token, owner = self._read(project, text)
            if not self.guests.allowed(hashlib.sha256(text.encode()).hexdigest()):
                return DoorPage(HTTPStatus.TOO_MANY_REQUESTS)
            visit = _Visit(project, token, owner, key_of_buttons(project.database.path), self.now())
            return self._act(visit) if method == "POST" else visit.look()
        except TokenError:
            allowed = self.strangers.allowed(client)
            return DoorPage(HTTPStatus.NOT_FOUND if allowed else HTTPStatus.TOO_MANY_REQUESTS)
        except (GoldmineError, OSError):
            return DoorPage(HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception:  # the border: no trace of anything reaches a page
            log.exception("the door failed")
            return DoorPage(HTTPStatus.SERVICE_UNAVAILABLE)

    def _act(self, visit: _Visit) -> DoorPage:
        page, noted = visit.act()
        if noted:
            self.spool.hurry(visit.project.database.path)
        return page

    def _read(self, project: Project, text: str) -> tuple[Token, str]:
        """The token and the destination whose message had it. Raises TokenError, StoreError."""
        if project.actions is None or not project.database.path.exists():
            raise TokenError
        token = read(text, key_of_buttons(project.database.path), self.now())
        for destination in project.destinations:
            if destination.actions and door_mark(destination.name) == token.destination:
                return token, destination.name
        raise TokenError


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request with a token that is good."""

    project: Project
    token: Token
    owner: str
    key: bytes = field(repr=False)
    now: datetime

    def look(self) -> DoorPage:
        """What would be done; nothing is. Raises TokenError, StoreError."""
        try:
            with self._history() as store:
                return offered(store, self.token, self.key, self._presses, self._zone)
        except BusyError:  # the button works all the same: a press waits on the disk
            return offered(None, self.token, self.key, self._presses, self._zone)

    def act(self) -> tuple[DoorPage, bool]:
        """Does it, and says what became of it; and whether it only waits on the disk yet. Raises
        TokenError, StoreError, OSError.
        """
        path = self.project.database.path
        try:
            with self._history() as store:
                take_in(store, path)
                outcome = press(store, self.token, self.key)
                if outcome.state != "test":
                    arrived(store, self.token.listing, self.owner)
                return self._told(store, outcome), False
        except BusyError:
            outcome = set_press_aside(path, self.token, self.owner, self.key, self.now)
            return self._told(None, outcome), outcome.state == "noted"

    def _told(self, store: Store | None, outcome: Outcome) -> DoorPage:
        return told(store, outcome, self.key, self._presses, self._zone)

    def _history(self) -> AbstractContextManager[Store]:
        return open_store(self.project.database.path, wait=PATIENCE, now=self.now)

    @property
    def _presses(self) -> tuple[Press, ...]:
        return self.project.actions.buttons if self.project.actions else ()

    @property
    def _zone(self) -> tzinfo:
        me = self.project.criteria.me
        return ZoneInfo(me.timezone) if me and me.timezone else UTC


async def _is_read(receive: Receive) -> bool:
    """Whether a body came to its end; nothing in it is looked at."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        if not message.get("more_body"):
            return True


def _headers(_status: int) -> Headers:
    return (
        (b"content-security-policy", policy().encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-robots-tag", b"noindex, nofollow"),
        *COMMON_HEADERS,
        NO_STORE,
    )
