"""The alert state machine: what is owed, what a send's result means, and that nothing ends in
silence.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.alerts import ledger, owing, reasons, settling
from goldmine_ingest.alerts.destination_health import bury, standing
from goldmine_ingest.model.alert import AlertEvent, Cause, OpenAlert, SendResult, Topic, Verdict
from tests.alert_cases import NOW, decision, destination, listing, owed

SENT = SendResult(Verdict.SENT)
ERROR_500 = SendResult(Verdict.SERVICE, "the service has a problem (HTTP 500)", 500)
REFUSED = SendResult(Verdict.MESSAGE, "the service refuses this message (HTTP 400)", 400)
DOWN = SendResult(Verdict.RECIPIENT, "the token is not valid (HTTP 401)", 401)
MINUTE = timedelta(minutes=1)


def after(alert: OpenAlert, *events: AlertEvent) -> OpenAlert | None:
    folded: OpenAlert | None = alert
    for event in events:
        folded = ledger.advance(folded, event)
    return folded


def test_the_id_is_the_full_sha256_of_subject_kind_and_destination() -> None:
    """Anyone can recompute it."""
    assert (
        ledger.alert_id("abc", "match", "phone") == hashlib.sha256(b"abc|match|phone").hexdigest()
    )


def test_a14_a_rotated_token_changes_no_id_and_another_name_is_another_alert() -> None:
    """The key is the destination's name, whatever its URL."""
    job = listing()
    first, other = (
        owing.owe(decision(job), job, [d], feeds=(), now=NOW, run_id=None)[0].alert_id
        for d in (destination(), destination("tablet"))
    )
    assert first == ledger.alert_id(job.listing_id, "match", "phone") != other


@pytest.mark.parametrize(
    ("settings", "kind", "event", "said"),
    [
        ({}, "qualified", "owed", ""),
        ({"mode": "digest"}, "qualified", "held", "next digest"),
        ({"mode": "digest", "digest_at": ()}, "qualified", "suppressed", "no digest"),
        ({}, "review", "held", "review listing"),
        ({"digest_at": ()}, "review", "suppressed", "no digest"),
        ({"decisions": ("qualified",)}, "review", "suppressed", "decisions"),
        ({"feeds": ("finance",)}, "qualified", "owed", ""),
        ({"feeds": ("other",)}, "qualified", "suppressed", "feeds"),
        ({"platforms": ("freelancer",)}, "qualified", "suppressed", "platforms"),
        ({"proofs": ("Design",)}, "qualified", "suppressed", "proofs"),
        ({"minimum_score": Decimal(88)}, "qualified", "suppressed", "minimum_score"),
        ({"maximum_score": Decimal("87.50")}, "qualified", "suppressed", "maximum_score"),
        ({"maximum_score": Decimal(88)}, "qualified", "owed", ""),
    ],
)
def test_what_a_destination_owes(
    settings: dict[str, object], kind: str, event: str, said: str
) -> None:
    """Modes, digests and filters, each with its reason."""
    job = listing()
    (first,) = owing.owe(
        decision(job, kind),
        job,
        [destination(**settings)],
        feeds=("finance",),
        now=NOW,
        run_id="r1",
    )  # type: ignore[arg-type]
    assert first.event == event
    assert said in first.reason
    assert bool(first.reason) == (event != "owed")


def test_a_score_of_100_passes_the_highest_maximum() -> None:
    """maximum_score is exclusive below 100 only."""
    job = listing()
    (first,) = owing.owe(
        decision(job, score="100.00"), job, [destination()], feeds=(), now=NOW, run_id=None
    )
    assert first.event == "owed"


def test_a_rejected_listing_owes_nothing() -> None:
    """No rows at all."""
    job = listing()
    assert (
        owing.owe(decision(job, "rejected"), job, [destination()], feeds=(), now=NOW, run_id=None)
        == ()
    )


def test_i11_i15_what_is_held_back_is_suppressed_with_its_reason() -> None:
    """Backlog, age, repost, baseline, rescan: one row for each destination, none of them open."""
    job = listing()
    events = owing.owe(
        decision(job),
        job,
        [destination(), destination("mail")],
        feeds=(),
        now=NOW,
        run_id=None,
        hold_back=reasons.backlog("f"),
    )
    assert [(e.event, e.cause) for e in events] == [("suppressed", Cause.BACKLOG)] * 2
    assert [ledger.fold([e]) for e in events] == [None, None]


def test_i8_the_same_job_owed_again_has_the_same_id() -> None:
    """Three feeds, one alert for each destination: the store lets the first one in."""
    job = listing()
    ids = {
        owing.owe(decision(job), job, [destination()], feeds=(feed,), now=NOW, run_id=feed)[
            0
        ].alert_id
        for feed in ("a", "b", "c")
    }
    assert len(ids) == 1


def test_i6_a_changed_listing_is_another_alert_and_only_once() -> None:
    """Kind 'changed' has its own id; flapping finds it taken."""
    job = listing()
    twice = [
        owing.owe(
            decision(job), job, [destination()], feeds=(), now=NOW, run_id=None, kind="changed"
        )[0].alert_id
        for _ in "ab"
    ]
    assert twice[0] == twice[1] != ledger.alert_id(job.listing_id, "match", "phone")


