"""Facts of job and client that stand in labelled lines ('Proposals: 20 to 50', 'Client rating:
4.9'), whatever feed they came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.money import Amount, parse_amount, parse_spend
from goldmine_ingest.model import Json
from goldmine_ingest.model.posting import PayKind, PayPeriod
from goldmine_ingest.sources.source import dollars, pay_of

_FIXED = (
    "Budget",
    "Fixed price",
    "Fixed-price",
    "Project budget",
    "Price",
    "Fixed budget",
    "Festpreis",
    "Бюджет",
)
_HOURLY = (
    "Hourly rate",
    "Hourly range",
    "Hourly",
    "Rate",
    "Hourly budget",
    "Pay rate",
    "Stundensatz",
    "Taux horaire",
)
_SALARY = ("Salary", "Compensation", "Salary range", "Annual salary", "Gehalt", "Salaire")
PAY_LABELS = (*_FIXED, *_HOURLY, *_SALARY)
_PERIODS: dict[str, PayPeriod] = {
    "hourly": "hour",
    "rate": "hour",
    "fixed": "project",
    "budget": "project",
    "price": "project",
    "salary": "year",
}
_PERIOD_KINDS: dict[str, PayKind] = {
    "hour": "hourly",
    "project": "fixed",
    "year": "salary",
    "month": "salary",
}
_SAYS_KIND = re.compile(r"fixed|hourly", re.I)
_LEVEL = ("Experience level", "Seniority")
_DURATION = (
    "Duration",
    "Project length",
    "Project duration",
    "Est. time",
    "Estimated time",
    "Dauer",
    "Laufzeit",
    "Durée",
)
_HOURS = ("Hours per week", "Weekly hours", "Workload", "Hours/week", "Engagement")
_CONNECTS = ("Connects", "Required connects", "Connects required", "Connects to apply")
_PROPOSALS = ("Proposals", "Bids", "Applicants")
_INTERVIEWING = ("Interviewing", "Interviews")
_PAYMENT = ("Payment", "Payment method", "Payment verified", "Payment verification")
_SPENT = ("Total spent", "Client spent", "Client total spent", "Spent")
_HIRES = ("Hires", "Total hires", "Client hires")
_POSTED = ("Jobs posted", "Posted jobs", "Client jobs posted")
_HIRE_RATE = ("Hire rate", "Client hire rate")
_RATING = ("Rating", "Client rating", "Client feedback", "Client score")
_REVIEWS = ("Reviews", "Client reviews")
_PAID = (
    "Avg hourly rate",
    "Average hourly rate",
    "Avg hourly rate paid",
    "Average hourly rate paid",
    "Avg. hourly rate paid",
)
LABELS = (
    *(
        *_LEVEL,
        *_DURATION,
        *_HOURS,
        *_CONNECTS,
        *_PROPOSALS,
        *_INTERVIEWING,
        *_PAYMENT,
        *_SPENT,
        *_HIRES,
        *_POSTED,
        *_HIRE_RATE,
    ),
    *(*_RATING, *_REVIEWS, *_PAID),
)
FIELDS = (
    *(
        "experience_level",
        "duration",
        "hours_per_week",
        "connects",
        "proposals_min",
        "proposals_max",
        "interviewing",
    ),
    *(
        "client_payment_verified",
        "client_spent",
        "client_hires",
        "client_posted_jobs",
        "client_hire_rate",
        "client_rating",
    ),
    *("client_reviews", "client_avg_hourly", "client_currency"),
)


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Names of automations and scraping services for what a label says in other words.
_KEYS = {
    "payment method verified": "payment verified",
    "is payment verified": "payment verified",
    "client payment verified": "payment verified",
    "client payment verification status": "payment verified",
    "client rating": "client rating",
    "client country": "client country",
    "client total hires": "total hires",
    "client total reviews": "client reviews",
    "client reviews count": "client reviews",
    "client hire rate": "client hire rate",
    "client jobs posted": "jobs posted",
    "client posted jobs": "jobs posted",
    "total jobs posted": "jobs posted",
    "client avg hourly rate": "avg hourly rate",
    "proposals count": "proposals",
    "total applicants": "proposals",
    "total proposals": "proposals",
    "number of proposals": "proposals",
    "bid count": "bids",
    "connects required": "required connects",
    "project length": "project length",
    "salary range": "salary range",
    "pay": "rate",
    "budget amount": "budget",
    "hourly rate range": "hourly range",
    "job budget": "budget",
    "company name": "company",
    "experience": "experience level",
    "level": "experience level",
    "required skills": "required skills",
}


def of_keys(extra: Mapping[str, Json], labels: Iterable[str]) -> dict[str, str]:
    """The labelled values that a JSON object holds under its keys: {"budget": "$1,400 fixed"},
    {"hireRate": "80%"}, {"proposals_count": 12}. Lists are joined by commas; objects say nothing.
    """
    wanted = {label.lower() for label in labels}
    fields: dict[str, str] = {}
    for key, value in extra.items():
        name = " ".join(_CAMEL.sub(" ", key[:60]).replace("_", " ").lower().split())
        name = _KEYS.get(name, name)
        text = _spelled(value)
        if name in wanted and text:
            fields.setdefault(name, text)
    return fields


def _spelled(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(str(each) for each in value if isinstance(each, str | int | float))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def facts_of(said: Mapping[str, str]) -> dict[str, Any]:
    """The fields of Posting that the labelled lines state, from their values by lower-case
    label; None where they don't.
    """

    def line(names: tuple[str, ...]) -> str:
        return next((said[name.lower()] for name in names if name.lower() in said), "")

    spent, paid = (
        parse_spend(line(_SPENT)),
        parse_amount(line(_PAID), default_currency="USD", default_period="hour"),
    )
    currency = parse_amount(line(_SPENT), default_currency="USD").currency or "USD"
    low, high = stated_facts.proposals_band(line(_PROPOSALS))
    return {
        "experience_level": stated_facts.experience_level(line(_LEVEL)),
        "duration": stated_facts.duration(line(_DURATION)),
        "hours_per_week": stated_facts.hours_per_week(line(_HOURS))
        or stated_facts.hours_per_week(f"{line(_HOURS)} hours/week"),
        "connects": stated_facts.connects(line(_CONNECTS)),
        "proposals_min": low,
        "proposals_max": high,
        "interviewing": stated_facts.count(line(_INTERVIEWING)),
        "client_payment_verified": stated_facts.payment_verified(line(_PAYMENT)),
        "client_spent": spent,
        "client_hires": stated_facts.count(line(_HIRES)),
        "client_posted_jobs": stated_facts.count(line(_POSTED)),
        "client_hire_rate": stated_facts.hire_rate(line(_HIRE_RATE)),
        "client_rating": stated_facts.rating(line(_RATING)),
        "client_reviews": stated_facts.count(line(_REVIEWS)),
        "client_avg_hourly": paid.minimum if spent is None or paid.currency == currency else None,
        "client_currency": currency if spent is not None else paid.currency,
    }


def stated_pay(said: Mapping[str, str], *, suffix: tuple[str, str] | None = None) -> dict[str, Any]:
    """Pay from the title's suffix (its label, its amount) or a labelled line; an amount that
    names its own period is believed first.
    """
    amounts = [(suffix[0].lower(), suffix[1])] if suffix else []
    amounts += [
        (name.lower() if _SAYS_KIND.search(name) else kind, said[name.lower()])
        for kind, names in (("rate", _HOURLY), ("budget", _FIXED), ("salary", _SALARY))
        for name in names
        if name.lower() in said
    ]
    for kind, text in amounts:
        amount = parse_amount(text, default_currency=dollars(text), default_period=_period(kind))
        if amount.unit:
            return pay_of(amount)
        if amount.stated and amount.period == "year" and no_salary(amount, text):
            return pay_of(replace(amount, period=None, pay=None))
        if amount.stated:
            return pay_of(amount, pay=amount.pay or _PERIOD_KINDS.get(amount.period or ""))
    # "Fixed price: not sure" says the kind; a budget or rate that isn't stated says nothing.
    return next(
        ({"pay": _PERIOD_KINDS[_period(kind)]} for kind, _ in amounts if _SAYS_KIND.search(kind)),
        {},
    )


# A year's pay without its period in words is at least this much, in any currency with a rate.
_LEAST_A_YEAR = 10_000


def no_salary(amount: Amount, text: str) -> bool:
    """Whether the label alone makes this a year's pay, and the figure is none: "Salary: 25-40"."""
    figure = amount.minimum if amount.minimum is not None else amount.maximum
    named = parse_amount(text).period
    return named is None and figure is not None and figure < _LEAST_A_YEAR


def _period(kind: str) -> PayPeriod:
    return next((period for word, period in _PERIODS.items() if word in kind), "year")
