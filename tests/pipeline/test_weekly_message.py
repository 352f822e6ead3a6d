"""The week's message and the follow-ups of a digest, through the cycle and its ledger: once each,
also after a kill, and off until asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.alerts.destination_times import week_moment
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.settings.declaration import declared
from goldmine_ingest.settings.kinds import Wrong
from goldmine_ingest.settings.review import ReviewSettings, WeekTime
from tests.alert_cases import destination
from tests.rig.feed_server import FeedServer
from tests.rig.project import NOON, Home
from tests.rig.receiver import Receiver
from tests.rig.watching import headlines, hook, item, serve, told, watching

DAY = timedelta(days=1)
MONDAY = '[review]\nweekly = "mon 18:00"\n'  # NOON is a Monday


@pytest.fixture
def place(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> Callable[[str], Home]:
    """A project with a feed of three jobs, and what else goldmine.toml says."""

    def made(more: str) -> Home:
        serve(feeds, "/jobs", item(1), item(2), item(3, budget="$60"))
        home = watching(tmp_path, feeds, "/jobs", to={"phone": hook(sink, 'digest_at = ["18:00"]')})
        home.settings += more
        return home

    return made


def weekly(sink: Receiver) -> list[str]:
    return [str(m["text"]) for m in told(sink) if m.get("subject") == "weekly"]


def test_one_message_a_week_at_its_time(place: Callable[[str], Home], sink: Receiver) -> None:
    """Not before its time, and once, also where a kill left the ledger ahead of what the cycle
    remembers; the next one after a week. It has its five parts within 1,200 characters.
    """
    home = place(MONDAY)
    home.run()
    assert weekly(sink) == []
    home.clock.forward(hours=6, minutes=1)
    home.run()
    (message,) = weekly(sink)
    assert message.startswith("Goldmine: the week to 2026-11-23\n")
    assert len(message) <= 1200
    for part in (
        "Quality: 66.7 qualified per 100 (2 of 3)",
        "Does this niche follow the split market? Not enough yet: 3 of 60 listings",
        "Funnel: 3 listings, 2 qualified, 2 alerted.",
        "Nothing to change yet: days watched: 0.3 of 7.",
    ):
        assert part in message
    with home.store() as store:
        store.set_meta("weekly:phone", "2026-11-16")  # as if killed before it was noted
    for hours in (1, 24, 24 * 5):
        home.clock.forward(hours=hours)
        home.run()
    assert len(weekly(sink)) == 1
    home.clock.forward(hours=24)
    home.deliver()  # also without a poll
    assert len(weekly(sink)) == 2
    assert home.rows(
        "SELECT topic, state, count(*) FROM alerts JOIN (SELECT DISTINCT alert_id, topic FROM"
        " alert_event) USING (alert_id) WHERE topic = 'weekly' GROUP BY ALL"
    ) == [("weekly", "sent", 2)]


def test_it_is_off_until_asked_for(place: Callable[[str], Home], sink: Receiver) -> None:
    home = place("")
    for _ in range(9):
        home.run()
        home.clock.forward(days=1)
    assert weekly(sink) == []


def test_a_silent_pursuit_is_told_once_in_the_digest(
    place: Callable[[str], Home], sink: Receiver
) -> None:
    """Three pursuits of Monday are silent for five days on Saturday; one of them is asked after,
    and silent again on Thursday; the others are ignored by then.
    """
    home = place("")
    home.run()
    ids = [str(row[0]) for row in home.rows("SELECT listing_id FROM listings ORDER BY title")]
    with home.store() as store:
        store.record_pursuits([Pursuit(listing_id, "pursued", NOON) for listing_id in ids])
    said: list[tuple[datetime, str]] = []
    for _ in range(12):
        home.clock.at = home.clock.at.replace(hour=18, minute=5)
        before = len(headlines(sink))
        home.run()
        said += [(home.clock.at, line) for line in headlines(sink)[before:] if "silent" in line]
        if home.clock.at == NOON.replace(hour=18, minute=5) + 5 * DAY:
            with home.store() as store:
                store.record_pursuits([Pursuit(ids[0], "followed_up", home.clock.at)])
        home.clock.forward(days=1)
    evening = NOON.replace(hour=18, minute=5)
    assert said == [
        (evening + 5 * DAY, "3 pursuits silent for 5 days"),
        (evening + 10 * DAY, "1 pursuit silent for 5 days"),
    ]
    (digest, *_) = [
        m for m in told(sink) if any("silent" in n["headline"] for n in m.get("notices", []))
    ]
    assert f"Month-end reconciliation of fixed asset… ({ids[0][:8]})" in str(digest["text"])


SUNDAY = WeekTime(6, time(2, 30))
BERLIN = destination(timezone="Europe/Berlin")
# Sundays on which clocks change there, in UTC.
MOMENTS = [
    # 02:30 doesn't come: as if the clock had not been put forward yet
    (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), None),
    (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    # 02:30 comes twice: the first of both
    (datetime(2026, 10, 25, 0, 29, tzinfo=UTC), None),
    (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    # a computer that was off until Tuesday still tells it, one until Thursday doesn't
    (datetime(2026, 10, 27, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    (datetime(2026, 10, 29, 12, tzinfo=UTC), None),
]


@pytest.mark.parametrize(("now", "moment"), MOMENTS)
def test_the_week_has_one_moment_by_the_destinations_clock(
    now: datetime, moment: datetime | None
) -> None:
    assert week_moment(BERLIN, SUNDAY, now - 30 * DAY, now) == moment
    if moment:
        began_after = moment + timedelta(seconds=1)
        assert week_moment(replace(BERLIN, name="new"), SUNDAY, began_after, now) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("sun 18:00", WeekTime(6, time(18))),
        (" Mon  07:05 ", WeekTime(0, time(7, 5))),
        ("", None),
    ],
)
def test_a_day_and_a_time_of_the_week(written: str, expected: WeekTime | None) -> None:
    assert declared(ReviewSettings)["weekly"].kind(written) == expected


@pytest.mark.parametrize("written", ["sun", "sunday 18:00", "sun 24:00", "sun 6pm", "18:00", 18])
def test_what_is_no_moment_of_the_week_is_told(written: object) -> None:
    with pytest.raises(Wrong) as wrong:
        declared(ReviewSettings)["weekly"].kind(written)
    assert wrong.value.expected == 'a day and a time such as "sun 18:00"'
