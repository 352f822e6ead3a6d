"""Health alerts: what is told of feeds and destinations, how often, and the day's summary that
explains quiet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.alerts import ledger
from goldmine_ingest.alerts.destination_health import DestinationHealth, standing
from goldmine_ingest.alerts.destination_times import summary_day
from goldmine_ingest.model.absence import Origin
from goldmine_ingest.model.alert import AlertEvent, Cause, Topic
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.pipeline.monitoring import health_notices
from goldmine_ingest.pipeline.monitoring.feed_health import quiet_feeds
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.settings.reference import Reference
from goldmine_ingest.store.history import open_store
from tests.alert_cases import NOW, destination
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, upwork_feed
from tests.rig.receiver import Receiver
from tests.rig.watching import headlines, hook, item, listings, serve, told, watching

FEED = FeedSettings("jobs", Reference("https://x.example"))
GOOD = FeedState("jobs", last_ok_at=NOW, last_outcome=Outcome.OK, seen_entries=True, good_polls=40)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def failing(times: int, outcome: Outcome, **more: object) -> FeedState:
    return replace(
        GOOD,
        consecutive_failures=times,
        last_outcome=outcome,
        condition=FeedCondition.BACKOFF,
        **more,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (GOOD, False),
        (failing(2, Outcome.TIMEOUT), False),
        (failing(3, Outcome.TIMEOUT), True),
        (failing(1, Outcome.AUTH), True),
        (failing(1, Outcome.BLOCKED), True),
        (failing(1, Outcome.EMPTY_SUSPICIOUS), True),
        (failing(1, Outcome.GONE), True),
        (failing(1, Outcome.NOT_A_FEED), True),
        (failing(1, Outcome.NOT_A_FEED, seen_entries=False), False),
        (failing(3, Outcome.NOT_A_FEED, seen_entries=False), True),
        (replace(GOOD, condition=FeedCondition.HELD), True),
    ],
)
def test_which_states_of_a_feed_are_told(state: FeedState, told: bool) -> None:
    """Three failures in a row, or one that doesn't pass by itself; a page that never was a feed
    counts as a failure like others.
    """
    due = health_notices.feed_notices([FEED], {"jobs": GOOD}, {"jobs": state}, NOW)
    assert bool(due) is told
    assert not health_notices.feed_notices([replace(FEED, enabled=False)], {}, {"jobs": state}, NOW)


def test_recovery_is_told_where_the_failure_was() -> None:
    """And only there: one failure that nobody heard of ends in silence."""
    (due,) = health_notices.feed_notices(
        [FEED],
        {"jobs": failing(4, Outcome.TIMEOUT)},
        {"jobs": replace(GOOD, last_ok_at=NOW + HOUR)},
        NOW + HOUR,
    )
    assert due.notice.headline == "feed jobs works again after 1 h"
    assert not health_notices.feed_notices(
        [FEED], {"jobs": failing(1, Outcome.TIMEOUT)}, {"jobs": GOOD}, NOW
    )


def test_h9_the_same_thing_is_told_once_a_day_to_each() -> None:
    """By what the ledger says was told; a destination that didn't hear it yet hears it."""
    due = health_notices.feed_notices([FEED], {}, {"jobs": failing(1, Outcome.AUTH)}, NOW)
    both = [destination(), destination("mail")]
    assert len(health_notices.owed(due, {}, both, now=NOW, run_id=None)) == 2
    lately = {
        (Topic.FEED, "jobs", ("phone", "")): NOW - 22 * HOUR,
        (Topic.FEED, "jobs", ("mail", "")): NOW - DAY,
    }
    assert [
        event.destination for event in health_notices.owed(due, lately, both, now=NOW, run_id=None)
    ] == ["mail"]


