"""Times in the future are no evidence: a clock that was ahead for a while leaves nothing behind
that goes on being believed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.alerts.delivery_plan import plan
from goldmine_ingest.alerts.destination_health import standing
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.pipeline.polling import due
from goldmine_ingest.store.stored_times import noted, past, without_future
from tests.alert_cases import NOW, destination, owed
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import headlines, hook, item, listings, serve, watching

AHEAD = timedelta(hours=26)
STATES = "SELECT state, count(*) FROM alerts WHERE kind = 'match' GROUP BY state ORDER BY state"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, None),
        ("", None),
        ("yesterday", None),
        ("2026-11-23T11:59:00+00:00", NOW - timedelta(minutes=1)),
        ("2026-11-23T11:59:00", NOW - timedelta(minutes=1)),
        ("2026-11-24T11:59:00+00:00", None),
    ],
)
def test_a_noted_time_is_a_time_and_not_ahead(text: str | None, found: object) -> None:
    assert noted(text, NOW) == found


@given(
    st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3)),
    st.sampled_from(["retry", "uncertain", "held", "owed"]),
)
def test_an_alert_never_keeps_a_time_ahead_that_steers(shift: timedelta, event: str) -> None:
    """It is planned now, or waits for a time of its own that was set in the past; nothing of it
    is lost.
    """
    at = NOW + shift
    alert = replace(
        owed(at=at),
        last_event=event,
        last_event_at=at,
        next_try_at=at + timedelta(hours=1),
        attempts=2,
    )  # type: ignore[arg-type]
    (seen,) = without_future([alert], NOW)
    assert past(seen.enqueued_at, NOW)
    assert (seen.alert_id, seen.attempts) == (alert.alert_id, 2)
    if at > NOW:
        assert not standing([seen], None).down
        assert plan([seen], destination(), now=NOW, sent=(), last_digest_at=None).send == (seen,)
    else:
        assert seen == alert


def test_what_waits_for_a_person_goes_on_waiting() -> None:
    alert = replace(
        owed(at=NOW),
        last_event="uncertain",
        last_event_at=NOW + AHEAD,
        next_try_at=None,
        may_repeat=True,
    )
    assert without_future([alert], NOW) == (alert,)


@fault("A19", "one message was sent while the clock was a day ahead", "it counts for nothing today")
def test_the_hourly_limit_forgets_a_send_of_tomorrow(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    serve(feeds, "/a", item(1))
    home = watching(
        tmp_path, feeds, "/a", to={"phone": hook(sink, "max_per_hour = 1\ndigest_at = []")}
    )
    home.clock.at += AHEAD
    home.run()
    home.clock.at -= AHEAD
    serve(feeds, "/a", *(item(n) for n in range(1, 6)))
    for _ in range(6):  # a notice of the storm takes a slot, too
        home.run()
        home.clock.forward(minutes=61)
    assert len(listings(sink)) == len(set(listings(sink))) == 5
    assert home.rows(STATES) == [("sent", 5)]


@fault(
    "A19", "the same, and every message is refused today", "nothing dies; all sent when it is back"
)
def test_a_refusal_is_not_final_because_of_a_success_of_tomorrow(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """The destination took a message 'tomorrow' and refuses everything today: it is wrong, not
    each message.
    """
    with Receiver(["200", "400"]) as sink, Receiver() as desk:
        serve(feeds, "/a", item(1))
        home = watching(
            tmp_path,
            feeds,
            "/a",
            to={"phone": hook(sink, "digest_at = []"), "desk": hook(desk, "digest_at = []")},
        )
        home.clock.at += AHEAD
        home.run()
        home.clock.at -= AHEAD
        serve(feeds, "/a", *(item(n) for n in range(1, 6)))
        for _ in range(4):
            home.run()
            home.clock.forward(minutes=7)
        states = dict(
            home.rows(
                "SELECT state, count(*) FROM alerts WHERE kind = 'match' AND destination = 'phone'"
                " GROUP BY state"
            )
        )  # type: ignore[arg-type]
        assert states == {"sent": 1, "retrying": 4}
        sink.script = ["200"]
        home.clock.forward(hours=7)
        home.run()
        home.clock.forward(minutes=6)
        home.run()
        assert home.rows("SELECT DISTINCT state FROM alerts WHERE kind = 'match'") == [("sent",)]


def test_digests_summaries_and_notices_of_tomorrow_keep_none_of_today_away(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """What was told, summed up or begun while the clock was ahead is told again when its own
    time comes.
    """
    review = {"budget": None, "title": "Reconciliation"}
    serve(feeds, "/a", item(1, **review))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, 'digest_at = ["18:00"]')})
    home.clock.at += timedelta(
        hours=31
    )  # 19:00 of tomorrow: its digest goes out, its summary is done
    home.run()
    home.clock.at -= timedelta(hours=31)
    serve(feeds, "/a", item(1, **review), item(2, **review))
    home.run()
    home.clock.forward(hours=6, minutes=30)
    home.run()
    assert home.rows("SELECT state, count(*) FROM alerts WHERE kind = 'match' GROUP BY state") == [
        ("sent", 2)
    ]
    feeds.script("/a", Answer(404))
    for _ in range(3):
        home.clock.forward(hours=1)
        home.run()
    assert any("feed a" in line for line in headlines(sink))


def test_a_notice_of_tomorrow_is_told_again_when_tomorrow_comes(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """It took neither that day's id nor its once a day: a feed that fails for three days is told
    of on each, beside the time that was wrong.
    """
    feeds.script("/a", Answer(404))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
    for _ in range(2):
        home.run()
        home.clock.forward(minutes=5)
    home.clock.at += AHEAD
    home.run()
    home.clock.at -= AHEAD
    told = [sum("feed a" in line for line in headlines(sink))]
    for _ in range(3):
        home.clock.forward(minutes=5)
        home.run()
        home.clock.forward(hours=24)
        told.append(sum("feed a" in line for line in headlines(sink)))
    assert told == [1, 2, 3, 4]


def test_an_answer_of_tomorrow_is_no_reason_to_ask_conditionally() -> None:
    state = FeedState("board", last_outcome=Outcome.OK, last_full_at=NOW + AHEAD)
    assert not due.may_ask_conditionally(state, NOW)


def test_a_destination_that_began_tomorrow_begins_today(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    serve(feeds, "/a", item(1))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
    home.clock.at += AHEAD
    home.run()
    home.clock.at -= AHEAD
    with home.store() as store:
        assert store.destination_began("phone", home.clock()) == home.clock()
        assert store.destinations_began()["phone"] == home.clock()
