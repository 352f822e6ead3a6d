"""`goldmine check --online` at the door: whether [actions] url leads to this project's, and to no
other program.

It opens a link as a mail scanner would, of the listing of test messages, which records nothing. The
page behind it has buttons that only the holder of this project's key can have signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from goldmine_ingest.alerts.tokens import Token, door_mark, sign
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.fetch import fetch_all
from goldmine_ingest.model import Json
from goldmine_ingest.model.fetched import FeedRequest, Fetched, Outcome
from goldmine_ingest.pipeline.delivery.buttons import DOOR_PATH, key_of_buttons
from goldmine_ingest.pipeline.delivery.pressing import TEST_LISTING
from goldmine_ingest.pipeline.proxy import proxy_of

if TYPE_CHECKING:
    from goldmine_ingest.cli.check_actions import Way
    from goldmine_ingest.cli.session import Session
    from goldmine_ingest.settings.actions import ActionSettings
    from goldmine_ingest.settings.project import Project

_PATIENCE_S = 5.0
_GOOD_FOR = timedelta(hours=1)
_MISDIRECTED = 421
_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class AskedDoor:
    """What the public address said: `ok` None where it can't be told yet."""

    url: str
    ok: bool | None
    detail: str

    @property
    def row(self) -> dict[str, Json]:
        """As `check` reports it."""
        return {"door": self.url, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class _Knock:
    """A link that does nothing, and what the page of the right door has in it."""

    path: str
    expected: str

    def is_answered_by(self, body: bytes) -> bool:
        return self.expected.encode() in body


def ask_door(
    project: Project, session: Session, ways: Mapping[str, Way | None]
) -> AskedDoor | None:
    """Knocks at the public address, then at the port itself to tell why that failed. None where no
    message has a link.
    """
    actions = project.actions
    told = next((name for name, way in ways.items() if way is not None), None)
    if actions is None or not actions.url or not actions.buttons or told is None:
        return None
    if not project.database.path.exists():
        why = "not asked: nothing was polled yet, and no link leads anywhere before goldmine run"
        return AskedDoor(actions.url, None, why)
    try:
        knock = _knock(project, session, told)
        proxy = proxy_of(project, session.env)
    except (GoldmineError, OSError) as error:
        return AskedDoor(actions.url, None, f"not asked: {error}")
    public = _fetched(project, session, actions.url + knock.path, proxy)
    if knock.is_answered_by(public.body):
        return AskedDoor(actions.url, True, "leads to this door")
    ok, detail = _why(actions, public, _here(actions, knock))
    return AskedDoor(actions.url, ok, detail)


def _knock(project: Project, session: Session, destination: str) -> _Knock:
    key, until = key_of_buttons(project.database.path), session.now() + _GOOD_FOR
    actions = project.actions
    assert actions is not None  # noqa: S101 - whoever calls has looked
    decide = Token("decide", TEST_LISTING, door_mark(destination), until)
    button = replace(decide, press=actions.buttons[0])
    return _Knock(DOOR_PATH + sign(decide, key), DOOR_PATH + sign(button, key))


def _fetched(project: Project, session: Session, url: str, proxy: str) -> Fetched:
    """As a phone would ask. The owner's own address may be one of the owner's own network."""
    place = urlsplit(url)
    port = place.port or (443 if place.scheme == "https" else 80)
    name = f"[{place.hostname}]" if ":" in (place.hostname or "") else place.hostname
    settings = replace(project.fetch, allow_private=(f"{name}:{port}",))
    asked = FeedRequest("the door", url)
    return next(iter(fetch_all([asked], settings, now=session.now, proxy=proxy)))


def _here(actions: ActionSettings, knock: _Knock) -> Literal["this door", "another", "nothing"]:
    """What listens where the door should."""
    address, port = actions.listen
    host = urlsplit(actions.url).netloc
    # one that listens on all addresses does on these
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    connection = HTTPConnection(address, port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", knock.path, headers={"Host": host})
        body = connection.getresponse().read(_MOST)
    except ConnectionRefusedError:
        return "nothing"
    except (OSError, HTTPException):
        return "another"
    finally:
        connection.close()
    return "this door" if knock.is_answered_by(body) else "another"


def _why(actions: ActionSettings, public: Fetched, here: str) -> tuple[bool | None, str]:
    """Why the public address leads elsewhere, and what to do."""
    place = f"{actions.listen[0]}:{actions.listen[1]}"
    if here == "nothing":
        return None, (
            f"no door is open on {place} now: start goldmine serve or goldmine web, and ask again"
        )
    if here == "another":
        return False, f"another program listens on {place}: give [actions] listen another port"
    if public.status == _MISDIRECTED:
        return False, (
            f"leads to a door, under another name: the proxy before {place} must keep the Host"
        )
    if public.status is not None:
        answer = "another page" if public.outcome is Outcome.OK else f"HTTP {public.status}"
        return False, (
            f"leads elsewhere ({answer}): the proxy must pass every path on to {place} as it is"
        )
    return False, (
        f"can't be reached from this computer ({public.error}); the door itself is open on {place}:"
        " look at the proxy before it, or open the address on the phone"
    )
