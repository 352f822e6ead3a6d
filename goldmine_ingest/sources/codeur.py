"""Codeur.com: French RSS; the first paragraph holds the budget's tier and the categories, the
text is cut.
"""

from __future__ import annotations

import re
from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.source import (
    Source,
    compose,
    fixed,
    leads_to,
    text_of,
    title_of,
    was_cut,
)
from goldmine_ingest.text.plain_text import split_skills

_HEAD = re.compile(
    r"^\s*Budget\s*:\s*(.*?)\s*(?:[-–—]\s*Cat[ée]gories?\s*:\s*([^\n]*))?\s*(?:\n|$)", re.I
)
_CUT_AT = 300  # the feed cuts at about 328 characters, with or without an ellipsis


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    text = text_of(entry.body).replace("\xa0", " ").replace("\u202f", " ")
    head = _HEAD.match(text)
    words = text[head.end() :].strip() if head else text
    categories = split_skills(head[2]) if head and head[2] else ()
    return compose(
        entry,
        platform="codeur",
        title=title_of(entry.title),
        text=words,
        truncated=True if was_cut(words) or len(text) >= _CUT_AT else None,
        posted_at=parse_date(entry.published or entry.updated, now=now),
        skills=categories,
        category=categories[0] if categories else None,
        language="fr",
        **(fixed(head[1], "EUR") if head else {}),
    )


SOURCE = Source(
    name="codeur",
    title="Codeur.com",
    hosts=("codeur.com",),
    recognise=lambda feed: leads_to(feed, "codeur.com"),
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
        *("skills", "category", "language", "truncated"),
    ),
    status="alive; supports ETag and 304",
    addresses=("https://www.codeur.com/projects.rss?q=WORDS",),
    checked="mock",
    notes="The feed shows the newest 35 projects only.",
)
