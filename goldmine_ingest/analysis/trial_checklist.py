"""A trial as a checklist: one problem, one offer, two proof assets with their dates, so many
contacts a week, so many pursuits; and what led each proposal. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from goldmine_ingest.analysis.review_parts import counted
from goldmine_ingest.model.pursuit import Contact, Trial

PROOF_ASSETS = 2  # that a trial takes; the article's number
_ASSETS = ("case_study", "publication")
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Asset:
    """A case study or publication of the trial's time. `on` is when it was made, or is to be made
    (`made` False).
    """

    kind: str
    note: str | None
    on: date
    made: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    """What the trial has of what it takes. Contacts are counted by the trial's own weeks, of which
    the last may still run; what the trial doesn't demand is None.
    """

    assets: tuple[Asset, ...]
    assets_needed: int
    contacts_by_week: tuple[int, ...]
    contacts_a_week: int | None
    pursuits: int
    pursuits_needed: int | None

    @property
    def sentences(self) -> list[str]:
        """Each item of the list: what there is of what it takes."""
        made = [asset for asset in self.assets if asset.made]
        dated = [_dated(asset) for asset in self.assets]
        return [
            f"proof assets: {len(made)} of {self.assets_needed}"
            + (f" ({', '.join(dated)})" if dated else ""),
            f"contacts this week: {_of(self.contacts_by_week[-1], self.contacts_a_week)}"
            f"{self._weeks()}",
            f"pursuits: {_of(self.pursuits, self.pursuits_needed)}",
        ]

    def _weeks(self) -> str:
        """How many of the whole weeks so far had enough contacts."""
        whole = self.contacts_by_week[:-1]
        if self.contacts_a_week is None or not whole:
            return ""
        enough = sum(count >= self.contacts_a_week for count in whole)
        return f"; enough in {enough} of {counted(len(whole), 'week')} before"


def _of(count: int, needed: int | None) -> str:
    return f"{count}" if needed is None else f"{count} of {needed}"


def _dated(asset: Asset) -> str:
    return f"{asset.kind.replace('_', ' ')} {'on' if asset.made else 'due on'} {asset.on}"


def checklist(
    trial: Trial, contacts: Iterable[Contact], begun: Sequence[datetime], now: datetime
) -> Checklist:
    """`begun` is when each pursuit began. A case study or publication with a next date is still to
    be made; every other kind of contact counts in its week.
    """
    until = min(now, trial.ends_at)
    mine = [each for each in contacts if trial.started_at <= each.at_time <= until]
    assets = tuple(
        Asset(
            each.kind,
            each.note,
            each.next_on or (each.updated_at or each.at_time).date(),
            each.next_on is None,
        )
        for each in mine
        if each.kind in _ASSETS
    )
    weeks = [0] * (_week(trial, max(trial.started_at, until)) + 1)
    for each in mine:
        if each.kind not in _ASSETS:
            weeks[_week(trial, each.at_time)] += 1
    return Checklist(
        assets,
        PROOF_ASSETS,
        tuple(weeks),
        trial.contacts_a_week,
        sum(trial.started_at <= at_time <= until for at_time in begun),
        trial.pursuits,
    )


def _week(trial: Trial, at_time: datetime) -> int:
    """Which of the trial's weeks a time lies in, from 0; its very end belongs to the last."""
    last = max(0, -(-(trial.ends_at - trial.started_at) // _WEEK) - 1)
    return min((at_time - trial.started_at) // _WEEK, last)
