"""Himalayas: RSS whose own prefix is never declared, with repeated restrictions, and its JSON."""

from __future__ import annotations

import re
from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.stated_facts import experience_level
from goldmine_ingest.facts.time_zones import timezone_offsets
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction, salary_between
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

_FOOTER = re.compile(r"<p>\s*Originally posted on\s*<a\b[^>]*>\s*Himalayas\s*</a>\s*</p>\s*$", re.I)
_PREFIX = "himalayasjobs:"


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    json = feed.kind == "json"
    places = elements(entry, "locationRestrictions" if json else _PREFIX + "locationrestriction")
    zones = elements(entry, "timezoneRestrictions" if json else _PREFIX + "timezonerestriction")
    expiry = element(entry, "expiryDate" if json else _PREFIX + "expirydate")
    limits = restriction(*(title_of(place) for place in places))
    company = element(entry, "companyName" if json else _PREFIX + "companyname")
    categories = [
        title_of(slug).replace("-", " ")
        for slug in (elements(entry, "categories") if json else entry.categories)
    ]
    return compose(
        entry,
        platform="himalayas",
        title=title_of(entry.title),
        text=text_of(_FOOTER.sub("", entry.body)),
        link=element(entry, "guid") or entry.link if json else entry.link,
        posted_at=parse_date(entry.published or entry.updated, now=now),
        expires_at=parse_date(expiry, now=now, future=True),
        skills=split_skills(categories),
        category=categories[0] if categories else None,
        company=company or None,
        client_id=(element(entry, "companySlug") or None) if json else None,
        open_to=limits.get("open_to"),
        timezones=timezone_offsets(", ".join(zones)) or limits.get("timezones"),
        experience_level=experience_level(element(entry, "seniority")),
        **(_pay(entry) if json else {}),
    )


def _pay(entry: RawEntry) -> dict[str, Json]:
    values = entry.extra
    return salary_between(
        values.get("minSalary"),
        values.get("maxSalary"),
        values.get("currency"),
        values.get("salaryPeriod"),
    )


def _recognise(feed: FeedDocument) -> bool:
    return (
        any(key.startswith(_PREFIX) for key in feed.keys)
        or {"companySlug", "locationRestrictions"} <= feed.keys
        or "locationRestrictions" in feed.keys
    )


SOURCE = Source(
    name="himalayas",
    title="Himalayas",
    hosts=("himalayas.app",),
    recognise=_recognise,
    normalise=_normalise,
    fields=(
        *(
            "platform_job_id",
            "url",
            "title",
            "description",
            "posted_at",
            "expires_at",
            "pay",
            "pay_period",
            "budget_min",
            "budget_max",
        ),
        *(
            "currency",
            "skills",
            "category",
            "open_to",
            "timezones",
            "language",
            "truncated",
            "company",
            "client_id",
            "experience_level",
        ),
    ),
    attribution="Link back to the posting on Himalayas and name it as the source.",
    status="alive",
    addresses=(
        "https://himalayas.app/jobs/rss",
        "https://himalayas.app/jobs/api",
    ),
    checked="capture",
)
