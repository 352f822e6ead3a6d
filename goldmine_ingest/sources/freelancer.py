"""Freelancer.com: its RSS, and the job objects of its API. '$' alone names no currency there:
the ISO code after the range does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.money import parse_amount, parse_number
from goldmine_ingest.facts.places import country_code
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.sources.source import (
    Source,
    compose,
    leads_to,
    pay_of,
    text_of,
    title_of,
    was_cut,
)
from goldmine_ingest.text.plain_text import split_skills

_TAIL = re.compile(r"\(\s?Budget:\s?(.*?)(?:,\s?Jobs:\s?(.*))?\)\s*", re.S)
_BY_USER = re.compile(r"\s{2,}by\s+\S+\s*$")
_PER_HOUR = re.compile(r"(?:/|per)\s*h(?:ou)?r", re.I)
_ISO = re.compile(r"\b[A-Z]{3}\b")
_NOT_SHOWN = re.compile(r"^\s*N/A\s*$")


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    if feed.kind == "json":
        return _from_api(entry, now)
    text = text_of(entry.body)
    at = text.rfind("(Budget:")
    tail = _TAIL.fullmatch(text, at) if at >= 0 else None
    words = text[: tail.start()].rstrip() if tail else text
    job = platform_of_link(entry.link)
    numbered = re.search(r"_(\d+)$", entry.guid)
    skills = entry.categories or (tail[2] if tail else None)
    return compose(
        entry,
        platform="freelancer",
        title=title_of(_BY_USER.sub("", entry.title)),
        text="" if _NOT_SHOWN.match(words) else words,
        platform_job_id=numbered[1] if numbered else job.job_id if job else None,
        truncated=was_cut(words) or None,
        posted_at=parse_date(entry.published or entry.updated, now=now),
        skills=split_skills(skills),
        **(_pay(tail[1]) if tail else {}),
    )


def _pay(text: str) -> dict[str, Any]:
    hourly = bool(_PER_HOUR.search(text))
    amount = parse_amount(text, default_period="hour" if hourly else "project")
    pay = pay_of(amount, pay="hourly" if hourly else "fixed")
    if pay["budget_min"] is None and pay["budget_max"] is None:
        return {}
    return (
        pay if _ISO.search(text) or not re.search(r"[$₹¥£]|kr", text) else pay | {"currency": None}
    )


def _from_api(entry: RawEntry, now: datetime) -> Posting | None:
    project = entry.extra
    seo = str(project.get("seo_url") or "").strip("/")
    link = entry.link or (f"https://www.freelancer.com/projects/{seo}" if seo else "")
    bids, skills = project.get("bid_stats"), project.get("jobs")
    count = bids.get("bid_count") if isinstance(bids, Mapping) else None
    body = str(project.get("description") or entry.body)
    return compose(
        entry,
        platform="freelancer",
        title=title_of(entry.title),
        text=text_of(body),
        link=link,
        platform_job_id=entry.guid or None,
        truncated=None if project.get("description") else True,
        posted_at=parse_date(
            str(project.get("submitdate") or project.get("time_submitted") or ""), now=now
        ),
        skills=split_skills(
            [
                str(each.get("name", ""))
                for each in (skills if isinstance(skills, list) else ())
                if isinstance(each, Mapping)
            ]
        ),
        proposals_min=count if isinstance(count, int) else None,
        proposals_max=count if isinstance(count, int) else None,
        language=_language(project.get("language")),
        **_api_pay(project),
        client_id=_owner_id(project),
        **_client(project.get("owner")),
    )


def _language(value: Json) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[a-z]{2}", value) else None


def _api_pay(project: Mapping[str, Json]) -> dict[str, Any]:
    budget, currency = project.get("budget"), project.get("currency")
    low, high = (
        (parse_number(budget.get(end)) for end in ("minimum", "maximum"))
        if isinstance(budget, Mapping)
        else (None, None)
    )
    hourly = project.get("type") == "hourly"
    code = currency.get("code") if isinstance(currency, Mapping) else None
    if low is None and high is None:
        return {}
    return {
        "pay": "hourly" if hourly else "fixed",
        "pay_period": "hour" if hourly else "project",
        "budget_min": low,
        "budget_max": high,
        "currency": code if isinstance(code, str) and re.fullmatch(r"[A-Z]{3}", code) else None,
    }


def _owner_id(project: Mapping[str, Json]) -> str | None:
    owner = project.get("owner")
    given = project.get("owner_id") or (owner.get("id") if isinstance(owner, Mapping) else None)
    return str(given) if isinstance(given, int | str) and not isinstance(given, bool) else None


def _client(owner: Json) -> dict[str, Any]:
    if not isinstance(owner, Mapping):
        return {}
    location = owner.get("location")
    country = location.get("country") if isinstance(location, Mapping) else None
    name = country.get("name") if isinstance(country, Mapping) else None
    return {
        "country": country_code(str(name or "")),
        "client_rating": stated_facts.rating(str(owner.get("rating") or "")),
    }


def _recognise(feed: FeedDocument) -> bool:
    return leads_to(feed, "freelancer.com") or ({"seo_url", "bid_stats"} <= feed.keys)


SOURCE = Source(
    name="freelancer",
    title="Freelancer.com",
    hosts=("freelancer.com",),
    recognise=_recognise,
    normalise=_normalise,
    fields=(
        *(
            "platform_job_id",
            "url",
            "title",
            "description",
            "posted_at",
            "pay",
            "pay_period",
            "budget_min",
            "budget_max",
            "currency",
        ),
        *(
            "skills",
            "language",
            "truncated",
            "proposals_min",
            "proposals_max",
            "country",
            "client_id",
            "client_rating",
        ),
    ),
    status="alive",
    addresses=(
        "https://www.freelancer.com/rss.xml?keyword=WORDS",
        "https://www.freelancer.com/api/projects/0.1/projects/active/",
    ),
    checked="mock",
    notes="Amounts as captured in 2015 and mocked in 2026; the API's objects by its documentation.",
)
