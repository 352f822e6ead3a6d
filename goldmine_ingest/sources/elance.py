"""Elance (gone since 2015), read for archives: labels in the description, the amount inside the
job's type.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_code, country_in
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.source import (
    Source,
    compose,
    fixed,
    hourly,
    leads_to,
    text_of,
    title_of,
    was_cut,
)
from goldmine_ingest.text.plain_text import split_skills

_LABELS = (
    "Type and Budget",
    "Client Location",
    "Category",
    "Skills",
    "Desired Skills",
    "Description",
    "Job Description",
    "Time Left",
    "Proposals",
    "Start Date",
    "Job ID",
    "Client",
)
_BOLD_LABEL = re.compile(r"<(b|strong)>\s*([^<>:]{2,40}?)\s*:?\s*</\1>\s*:?", re.I)
_AMOUNT = re.compile(r"\(([^()]*)\)")


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    values, rest = labelled(text_of(_BOLD_LABEL.sub(r"<br />\2: ", entry.body)), _LABELS)
    words = "\n".join(
        part
        for part in (values.get("description", values.get("job description", "")), rest)
        if part
    )
    place = values.get("client location", "").strip(", ")
    return compose(
        entry,
        platform="elance",
        title=re.sub(r"\s*\|\s*Elance(?: Job)?\s*$", "", title_of(entry.title)),
        text=words,
        truncated=was_cut(words) or None,
        posted_at=parse_date(entry.published or entry.updated, now=now),
        category=values.get("category"),
        skills=split_skills(values.get("skills") or values.get("desired skills")),
        country=(country_code(place) or country_in(place)) if place else None,
        **_pay(values.get("type and budget", "")),
    )


def _pay(text: str) -> dict[str, Any]:
    stated = _AMOUNT.search(text)
    if text.lower().startswith("hourly"):
        return hourly(stated[1] if stated else "", "USD")
    return fixed(stated[1] if stated else "", "USD") if text.lower().startswith("fixed") else {}


SOURCE = Source(
    name="elance",
    title="Elance",
    hosts=("elance.com",),
    recognise=lambda feed: (
        leads_to(feed, "elance.com") or any("Type and Budget" in e.body for e in feed.entries[:3])
    ),
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
        *("skills", "category", "country", "language", "truncated"),
    ),
    status="dead since 2015",
    checked="mock",
    notes="Closed in 2015.",
)