def test_a_notice_is_owed_once_a_utc_day() -> None:
    """The subject holds the day."""
    ids = [
        owing.owe_notice(Topic.FEED, "x", "fails", [destination()], now=t, run_id=None)[0].alert_id
        for t in (NOW, NOW + timedelta(hours=11))
    ]
    assert ids[0] == ids[1]
    assert (
        owing.owe_notice(
            Topic.FEED, "x", "fails", [destination()], now=NOW + timedelta(hours=12), run_id=None
        )[0].alert_id
        != ids[0]
    )


def test_a1_three_500_then_200() -> None:
    """Four attempts, growing delays, sent once."""
    alert: OpenAlert | None = owed()
    now, delays = NOW, []
    for result in (ERROR_500, ERROR_500, ERROR_500, SENT):
        assert alert is not None
        begun = ledger.attempt(alert, now=now)
        event = settling.settle(alert, result, now=now, attempts=begun.attempt)
        alert = after(alert, begun, event)
        if event.next_try_at:
            delays.append(event.next_try_at - now)
            now = event.next_try_at
    assert alert is None
    assert event.event == "sent"
    assert event.attempt == 4
    assert delays == list(settling.RETRY_DELAYS[:3])


def test_a2_a_rate_limit_pauses_the_destination_and_counts_no_attempt() -> None:
    """At least a minute, at most a day, as the service asks."""
    for asked, pause in ((5.0, 60), (120.0, 120), (1e9, 86_400)):
        event = settling.settle(
            owed(), SendResult(Verdict.SERVICE, "slow down", 429, asked), now=NOW, attempts=1
        )
        alert = after(owed(), event)
        assert alert is not None
        assert (event.attempt, event.next_try_at) == (0, NOW + timedelta(seconds=pause))
        assert standing([alert], None).until == event.next_try_at
        assert not standing([alert], None).down


def test_a6_uncertain_is_repeated_and_stays_marked() -> None:
    """Whatever happens to the repeat, the mark stays until it is finished."""
    alert = owed()
    event = settling.settle(alert, SendResult(Verdict.UNCERTAIN, "broke off"), now=NOW, attempts=1)
    folded = after(alert, event)
    assert folded is not None
    assert event.event == "uncertain"
    assert event.next_try_at == NOW + settling.RETRY_DELAYS[0]
    again = after(
        folded,
        ledger.attempt(folded, now=NOW),
        settling.settle(folded, ERROR_500, now=NOW, attempts=2),
    )
    assert again is not None
    assert again.may_repeat


def test_a6_with_hold_it_waits_for_a_person() -> None:
    """No next try; the reason says what to do."""
    event = settling.settle(
        owed(), SendResult(Verdict.UNCERTAIN, "broke off"), now=NOW, attempts=1, uncertain="hold"
    )
    assert event.next_try_at is None
    assert "goldmine alerts retry" in event.reason


def test_a8_a_refused_message_dies_where_others_are_taken() -> None:
    """At once if the destination has just taken one."""
    event = settling.settle(owed(), REFUSED, now=NOW, attempts=1, last_sent_at=NOW)
    assert event.event == "dead"
    assert "HTTP 400" in event.reason


def test_a8_a_message_refused_first_is_buried_once_another_went_through() -> None:
    """The order of sends doesn't matter."""
    alert = owed()
    waiting = after(alert, settling.settle(alert, REFUSED, now=NOW, attempts=1))
    assert waiting is not None
    assert bury([waiting], None, now=NOW) == ()
    (event,) = bury([waiting], NOW + MINUTE, now=NOW + MINUTE)
    assert event.event == "dead"


@pytest.mark.parametrize(
    "result", [DOWN, REFUSED, ERROR_500, SendResult(Verdict.UNCERTAIN, "no answer within 10 s")]
)
def test_a8_a12_nothing_dies_by_a_destination_that_takes_nothing(result: SendResult) -> None:
    """Two days of failures, whatever their kind: every alert is still open, and the destination
    is down.
    """
    alerts = [owed(number) for number in (1, 2)]
    now = NOW
    while now < NOW + timedelta(days=2):
        down = standing(alerts, None).down
        settled = [
            settling.settle(a, result, now=now + n * MINUTE, attempts=a.attempts + 1, down=down)
            for n, a in enumerate(alerts)
        ]
        alerts = [a for a, e in zip(alerts, settled, strict=True) for a in [after(a, e)] if a]
        assert len(alerts) == 2
        assert bury(alerts, None, now=now) == ()
        now += timedelta(minutes=30)
    assert standing(alerts, None).down
    assert not standing(alerts, now).down
    if result.verdict != Verdict.UNCERTAIN:  # each of those may have arrived, so it counts
        assert max(a.attempts for a in alerts) <= len(settling.RETRY_DELAYS)
    assert all(a.next_try_at for a in alerts)
    assert standing(alerts, None).down_since == NOW


