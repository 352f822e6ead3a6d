"""What is pressed: pursue, skip, good, bad, undo. On the disk before anyone is told."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import TYPE_CHECKING, cast, get_args

from goldmine_ingest.analysis.action_spool import set_aside
from goldmine_ingest.analysis.actions import RATED, STAGES, Action, Done, act
from goldmine_ingest.analysis.outcome_events import pursuit_id
from goldmine_ingest.errors import BusyError, UsageError
from goldmine_ingest.model.pursuit import Because, Led, PursuedWork
from goldmine_ingest.web.listing_lookup import DONE
from goldmine_ingest.web.response import Answer, see
from goldmine_ingest.web.site import log
from goldmine_ingest.web.visit import Visit

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

_EVENT_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_NOTE = 2000
_LONGEST_NAME = 200
_MOST_HOURS = 10_000
_MOST_CONNECTS = 9999
_MOST_MONEY = Decimal(10) ** 12


def track(visit: Visit) -> Answer:
    """A stage of a proposal."""
    stage = visit.form.get("stage", "")
    if stage not in STAGES:
        raise UsageError("that is no stage of a proposal")
    form = visit.form
    action = replace(
        _action(visit, stage),
        connects=_connects(form.get("connects", "")) if stage == "pursued" else None,
        hours=_hours(form.get("hours", "")),
        led=_led(form.get("led", "")),
        amount=_money(form.get("amount", "")),
        objection=form.get("objection", "").strip()[:100] or None,
        note=form.get("note", "").strip()[:_LONGEST_NOTE] or None,
    )
    return _record(visit, action)


def add(visit: Visit) -> Answer:
    """Work that no feed brought: an invitation, a referral. It begins as pursued."""
    form = visit.form
    title, source = _name(form.get("title", "")), _name(form.get("source", "")).casefold()
    if not title:
        raise UsageError("it needs a title")
    made = pursuit_id(title, source or None, visit.now.date())
    action = replace(
        _action(visit, "pursued"),
        listing_id=made,
        seen=None,
        title=title,
        source=source or None,
        connects=_connects(form.get("connects", "")),
        hours=_hours(form.get("hours", "")),
        led=_led(form.get("led", "")),
        note=form.get("note", "").strip()[:_LONGEST_NOTE] or None,
    )
    return _record(visit, action)


def rate(visit: Visit) -> Answer:
    """Good or bad, and because of what."""
    rating, because = visit.form.get("rating", ""), visit.form.get("because", "")
    if rating not in RATED or because not in ("", *get_args(Because)):
        raise UsageError("that is no rating")
    named = cast("Because", because) if because else None
    return _record(visit, replace(_action(visit, rating), because=named))


def undo(visit: Visit) -> Answer:
    """Takes back one named event, never whichever happens to be the last."""
    named = visit.form.get("undoes", "")
    if not _EVENT_ID.fullmatch(named):
        raise UsageError("there is no such event to take back")
    return _record(visit, replace(_action(visit, "undone"), undoes=named, seen=None))


def _action(visit: Visit, what: str) -> Action:
    event = visit.form.get("event", "")
    if not _EVENT_ID.fullmatch(event):
        raise UsageError("this form has no event")
    listing = visit.params.get("listing") or visit.form.get("listing", "")
    seen = None if visit.form.get("all_the_same") else visit.form.get("seen")
    return Action(event, what, listing, visit.now, "page", seen)


def _record(visit: Visit, action: Action) -> Answer:
    """Into the history; where another program has it open, into the spool. Either way it is on the
    disk when this answers.
    """

    def question(store: Store) -> tuple[Done, str]:
        work = _work(store, action)
        done = act(store, replace(action, listing_id=work.listing_id))
        of = done.event.listing_id if done.event else work.listing_id
        listing = store.listing_heads([of]).get(of) if done.state == "conflict" else None
        return done, work.title or (listing.posting.title if listing else "")

    try:
        with visit.site.history() as store:
            done, title = question(store)
    except BusyError:
        return _noted(visit, action)
    if done.state == "conflict":
        visit.look()
        facts = {
            "there": done.event,
            "wanted": action,
            "title": title,
            "done": DONE,
            "fields": {**visit.form, "event": visit.new_event(), "all_the_same": "1"},
        }
        return Answer("conflict.html", facts, HTTPStatus.CONFLICT)
    return see(_next_place(visit, done))


def _work(store: Store, action: Action) -> PursuedWork:
    """What is acted on: for a stage also work that no feed brought, which can't be rated."""
    if action.what == "undone" or action.title:
        return PursuedWork(action.listing_id, action.title)
    if action.what in RATED:
        return PursuedWork(store.resolve_listing(action.listing_id))
    return store.resolve_pursued(action.listing_id)


def _noted(visit: Visit, action: Action) -> Answer:
    """Set aside: it goes into the history as soon as that is free."""
    set_aside(visit.project.database.path, action)
    visit.site.hurry_spool()
    log.info("an action was set aside: the history is in use")
    return Answer("noted.html", {"to": _place(visit)}, HTTPStatus.ACCEPTED)


def _next_place(visit: Visit, done: Done) -> str:
    if done.state == "undone" and done.event and visit.form.get("way_back") == "inbox":
        return f"/?l={done.event.listing_id}"
    return _place(visit)


def _place(visit: Visit) -> str:
    """Where one goes on: the next listing of the inbox, or the page that the form stood on."""
    after = visit.form.get("after", "")
    match visit.form.get("way_back", ""):
        case "inbox":
            return f"/?l={after}" if re.fullmatch(r"[0-9a-f]{20}", after) else "/"
        case "listing":
            listing = visit.params.get("listing") or visit.form.get("listing", "")
            return f"/l/{listing}" if re.fullmatch(r"[0-9a-f]{4,20}", listing) else "/"
        case place if re.fullmatch(r"[a-z]{1,12}", place):
            return f"/{place}"
    return "/"


def _connects(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > _MOST_CONNECTS:
        raise UsageError("connects are a whole number")
    return int(text)


def _led(text: str) -> Led | None:
    if text and text not in get_args(Led):
        raise UsageError("that is nothing that a proposal leads with")
    return cast("Led", text) if text else None


def _hours(text: str) -> Decimal | None:
    hours = _money(text)
    if hours is not None and not 0 < hours < _MOST_HOURS:
        raise UsageError("hours are a number, such as 1.5")
    return None if hours is None else max(Decimal("0.01"), round(hours, 2))


def _name(text: str) -> str:
    """One line; "" for none."""
    name = " ".join(text.split())
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"a name has at most {_LONGEST_NAME} characters")
    return name


def _money(text: str) -> Decimal | None:
    text = text.strip().replace(",", "")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _MOST_MONEY:
        raise UsageError("an amount is a number")
    return amount
