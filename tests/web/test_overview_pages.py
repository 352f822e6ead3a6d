"""Near misses, board, sources and reports: what they show is what the commands say, and what is
pressed on them is done.
"""

from __future__ import annotations

import html
import os
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.analysis.actions import Action, act
from goldmine_ingest.analysis.board import board
from goldmine_ingest.analysis.funnel import IN_FLIGHT
from goldmine_ingest.analysis.near_misses import near_misses
from goldmine_ingest.model.alert import AlertEvent, Cause
from goldmine_ingest.model.pursuit import RecordedEvent
from goldmine_ingest.runtime.locks import database_lock
from goldmine_ingest.settings.review import FOLLOWED_UP
from goldmine_ingest.web.polling import CycleStarter
from goldmine_ingest.web.session import form_token
from tests.histories import NOON, job_id
from tests.rig.page import Served, forms
from tests.rig.project import Home
from tests.rig.waiting import wait_for
from tests.web.conftest import copied


def test_near_misses_are_those_of_the_command(page: Served) -> None:
    with page.site.history() as store:
        settings = page.site.project().criteria.decision
        costs, missed = near_misses(store, settings, NOON - timedelta(days=30))
    shown = page.get("/near")
    assert missed
    assert all(miss.listing_id in shown.text for miss in missed)
    for cost in costs:
        assert f"{cost.alone} {cost.with_others}" in shown.words
    assert "✗ Budget: too low 450, asked 500" in shown.words


def test_a_near_miss_is_rated_where_it_stands(own_page: Served) -> None:
    path = next(at for at, _ in forms(own_page.get("/near").text) if at.endswith("/rate"))
    done = own_page.post(path, own_page.form("/near", path, rating="good"))
    assert (done.status, done.headers["location"]) == (303, "/near")
    assert "Rated good" in own_page.get("/near").words
    with own_page.site.history() as store:
        assert [event.what for event in store.events()] == ["good"]


def event(listing: int, what: str, days: float, *, undone: bool = False) -> RecordedEvent:
    at = NOON - timedelta(days=days)
    kind = "rating" if what in ("good", "bad") else "pursuit"
    return RecordedEvent(
        f"{listing}{what}{days}", job_id(listing), kind, what, at, at, undone=undone
    )


# The events of one listing (what, days ago), and where it stands: (stage, due).
STANDS = (
    ([("pursued", 1)], ("pursued", False)),
    ([("pursued", 5)], ("pursued", True)),
    ([("pursued", 7)], ("ignored", False)),
    ([("pursued", 9), ("viewed", 6)], ("viewed", True)),
    ([("pursued", 9), ("replied", 8)], ("replied", False)),
    ([("pursued", 9), ("interviewed", 5)], ("interviewed", True)),
    ([("pursued", 30), ("hired", 20)], ("hired", False)),
    ([("pursued", 30), ("declined", 20)], ("declined", False)),
    ([("pursued", 9), ("followed_up", 2)], ("pursued", False)),
    ([("pursued", 9), ("viewed", 8), ("followed_up", 6)], ("viewed", True)),
    ([("pursued", 3), ("withdrawn", 1)], ("withdrawn", False)),
)


@pytest.mark.parametrize(("events", "stands"), STANDS)
def test_where_a_pursuit_stands(events: list[tuple[str, float]], stands: tuple[str, bool]) -> None:
    found = board(sorted((event(1, *e) for e in events), key=lambda e: e.at_time)[::-1], NOON)
    cards = [*found.closed, *(card for _, column in found.columns for card in column)]
    assert [(card.stage, card.is_due(NOON)) for card in cards] == [stands]
    assert bool(found.due) == stands[1]


def test_skipped_rated_and_undone_are_no_cards() -> None:
    events = [event(1, "skipped", 1), event(2, "good", 1), event(3, "pursued", 1, undone=True)]
    found = board(events, NOON)
    assert (found.due, found.closed, found.next_due) == ((), (), None)
    assert not any(column for _, column in found.columns)


