"""RemoteOK: JSON whose first element is a legal notice (salaries of 0 are unknown), and RSS."""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction, salary_between
from goldmine_ingest.sources.source import Source, compose, leads_to, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    if "legal" in entry.extra and not entry.title:
        return None
    values = entry.extra
    link = entry.link or element(entry, "apply_url")
    return compose(
        entry,
        platform="remoteok",
        title=title_of(entry.title),
        text=text_of(entry.body),
        link=link.replace("remoteOK.com", "remoteok.com"),
        posted_at=parse_date(entry.published or element(entry, "epoch"), now=now),
        skills=split_skills(elements(entry, "tags") or list(entry.categories)),
        company=element(entry, "company") or None,
        **restriction(element(entry, "location")),
        **salary_between(values.get("salary_min"), values.get("salary_max"), "USD", None),
    )


def _recognise(feed: FeedDocument) -> bool:
    return {"position", "epoch"} <= feed.keys or leads_to(feed, "remoteok.com", "remoteok.io")


SOURCE = Source(
    name="remoteok",
    title="RemoteOK",
    hosts=("remoteok.com", "remoteok.io"),
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
        *("skills", "open_to", "timezones", "language", "truncated", "company"),
    ),
    attribution=(
        "Link back (followed) to the posting on Remote OK and name Remote OK as the source; its"
        " logo may not be used."
    ),
    status="alive",
    addresses=(
        "https://remoteok.com/api",
        "https://remoteok.com/remote-dev-jobs.rss",
    ),
    checked="capture",
)
