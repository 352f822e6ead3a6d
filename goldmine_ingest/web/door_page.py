"""What the door shows: a listing's title, its pay and age, what was decided, and a button for each
thing that can be done. One template, one style sheet that stands in the page: the door serves
nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from markupsafe import Markup

from goldmine_ingest.alerts.tokens import Press, Token, TokenError, event_id, sign, taken_back_by
from goldmine_ingest.analysis.actions import last_event
from goldmine_ingest.pipeline.delivery.buttons import DOOR_PATH
from goldmine_ingest.pipeline.delivery.pressing import (
    TEST_LISTING,
    WORDS,
    Outcome,
    follows,
    unused,
    word_of,
)
from goldmine_ingest.web.listing_facts import age_of, title_and_pay
from goldmine_ingest.web.rendering import assets, environment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldmine_ingest.model.pursuit import RecordedEvent
    from goldmine_ingest.store.history import Store

_NOTED = "Noted; it goes into the history in a moment"
_IN_USE = "The history is in use; what you press is kept, and goes in as soon as that is over."
_TEST = "It works: this was a test, nothing is recorded"


@dataclass(frozen=True, slots=True)
class DoorPage:
    """`said` is what stands, `note` what else one should know. Each of `buttons` is a word and the
    path that its form posts to.
    """

    status: HTTPStatus = HTTPStatus.OK
    title: str = ""
    facts: str = ""
    said: str = ""
    note: str = ""
    buttons: tuple[tuple[str, str], ...] = ()


def offered(
    store: Store | None, token: Token, key: bytes, presses: tuple[Press, ...], zone: tzinfo
) -> DoorPage:
    """What a link offers; `store` None: the history can't be asked now. Raises TokenError."""
    names = presses if token.press == "decide" else (token.press,)
    tokens = [Token(name, token.listing, token.destination, token.expires_at) for name in names]
    if store is None:
        return DoorPage(note=_IN_USE, buttons=_buttons(map(_worded, tokens), key))
    title, facts = _listing(store, token)
    events = store.events(ids=[token.listing])
    tokens = [unused(events, each, key) for each in tokens]
    last = last_event(events)
    said = _standing(last, store.now, zone) if last else ""
    own = next((t for t in tokens if last and event_id(sign(t, key)) == last.event_id), None)
    if own is not None and last is not None:
        worded = follows(Outcome("already", own, last), presses)
    else:
        worded = tuple(map(_worded, tokens))
    return DoorPage(title=title, facts=facts, said=said, buttons=_buttons(worded, key))


def told(
    store: Store | None,
    outcome: Outcome,
    key: bytes,
    presses: tuple[Press, ...],
    zone: tzinfo,
) -> DoorPage:
    """What became of a press."""
    buttons = _buttons(follows(outcome, presses), key)
    if store is None:
        said = _TEST if outcome.state == "test" else _NOTED
        return DoorPage(said=said, buttons=buttons)
    title, facts = _listing(store, outcome.token)
    if outcome.state == "test":
        said = _TEST
    elif outcome.state == "undone":
        said = "Taken back"
    elif outcome.state == "taken_back":
        said = "It was taken back meanwhile; press once more to record it"
    else:
        said = _standing(outcome.event, store.now, zone) if outcome.event else ""
    return DoorPage(title=title, facts=facts, said=said, buttons=buttons)


def _worded(token: Token) -> tuple[str, Token]:
    return ("Undo" if taken_back_by(token) else WORDS[token.press]), token


def _buttons(worded: Iterable[tuple[str, Token]], key: bytes) -> tuple[tuple[str, str], ...]:
    return tuple((word, DOOR_PATH + sign(token, key)) for word, token in worded)


def _listing(store: Store, token: Token) -> tuple[str, str]:
    """Title, and what it pays and how old it is. Raises TokenError for one that isn't there."""
    if token.listing == TEST_LISTING:
        return "A test message", ""
    listing = store.listing_heads([token.listing]).get(token.listing)
    if listing is None:
        raise TokenError
    title, pay = title_and_pay(listing.posting)
    age = age_of(listing, store.now)
    return title, " · ".join(filter(None, (pay, f"{age.text} ago")))


def _standing(event: RecordedEvent, now: datetime, zone: tzinfo) -> str:
    """'✓ Pursued 18:06', with the day where that isn't today."""
    at, today = event.recorded_at.astimezone(zone), now.astimezone(zone)
    day = "" if at.date() == today.date() else f"{at.day} {at:%b} "
    return f"✓ {word_of(event)} {day}{at:%H:%M %Z}".rstrip()


def render_door(page: DoorPage) -> str:
    """The page as HTML."""
    facts = {"page": page, "style": Markup(f"<style>{_style()}</style>")}  # noqa: S704 - our own file
    return environment().get_template("door.html").render(facts)


@cache
def policy() -> str:
    """No script, nothing from anywhere, no frame; the style sheet that stands in the page."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return assets()["door.css"].content.decode()
