"""Jobicy, and the WordPress job manager's feed that it and other boards publish (job_listing: elements); Jobicy's JSON."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from goldmine_ingest.dates import parse_date
from goldmine_ingest.facts import experience_level
from goldmine_ingest.model import FeedDocument, Posting, RawEntry
from goldmine_ingest.sources.boards import element, elements, restriction, salary, salary_between
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text import split_skills

_PREFIX = "job_listing:"
# What is a way of working and no field of work; one board gives these as the category and the field as the type.
_JOB_TYPE = re.compile(r"^(?:full|part)[ -]?time$|^(?:contract(?:or)?|freelance|internship|temporary|permanent|remote)$", re.I)


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    return _from_json(entry, now) if feed.kind == "json" else _from_rss(entry, now)


def _from_rss(entry: RawEntry, now: datetime) -> Posting | None:
    category = element(entry, _PREFIX + "category") or element(entry, _PREFIX + "job_category")
    kind = element(entry, _PREFIX + "job_type")
    if _JOB_TYPE.match(category) and kind and not _JOB_TYPE.match(kind):
        category = kind
    return compose(
        entry,
        platform=_board(entry.link),
        title=title_of(entry.title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        expires_at=parse_date(element(entry, _PREFIX + "expires"), now=now, future=True),
        category=category or None,
        skills=split_skills(elements(entry, _PREFIX + "tags") or elements(entry, _PREFIX + "skills")),
        company=element(entry, _PREFIX + "company") or entry.author or None,
        **restriction(element(entry, _PREFIX + "location")),
        **salary(element(entry, _PREFIX + "salary")),
    )


def _from_json(entry: RawEntry, now: datetime) -> Posting | None:
    said = entry.extra
    low, high = said.get("salaryMin", said.get("annualSalaryMin")), said.get("salaryMax", said.get("annualSalaryMax"))
    period = said.get("salaryPeriod") or ("yearly" if "annualSalaryMin" in said or "annualSalaryMax" in said else None)
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
        **salary_between(low, high, said.get("salaryCurrency"), period),
    )


def _board(link: str) -> str:
    """The board's own name: its host without the 'www.' and the last part."""
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return host.rpartition(".")[0] or "jobicy"


def _recognise(feed: FeedDocument) -> bool:
    return any(key.startswith(_PREFIX) for key in feed.keys) or {"jobTitle", "jobGeo"} <= feed.keys


SOURCE = Source(
    name="jobicy",
    title="Jobicy and other WordPress job boards",
    hosts=("jobicy.com", "authenticjobs.com", "jobspresso.co"),
    recognise=_recognise,
    normalise=_normalise,
    fields=(
        *("platform_job_id", "url", "title", "description", "posted_at", "expires_at", "pay", "pay_period", "budget_min", "budget_max"),
        *("currency", "skills", "category", "open_to", "timezones", "language", "truncated", "company", "experience_level"),
    ),
    attribution="Name Jobicy as the source, with a direct link to the posting there.",
    checked="capture",
    notes="JSON: capture. RSS and the other boards (Authentic Jobs, Jobspresso): mocks.",
)
