"""The page's cookies: the session, and where one was when it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from goldmine_ingest.web.session import SESSION_DAYS

if TYPE_CHECKING:
    from goldmine_ingest.web.visit import Visit

BACK = "goldmine-back"
_LONGEST_BACK = 2000


def session_cookie(visit: Visit, value: str) -> str:
    """Lax, not Strict: with Strict a link in a mail lands on the sign-in page although one is
    signed in. No GET changes anything, so Lax is enough.
    """
    return _cookie(visit, visit.cookie, value, SESSION_DAYS * 86400)


def no_session(visit: Visit) -> str:
    return _cookie(visit, visit.cookie, "", 0)


def remember_place(visit: Visit) -> str:
    """Where to come back to after signing in."""
    place = visit.address if len(visit.address) < _LONGEST_BACK else "/"
    return _cookie(visit, BACK, quote(place, safe="/?=&"), 600)


def forget_place(visit: Visit) -> str:
    return _cookie(visit, BACK, "", 0)


def keys_cookie(visit: Visit, *, on: bool) -> str:
    """Whether single keys are on, so that the server leaves their hints out."""
    return _cookie(visit, "keys", "1" if on else "0", 365 * 86400)


def place_in(value: str) -> str:
    """A path of our own; "/" for anything else."""
    place = unquote(value)
    plain = place.startswith("/") and place.isprintable() and place.isascii()
    return place if plain and not place.startswith("//") and "\\" not in place else "/"


def _cookie(visit: Visit, name: str, value: str, seconds: int) -> str:
    secure = "; Secure" if visit.secure else ""
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
