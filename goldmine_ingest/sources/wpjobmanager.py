"""The feed of the WordPress plugin WP Job Manager (job_listing: elements), as Authentic Jobs,
Jobspresso, Jobicy and others publish it.
"""

from __future__ import annotations

import re
from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction, salary
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

PREFIX = "job_listing:"
# What is a way of working and no field of work; one board gives these as the category and the field
# as the type.
_JOB_TYPE = re.compile(
    r"^(?:full|part)["
    r" -]?time$|^(?:contract(?:or)?|freelance|internship|temporary|permanent|remote|project["
    r" -]based)$",
    re.I,
)


def read_item(entry: RawEntry, now: datetime, platform: str) -> Posting:
    """One item of such a feed. `platform` is used where the link names no marketplace that is
    known.
    """
    return compose(
        entry,
        platform=platform,
        title=title_of(entry.title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        expires_at=parse_date(
            _first(entry, "expires", "expiry_date", "application_deadline"), now=now, future=True
        ),
        category=_category(entry),
        skills=split_skills(
            [
                title_of(each)
                for name in ("tags", "skills")
                for each in elements(entry, PREFIX + name)
            ]
        ),
        company=_first(entry, "company", "company_name") or entry.author or None,
        **restriction(_first(entry, "location")),
        **salary(_first(entry, "salary", "job_salary", "salary_range")),
    )


def _first(entry: RawEntry, *names: str) -> str:
    return next((text for name in names if (text := element(entry, PREFIX + name))), "")


def _category(entry: RawEntry) -> str | None:
    category, kind = _first(entry, "category", "job_category"), _first(entry, "job_type")
    if (not category or _JOB_TYPE.match(category)) and kind and not _JOB_TYPE.match(kind):
        category = kind
    own = next((title_of(each) for each in entry.categories), "")
    return category or own or None


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    return read_item(entry, now, "wpjobmanager")


SOURCE = Source(
    name="wpjobmanager",
    title="Job boards made with WP Job Manager",
    hosts=("authenticjobs.com", "jobspresso.co"),
    recognise=lambda feed: any(key.startswith(PREFIX) for key in feed.keys),
    normalise=_normalise,
    fields=(
        *(
            "url",
            "title",
            "description",
            "posted_at",
            "expires_at",
            "pay",
            "pay_period",
            "budget_min",
            "budget_max",
            "currency",
            "skills",
        ),
        *("category", "open_to", "timezones", "language", "truncated", "company"),
    ),
    status="unverified",
    addresses=(
        "https://authenticjobs.com/?feed=job_feed",
        "https://jobspresso.co/?feed=job_feed",
    ),
    checked="mock",
    notes=(
        "Add '?feed=job_feed' to the board's address; its search parameters (search_keywords,"
        " search_location, job_types) narrow it."
    ),
)
