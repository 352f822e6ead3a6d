"""A job: what one entry says of it, and what the history holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

PayKind = Literal["fixed", "hourly", "salary"]
PayPeriod = Literal["hour", "day", "week", "month", "year", "project"]


@dataclass(frozen=True, slots=True)
class Posting:
    """What one entry says of a job, normalised. None means that it does not say. Fields bear the
    names of the `listings` view.

    `platform` is the marketplace that holds the job, by its link (a Vollna feed carries Upwork
    postings); `url` is canonical: no tracking parameters, http(s) only. `guid` is the feed's own id
    of the entry. Amounts are as stated, in `currency`; client amounts are in `client_currency`. A
    price per piece is no total: then `unit_price` and `unit` ("word", "article") are set and the
    budget is None.
    `client_id` is the feed's own id of who offers the job, where it has one.
    `open_to` are ISO alpha-2 codes; empty means open to all or not said. `language` is ISO 639-1.
    """

    platform: str
    title: str
    description: str = ""
    url: str | None = None
    platform_job_id: str | None = None
    guid: str | None = None
    posted_at: datetime | None = None
    expires_at: datetime | None = None
    pay: PayKind | None = None
    pay_period: PayPeriod | None = None
    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    currency: str | None = None
    unit_price: Decimal | None = None
    unit: str | None = None
    skills: tuple[str, ...] = ()
    category: str | None = None
    country: str | None = None
    open_to: tuple[str, ...] = ()
    timezones: tuple[str, ...] = ()
    language: str | None = None
    truncated: bool = False
    company: str | None = None
    experience_level: Literal["entry", "intermediate", "expert"] | None = None
    duration: str | None = None
    hours_per_week: Decimal | None = None
    connects: int | None = None
    proposals_min: int | None = None
    proposals_max: int | None = None
    interviewing: int | None = None
    client_payment_verified: bool | None = None
    client_spent: Decimal | None = None
    client_hires: int | None = None
    client_posted_jobs: int | None = None
    client_hire_rate: Decimal | None = None
    client_rating: Decimal | None = None
    client_reviews: int | None = None
    client_avg_hourly: Decimal | None = None
    client_currency: str | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class BaseAmounts:
    """Amounts in the user's base currency, at the rate of the first sighting's day. None: not
    stated, or no rate is known.
    """

    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    client_spent: Decimal | None = None
    client_avg_hourly: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A job in the history: a posting with its identity. What the criteria judge."""

    listing_id: str
    posting: Posting
    first_seen_at: datetime
    base: BaseAmounts = BaseAmounts()
    revision: int = 0
    repost_of: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """The live facts of a listing at one time, stored when one of them changed."""

    listing_id: str
    seen_at: datetime
    proposals_min: int | None
    proposals_max: int | None
    interviewing: int | None
    connects: int | None