def test_p10_no_good_poll_in_a_day_is_told_once() -> None:
    """Counted from the last good poll, or from the beginning where there never was one."""
    states = {"jobs": replace(failing(9, Outcome.DNS), last_ok_at=NOW - DAY)}
    (due,) = health_notices.dead_man([FEED], states, NOW - 9 * DAY, NOW)
    assert due.notice.headline == "no feed has answered well for 24 h"
    told = {(Topic.DEAD_MAN, "", ("phone", "")): NOW}
    assert not health_notices.owed([due], told, [destination()], now=NOW + 3 * DAY, run_id=None)
    assert health_notices.look_back([due], NOW) == NOW - DAY
    assert not health_notices.dead_man([FEED], states, NOW, NOW - timedelta(minutes=1))
    never = {"jobs": replace(states["jobs"], last_ok_at=None)}
    assert health_notices.dead_man([FEED], never, NOW - DAY, NOW)
    assert not health_notices.dead_man([FEED], never, NOW - HOUR, NOW)


def test_a_feed_silent_for_longer_than_ever_is_told_once() -> None:
    """1.5 times its longest gap of 14 days, and a day at least; one that brought something only
    once after two days, or ten of its intervals.
    """
    state = replace(GOOD, last_new_at=NOW - 3 * DAY)
    quiet = quiet_feeds([FEED], {"jobs": state}, NOW)
    assert (
        health_notices.silence_notices(quiet, {"jobs": DAY}, NOW)[0].once_since == state.last_new_at
    )
    assert not health_notices.silence_notices(quiet, {"jobs": 3 * DAY}, NOW)
    assert health_notices.silence_notices(quiet, {}, NOW, {"jobs": HOUR})
    assert not health_notices.silence_notices(quiet, {}, NOW, {"jobs": 8 * HOUR})
    assert not health_notices.silence_notices({"jobs": NOW - 47 * HOUR}, {}, NOW, {"jobs": HOUR})
    assert not quiet_feeds([FEED], {"jobs": replace(state, last_new_at=NOW - 23 * HOUR)}, NOW)


def test_a_destination_that_only_fails_is_told_after_a_week_and_a_wrong_one_at_once() -> None:
    """On the others only."""
    down = DestinationHealth(NOW - 6 * DAY, NOW, "HTTP 500")
    wrong = replace(down, down_since=NOW, wrong=True)
    for stood, at, count in ((down, NOW, 0), (down, NOW + DAY, 1), (wrong, NOW, 1)):
        phone, mail = destination(), destination("mail")
        due = health_notices.destination_notices(
            {phone.place: health_notices.Change(phone, stood, stood, 3)}, [phone, mail], (), at
        )
        assert len(due) == count
        assert all(item.but == [phone.place] for item in due)
        events = health_notices.owed(due, {}, [phone, mail], now=at, run_id=None)
        assert [event.destination for event in events] == ["mail"] * count


def test_a_destination_is_said_to_be_back_only_where_its_failure_was_told() -> None:
    """A hiccup of some minutes is no news."""
    phone = destination()
    for down, count in (
        (DestinationHealth(NOW - HOUR, NOW, "HTTP 500"), 0),
        (DestinationHealth(NOW - 8 * DAY, NOW, "HTTP 500"), 1),
    ):
        changes = {phone.place: health_notices.Change(phone, down, DestinationHealth(), 0)}
        assert len(health_notices.destination_notices(changes, [phone], (), NOW)) == count


