"""Signing in by the link that the terminal prints, and signing out."""

from __future__ import annotations

from http import HTTPStatus

from goldmine_ingest.runtime.web_key import new_key
from goldmine_ingest.web.cookies import (
    BACK,
    forget_place,
    no_session,
    place_in,
    session_cookie,
)
from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.session import new_session
from goldmine_ingest.web.visit import Visit


def sign_in(visit: Visit) -> Answer:
    """A one-time link becomes a cookie; on to a clean address."""
    site = visit.site
    if not site.attempts.allowed(visit.client):
        return Answer("sign_in.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    key = site.key()
    if not site.links.use(key, visit.params["token"], visit.now):
        return Answer("sign_in.html", {"used": True}, HTTPStatus.NOT_FOUND)
    cookies = (session_cookie(visit, new_session(key, visit.now)), forget_place(visit))
    place = place_in(visit.cookies.get(BACK, "/"))
    return Answer(status=HTTPStatus.SEE_OTHER, to=place, cookies=cookies)


def sign_out(visit: Visit) -> Answer:
    """This browser; with `everywhere`, every browser, every link and every button."""
    if visit.session:
        visit.site.ended.add(visit.session.session_id)
    if visit.form.get("everywhere"):
        new_key(visit.site.data)
    return Answer(status=HTTPStatus.SEE_OTHER, to="/", cookies=(no_session(visit),))
