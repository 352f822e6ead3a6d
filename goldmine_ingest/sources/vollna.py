"""Vollna, the paid bridge in front of Upwork: its RSS, its webhook payload and REST objects, and
its alert mails.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_code, country_in
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import stated
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.sources.source import Source, compose, fixed, hourly, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

_SUFFIX = re.compile(
    r"\s*\(\s*(Fixed(?:[ -]Price)?|Hourly(?: Rate)?|Budget)\s*:\s*([^()]*)\)\s*$", re.I
)
_FIXED, _HOURLY = ("fixed price", "fixed", "budget"), ("hourly rate", "hourly")
_LABELS = (
    *(
        "Skills",
        "Categories",
        "Category",
        "Client Country",
        "Country",
        "Location",
        *_FIXED,
        *_HOURLY,
    ),
    *stated.LABELS,
)


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    if feed.kind == "json":
        from goldmine_ingest.sources import vollna_json

        return vollna_json.normalise(entry, feed, now)
    if feed.kind == "mail":
        from goldmine_ingest.sources import vollna_mail

        return vollna_mail.normalise(entry, feed, now)
    values, text = labelled(text_of(entry.body), _LABELS)
    title = title_of(entry.title)
    suffix = _SUFFIX.search(title)
    category, skills = _tags(entry.categories, values)
    job = platform_of_link(entry.link)
    country = values.get("client country") or values.get("country") or values.get("location") or ""
    return compose(
        entry,
        platform="vollna",
        title=_SUFFIX.sub("", title),
        text=text,
        platform_job_id=job.job_id if job else bridge_id(entry.link),
        posted_at=parse_date(entry.published or entry.updated, now=now),
        category=category,
        skills=skills,
        country=country_code(country) or country_in(country),
        **stated.facts_of(values),
        **_pay(suffix, values),
    )


def _tags(
    categories: tuple[str, ...], values: dict[str, str]
) -> tuple[str | None, tuple[str, ...]]:
    """Category elements hold the category first, then skills; labelled lines, where there are
    some, say it better.
    """
    category = (
        values.get("categories")
        or values.get("category")
        or (title_of(categories[0]) if categories else None)
    )
    rest = [title_of(each) for each in categories[1:]]
    return category, split_skills(values["skills"]) if "skills" in values else split_skills(rest)


def _pay(suffix: re.Match[str] | None, values: dict[str, str]) -> dict[str, Any]:
    named = [(suffix[1].lower(), suffix[2])] if suffix else []
    named += [(name, values[name]) for name in (*_HOURLY, *_FIXED) if name in values]
    for name, text in named:
        # 'Budget' alone says neither; a rate says so itself.
        per_hour = name.startswith("hourly") or re.search(r"/\s*h|per hour|hourly", text, re.I)
        pay = hourly(text, "USD") if per_hour else fixed(text, "USD")
        if (
            pay["budget_min"] is not None
            or pay["budget_max"] is not None
            or not name.startswith("budget")
        ):
            return pay
    return {}


def bridge_id(link: str) -> str | None:
    """The bridge's own id of a project, where its link hides the marketplace's."""
    try:
        return dict(parse_qsl(urlsplit(link).query)).get("pid")
    except ValueError:
        return None


def _recognise(feed: FeedDocument) -> bool:
    if feed.kind == "mail":
        from goldmine_ingest.sources import vollna_mail

        return vollna_mail.recognise(feed)
    links = [entry.link for entry in feed.entries[:5]]
    return any(re.match(r"https?://(?:[\w-]+\.)*vollna\.com/", link) for link in links) or (
        feed.kind == "json" and bool(feed.keys & {"client_details", "clientDetails"})
    )


SOURCE = Source(
    name="vollna",
    title="Vollna",
    hosts=("vollna.com",),
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
            "skills",
        ),
        *(
            "category",
            "country",
            "language",
            "truncated",
            "experience_level",
            "duration",
            "connects",
            "proposals_min",
            "proposals_max",
            "client_payment_verified",
            "client_spent",
        ),
        *(
            "client_hires",
            "client_hire_rate",
            "client_rating",
            "client_reviews",
            "client_avg_hourly",
            "client_currency",
        ),
    ),
    status=(
        "alive; a paid bridge in front of Upwork, and today's way to an Upwork saved-search feed"
    ),
    addresses=("https://www.vollna.com/rss/TOKEN",),
    checked="mock",
    notes=(
        "The feed's address is a credential. Its postings belong to the marketplace that they link"
        " to, mostly Upwork. Items vanish from the feed after about ten minutes: poll every three."
    ),
)
