"""Any other RSS, Atom or JSON Feed: what can be told without knowing the board. Doubt leaves a field unknown."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from goldmine_ingest import facts
from goldmine_ingest.dates import parse_date
from goldmine_ingest.model import FeedDocument, Json, PayPeriod, Posting, RawEntry
from goldmine_ingest.money import Amount, parse_amount
from goldmine_ingest.places import country_code, country_in, open_to
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.source import Source, compose, dollars, pay_of, text_of, title_of
from goldmine_ingest.text import split_skills

_FIXED = ("Budget", "Fixed price", "Fixed-price", "Project budget", "Price", "Fixed budget")
_HOURLY = ("Hourly rate", "Hourly range", "Hourly", "Rate", "Hourly budget", "Pay rate")
_SALARY = ("Salary", "Compensation", "Salary range", "Annual salary")
_SKILLS = ("Skills", "Required skills", "Skills required", "Tags", "Technologies", "Tech stack")
_PLACE = ("Country", "Client country", "Client location")
_OPEN = ("Location requirement", "Freelancer location", "Location")
_OTHER = ("Category", "Duration", "Experience level", "Company", "Hours per week", "Posted on", "Deadline", "Expires")
_LABELS = (*_FIXED, *_HOURLY, *_SALARY, *_SKILLS, *_PLACE, *_OPEN, *_OTHER)
_SUFFIX = re.compile(r"\s*[(\[]\s*(budget|fixed(?:[ -]price)?|hourly(?: rate)?|rate|salary)\s*:\s*([^()\[\]]*)[)\]]\s*$", re.I)
_PERIODS: dict[str, PayPeriod] = {"hourly": "hour", "rate": "hour", "fixed": "project", "budget": "project", "salary": "year"}


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    title, text = title_of(entry.title), _text(entry)
    if not title and not text and not entry.link:
        raise ValueError("an entry without title, text and link")
    said, _ = labelled(text, _LABELS)
    suffix = _SUFFIX.search(title)
    country = _one_of(said, _PLACE)
    return compose(
        entry,
        platform="generic",
        title=_SUFFIX.sub("", title) if suffix else title,
        text=text,
        link=_link(entry, feed),
        posted_at=parse_date(entry.published or entry.updated or said.get("posted on", ""), now=now),
        expires_at=_expiry(entry, said, now),
        skills=split_skills(_one_of(said, _SKILLS) or list(entry.categories)),
        category=said.get("category"),
        country=country_code(country) or country_in(country) if country else None,
        open_to=_open_to(said),
        company=said.get("company") or _company(entry),
        duration=facts.duration(said.get("duration", "")),
        experience_level=facts.experience_level(said.get("experience level", "")),
        hours_per_week=facts.hours_per_week(f"{said['hours per week']} hours/week" if "hours per week" in said else ""),
        **_pay(suffix, said),
    )


def _text(entry: RawEntry) -> str:
    if "content_text" in entry.extra and not entry.extra.get("content_html"):
        return str(entry.extra["content_text"]).strip()
    return text_of(entry.body)


def _link(entry: RawEntry, feed: FeedDocument) -> str:
    """JSON Feed's `external_url` is the thing that the item is about; its own page otherwise."""
    return entry.link if feed.kind != "json" else str(entry.extra.get("url") or entry.link)


def _one_of(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name.lower()] for name in names if name.lower() in said), "")


def _open_to(said: dict[str, str]) -> tuple[str, ...]:
    return open_to(_one_of(said, _OPEN[:2]))


def _company(entry: RawEntry) -> str | None:
    for name in ("company", "company_name", "companyName", "job:company", "job_listing:company"):
        if isinstance(value := entry.extra.get(name), str) and value.strip():
            return title_of(value)
    return None


def _expiry(entry: RawEntry, said: dict[str, str], now: datetime) -> datetime | None:
    stated = _string(entry.extra.get("expires_at") or entry.extra.get("expires")) or said.get("deadline") or said.get("expires", "")
    return parse_date(stated, now=now, future=True) if stated else None


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _pay(suffix: re.Match[str] | None, said: dict[str, str]) -> dict[str, Any]:
    """From the title's suffix or a labelled line, by what it is called; an amount that names its own period is believed first."""
    stated = [(suffix[1].lower(), suffix[2])] if suffix else []
    stated += [
        (kind, said[name.lower()])
        for kind, names in (("hourly", _HOURLY), ("fixed", _FIXED), ("salary", _SALARY))
        for name in names
        if name.lower() in said
    ]
    for kind, text in stated:
        amount = parse_amount(
            text, default_currency=dollars(text), default_period=next(period for word, period in _PERIODS.items() if kind.startswith(word))
        )
        if amount.minimum is not None or amount.maximum is not None:
            return pay_of(amount, pay=_pay_kind(amount))
    return {}


def _pay_kind(amount: Amount) -> Any:
    return amount.pay or {"hour": "hourly", "project": "fixed", "year": "salary", "month": "salary"}.get(amount.period or "")


SOURCE = Source(
    name="generic",
    title="Any RSS, Atom or JSON Feed",
    normalise=_normalise,
    fields=(
        *("url", "title", "description", "posted_at", "expires_at", "pay", "pay_period", "budget_min", "budget_max", "currency", "skills"),
        *("category", "country", "open_to", "language", "truncated", "company", "experience_level", "duration", "hours_per_week"),
    ),
    checked="mock",
    notes="Amounts and facts are taken from labelled lines ('Budget: $500') and from the title's suffix only.",
)
