"""Jobicy: the feed of WP Job Manager, and JSON with more facts."""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.stated_facts import experience_level
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction, salary_between
from goldmine_ingest.sources.source import Source, compose, leads_to, text_of, title_of
from goldmine_ingest.sources.wpjobmanager import PREFIX, read_item


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    return _from_json(entry, now) if feed.kind == "json" else read_item(entry, now, "jobicy")


def _from_json(entry: RawEntry, now: datetime) -> Posting | None:
    values = entry.extra
    low, high = (
        values.get("salaryMin", values.get("annualSalaryMin")),
        values.get("salaryMax", values.get("annualSalaryMax")),
    )
    period = values.get("salaryPeriod") or (
        "yearly" if "annualSalaryMin" in values or "annualSalaryMax" in values else None
    )
    industries = elements(entry, "jobIndustry")
    return compose(
        entry,
        platform="jobicy",
        title=title_of(entry.title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published, now=now),
        category=title_of(industries[0]) if industries else None,
        company=element(entry, "companyName") or None,
        experience_level=experience_level(element(entry, "jobLevel")),
        **restriction(element(entry, "jobGeo")),
        **salary_between(low, high, values.get("salaryCurrency"), period),
    )


def _recognise(feed: FeedDocument) -> bool:
    if {"jobTitle", "jobGeo"} <= feed.keys:
        return True
    return any(key.startswith(PREFIX) for key in feed.keys) and leads_to(feed, "jobicy.com")


SOURCE = Source(
    name="jobicy",
    title="Jobicy",
    hosts=("jobicy.com",),
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
        ),
        *(
            "currency",
            "category",
            "open_to",
            "timezones",
            "language",
            "truncated",
            "company",
            "experience_level",
        ),
    ),
    attribution="Name Jobicy as the source, with a direct link to the posting there.",
    status="alive",
    addresses=(
        "https://jobicy.com/api/v2/remote-jobs",
        "https://jobicy.com/?feed=job_feed",
    ),
    checked="capture",
    notes="JSON: capture. RSS (the shape of WP Job Manager): a mock.",
)
