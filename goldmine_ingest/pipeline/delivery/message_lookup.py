"""From an open alert to the message: looks up what it is about, and notices when it isn't true
any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from goldmine_ingest.alerts import reasons
from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.model import Json
from goldmine_ingest.model.alert import OpenAlert, Topic, Why
from goldmine_ingest.model.client import ClientHistory
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.model.press import ActionLinks
from goldmine_ingest.model.pursuit import Answer
from goldmine_ingest.pipeline.delivery.buttons import inbox_of
from goldmine_ingest.pipeline.delivery.daily_summary import day_summary
from goldmine_ingest.pipeline.delivery.user_templates import worded
from goldmine_ingest.render.match import match_alert
from goldmine_ingest.render.message import (
    DaySummary,
    DigestAlert,
    MatchAlert,
    NoticeAlert,
    Rendered,
)
from goldmine_ingest.render.rendering import SUMMARY_SHOWN, render
from goldmine_ingest.render.targets import Target
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store


@dataclass(frozen=True, slots=True)
class Composer:
    """What the alerts of one destination are about, read from the history once before the sending.

    `texts` are the notices' own, which the ledger keeps in their first events; `in_full` maps
    sentences in them to those that are told in their place; `never_stated` are criteria whose
    facts a feed doesn't state; `clients` what is known of who offers each listing, `opinions`
    what a language model was asked about it. `notes` grows
    by what a person should hear of the wording.
    """

    project: Project
    now: datetime
    listings: Mapping[str, Listing]
    decisions: Mapping[str, Decision]
    feeds: Mapping[str, tuple[str, ...]]
    edits: Mapping[str, Mapping[str, tuple[Json, Json]]]
    answered: Mapping[str, Answer] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    in_full: Mapping[str, str] = field(default_factory=dict)
    never_stated: Mapping[str, frozenset[str]] = field(default_factory=dict)
    clients: Mapping[str, ClientHistory] = field(default_factory=dict)
    summary: DaySummary | None = None
    opinions: Mapping[str, Sequence[Opinion]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def load(
        cls,
        store: Store,
        alerts: Sequence[OpenAlert],
        project: Project,
        now: datetime,
        in_full: Mapping[str, str],
    ) -> Composer:
        ids = {alert.listing_id for alert in alerts if alert.listing_id}
        changed = {
            alert.listing_id: alert.enqueued_at
            for alert in alerts
            if alert.listing_id and alert.kind == "changed"
        }
        notices = {alert.alert_id for alert in alerts if alert.listing_id is None}
        summaries = [alert.enqueued_at for alert in alerts if is_summary(alert)]
        feeds, listings = store.listing_feeds(ids), store.listings(ids)
        return cls(
            project,
            now,
            listings,
            store.decisions(ids),
            feeds,
            store.edits_since(changed),
            store.answered(ids),
            store.first_reasons(notices) if notices else {},
            in_full,
            store.never_stated({feed for names in feeds.values() for feed in names}),
            store.client_histories(listings.values()),
            day_summary(store, project, before=max(summaries)) if summaries else None,
            store.opinions(ids) if project.criteria.opinion else {},
        )

    def no_longer_true(self, alert: OpenAlert) -> Why | None:
        """Why an alert that waited has nothing to say any more, or None: its person has answered
        the listing meanwhile, or an edit made it one that isn't worth it.

        One that is left to a person stays for that person.
        """
        if alert.listing_id is None or alert.left_to_a_person:
            return None
        if answer := self.answered.get(alert.listing_id):
            return reasons.answered(answer, may_repeat=alert.may_repeat)
        decision = self.decisions.get(alert.listing_id)
        if decision is None or decision.decision != "rejected":
            return None
        return reasons.turned_away(decision.reason, may_repeat=alert.may_repeat)

    def lacking(self, alert: OpenAlert) -> Why | None:
        """Why an alert can't be told at all, or None: the history lost what it is about."""
        if alert.listing_id is None:
            return None
        if alert.listing_id not in self.listings:
            return reasons.damaged(f"the history has no listing {alert.listing_id[:8]} any more")
        if alert.listing_id not in self.decisions:
            return reasons.damaged(
                f"the history has no readable decision on listing {alert.listing_id[:8]}"
            )
        return None

    def unsayable(self, alert: OpenAlert, target: Target) -> Why | None:
        """Why an alert can't be put into words, or None. Asked only once one of several could
        not be.
        """
        try:
            self.single(alert, target)
        except PROVOKED as error:
            return reasons.damaged(f"it can't be put into words ({type(error).__name__})")
        return None

    def single(
        self, alert: OpenAlert, target: Target, links: ActionLinks | None = None
    ) -> Rendered:
        """The message for one alert; a match in the user's own wording where there is one that
        can be used, and with the links to the door, where there are any.
        """
        if (
            is_summary(alert) or alert.for_digest
        ):  # the probe of a destination that is down may be one that waits for a digest
            return self.digest((alert,), target)
        if alert.listing_id is None:
            return render(self._notice(alert), target)
        match = replace(self._match(alert, alert.listing_id), links=links)
        rendered, note = worded(self.project, match, alert.destination, target)
        if note and note not in self.notes:
            self.notes.append(note)
        return rendered

    def digest(self, alerts: Sequence[OpenAlert], target: Target) -> Rendered:
        """One message for many alerts, in their order. `told` says which of them it tells."""
        matches = tuple(self._match(a, a.listing_id) for a in alerts if a.listing_id)
        notices = tuple(
            self._notice(a) for a in alerts if a.listing_id is None and not is_summary(a)
        )
        summary = self.summary if any(map(is_summary, alerts)) else None
        names = {alert.destination for alert in alerts}
        to = next((each for each in self.project.destinations if each.name in names), None)
        inbox = inbox_of(self.project, to) if to else ""
        return render(DigestAlert(matches, summary, notices, inbox), target)

    def headline(self, alert: OpenAlert) -> str:
        """The first line of what a notice says; empty for a listing's alert."""
        return (
            ""
            if alert.listing_id
            else (self.texts.get(alert.alert_id) or alert.subject or "notice").partition("\n")[0]
        )

    def _notice(self, alert: OpenAlert) -> NoticeAlert:
        text = self.texts.get(alert.alert_id, "")
        for stored, whole in self.in_full.items():
            text = text.replace(stored, whole)
        lines = text.splitlines()[1:]
        topic = alert.topic or Topic.OTHER
        return NoticeAlert(
            topic,
            alert.about or "",
            self.headline(alert),
            tuple(lines),
            alert.alert_id[:8],
            alert.may_repeat,
        )

    def _match(self, alert: OpenAlert, listing_id: str) -> MatchAlert:
        return match_alert(
            self.listings[listing_id],
            self.decisions[listing_id],
            feeds=self.feeds.get(listing_id, ()),
            base_currency=self.project.criteria.base_currency,
            now=self.now,
            proofs=self.project.criteria.proofs,
            changed=self.edits.get(listing_id) if alert.kind == "changed" else None,
            may_repeat=alert.may_repeat,
            silent=self._silent(listing_id),
            client=self.clients.get(listing_id),
            opinions=self.opinions.get(listing_id, ()),
        )

    def _silent(self, listing_id: str) -> frozenset[str]:
        """Criteria whose facts none of a listing's feeds states."""
        of_feeds = [
            self.never_stated.get(feed, frozenset()) for feed in self.feeds.get(listing_id, ())
        ]
        return frozenset.intersection(*of_feeds) if of_feeds else frozenset()


def is_summary(alert: OpenAlert) -> bool:
    """Whether an alert is the day's summary, which only goes out in a digest."""
    return alert.topic is Topic.SUMMARY


def told(alerts: Sequence[OpenAlert], rendered: Rendered) -> list[OpenAlert]:
    """Those of a digest's alerts that its message tells; the others must stay open. Two days'
    summaries are told as one.
    """
    return [
        a
        for a in alerts
        if (SUMMARY_SHOWN if is_summary(a) else a.listing_id or a.alert_id[:8]) in rendered.shown
    ]