def test_a_destination_that_fails_for_a_week_is_told_on_the_other(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Its probes move its alerts on, but not the day since when it takes nothing."""
    serve(feeds, "/a", item(1), item(2))
    with Receiver(["500"]) as broken:
        place = watching(
            tmp_path,
            feeds,
            "/a",
            to={"phone": hook(broken, "digest_at = []"), "mail": hook(sink, "digest_at = []")},
        )
        for _ in range(9):
            place.run()
            place.clock.forward(days=1)
        told_of = [line for line in headlines(sink) if "destination" in line]
        assert told_of == ["destination phone takes no messages"] * 2
        broken.script = ["200"]
        place.run()
    told_of = [line for line in headlines(sink) if "destination" in line]
    assert told_of[2:] == ["destination phone takes messages again after 9 d"]
    assert len(listings(broken)) == 2


def test_the_summary_is_due_at_the_last_digest_time_of_the_day() -> None:
    """Once per local day, also late, never for a day before the destination began."""
    to = destination(digest_at=(NOW.replace(hour=9).time(), NOW.replace(hour=18).time()))
    began = NOW - 5 * DAY
    assert summary_day(to, began, NOW) == (NOW - DAY).date()
    assert summary_day(to, began, NOW.replace(hour=18)) == NOW.date()
    assert summary_day(to, NOW - HOUR, NOW) is None
    assert summary_day(destination(digest_at=()), began, NOW) is None


def test_asked_for_by_hand_says_nothing_of_a_destination() -> None:
    """Two dead alerts that a person tries again are no sign of one that is down."""
    waiting = []
    for n in range(2):
        event = AlertEvent(
            f"{n}" * 64,
            "owed",
            NOW + n * HOUR,
            "phone",
            "match",
            "l",
            cause=Cause.BY_HAND,
            next_try_at=NOW,
        )
        waiting.append(replace(ledger.fold([event]), last_event="retry"))  # type: ignore[type-var]
    assert not standing(waiting, None).down  # type: ignore[arg-type]


def test_a_feed_that_fails_is_told_once_a_day_and_on_recovery(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Through the real cycle: 503 over a day and a half, then well again."""
    serve(feeds, "/good", item(1))
    feeds.script("/bad", Answer(503))
    place = watching(
        tmp_path, feeds, "/good", "/bad", to={"phone": hook(sink, "digest_at = []")}, alerts=""
    )
    seen = []
    for hours in (0, 1, 1, 1, 20, 12):
        place.clock.forward(hours=hours)
        place.run()
        seen.append(len(headlines(sink)))
    assert seen == [0, 0, 1, 1, 1, 2]
    assert headlines(sink)[0] == "feed bad fails (http_error)"
    serve(feeds, "/bad", item(2))
    place.clock.forward(hours=1)
    place.run()
    assert headlines(sink)[-1].startswith("feed bad works again")
    assert {row[0] for row in place.rows("SELECT reason FROM alerts WHERE kind = 'notice'")} == set(
        headlines(sink)
    )


def test_h9_a_login_page_is_told_at_once_and_once_a_day(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """A feed that was one turns into a page; ten polls on the same day are one notice. Held by
    quiet hours it keeps its text.
    """
    serve(feeds, "/a", item(1))
    place = watching(
        tmp_path,
        feeds,
        "/a",
        to={"phone": hook(sink, 'quiet_hours = "12:05-13:00"\ndigest_at = []')},
        alerts="",
    )
    place.run()
    feeds.script(
        "/a",
        Answer(
            body=b"<html><title>Sign in</title><form></form></html>",
            headers={"Content-Type": "text/html"},
        ),
    )
    for minutes in (10, 20, 40, 20, 20, 20):
        place.clock.forward(minutes=minutes)
        place.run()
    assert headlines(sink) == ["feed a answers with a page that is no feed, often a login page"]
    assert "Open its URL in a browser" in str(told(sink)[0]["lines"])


def test_the_evenings_digest_explains_quiet_once(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Nothing qualified is told apart from feeds that fail; once per day and destination, the
    terminal too.
    """
    serve(feeds, "/good", *(item(n, budget="$60") for n in range(1, 6)))
    feeds.script("/bad", Answer(503))
    to = {
        "phone": hook(sink, 'digest_at = ["18:00"]'),
        "here": 'url = "terminal"\ndigest_at = ["18:00"]',
    }
    place = watching(tmp_path, feeds, "/good", "/bad", to=to)
    place.run()
    assert sink.arrived == []
    place.clock.forward(hours=6)
    place.run()
    said = "2 feeds, 5 listings, 0 qualified, 0 to review; nearest failed on budget"
    assert said in str(told(sink)[0]["text"])
    assert told(sink)[0]["summary"]["failing"] == {"bad": "2026-11-23T12:00:00Z"}
    assert said in place.printed.getvalue()
    for minutes in (5, 60):
        place.clock.forward(minutes=minutes)
        place.run()
    assert len([message for message in told(sink) if message["kind"] == "digest"]) == 1
    place.clock.forward(hours=23)
    place.run()
    assert len([message for message in told(sink) if message["kind"] == "digest"]) == 2
    assert place.rows(
        "SELECT count(*) FROM alert_event WHERE event = 'sent' AND topic = 'summary'"
    ) == [(4,)]


@fault("P10", "no good poll for 24 hours", "told once")
def test_p10_through_the_cycle(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    """Everything fails for two days: one dead-man notice."""
    serve(feeds, "/a", item(1))
    place = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "digest_at = []")}, alerts="")
    place.run()
    feeds.script("/a", Answer(503))
    for hours in (12, 12, 1, 12, 12):
        place.clock.forward(hours=hours)
        place.run()
    assert [line for line in headlines(sink) if line.startswith("no feed has")] == [
        "no feed has answered well for 24 h"
    ]


def test_a_feed_that_fell_silent_is_told_from_its_own_history(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Something new every six hours for a day, then nothing for longer than a day."""
    place = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "digest_at = []")}, alerts="")
    for n in range(1, 5):
        feeds.script(
            "/a", Answer(body=upwork_feed(*(item(m, budget="$50") for m in range(1, n + 1))))
        )
        place.run()
        place.clock.forward(hours=6)
    for hours in (12, 12, 12):
        place.clock.forward(hours=hours)
        place.run()
    assert headlines(sink) == ["feed a has brought nothing new for 30 h"]