def test_a12_a_destination_that_never_answers_is_asked_more_and_more_rarely() -> None:
    """Each probe may arrive: two messages show that it is down, then at least five minutes
    between probes, later an hour.
    """
    alerts = [owed(1), owed(2)]
    unanswered = SendResult(Verdict.UNCERTAIN, "no answer within 10 s")
    for attempts, pause in ((1, 5), (4, 60), (9, 60)):
        settled = [
            settling.settle(a, unanswered, now=NOW + n * MINUTE, attempts=attempts, down=True)
            for n, a in enumerate(alerts)
        ]
        here = standing(
            [a for a, e in zip(alerts, settled, strict=True) for a in [after(a, e)] if a], None
        )
        assert here.until == NOW + MINUTE + pause * MINUTE
    killed = [after(a, ledger.attempt(a, now=NOW)) for a in alerts]
    lost = settling.recover([a for a in killed if a], NOW, "resend")
    assert not standing(
        [a for a, e in zip(alerts, lost, strict=True) for a in [after(a, e)] if a], None
    ).down


def test_a_passing_failure_dies_after_a_day_while_others_go_through() -> None:
    """The seventh attempt is the last, about nineteen hours after the first."""
    alert: OpenAlert | None = owed()
    now, events = NOW, []
    while alert is not None:
        event = settling.settle(
            alert, ERROR_500, now=now, attempts=alert.attempts + 1, last_sent_at=now
        )
        events.append(event)
        alert, now = after(alert, event), event.next_try_at or now
    assert [e.event for e in events] == ["retry"] * 6 + ["dead"]
    assert timedelta(hours=19) < now - NOW < timedelta(hours=24)


def test_a_digest_that_fails_is_one_failure_not_many() -> None:
    """Its alerts fail at one moment: the destination is not down yet."""
    alerts = [
        after(a, settling.settle(a, ERROR_500, now=NOW, attempts=1))
        for a in (owed(1), owed(2), owed(3))
    ]
    assert not standing([a for a in alerts if a], None).down


@pytest.mark.parametrize(("policy", "next_try"), [("resend", NOW), ("hold", None)])
def test_an_attempt_without_a_result_is_uncertain(policy: str, next_try: object) -> None:
    """What a kill between attempt and result leaves, and nothing else."""
    alert = owed()
    begun = after(alert, ledger.attempt(alert, now=NOW))
    assert begun is not None
    (event,) = settling.recover([begun, owed(2)], NOW, policy)  # type: ignore[arg-type]
    assert (event.event, event.next_try_at, event.alert_id) == (
        "uncertain",
        next_try,
        alert.alert_id,
    )


def test_a_send_that_had_not_begun_is_neither_uncertain_nor_counted() -> None:
    """It simply comes again."""
    event = settling.settle(
        owed(), SendResult(Verdict.NOT_BEGUN, "no request had begun"), now=NOW, attempts=1
    )
    assert (event.event, event.attempt) == ("retry", 0)


def test_an_answer_that_is_not_the_services_is_repeated_once_and_then_held() -> None:
    """Marked; and held at once where the user wants to look first."""
    odd = SendResult(Verdict.UNCONFIRMED, "the answer is not the one that this service gives")
    first = settling.settle(owed(), odd, now=NOW, attempts=1)
    assert (first.event, first.next_try_at) == ("uncertain", NOW + settling.RETRY_DELAYS[0])
    repeated = ledger.advance(owed(), first)
    assert repeated
    assert repeated.may_repeat
    second = settling.settle(repeated, odd, now=NOW, attempts=2)
    assert (second.event, second.next_try_at) == ("uncertain", None)
    assert "goldmine alerts retry" in second.reason
    assert settling.settle(owed(), odd, now=NOW, attempts=1, uncertain="hold").next_try_at is None


RESULTS = st.sampled_from(
    [
        SENT,
        ERROR_500,
        REFUSED,
        DOWN,
        SendResult(Verdict.UNCERTAIN, "x"),
        SendResult(Verdict.NOT_BEGUN, "x"),
    ]
)


@given(st.lists(st.tuples(RESULTS, st.booleans(), st.booleans()), max_size=40))
def test_every_open_alert_has_a_next_try_or_says_what_a_person_must_do(
    steps: list[tuple[SendResult, bool, bool]],
) -> None:
    """Any history of results: finished alerts are sent or dead with a reason; open ones come
    again or ask for a person.
    """
    alert, now, events = owed(), NOW, []
    for result, took_other, down in steps:
        event = settling.settle(
            alert,
            result,
            now=now,
            attempts=alert.attempts + 1,
            last_sent_at=now if took_other else None,
            down=down,
        )
        events.append(event)
        folded = after(alert, event)
        if folded is None:
            assert event.event in ("sent", "dead")
            assert event.event == "sent" or event.reason
            break
        assert event.reason
        assert folded.next_try_at or "goldmine alerts retry" in folded.reason
        assert folded.may_repeat == any(e.event == "uncertain" for e in events)
        alert, now = folded, (folded.next_try_at or now) + MINUTE
    if events:
        assert ledger.state(events) in ("sent", "dead", "retrying", "uncertain")
