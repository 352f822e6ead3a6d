"""We Work Remotely: RSS with elements of its own (region, country, state, skills, type,
expires_at), titles 'Company: Role'.
"""

from __future__ import annotations

import re
from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_in
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import element, elements, restriction
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

_TITLE = re.compile(r"^([^:]{1,80}):\s+(.+)$")
# The board puts its own head (logo, headquarters, address) before the company's text, and its own
# link after it.
_HEAD = re.compile(
    r"^\s*(?:<img\b[^>]*>\s*)?<p>\s*<strong>\s*Headquarters:\s*</strong>(.*?)</p>", re.S | re.I
)
_APPLY = re.compile(r"<p>\s*<strong>\s*To apply:\s*</strong>.*?</p>\s*$", re.S | re.I)


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    title = title_of(entry.title)
    parts = _TITLE.match(title)
    head = _HEAD.match(entry.body)
    # The countries narrow the region ("Europe Only", "Germany, France").
    places = restriction(element(entry, "country"))
    return compose(
        entry,
        platform="weworkremotely",
        title=parts[2] if parts else title,
        company=parts[1] if parts else None,
        text=text_of(_APPLY.sub("", _HEAD.sub("", entry.body, count=1))),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        expires_at=parse_date(element(entry, "expires_at"), now=now, future=True),
        skills=split_skills(elements(entry, "skills")),
        category=title_of(entry.categories[0]) if entry.categories else None,
        country=country_in(text_of(head[1]).partition("URL:")[0]) if head else None,
        **(places if places.get("open_to") else restriction(element(entry, "region"))),
    )


def _recognise(feed: FeedDocument) -> bool:
    return {"region", "expires_at"} <= feed.keys or feed.title.startswith("We Work Remotely")


SOURCE = Source(
    name="weworkremotely",
    title="We Work Remotely",
    hosts=("weworkremotely.com",),
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
            "skills",
            "category",
            "open_to",
            "timezones",
        ),
        "country",
        *("language", "truncated", "company"),
    ),
    attribution="Link back to the posting on We Work Remotely and name it as the source.",
    status="alive",
    addresses=(
        "https://weworkremotely.com/remote-jobs.rss",
        "https://weworkremotely.com/categories/remote-CATEGORY-jobs.rss",
    ),
    checked="capture",
)