@given(
    st.lists(
        st.builds(
            event,
            st.integers(1, 4),
            st.sampled_from(
                ["pursued", "viewed", "replied", "hired", "declined", "skipped", "followed_up"]
            ),
            st.floats(0, 30),
            undone=st.booleans(),
        )
    )
)
def test_every_pursuit_stands_in_one_place(events: list[RecordedEvent]) -> None:
    events.sort(key=lambda e: e.recorded_at, reverse=True)
    found = board(events, NOON)
    cards = [*found.closed, *(card for _, column in found.columns for card in column)]
    assert len({card.listing_id for card in cards}) == len(cards)
    assert {card.listing_id for card in found.due} <= {card.listing_id for card in cards}
    assert all(NOON - card.since >= FOLLOWED_UP[card.stage] for card in found.due)
    assert all(NOON - card.since >= IN_FLIGHT for card in cards if card.stage == "ignored")


def test_a_card_moves_by_its_form(own_page: Served) -> None:
    listing = next(at for at, _ in forms(own_page.get("/").text) if at.endswith("/track"))
    own_page.post(listing, {**own_page.form("/", listing, stage="pursued"), "connects": "12"})
    shown = own_page.get("/board")
    assert "Pursued 1" in shown.words
    assert "12 connects" in shown.words
    assert "Nothing. Next: “" in shown.words
    own_page.post(listing, {**own_page.form("/board", listing), "stage": "followed_up"})
    assert "Pursued 1" in own_page.get("/board").words
    fields = {**own_page.form("/board", listing), "stage": "hired", "amount": "1,800"}
    moved = own_page.post(listing, fields)
    assert (moved.status, moved.headers["location"]) == (303, "/board")
    assert "Hired 1" in own_page.get("/board").words
    assert "$2K" in own_page.get("/board").words


def test_the_closed_ones_say_what_was_said_against_them(own_page: Served) -> None:
    ended = (
        ("declined", "price"),
        ("declined", "timing"),
        ("declined", "price"),
        ("withdrawn", ""),
    )
    with own_page.site.history() as store:
        for number, (stage, objection) in enumerate(ended):
            elsewhere = Action(f"{number:032x}", "pursued", f"{number:020x}", NOON, "page")
            act(store, replace(elsewhere, title=f"Work {number}", source="referral"))
            over = replace(
                elsewhere, event_id=f"{number + 16:032x}", what=stage, objection=objection
            )
            act(store, over)
    closed = "Closed 4: declined 3 (price 2, timing 1) · withdrawn 1"
    assert closed in own_page.get("/board").words


def test_work_from_elsewhere_goes_in_and_moves(own_page: Served) -> None:
    """Sent twice it is one pursuit; its later events bear its title too, also out of the spool."""
    fields = own_page.form("/board", "/board/new") | {
        **{"title": "Ann's payouts", "source": "Referral", "hours": "1.5", "led": "proof"},
    }
    for _ in range(2):
        done = own_page.post("/board/new", fields)
        assert (done.status, done.headers["location"]) == (303, "/board")
    shown = own_page.get("/board").words
    assert "Pursued 1" in shown
    assert "Ann's payouts referral" in shown
    path = next(at for at, _ in forms(own_page.get("/board").text) if at.endswith("/track"))
    moved = own_page.post(path, {**own_page.form("/board", path), "stage": "replied"})
    assert moved.status == 303
    with own_page.site.history() as store:
        hired = Action("e" * 32, "hired", path.split("/")[2], own_page.site.now(), "phone")
        act(store, hired)
        events = [(e.what, e.title, e.source, e.hours, e.led) for e in store.events()]
    own = ("Ann's payouts", "referral")
    assert events == [
        ("hired", *own, None, None),
        ("replied", *own, None, None),
        ("pursued", *own, Decimal("1.50"), "proof"),
    ]
    rated = path.replace("/track", "/rate")
    session = own_page.site.session_of(own_page.cookie.partition("=")[2])
    assert session
    token = form_token(own_page.site.key(), session.session_id, rated)
    refused = {"form": token, "event": "d" * 32, "rating": "good"}
    assert own_page.post(rated, refused).status == 404
    for wrong in ({"title": " "}, {"hours": "-1"}, {"led": "charm"}, {"title": "x" * 300}):
        assert own_page.post("/board/new", {**fields, "event": "f" * 32, **wrong}).status == 404


def test_sources_show_each_feed_and_ask_it(page: Served) -> None:
    shown = page.get("/sources")
    assert "jobs upwork ✓ ok" in shown.words
    assert "6 listings" in shown.words
    assert "here 1 alert waits" in shown.words
    asked = page.post("/feeds/jobs/ask", page.form("/sources", "/feeds/jobs/ask"))
    assert (asked.status, page.polled[-1]) == (200, ("jobs",))


