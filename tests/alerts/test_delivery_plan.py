"""What goes now and what waits: limits, digests, quiet hours, a destination that was down.
Nothing is ever lost from a plan.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.alerts import ledger, owing, settling
from goldmine_ingest.alerts.delivery_plan import DeliveryPlan, plan
from goldmine_ingest.alerts.destination_times import end_of_quiet
from goldmine_ingest.model.alert import OpenAlert, SendResult, Topic, Verdict
from goldmine_ingest.settings.destinations import DestinationSettings, QuietHours
from tests.alert_cases import NOW, destination, owed

NIGHT = QuietHours(time(22), time(7))


def planned(
    alerts: list[OpenAlert],
    to: DestinationSettings,
    now: datetime = NOW,
    sent: tuple[datetime, ...] = (),
) -> DeliveryPlan:
    return plan(
        alerts, to, now=now, sent=sent, last_digest_at=None, last_sent_at=max(sent, default=None)
    )


def failing(alert: OpenAlert, result: SendResult, at: datetime) -> OpenAlert:
    folded = ledger.advance(
        alert, settling.settle(alert, result, now=at, attempts=alert.attempts + 1)
    )
    assert folded is not None
    return folded


def test_the_best_go_first() -> None:
    """By score, whatever their order of arrival."""
    alerts = [owed(n, score=str(score)) for n, score in enumerate((10, 90, 50))]
    assert [str(a.score) for a in planned(alerts, destination()).send] == ["90", "50", "10"]


def test_another_destinations_alerts_are_left_alone() -> None:
    """One destination's plan never touches another's."""
    assert planned([owed(to=destination("mail"))], destination()) == DeliveryPlan()


def test_i12_five_hundred_at_once_send_the_best_and_hold_the_rest() -> None:
    """At most max_per_hour, the others have a 'held' row and a time."""
    alerts = [owed(n, score=f"{n % 100}") for n in range(500)]
    result = planned(alerts, destination())
    assert len(result.send) == 20
    assert min(a.score or 0 for a in result.send) >= 95
    assert len(result.hold) == 480
    assert {e.event for e in result.hold} == {"held"}
    assert {e.next_try_at for e in result.hold} == {NOW + timedelta(hours=1)}


def test_i12_the_rest_goes_with_the_next_digest() -> None:
    """Thirty matches when a digest is due: the best go alone, the rest is the last message of the
    limit; nothing while no slot is free.
    """
    alerts = [owed(n, score=str(n)) for n in range(30)]
    evening = NOW + timedelta(hours=6, minutes=1)

    def at(now: datetime, sent: tuple[datetime, ...]) -> DeliveryPlan:
        return plan(alerts, destination(), now=now, sent=sent, last_digest_at=NOW)

    result = at(evening, ())
    assert (len(result.send), len(result.digest), result.digest_due) == (19, 11, True)
    assert min(a.score or 0 for a in result.send) > max(a.score or 0 for a in result.digest)
    used = (evening - timedelta(minutes=20),) * 20
    full = at(evening, used)
    assert (full.send, full.digest, full.digest_due) == ((), (), False)
    assert {e.next_try_at for e in full.hold} == {evening + timedelta(minutes=40)}
    assert len(at(evening, used[:19]).digest) == 30


def test_while_muted_only_notices_go_and_nothing_is_lost() -> None:
    """A match is held once, with the time; quiet hours still hold the notices too."""
    event = owing.owe_notice(Topic.FEED, "f", "fails", [destination()], now=NOW, run_id=None)
    notice = ledger.advance(None, event[0])
    assert notice is not None
    alerts = [owed(1), notice, owed(2, kind="review")]
    until = NOW + timedelta(hours=2)

    def muted(some: list[OpenAlert], **settings: object) -> DeliveryPlan:
        return plan(
            some, destination(**settings), now=NOW, sent=(), last_digest_at=NOW, muted_until=until
        )

    first = muted(alerts)
    assert first.send == (notice,)
    [held] = first.hold
    assert (held.event, held.cause, held.next_try_at) == ("held", "muted", until)
    assert held.reason == "muted until 2026-11-23 14:00: goldmine mute off"
    waits = ledger.advance(alerts[0], held)
    assert waits is not None
    assert muted([waits]) == DeliveryPlan()
    assert plan([waits], destination(), now=until, sent=(), last_digest_at=NOW).send == (waits,)
    assert muted([notice], quiet_hours=QuietHours(time(11), time(13))).send == ()


def test_a_digest_without_matches_and_notices_take_no_slot() -> None:
    """With no slot free they go all the same; a match doesn't."""
    event = owing.owe_notice(Topic.FEED, "f", "fails", [destination()], now=NOW, run_id=None)
    summary = owing.owe_summary(destination(), NOW.date(), "12 feeds", now=NOW, run_id=None)
    alerts = [a for a in (ledger.fold(event), ledger.fold([summary]), owed()) if a]
    to = destination(max_per_hour=1)
    evening = NOW + timedelta(hours=6, minutes=1)
    result = plan(alerts, to, now=evening, sent=(evening,), last_digest_at=NOW)
    assert [a.topic for a in result.send] == [Topic.FEED]
    assert result.digest == ()
    assert [e.next_try_at for e in result.hold] == [evening + timedelta(hours=1)]
    alone = plan(alerts[:2], to, now=evening, sent=(evening,), last_digest_at=NOW)
    assert [a.topic for a in alone.digest] == [Topic.SUMMARY]


