"""From an open alert to the message: looks up what it is about, and notices when it isn't true any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from goldmine_ingest.model import Decision, Json, Listing, OpenAlert
from goldmine_ingest.render import DigestAlert, MatchAlert, NoticeAlert, Rendered, TargetKind, match_alert, render
from goldmine_ingest.settings import Project
from goldmine_ingest.store import Store


@dataclass(frozen=True, slots=True)
class Composer:
    """What the alerts of one destination are about, read from the history once before the sending."""

    project: Project
    now: datetime
    listings: Mapping[str, Listing]
    decisions: Mapping[str, Decision]
    feeds: Mapping[str, tuple[str, ...]]
    edits: Mapping[str, Mapping[str, tuple[Json, Json]]]

    @classmethod
    def load(cls, store: Store, alerts: Sequence[OpenAlert], project: Project, now: datetime) -> Composer:
        ids = {alert.listing_id for alert in alerts if alert.listing_id}
        changed = {alert.listing_id for alert in alerts if alert.listing_id and alert.kind == "changed"}
        return cls(
            project,
            now,
            store.listings(ids),
            store.decisions(ids),
            store.listing_feeds(ids),
            store.last_changes(changed) if changed else {},
        )

    def no_longer_true(self, alert: OpenAlert) -> str | None:
        """Why an alert that waited has nothing to say any more, or None: an edit may have made its listing one that isn't worth it."""
        if alert.listing_id is None or alert.may_repeat:
            return None
        decision = self.decisions.get(alert.listing_id)
        if decision is not None and decision.decision == "rejected":
            return f"no longer qualifies: {decision.reason}"
        return None

    def single(self, alert: OpenAlert, kind: TargetKind) -> Rendered:
        """The message for one alert."""
        if alert.listing_id is None:
            headline, *lines = (alert.reason or alert.subject or "notice").splitlines()
            subject = alert.subject or ""
            return render(NoticeAlert(subject, headline, tuple(lines), alert.alert_id[:8], alert.may_repeat), kind)
        return render(self._match(alert, alert.listing_id), kind)

    def digest(self, alerts: Sequence[OpenAlert], kind: TargetKind) -> Rendered:
        """One message for many alerts, in their order. `Rendered.shown` says which listings fit."""
        return render(DigestAlert(tuple(self._match(a, a.listing_id) for a in alerts if a.listing_id)), kind)

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
        )