@pytest.mark.parametrize(("every", "told_after"), [("1h", 49), ("6h", 61)])
def test_a_feed_with_one_batch_and_then_silence_is_told_once(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, every: str, told_after: int
) -> None:
    """After two days, or ten of its intervals where those are longer; until it brings something."""
    serve(feeds, "/a", item(1))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)}, feed=f'every = "{every}"')
    for hours in (0, told_after - 2, 2, 12, 26):
        home.clock.forward(hours=hours)
        home.run()
        silent = [line for line in headlines(sink) if "nothing new" in line]
        at = (home.clock() - NOON).total_seconds() / 3600
        assert len(silent) == int(at >= told_after), (at, headlines(sink))


def test_after_a_restore_the_baseline_is_told_and_nothing_else(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Every feed is a baseline for one cycle; from the next one on news alert again."""
    serve(feeds, "/a", item(1))
    place = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
    with open_store(place.project().database.path, now=NOW) as store:
        store.set_baselines({"": Origin.RESTORED})
    report = place.run()
    assert [message["kind"] for message in told(sink)] == ["notice"]
    assert headlines(sink) == ["first cycle after a restore or import"]
    assert any("restored from a backup" in note for note in report.notes)
    serve(feeds, "/a", item(1), item(2))
    place.clock.forward(minutes=10)
    place.run()
    assert [message["kind"] for message in told(sink)] == ["notice", "match"]


def test_a_digest_is_one_message_of_the_hourly_limit(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Ten listings in a digest leave room for what comes a minute later."""
    serve(feeds, "/a", *(item(n, budget=None) for n in range(1, 11)))
    place = watching(
        tmp_path, feeds, "/a", to={"phone": hook(sink, 'max_per_hour = 2\ndigest_at = ["13:00"]')}
    )
    place.run()
    place.clock.forward(hours=1)
    place.run()
    assert [len(message["listings"]) for message in told(sink)] == [10]
    serve(feeds, "/a", item(11))
    place.clock.forward(minutes=1)
    place.run()
    assert [message["kind"] for message in told(sink)] == ["digest", "match"]
