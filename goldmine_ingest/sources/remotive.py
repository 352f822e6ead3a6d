"""Remotive: JSON and RSS; salaries in free words, times without a zone (UTC), everything a day
late.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction, salary
from goldmine_ingest.sources.source import Source, compose, leads_to, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    category = element(entry, "category") or (
        entry.categories[0] if entry.categories and feed.kind != "json" else ""
    )
    company = element(entry, "company_name") or element(entry, "company")
    place = element(entry, "candidate_required_location") or element(entry, "location")
    return compose(
        entry,
        platform="remotive",
        title=title_of(entry.title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        skills=split_skills(elements(entry, "tags")),
        category=title_of(category) or None,
        company=company or None,
        **restriction(place),
        **salary(element(entry, "salary")),
    )


def _recognise(feed: FeedDocument) -> bool:
    return "candidate_required_location" in feed.keys or leads_to(
        feed, "remotive.com", "remotive.io"
    )


SOURCE = Source(
    name="remotive",
    title="Remotive",
    hosts=("remotive.com", "remotive.io"),
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
        *("skills", "category", "open_to", "timezones", "language", "truncated", "company"),
    ),
    slowest_pace=timedelta(hours=6),  # "we advise max. 4 times a day", the legal notice in its API
    attribution=(
        "Link back to the posting on Remotive and name Remotive as the source; its jobs may not go"
        " to other job boards."
    ),
    status="alive",
    addresses=(
        "https://remotive.com/api/remote-jobs",
        "https://remotive.com/remote-jobs/feed",
    ),
    checked="capture",
)
