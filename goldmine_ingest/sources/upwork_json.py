"""Upwork's job objects: GraphQL nodes, the search page's JSON of 2022, the REST v2 of 2016. By documentation and captures of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from goldmine_ingest import facts
from goldmine_ingest.dates import parse_date
from goldmine_ingest.model import FeedDocument, Json, Posting, RawEntry
from goldmine_ingest.money import parse_number
from goldmine_ingest.places import country_code
from goldmine_ingest.sources.source import compose, hourly, text_of, title_of
from goldmine_ingest.text import split_skills

_VERIFIED = {"VERIFIED": True, "1": True, "NOT_VERIFIED": False, "0": False, "2": False}


def recognise(feed: FeedDocument) -> bool:
    return "ciphertext" in feed.keys or any("upwork.com" in entry.link for entry in feed.entries)


def normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    job = entry.extra
    cipher = str(job.get("ciphertext") or "")
    link = f"https://www.upwork.com/jobs/~{cipher.lstrip('~')}" if cipher else entry.link
    low, high = facts.proposals_band(str(job.get("proposalsTier") or ""))
    return compose(
        entry,
        platform="upwork",
        title=title_of(entry.title),
        text=text_of(entry.body),
        link=link,
        posted_at=parse_date(entry.published, now=now),
        skills=split_skills(_skills(job.get("skills"))),
        category=_text(job.get("subcategory") or job.get("subcategory2") or job.get("category") or job.get("category2")),
        experience_level=facts.experience_level(_text(job.get("experienceLevel") or job.get("tier") or job.get("contractorTier")) or ""),
        duration=facts.duration(_text(job.get("durationLabel") or job.get("duration")) or ""),
        hours_per_week=facts.hours_per_week(_text(job.get("engagement") or job.get("workload")) or ""),
        proposals_min=job.get("totalApplicants") if isinstance(job.get("totalApplicants"), int) else low,
        proposals_max=job.get("totalApplicants") if isinstance(job.get("totalApplicants"), int) else high,
        **_pay(job),
        **_client(job.get("client")),
    )


def _text(value: Json) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("label") or value.get("name") or value.get("prefLabel")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _skills(value: Json) -> list[str]:
    several = value if isinstance(value, list) else []
    names = (each.get("prettyName") or each.get("name") if isinstance(each, Mapping) else each for each in several)
    return [name for name in names if isinstance(name, str)]


def _money(value: Json) -> tuple[Decimal | None, str | None]:
    """An amount as {rawValue, currency}, {amount, currencyCode} or a bare number; zero is no amount."""
    if isinstance(value, Mapping):
        return parse_number(value.get("rawValue", value.get("amount"))), _text(value.get("currency") or value.get("currencyCode"))
    return parse_number(value), None


def _pay(job: Mapping[str, Json]) -> dict[str, Any]:
    low, currency = _money(job.get("hourlyBudgetMin"))
    high, other = _money(job.get("hourlyBudgetMax"))
    if low is not None or high is not None:
        return _stated("hourly", "hour", low, high, currency or other)
    if rate := _text(job.get("hourlyBudgetText")):
        return hourly(rate, "USD")
    if str(job.get("type") or job.get("job_type") or "").lower() in {"2", "hourly"}:
        return {"pay": "hourly"}
    price, currency = _money(job.get("amount") if job.get("amount") is not None else job.get("budget"))
    return _stated("fixed", "project", price, price, currency) if price is not None else {}


def _stated(pay: str, period: str, low: Decimal | None, high: Decimal | None, currency: str | None) -> dict[str, Any]:
    return {"pay": pay, "pay_period": period, "budget_min": low, "budget_max": high, "currency": currency or "USD"}


def _client(client: Json) -> dict[str, Any]:
    if not isinstance(client, Mapping):
        return {}
    location = client.get("location")
    spent, currency = _money(client.get("totalSpent"))
    place = location.get("country") if isinstance(location, Mapping) else client.get("country")
    status = client.get("verificationStatus", client.get("paymentVerificationStatus", client.get("payment_verification_status")))
    return {
        "country": country_code(str(place or "")),
        "client_payment_verified": _VERIFIED.get(str(status).upper()),
        "client_spent": spent,
        "client_currency": (currency or "USD") if spent is not None else None,
        "client_hires": _count(client.get("totalHires", client.get("past_hires"))),
        "client_posted_jobs": _count(client.get("totalPostedJobs", client.get("jobs_posted"))),
        "client_reviews": _count(client.get("totalReviews", client.get("reviews_count"))),
        "client_rating": facts.rating(str(client.get("totalFeedback") or client.get("feedback") or "")),
    }


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
