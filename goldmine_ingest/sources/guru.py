"""Guru: bold labels in the description, with the colon inside the bold. Elance's, which wrote
the same way, is elance.py.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import open_to
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
    "Description",
    "Category",
    "Required skills",
    "Fixed Price budget",
    "Hourly budget",
    "Job type",
    "Project type",
    "Freelancer Location",
)
_BOLD_LABEL = re.compile(r"<(b|strong)>\s*([^<>:]{2,40}:)\s*</\1>", re.I)
_DETAIL = re.compile(r"(Duration|Hours/week|Rate)\s*[-:]\s*([^;]*)", re.I)


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    values, rest = labelled(text_of(_BOLD_LABEL.sub(r"<br />\2 ", entry.body)), _LABELS)
    words = "\n".join(part for part in (values.get("description", ""), rest) if part)
    return compose(
        entry,
        platform="guru",
        title=title_of(entry.title),
        text=words,
        truncated=was_cut(words) or None,
        posted_at=parse_date(entry.published or entry.updated, now=now),
        category=values.get("category"),
        skills=split_skills(values.get("required skills")),
        open_to=open_to(values.get("freelancer location", "")),
        **_terms(values),
    )


def _terms(values: dict[str, str]) -> dict[str, Any]:
    if price := values.get("fixed price budget"):
        return fixed(price, "USD")
    budget = values.get("hourly budget", "")
    detail = {name.lower(): value.strip() for name, value in _DETAIL.findall(budget)}
    if not budget:
        return {}
    return {
        "duration": stated_facts.duration(detail.get("duration", "")),
        "hours_per_week": stated_facts.hours_per_week(
            f"{detail['hours/week']} hours/week" if "hours/week" in detail else ""
        ),
        **hourly(detail.get("rate", budget if not detail else ""), "USD"),
    }


SOURCE = Source(
    name="guru",
    title="Guru",
    hosts=("guru.com",),
    recognise=lambda feed: leads_to(feed, "guru.com"),
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
        *("skills", "category", "open_to", "language", "truncated", "duration", "hours_per_week"),
    ),
    status="unverified",
    addresses=("https://www.guru.com/rss/jobs/q/WORDS/",),
    checked="mock",
    notes="The vocabulary of 2014-15; whether the feed is still served is unknown.",
)
