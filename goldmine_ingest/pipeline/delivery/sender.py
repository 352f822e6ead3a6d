"""Sending one destination's alerts: plan, send, settle, and plan again with what that showed.

Before each call an 'attempt' is committed, after it the result: whoever kills the program in
between leaves a line that says so. A result, and why others wait, is committed together with the
next message's attempt, or by itself where there is none: an opening costs 25 ms in a history of a
million. No database is open during a send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from goldmine_ingest.alerts import ledger, reasons, settling
from goldmine_ingest.alerts.delivery_plan import DeliveryPlan, plan
from goldmine_ingest.alerts.destination_health import DestinationHealth, bury, standing
from goldmine_ingest.alerts.destination_times import HOUR
from goldmine_ingest.errors import PROVOKED, StoreError, UnavailableError
from goldmine_ingest.model.alert import AlertEvent, OpenAlert, SendResult, Verdict, Why
from goldmine_ingest.notify import Notifier
from goldmine_ingest.notify.recipients import Whom
from goldmine_ingest.pipeline.delivery.buttons import (
    ButtonMaker,
    buttons_of,
    may_have_buttons,
)
from goldmine_ingest.pipeline.delivery.delivery_result import Delivery
from goldmine_ingest.pipeline.delivery.message_lookup import Composer, told
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.monitoring.health_notices import Change
from goldmine_ingest.pipeline.monitoring.watch import DIGEST_TOLD
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.render.message import Rendered
from goldmine_ingest.render.targets import Target, target_of
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.runtime.no_output import NoOutput
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import OpenStore, Store
from goldmine_ingest.store.recipient_rows import key_of
from goldmine_ingest.store.stored_times import noted, past

# How far back the newest message that a destination accepted is looked for: does it take messages?
_RECENT = timedelta(days=8)
_MAY_HAVE_ARRIVED = (Verdict.SENT, Verdict.UNCERTAIN, Verdict.UNCONFIRMED)


@dataclass(slots=True)
class Sender:
    """Sends one destination's alerts, once their history is loaded. `waiting` are its open alerts
    as they stand, kept in step with each event; `settled` are events to be committed with what
    comes next; `in_full` as in Delivery, of an earlier one.
    """

    project: Project
    environment: Environment
    destination: DestinationSettings
    url: str
    notifier: Notifier
    open_store: OpenStore
    run_id: str
    delivery: Delivery
    waiting: dict[str, OpenAlert] = field(default_factory=dict)
    sent: list[datetime] = field(default_factory=list)
    last_sent: datetime | None = None
    last_digest: datetime | None = None
    muted_until: datetime | None = None
    settled: list[AlertEvent] = field(default_factory=list)
    in_full: Mapping[str, str] = field(default_factory=dict)
    buttons: ButtonMaker | None = None
    _composer: Composer = field(init=False)
    _has_result: bool = False

    def load(self, store: Store) -> None:
        """Reads how the destination stands, and what its alerts are about."""
        now = self.environment.now()
        began = store.destination_began(self.destination.name, now)
        self.last_sent = store.last_sent(*self.destination.place, now - _RECENT, now)
        self.sent = list(store.sent_times(*self.destination.place, now - HOUR, now))
        last_digest = store.get_meta(self.destination.fact(DIGEST_TOLD))
        self.last_digest = noted(last_digest, now) or past(began, now)
        self.muted_until = store.muted_until(self.destination.name)
        self._composer = Composer.load(
            store, tuple(self.waiting.values()), self.project, now, self.in_full
        )
        if may_have_buttons(store, self.destination):
            self._make_buttons()

    def run(self) -> None:
        """Plans, sends until something fails, and plans again with what that showed, until
        nothing is left to do now.
        """
        before = self._standing()
        try:
            self._drop_lost()
            self._drop_untrue()
            self._send_what_goes()
            now, run_id = self.environment.now(), self.run_id
            self._settle(bury(self.waiting.values(), self.last_sent, now=now, run_id=run_id))
        finally:  # a message that was taken is known as taken, whatever went wrong after it
            self._append()
        self.delivery.notes.extend(self._composer.notes)
        self.delivery.standings[self.destination.place] = Change(
            self.destination, before, self._standing(), len(self.waiting)
        )

    def _send_what_goes(self) -> None:
        # Each round sends something or puts something off, so there are no more rounds than alerts.
        for _ in range(len(self.waiting) + 1):
            todo = self._plan()
            self._settle(todo.hold)
            if not self._carry_out(todo) or self.environment.stop():
                return

    def _make_buttons(self) -> None:
        env, redactor = self.environment.env, self.environment.redactor
        try:
            self.buttons = buttons_of(self.project, self.destination, self.url, env, redactor)
        except (UnavailableError, StoreError) as error:
            self.delivery.problems.append((self.destination.called, f"no buttons: {error.message}"))

    def _standing(self) -> DestinationHealth:
        return standing(self.waiting.values(), self.last_sent)

    def _plan(self) -> DeliveryPlan:
        return plan(
            self.waiting.values(),
            self.destination,
            now=self.environment.now(),
            sent=self.sent,
            last_digest_at=self.last_digest,
            last_sent_at=self.last_sent,
            muted_until=self.muted_until,
            run_id=self.run_id,
        )

    def _drop_untrue(self) -> None:
        untrue = [
            (alert, why)
            for alert in self.waiting.values()
            if (why := self._not_taken(alert) or self._composer.no_longer_true(alert))
        ]
        now = self.environment.now()
        self._settle(
            [
                ledger.event_of(alert, "suppressed", now, why=why, run_id=self.run_id)
                for alert, why in untrue
            ]
        )

    def _not_taken(self, alert: OpenAlert) -> Why | None:
        """Why a notice that waited isn't for this destination any more, or None."""
        if alert.listing_id or self.destination.notices or alert.left_to_a_person:
            return None
        return reasons.no_notices(self.destination)

    def _drop_lost(self) -> None:
        """What the history lost can't be told: that alert dies, is said, and keeps no other
        waiting.
        """
        self._give_up(
            [(a, why) for a in self.waiting.values() if (why := self._composer.lacking(a))]
        )

    def _give_up(self, damaged: Sequence[tuple[OpenAlert, Why]]) -> None:
        now = self.environment.now()
        self._settle(
            [
                ledger.event_of(alert, "dead", now, why=why, run_id=self.run_id)
                for alert, why in damaged
            ]
        )
        problems = [
            f"alert {alert.alert_id[:8]} can't be sent: {why.reason}; goldmine doctor"
            for alert, why in damaged
        ]
        self.delivery.problems.extend((self.destination.name, problem) for problem in problems)

    def _carry_out(self, todo: DeliveryPlan) -> bool:
        """Sends in the plan's order. True: something failed, or a destination answered again, so
        a new plan is needed.
        """
        target = target_of("terminal" if self.destination.is_terminal else self.url)
        try:
            return self._send_all(todo, target)
        except PROVOKED:
            damaged = [
                (a, why)
                for a in (*todo.send, *todo.digest)
                if a.alert_id in self.waiting and (why := self._composer.unsayable(a, target))
            ]
            if not damaged:
                raise
            self._give_up(damaged)
            return True

    def _send_all(self, todo: DeliveryPlan, target: Target) -> bool:
        was_down = self._standing().down
        for alert in todo.send:
            if self.environment.stop():
                return False
            sent_as = reasons.sent_as(self._composer.headline(alert))
            rendered = self._rendered(alert, target)
            if self._send((alert,), rendered, sent_as).verdict != Verdict.SENT or was_down:
                return True
        if todo.digest:
            rendered = self._composer.digest(todo.digest, target)
            alerts = told(todo.digest, rendered)
            if (
                self._send(alerts, rendered, reasons.in_a_digest(len(alerts))).verdict
                not in _MAY_HAVE_ARRIVED
            ):
                return True
        if todo.digest_due:
            self._append()
            self.last_digest = self.environment.now()
            with self.open_store() as store:
                store.set_meta(self.destination.fact(DIGEST_TOLD), self.last_digest.isoformat())
        return False

    def _rendered(self, alert: OpenAlert, target: Target) -> Rendered:
        """One alert's message, with its buttons or links; a notice has none."""
        if self.buttons is None or alert.listing_id is None:
            return self._composer.single(alert, target)
        told_at = alert.enqueued_at
        links = self.buttons.links(alert.listing_id, told_at)
        below = self.buttons.below(alert.listing_id, told_at)
        return replace(self._composer.single(alert, target, links), buttons=below)

    def _send(self, alerts: Sequence[OpenAlert], rendered: Rendered, sent_as: Why) -> SendResult:
        """One message for these alerts. `sent_as` is what the ledger says of one that was taken."""
        down = self._standing().down
        attempts = ledger.together(
            [
                ledger.attempt(alert, now=self.environment.now(), run_id=self.run_id)
                for alert in alerts
            ]
        )
        if not self._has_result:  # else it isn't recorded yet that it was taken
            reach("committed")
        self._append(attempts)
        reach("attempted")
        result = self._call(rendered)
        reach("accepted")
        now = self.environment.now()
        settled = [
            settling.settle(
                alert,
                result,
                now=now,
                attempts=attempt.attempt,
                last_sent_at=self.last_sent,
                down=down,
                uncertain=self.project.alerts.uncertain,
                run_id=self.run_id,
            )
            for alert, attempt in zip(alerts, attempts, strict=True)
        ]
        events = [
            replace(event, reason=sent_as.reason) if event.event == "sent" else event
            for event in settled
        ]
        self._settle(ledger.together(events))
        self._has_result = True
        if result.verdict in _MAY_HAVE_ARRIVED and any(alert.listing_id for alert in alerts):
            self.sent.append(now)
        if result.verdict == Verdict.SENT:
            self.last_sent = now
        else:
            reason = self.environment.redactor.clean(result.reason)
            self.delivery.problems.append((self.destination.called, reason))
            if result.in_full:
                self.delivery.in_full[reason] = result.in_full
        return result

    def _call(self, rendered: Rendered) -> SendResult:
        if self.destination.is_terminal:
            return self._print(rendered)
        try:
            proxy = proxy_of(self.project, self.environment.env)
        except UnavailableError as error:
            return SendResult(Verdict.SERVICE, f"[fetch] proxy: {error.message}")
        try:
            return self.notifier.send(
                self.destination.name, self.url, rendered, proxy=proxy, whom=self._whom()
            )
        except UnavailableError as error:
            # The URL is one that Apprise refuses: nothing was sent, and nothing is held against the
            # alert.
            return SendResult(Verdict.RECIPIENT, error.message)

    def _whom(self) -> Whom | None:
        """The one recipient that is meant, where the URL names several."""
        if not self.destination.recipient:
            return None
        return Whom(self.destination.recipient_key, key_of(self.project.database.path))

    def _print(self, rendered: Rendered) -> SendResult:
        if isinstance(self.environment.out, NoOutput):
            return SendResult(Verdict.SERVICE, "standard output is closed: nobody would see it")
        try:
            self.environment.out.write(f"{rendered.title}\n{rendered.body}".strip() + "\n\n")
            self.environment.out.flush()
        except OSError as error:
            # the reader of a pipe has left, or the disk is full: the other destinations are still
            # served
            return SendResult(
                Verdict.SERVICE, f"standard output can't be written to ({error.strerror})"
            )
        return SendResult(Verdict.SENT)

    def _append(self, events: Sequence[AlertEvent] = ()) -> None:
        """Commits what is settled, and these events; moves the alerts on by these."""
        clean = self._clean(events)
        if self.settled or clean:
            with self.open_store() as store:
                store.append_events([*self.settled, *clean])
        self.settled = []
        if self._has_result:
            self._has_result = False
            reach("recorded")
        self._move_on(clean)

    def _settle(self, events: Sequence[AlertEvent]) -> None:
        """What became of a message, or why it waits, moves its alerts on at once, and is committed
        with what is appended next.
        """
        clean = self._clean(events)
        self.settled.extend(clean)
        self._move_on(clean)

    def _clean(self, events: Sequence[AlertEvent]) -> list[AlertEvent]:
        return [
            replace(event, reason=self.environment.redactor.clean(event.reason)) for event in events
        ]

    def _move_on(self, events: Sequence[AlertEvent]) -> None:
        self.delivery.events.extend(events)
        for event in events:
            moved = ledger.advance(self.waiting.get(event.alert_id), event)
            if moved is None:
                self.waiting.pop(event.alert_id, None)
            else:
                self.waiting[event.alert_id] = moved