def test_a_page_waits_until_what_was_begun_is_over(own_page: Served) -> None:
    """Then it goes to where what came of it is shown."""
    asked = own_page.post("/feeds/jobs/ask", own_page.form("/sources", "/feeds/jobs/ask"))
    assert asked.headers["refresh"] == "2; url=/polling?work=ask"
    own_page.site.working = lambda: True
    waits = own_page.get("/polling?work=ask")
    assert (waits.status, waits.headers["refresh"]) == (200, "2; url=/polling?work=ask")
    assert "The feed is being asked" in waits.words
    own_page.site.working = lambda: False
    for work, to in (("ask", "/sources"), ("rescan", "/"), ("//evil.example", "/")):
        over = own_page.get(f"/polling?work={work}")
        assert (over.status, over.headers["location"]) == (303, to)
    own_page.site.poll = lambda _: "A cycle is running already"
    refused = own_page.post("/poll", own_page.form("/sources", "/poll"))
    assert (refused.status, refused.headers["refresh"]) == (200, "2; url=/")
    assert "A cycle is running already" in refused.words


def test_a_child_of_the_page_is_known_until_it_ends(seeded: Home, tmp_path: Path) -> None:
    home = copied(seeded, tmp_path)
    config = home.project().config_path
    start = CycleStarter(config, {**os.environ, **home.env})
    with database_lock(tmp_path / "data/goldmine.duckdb"):
        assert start.rescan("30d", False) == ""
        assert start.working()
    wait_for(lambda: not start.working())


def test_what_is_not_held_or_not_there_is_refused(page: Served) -> None:
    form = page.form("/sources", "/feeds/jobs/ask")
    for path in (
        "/feeds/jobs/accept",
        "/feeds/other/ask",
        "/alerts/ffff/retry",
        "/alerts/%27/drop",
    ):
        got = page.post(path, {**form, "form": page_token(page, path)})
        assert got.status == 404, path
        assert "Traceback" not in got.text


def page_token(page: Served, path: str) -> str:
    """What a form of ours for this action would bring along."""
    session = page.site.session_of(page.cookie.partition("=")[2])
    assert session
    return form_token(page.site.key(), session.session_id, unquote(path))


def test_an_alert_that_is_stuck_is_tried_again_or_given_up(own_page: Served) -> None:
    with own_page.site.history() as store:
        listing = store.listing_ids()[0]
        for name, what in (("a" * 20, "dead"), ("b" * 20, "uncertain")):
            store.append_events(
                [
                    AlertEvent(name, "owed", NOON, "here", "match", listing),
                    AlertEvent(
                        name, what, NOON, "here", "match", listing, cause=Cause.REFUSED, reason="no"
                    ),
                ]
            )
    shown = own_page.get("/sources")
    assert "not delivered match" in shown.words
    for name, action in (("a" * 20, "retry"), ("b" * 20, "drop")):
        path = f"/alerts/{name}/{action}"
        assert own_page.post(path, own_page.form("/sources", path)).status == 303
    with own_page.site.history() as store:
        states = {row.alert_id: (row.state, row.cause) for row in store.alert_rows()}
    assert states["b" * 20] == ("suppressed", Cause.BY_HAND)
    assert states["a" * 20][0] in ("retrying", "owed")


def test_reports_say_the_diagnosis_and_are_made_in_a_child(own_page: Served) -> None:
    assert "The last 30 days" in own_page.get("/reports").words
    assert "being made" in own_page.get("/reports/review").words
    wait_for(lambda: "being made" not in own_page.get("/reports/review").words)
    shown = own_page.get("/reports/review")
    assert "The reality test" in shown.words
    assert "‹ Reports" in shown.words  # the way back, which the file by itself has not
    leads = re.findall(r'<a style="color:inherit" href="(/[^"]+)"', shown.text)
    assert {"/board", "/near", "/sources"} <= {*leads}
    assert all(own_page.get(html.unescape(path)).status == 200 for path in {*leads})
    assert "data-page" not in shown.text
    assert "<script" not in shown.text
    assert "style-src 'self' 'unsafe-inline'" in shown.headers["content-security-policy"]
    assert "default-src 'none'" in shown.headers["content-security-policy"]
