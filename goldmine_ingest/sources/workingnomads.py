"""Working Nomads: a JSON list with tags as one comma-separated text."""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    return compose(
        entry,
        platform="workingnomads",
        title=title_of(entry.title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published, now=now),
        skills=split_skills(elements(entry, "tags")),
        category=element(entry, "category_name") or None,
        company=element(entry, "company_name") or None,
        **restriction(element(entry, "location")),
    )


SOURCE = Source(
    name="workingnomads",
    title="Working Nomads",
    hosts=("workingnomads.com",),
    recognise=lambda feed: {"category_name", "pub_date"} <= feed.keys,
    normalise=_normalise,
    fields=(
        *(
            "platform_job_id",
            "url",
            "title",
            "description",
            "posted_at",
            "skills",
            "category",
            "open_to",
            "timezones",
            "language",
        ),
        *("truncated", "company"),
    ),
    status="alive",
    addresses=("https://www.workingnomads.com/api/exposed_jobs/",),
    checked="capture",
)
