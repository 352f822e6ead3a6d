"""LaraJobs: RSS with job: elements, the salary in free words, no description."""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction, salary
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

_PREFIX = "job:"


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    return compose(
        entry,
        platform="larajobs",
        title=title_of(entry.title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        skills=split_skills(elements(entry, _PREFIX + "tags")),
        company=element(entry, _PREFIX + "company") or entry.author or None,
        **restriction(element(entry, _PREFIX + "location")),
        **salary(element(entry, _PREFIX + "salary")),
    )


SOURCE = Source(
    name="larajobs",
    title="LaraJobs",
    hosts=("larajobs.com",),
    recognise=lambda feed: {_PREFIX + "job_type", _PREFIX + "company"} <= feed.keys,
    normalise=_normalise,
    fields=(
        *(
            "platform_job_id",
            "url",
            "title",
            "posted_at",
            "pay",
            "pay_period",
            "budget_min",
            "budget_max",
            "currency",
            "skills",
        ),
        *("open_to", "timezones", "language", "company"),
    ),
    status="alive (capture of December 2025)",
    addresses=("https://larajobs.com/feed",),
    checked="capture",
)
