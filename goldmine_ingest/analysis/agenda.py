"""What asks for something now beside the market: pursuits that are silent, second paths that are
owed, contacts whose date has come, and the trial that runs. Pure but for `read_agenda`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.board import active, board
from goldmine_ingest.analysis.review_parts import counted, joined
from goldmine_ingest.analysis.second_paths import PathDebt, due, path_debt
from goldmine_ingest.analysis.trial_checklist import Checklist, checklist
from goldmine_ingest.store.outcomes import events, pursuits_begun, titles
from goldmine_ingest.store.trials import contacts, trials

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.model.pursuit import Contact, Trial
    from goldmine_ingest.settings.review import ReviewSettings

_NAMED = 3  # so many are named in a sentence
_TITLE = 40  # characters of a title in it
_ID = 8


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A pursuit from which nothing was heard for as long as its stage is given. `due_at` is when
    that was so first, and known: what is recorded days later can't be told before.
    """

    listing_id: str
    title: str
    stage: str
    since: datetime
    due_at: datetime

    def days(self, now: datetime) -> int:
        return (now - self.since).days


@dataclass(frozen=True, slots=True)
class RunningTrial:
    """The trial that runs, on which day of it, and what it has of what it takes."""

    name: str
    day: int
    days: int
    checklist: Checklist

    @property
    def sentence(self) -> str:
        return (
            f"Trial {self.name}, day {self.day} of {self.days}:"
            f" {'; '.join(self.checklist.sentences)}."
        )


@dataclass(frozen=True, slots=True)
class Agenda:
    """`follow_ups` the longest silent first, `contacts_due` the longest due first."""

    follow_ups: tuple[FollowUp, ...]
    paths: PathDebt
    contacts_due: tuple[Contact, ...]
    trial: RunningTrial | None


def read_agenda(con: duckdb.DuckDBPyConnection, settings: ReviewSettings, now: datetime) -> Agenda:
    """Ask the history what is to be done."""
    stands = board(events(con), now, settings)
    recorded = contacts(con)
    names = titles(con, [card.listing_id for card in stands.due])
    return Agenda(
        tuple(
            FollowUp(
                card.listing_id,
                names.get(card.listing_id, "(untitled)"),
                card.stage,
                card.since,
                max(card.due_at or card.since, card.last.recorded_at),
            )
            for card in stands.due
        ),
        path_debt(active(stands), recorded),
        tuple(due(recorded, now.date())),
        _running(trials(con), recorded, pursuits_begun(con), now),
    )


def _running(
    declared: Sequence[Trial],
    recorded: Sequence[Contact],
    begun: Sequence[datetime],
    now: datetime,
) -> RunningTrial | None:
    running = [trial for trial in declared if trial.started_at <= now < trial.ends_at]
    if not running:
        return None
    trial = running[-1]
    day = (now - trial.started_at).days + 1
    return RunningTrial(trial.name, day, trial.days, checklist(trial, recorded, begun, now))


def silent(follow_ups: Sequence[FollowUp], now: datetime) -> str:
    """'3 pursuits silent for 5 days', or 'for 5 to 7 days'."""
    days = [each.days(now) for each in follow_ups]
    least, most = min(days), max(days)
    span = counted(most, "day") if least == most else f"{least} to {counted(most, 'day')}"
    return f"{counted(len(follow_ups), 'pursuit')} silent for {span}"


def named(follow_ups: Sequence[FollowUp]) -> str:
    """Their titles with the ids to type, and how many more there are."""
    shown = [f"{_short(each.title)} ({each.listing_id[:_ID]})" for each in follow_ups[:_NAMED]]
    more = len(follow_ups) - _NAMED
    return joined([*shown, *([f"{more} more"] if more > 0 else [])])


def _short(text: str) -> str:
    title = " ".join(text.split())
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"


def contacts_due(due_contacts: Sequence[Contact]) -> str:
    """'2 contacts are due: past client since 2026-12-01 (Anna) and …'; '' without any."""
    if not due_contacts:
        return ""
    shown = [
        f"{each.kind.replace('_', ' ')} since {each.next_on}"
        + (f" ({_short(each.note)})" if each.note else "")
        for each in due_contacts[:_NAMED]
    ]
    more = len(due_contacts) - _NAMED
    names = joined([*shown, *([f"{more} more"] if more > 0 else [])])
    are = "is" if len(due_contacts) == 1 else "are"
    return f"{counted(len(due_contacts), 'contact')} {are} due: {names}."


def sentences(agenda: Agenda, now: datetime) -> list[str]:
    """All of it, as the review says it; what there is none of has no sentence, but for the
    paths.
    """
    follow_ups = (
        f"{silent(agenda.follow_ups, now)}: {named(agenda.follow_ups)}."
        " `goldmine track LISTING followed_up` once you have asked again."
        if agenda.follow_ups
        else ""
    )
    trial = agenda.trial.sentence if agenda.trial else ""
    return [
        text
        for text in (
            follow_ups,
            agenda.paths.sentence,
            contacts_due(agenda.contacts_due),
            trial,
        )
        if text
    ]


def follow_ups_since(agenda: Agenda, told_at: datetime | None) -> tuple[FollowUp, ...]:
    """Those that became silent after that time (None: all): what wasn't told yet."""
    return tuple(each for each in agenda.follow_ups if told_at is None or each.due_at > told_at)


def as_document(agenda: Agenda, now: datetime) -> Mapping[str, object]:
    """For JSON: what `review` adds to its document."""
    return {
        "follow_ups": [
            {
                "listing_id": each.listing_id,
                "title": each.title,
                "stage": each.stage,
                "silent_since": each.since,
                "days": each.days(now),
            }
            for each in agenda.follow_ups
        ],
        "path_debt": {
            "active": agenda.paths.active,
            "with_path": agenda.paths.with_path,
            "without": list(agenda.paths.without),
            "sentence": agenda.paths.sentence,
        },
        "contacts_due": [
            {"contact_id": each.contact_id, "kind": each.kind, "next_on": each.next_on}
            for each in agenda.contacts_due
        ],
    }
