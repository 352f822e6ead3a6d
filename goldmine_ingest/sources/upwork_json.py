"""Upwork's job objects: GraphQL nodes, the search page's JSON of 2022, the REST v2 of 2016, and
what scraping services make of them.

Every maker has other names for the same facts, so each fact is looked for under all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.job_keys import client_and_activity
from goldmine_ingest.facts.job_pay import pay_of_keys
from goldmine_ingest.facts.money import parse_number, parse_spend
from goldmine_ingest.facts.pay_periods import pay_period
from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.source import compose, fixed, hourly, leads_to, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

_VERIFIED = {
    "VERIFIED": True,
    "1": True,
    "TRUE": True,
    "NOT_VERIFIED": False,
    "UNVERIFIED": False,
    "0": False,
    "2": False,
    "FALSE": False,
}
_STATUS = (
    "verificationStatus",
    "paymentVerificationStatus",
    "payment_verification_status",
    "paymentVerified",
    "payment_verified",
)


def recognise(feed: FeedDocument) -> bool:
    return "ciphertext" in feed.keys or leads_to(feed, "upwork.com")


def normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    job = entry.extra
    cipher = str(job.get("ciphertext") or "")
    link = f"https://www.upwork.com/jobs/~{cipher.lstrip('~')}" if cipher else entry.link
    low, high = stated_facts.proposals_band(
        _named(job, "totalApplicants", "proposalsTier", "proposalsCount", "proposals")
    )
    spell = _named(job, "durationLabel", "engagementDuration", "duration", "projectLength")
    facts = {
        "experience_level": stated_facts.experience_level(
            _named(job, "experienceLevel", "tier", "tierText", "contractorTier")
        ),
        "duration": stated_facts.duration(spell),
        "hours_per_week": stated_facts.hours_per_week(
            _named(job, "engagement", "workload") or spell
        ),
        "connects": stated_facts.connects(
            _named(job, "connectsRequired", "connectPrice", "connects")
        ),
        "interviewing": _count(job.get("totalInterviewing", job.get("interviewing"))),
        "proposals_min": low,
        "proposals_max": high,
        **_client(job),
    }
    return compose(
        entry,
        platform="upwork",
        title=title_of(entry.title),
        text=text_of(entry.body or _named(job, "result")),
        link=link,
        posted_at=parse_date(entry.published, now=now),
        skills=split_skills(_skills(job.get("skills") or job.get("tags"))),
        category=_text(
            job.get("subcategory")
            or job.get("subcategory2")
            or job.get("category")
            or job.get("category2")
        ),
        open_to=_open_to(job),
        **_more(job, facts),
        **_pay(job),
    )


def _more(job: Mapping[str, Json], facts: dict[str, Any]) -> dict[str, Any]:
    """The known facts, and those that other makers' names state. What is read from Upwork's own
    names wins; a band that one end of is known keeps both its ends.
    """
    stated = client_and_activity(job)
    if facts["proposals_min"] is not None or facts["proposals_max"] is not None:
        stated = {name: fact for name, fact in stated.items() if not name.startswith("proposals")}
    if facts.get("client_spent") is not None:
        stated.pop("client_currency", None)
    return stated | {name: fact for name, fact in facts.items() if fact is not None}


def _named(job: Mapping[str, Json], *names: str) -> str:
    return next((text for name in names if (text := _text(job.get(name)))), "")


def _text(value: Json) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("label") or value.get("name") or value.get("prefLabel")
    return (
        str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    )


def _skills(value: Json) -> str | list[str]:
    if isinstance(value, str):
        return value
    several = value if isinstance(value, list) else []
    names = (
        each.get("prettyName") or each.get("name") if isinstance(each, Mapping) else each
        for each in several
    )
    return [name for name in names if isinstance(name, str)]


def _open_to(job: Mapping[str, Json]) -> tuple[str, ...]:
    """Preferred places restrict only where they are mandatory."""
    mandatory = job.get(
        "preferredFreelancerLocationMandatory", job.get("prefFreelancerLocationMandatory")
    )
    places = job.get("preferredFreelancerLocation", job.get("prefFreelancerLocation"))
    several = places if isinstance(places, list) else [places]
    return (
        open_to(", ".join(place for place in several if isinstance(place, str)))
        if mandatory is True
        else ()
    )


def _money(value: Json) -> tuple[Decimal | None, str | None]:
    """An amount as {rawValue, currency}, {amount, currencyCode} or a bare number; zero is no
    amount.
    """
    if isinstance(value, Mapping):
        return parse_number(value.get("rawValue", value.get("amount"))), _text(
            value.get("currency") or value.get("currencyCode")
        )
    return parse_number(value), None


def _pay(job: Mapping[str, Json]) -> dict[str, Any]:
    """Pay by Upwork's own names, else by whatever names another maker gave it."""
    pay = _by_own_names(job)
    if pay.get("budget_min") is None and pay.get("budget_max") is None:
        other = pay_of_keys(job)
        if (other and pay.get("pay") in (None, other["pay"])) or (other and other["pay"] is None):
            kind = {name: pay.get(name) for name in ("pay", "pay_period") if pay.get(name)}
            return other | kind | {"currency": other["currency"] or "USD"}
    return pay


