"""What the user did about a listing or beyond the marketplaces, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

Stage = Literal[
    "pursued",
    "viewed",
    "replied",
    "interviewed",
    "hired",
    "declined",
    "withdrawn",
    "skipped",
    "followed_up",
]
Rated = Literal["good", "bad"]
Because = Literal["proof", "budget", "client", "scope", "other"]
# What a proposal led with: a finding about the client's problem, finished work, or the first step.
Led = Literal["diagnosis", "proof", "first_step"]
# How an event came to be recorded.
Way = Literal["command", "csv", "mail", "page", "phone"]


@dataclass(frozen=True, slots=True)
class Pursuit:
    """One recorded event of a proposal: the user did something about a listing, or something came
    of it. One row of the `pursuits` view.

    `connects` is what the proposal cost; `amount` what was asked or earned, in the base currency;
    `objection` a tag for why it failed; `way` how it came to be recorded ('command', 'csv',
    'mail'). `source` is a channel of the user's own ("referral"), `title` what the work is called
    where no feed brought it (None: it is a listing's); `hours` what this event took; `led` what the
    proposal led with.
    """

    listing_id: str
    stage: Stage
    at_time: datetime
    connects: int | None = None
    amount: Decimal | None = None
    objection: str | None = None
    note: str | None = None
    way: str | None = None
    source: str | None = None
    title: str | None = None
    hours: Decimal | None = None
    led: str | None = None


@dataclass(frozen=True, slots=True)
class PursuedWork:
    """What is pursued: a listing, or work that no feed brought, which bears a title of its own and,
    where the user named one, a source.
    """

    listing_id: str
    title: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """The user's word on a listing, and which criterion it is about. One row of the `ratings`
    view; the newest counts.
    """

    listing_id: str
    rating: Rated
    because: Because | None
    at_time: datetime


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One thing that the user recorded of a listing, as it stands in the history: an event of a
    proposal (`what` is its stage) or a rating (`what` is "good" or "bad"). `undone` ones count for
    nothing; they are told in the listing's own history.
    """

    event_id: str
    listing_id: str
    kind: Literal["pursuit", "rating"]
    what: str
    at_time: datetime
    recorded_at: datetime
    because: Because | None = None
    connects: int | None = None
    amount: Decimal | None = None
    objection: str | None = None
    note: str | None = None
    way: str | None = None
    undone: bool = False
    source: str | None = None
    title: str | None = None
    hours: Decimal | None = None
    led: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How the user last answered a listing, so that nothing of it rings again: the stage that
    was tracked, or 'bad' for that rating.
    """

    how: str
    answered_at: datetime


# Days; what is longer is a damaged row, and would leave the calendar.
_LONGEST_TRIAL = 100_000

ContactKind = Literal["referral", "case_study", "publication", "past_client", "offer"]


@dataclass(frozen=True, slots=True)
class Contact:
    """One step on a second path to clients, outside the marketplaces. One row of the `contacts`
    view; `amount` in the base currency.

    `listing_id` is the pursuit that it came from, `next_on` the day on which it asks for something
    again (None: nothing is to be done), `outcome` what became of it last, `updated_at` when
    something of it was last recorded (None: nothing since it was added).
    """

    contact_id: str
    at_time: datetime
    kind: ContactKind
    note: str | None = None
    amount: Decimal | None = None
    listing_id: str | None = None
    next_on: date | None = None
    outcome: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactUpdate:
    """What became of a contact, and when it asks for something next (None: no more)."""

    contact_id: str
    at_time: datetime
    outcome: str | None = None
    next_on: date | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A declared reality test: one client problem, one offer, for so many days. One row of the
    `trials` view.

    `criteria_hash` is that of the criteria when it began; `ended_at` is None unless a person ended
    it. `contacts_a_week` and `pursuits` are what it takes (None: not said).
    """

    name: str
    problem: str
    offer: str
    started_at: datetime
    days: int
    ended_at: datetime | None = None
    criteria_hash: str | None = None
    contacts_a_week: int | None = None
    pursuits: int | None = None

    @property
    def ends_at(self) -> datetime:
        """When it was ended, else when its days are over."""
        return self.ended_at or self.started_at + timedelta(days=min(self.days, _LONGEST_TRIAL))
