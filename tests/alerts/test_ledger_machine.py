"""The ledger as a machine, against a real history: whatever happens to an alert in whatever order,
the stored state is what its events fold to, its cause says what stands in the way, and it is sent
once unless it may not have arrived or a person asked.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from goldmine_ingest.alerts import ledger, owing, reasons, settling
from goldmine_ingest.alerts.delivery_plan import plan
from goldmine_ingest.alerts.destination_health import bury
from goldmine_ingest.model.alert import (
    AlertEvent,
    Cause,
    OpenAlert,
    SendResult,
    Verdict,
    Why,
)
from goldmine_ingest.model.pursuit import Answer
from goldmine_ingest.store.history import open_store
from tests.alert_cases import NOW, decision, destination, listing
from tests.rig.blank_history import blank_history
from tests.rig.folders import in_memory

PHONE = destination(max_per_hour=2, quiet_hours=None)


class Ledger(RuleBasedStateMachine):
    """One destination, three listings; the history is opened once and asked after each step."""

    verdicts: ClassVar = st.sampled_from([v for v in Verdict if v is not Verdict.SENT])

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(dir=in_memory()))
        path = blank_history(Path(folder) / "h.duckdb")
        self.store = self.stack.enter_context(open_store(path, now=NOW))
        self.now: datetime = NOW
        self.last_sent: datetime | None = None

    def teardown(self) -> None:
        self.stack.close()

    def put(self, *events: AlertEvent, again: bool = False) -> None:
        self.store.append_events(events, again=again)
        self.now += timedelta(minutes=1)

    def ready(self) -> list[OpenAlert]:
        return [a for a in self.store.open_alerts() if a.last_event != "attempt"]

    @rule(
        n=st.integers(1, 3),
        review=st.booleans(),
        kind=st.sampled_from(["match", "changed"]),
        held_back=st.sampled_from([None, reasons.RESCANNED, reasons.backlog("f")]),
    )
    def owe(self, n: int, review: bool, kind: str, held_back: Why | None) -> None:
        """A cycle, a rescan or an edit owes it, maybe for the second time."""
        job = listing(n)
        judged = decision(job, "review" if review else "qualified")
        self.put(
            *owing.owe(
                judged,
                job,
                [PHONE],
                feeds=(),
                now=self.now,
                run_id="r",
                kind=kind,
                hold_back=held_back,  # type: ignore[arg-type]
            )
        )

    @rule(verdict=verdicts, hold=st.booleans(), sent=st.booleans(), hours=st.integers(0, 30))
    def deliver(self, verdict: Verdict, hold: bool, sent: bool, hours: int) -> None:
        """What the plan says goes out now, after a while; all of it gets the same answer."""
        self.now += timedelta(hours=hours)
        todo = plan(
            self.store.open_alerts(),
            PHONE,
            now=self.now,
            sent=(),
            last_digest_at=NOW,
            last_sent_at=self.last_sent,
        )
        self.put(*todo.hold)
        told = {a.alert_id for a in self.store.open_alerts()}
        for alerts in [*([alert] for alert in todo.send), todo.digest]:
            alerts = [alert for alert in alerts if alert.alert_id in told]
            if not alerts:
                continue
            self.put(*ledger.together([ledger.attempt(a, now=self.now) for a in alerts]))
            result = SendResult(
                Verdict.SENT if sent else verdict, "said", retry_after=_wait(verdict)
            )
            settled = [
                settling.settle(
                    a,
                    result,
                    now=self.now,
                    attempts=a.attempts + 1,
                    last_sent_at=self.last_sent,
                    uncertain="hold" if hold else "resend",
                )
                for a in alerts
            ]
            self.put(*ledger.together(settled))
            self.last_sent = self.now if sent else self.last_sent
        self.put(*bury(self.store.open_alerts(), self.last_sent, now=self.now))

    @precondition(lambda self: self.ready())
    @rule(data=st.data(), hold=st.booleans())
    def killed_while_sending(self, data: st.DataObject, hold: bool) -> None:
        alert = data.draw(st.sampled_from(self.ready()))
        self.put(ledger.attempt(alert, now=self.now))
        left = settling.recover(self.store.open_alerts(), self.now, "hold" if hold else "resend")
        self.put(*left)

    @precondition(lambda self: self.ready())
    @rule(data=st.data(), drop=st.booleans())
    def give_up(self, data: st.DataObject, drop: bool) -> None:
        """`alerts drop`, or an answer."""
        alert = data.draw(st.sampled_from(self.ready()))
        why = Why(Cause.BY_HAND, "backlog") if drop else reasons.answered(Answer("hired", self.now))
        self.put(ledger.event_of(alert, "suppressed", self.now, why=why))

    @rule(data=st.data())
    def retry_by_hand(self, data: st.DataObject) -> None:
        rows = [r for r in self.store.alert_rows() if r.state in ("dead", "uncertain", "retrying")]
        if rows:
            row = data.draw(st.sampled_from(rows))
            event = AlertEvent(
                row.alert_id, "retry", self.now, row.destination, row.kind, row.listing_id,
                reason=reasons.ASKED_FOR.reason, next_try_at=self.now, cause=Cause.BY_HAND,
            )  # fmt: skip
            self.put(event, again=True)

    def events(self) -> dict[str, list[AlertEvent]]:
        found: dict[str, list[AlertEvent]] = {}
        rows = self.store.con.execute(
            "SELECT alert_id, event, cause, message FROM alert_event ORDER BY seq"
        ).fetchall()
        for ident, event, cause, message in rows:
            said = AlertEvent(ident, event, NOW, "phone", "match", cause=cause and Cause(cause))
            found.setdefault(ident, []).append(replace(said, message=message))
        return found

    @invariant()
    def every_state_says_what_stands_in_its_way(self) -> None:
        for row in self.store.alert_rows():
            if row.state == "sent":
                assert row.cause is None
            elif row.state == "owed":
                assert row.cause in (None, Cause.BY_HAND)
            else:
                assert row.cause is not None
                assert row.reason or row.cause is Cause.UNCERTAIN

    @invariant()
    def alerts_of_a_state_are_those_of_all_that_have_it(self) -> None:
        """Read by the short way where none of the states is final."""
        rows = self.store.alert_rows()
        for states in (("owed",), ("held", "retrying", "uncertain"), ("sent",), ("owed", "dead")):
            assert self.store.alert_rows(*states) == tuple(r for r in rows if r.state in states)

    @invariant()
    def what_is_open_is_what_the_events_say(self) -> None:
        broken = self.store.con.execute(
            "SELECT count(*) FROM alert_event ANTI JOIN open_alert USING (alert_id) "
            "WHERE event NOT IN ('sent', 'dead', 'suppressed') "
            "AND seq IN (SELECT max(seq) FROM alert_event GROUP BY alert_id)"
        ).fetchone()
        assert broken == (0,)
        told = self.events()
        for alert in self.store.open_alerts():
            events = told[alert.alert_id]
            assert (alert.last_event, alert.cause) == (events[-1].event, events[-1].cause)

    @invariant()
    def nothing_is_sent_twice_unless_it_may_not_have_arrived(self) -> None:
        for events in self.events().values():
            finished = False
            for event in events:
                if event.event == "attempt":
                    assert event.message
                    assert not finished, [(e.event, e.cause) for e in events]
                finished = finished or event.event == "sent"


def _wait(verdict: Verdict) -> float | None:
    return 60.0 if verdict in (Verdict.RATE, Verdict.ACCOUNT) else None


Ledger.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLedger = Ledger.TestCase
