"""FL.ru: Russian RSS; the budget stands at the end of the title."""

from __future__ import annotations

import re
from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.source import (
    Source,
    compose,
    dollars,
    fixed,
    leads_to,
    text_of,
    title_of,
)

_SUFFIX = re.compile(r"\s*\(\s*Бюджет\s*:\s*([^()]*)\)\s*$", re.I)


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    title = title_of(entry.title)
    suffix = _SUFFIX.search(title)
    pay = fixed(suffix[1], dollars(suffix[1]) or "RUB") if suffix else {}
    return compose(
        entry,
        platform="flru",
        title=_SUFFIX.sub("", title),
        text=text_of(entry.body),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        category=title_of(entry.categories[0]) if entry.categories else None,
        **(pay if pay.get("budget_min") is not None or pay.get("budget_max") is not None else {}),
    )


SOURCE = Source(
    name="flru",
    title="FL.ru",
    hosts=("fl.ru",),
    recognise=lambda feed: leads_to(feed, "fl.ru"),
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
        *("category", "language", "truncated"),
    ),
    status="alive; about 60 items in 7 hours",
    addresses=("https://www.fl.ru/rss/all.xml?category=NUMBER&subcategory=NUMBER",),
    checked="mock",
)