def test_a11_thirty_alerts_go_out_over_the_hours_in_order() -> None:
    """A limit of ten: three cycles an hour apart, best first, none twice."""
    alerts = [owed(n, score=str(n)) for n in range(30)]
    seen: list[str] = []
    sent: list[datetime] = []
    for hour in range(3):
        now = NOW + timedelta(hours=hour)
        go = plan(
            alerts, destination(max_per_hour=10), now=now, sent=sent, last_digest_at=None
        ).send
        sent += [now] * len(go)
        seen += [str(a.score) for a in go]
        alerts = [a for a in alerts if a not in go]
    assert seen == [str(n) for n in reversed(range(30))]


def test_a12_back_up_more_than_the_limit_become_one_digest() -> None:
    """300 wait; the probe went through; one message carries what fits."""
    error = SendResult(Verdict.SERVICE, "no connection")
    alerts = [owed(n) for n in range(300)]
    alerts[:2] = [
        failing(alerts[0], error, NOW),
        failing(alerts[1], error, NOW + timedelta(minutes=1)),
    ]
    later = NOW + timedelta(hours=48)
    down = planned(alerts, destination(), later)
    assert len(down.send) == 1
    assert down.send[0].last_event == "owed"
    back = planned([a for a in alerts if a not in down.send], destination(), later, (later,))
    assert len(back.digest) == 299
    assert back.send == ()


def test_a8_a_destination_that_is_down_gets_one_probe_at_a_time() -> None:
    """And nothing before the probe's time."""
    alert = failing(owed(1), SendResult(Verdict.RECIPIENT, "HTTP 401", 401), NOW)
    alerts = [alert, owed(2), owed(3)]
    assert planned(alerts, destination()).send == ()
    assert len(planned(alerts, destination(), NOW + settling.PROBE_EVERY).send) == 1


def test_review_listings_only_ever_go_in_a_digest() -> None:
    """Before its time nothing; after it, in the digest; after a failed digest, in the next try,
    still as a digest.
    """
    waiting = owed(kind="review")
    assert planned([waiting], destination()).send == ()
    due = planned([waiting], destination(), NOW.replace(hour=18, minute=1))
    assert due.digest == (waiting,)
    failed = failing(
        waiting, SendResult(Verdict.SERVICE, "HTTP 500", 500), NOW.replace(hour=18, minute=1)
    )
    again = planned([failed], destination(), NOW.replace(hour=18, minute=5))
    assert (again.send, again.digest) == ((), (failed,))


def test_an_empty_digest_is_due_for_its_summary() -> None:
    """Quiet is explained once a digest time has passed since the last one."""
    evening = NOW.replace(hour=18, minute=1)
    assert plan([], destination(), now=evening, sent=(), last_digest_at=NOW).digest_due
    assert not plan([], destination(), now=evening, sent=(), last_digest_at=evening).digest_due
    assert not plan([], destination(), now=evening, sent=(), last_digest_at=None).digest_due