def _by_own_names(job: Mapping[str, Json]) -> dict[str, Any]:
    low, currency = _money(job.get("hourlyBudgetMin"))
    high, other = _money(job.get("hourlyBudgetMax"))
    if low is not None or high is not None:
        return _stated("hourly", "hour", low, high, currency or other)
    kind = _named(job, "type", "job_type", "jobType", "paymentType", "contractType").lower()
    if rate := _named(job, "hourlyBudgetText", "hourlyRange", "hourlyRate"):
        return hourly(rate, "USD")
    budget = job.get("amount") if job.get("amount") is not None else job.get("budget")
    if kind.startswith(("2", "hour")):
        return hourly(budget if isinstance(budget, str) else "", "USD")
    if isinstance(budget, str) and not budget.strip().isdecimal():
        return _priced(budget, kind)
    price, currency = _money(budget)
    if price is None:
        return {"pay": "fixed"} if kind.startswith(("1", "fixed")) else {}
    return _stated("fixed", "project", price, price, currency)


def _priced(text: str, kind: str) -> dict[str, Any]:
    """A budget in words; without a contract type, words that name a rate are one."""
    per_hour = pay_period(text) == "hour"
    pay = hourly(text, "USD") if per_hour else fixed(text, "USD")
    return pay if kind or pay["currency"] else {}


def _stated(
    pay: str, period: str, low: Decimal | None, high: Decimal | None, currency: str | None
) -> dict[str, Any]:
    return {
        "pay": pay,
        "pay_period": period,
        "budget_min": low,
        "budget_max": high,
        "currency": currency or "USD",
    }


def _client(job: Mapping[str, Json]) -> dict[str, Any]:
    client = next(
        (job[name] for name in ("client", "clientInfo", "clientDetails") if job.get(name)), None
    )
    if isinstance(client, str):
        return _client_line(client) | (
            {"country": place} if (place := country_code(_named(job, "clientCountry"))) else {}
        )
    if not isinstance(client, Mapping):
        return {"country": country_code(_named(job, "clientCountry"))}
    location = client.get("location")
    stated = client.get("totalSpent")
    spent, currency = (parse_spend(stated), None) if isinstance(stated, str) else _money(stated)
    place = (
        location.get("country")
        if isinstance(location, Mapping)
        else location or client.get("country")
    )
    status = next((client[name] for name in _STATUS if client.get(name) is not None), None)
    return {
        "country": country_code(str(place or "")) or country_in(str(place or "")),
        "client_payment_verified": _VERIFIED.get(str(status).upper()),
        "client_spent": spent,
        "client_currency": (currency or "USD") if spent is not None else None,
        "client_hires": _count(client.get("totalHires", client.get("past_hires"))),
        "client_posted_jobs": _count(client.get("totalPostedJobs", client.get("jobs_posted"))),
        "client_reviews": _count(client.get("totalReviews", client.get("reviews_count"))),
        "client_rating": stated_facts.rating(_named(client, "totalFeedback", "feedback", "rating")),
    }


def _client_line(text: str) -> dict[str, Any]:
    return {
        "client_payment_verified": stated_facts.payment_verified(text),
        "country": country_in(text),
    }


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