def test_uncertain_under_hold_is_never_planned() -> None:
    """It waits for a person."""
    alert = owed()
    event = settling.settle(
        alert, SendResult(Verdict.UNCERTAIN, "x"), now=NOW, attempts=1, uncertain="hold"
    )
    held = ledger.advance(alert, event)
    assert held is not None
    assert planned([held], destination(), NOW + timedelta(days=3)) == DeliveryPlan()


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (None, "told as a changed listing"),
        (SendResult(Verdict.RECIPIENT, "HTTP 503"), "told as a changed listing"),
        (
            SendResult(Verdict.UNCERTAIN, "broke off"),
            "told as a changed listing; a message before may have arrived",
        ),
    ],
    ids=["waits", "failed", "may have arrived"],
)
def test_i6_a_waiting_review_match_that_changed_is_told_once(
    before: SendResult | None, why: str
) -> None:
    """The changed alert goes, the waiting one is suppressed and says so."""
    review = owed(kind="review")
    if before:
        review = failing(review, before, NOW)
    changed = ledger.advance(None, ledger.event_of(owed(), "owed", NOW))
    assert changed is not None
    changed = ledger.replace(changed, kind="changed", alert_id="c")
    result = planned([review, changed], destination())
    assert result.send == (changed,)
    assert [(e.alert_id, e.event, e.reason) for e in result.hold] == [
        (review.alert_id, "suppressed", why)
    ]


def test_a15_quiet_hours_hold_and_then_send() -> None:
    """A 'held' row that says until when; in the morning it goes, however old."""
    to = destination(quiet_hours=NIGHT, timezone="Europe/Berlin")
    night = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    result = planned([owed(at=night)], to, night)
    assert result.send == ()
    (morning,) = (e.next_try_at for e in result.hold)
    assert morning == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert "07:00" in result.hold[0].reason
    held = ledger.advance(owed(at=night), result.hold[0])
    assert held is not None
    assert planned([held], to, morning).send == (held,)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # Berlin puts the clock back on 2026-10-25 at 03:00 summer time, and forward on 2026-03-29
        # at 02:00.
        (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 21, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 5, 0, tzinfo=UTC), None),
        (datetime(2026, 10, 25, 5, 59, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 6, 0, tzinfo=UTC), None),
    ],
)
def test_a15_quiet_hours_keep_wall_time_over_dst(now: datetime, end: datetime | None) -> None:
    """Ten hours of night are eleven in autumn and nine in spring."""
    assert end_of_quiet(destination(quiet_hours=NIGHT, timezone="Europe/Berlin"), now) == end


@given(
    st.integers(0, 3 * 24 * 60),
    st.integers(0, 23),
    st.integers(0, 23),
    st.sampled_from(["Europe/Berlin", "America/New_York"]),
)
def test_a15_the_end_of_quiet_hours_is_always_ahead_and_outside_them(
    minutes: int, start: int, end: int, zone: str
) -> None:
    """Around both changes of the clock in two zones."""
    to = destination(quiet_hours=QuietHours(time(start), time(end)), timezone=zone)
    for begin in (
        datetime(2026, 3, 28, tzinfo=UTC),
        datetime(2026, 10, 24, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
    ):
        now = begin + timedelta(minutes=minutes)
        until = end_of_quiet(to, now)
        assert until is None or now < until <= now + timedelta(hours=26)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=60),
    st.integers(0, 30),
    st.integers(1, 25),
)
def test_a_plan_never_loses_and_never_doubles(
    jobs: list[tuple[int, bool]], used: int, limit: int
) -> None:
    """Each alert is sent, in the digest, or still open; no more messages with matches than the
    limit in an hour, the digest among them.
    """
    alerts = [
        owed(n, score=str(score), kind="review" if review else "qualified")
        for n, (score, review) in enumerate(jobs)
    ]
    sent = [NOW.replace(hour=19) - timedelta(minutes=4 * n) for n in range(min(used, limit))]
    recent = [t for t in sent if t > NOW.replace(hour=18)]
    result = plan(
        alerts,
        destination(max_per_hour=limit),
        now=NOW.replace(hour=19),
        sent=sent,
        last_digest_at=NOW,
    )
    out = [a.alert_id for a in (*result.send, *result.digest)]
    assert len(out) == len(set(out))
    held = {e.alert_id for e in result.hold}
    waits = {a.alert_id for a in alerts if a.for_digest}
    assert {a.alert_id for a in alerts} - waits == (set(out) | held) - waits
    assert not set(out) & held
    assert len(result.send) + bool(result.digest) <= limit - len(recent)
