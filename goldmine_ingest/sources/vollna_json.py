"""Vollna's webhook payload and REST objects (the same facts, once with snake_case names and once
with camelCase).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.job_keys import client_and_activity
from goldmine_ingest.facts.money import parse_number, parse_spend
from goldmine_ingest.facts.places import country_code
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.sources.source import compose, fixed, hourly, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills


def normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    project = entry.extra
    job = platform_of_link(entry.link)
    categories = project.get("categories")
    first = (
        categories[0] if isinstance(categories, list) and categories else project.get("category")
    )
    skills = project.get("skills")
    return compose(
        entry,
        platform="vollna",
        title=title_of(entry.title),
        text=_text(entry),
        platform_job_id=job.job_id if job else _own_id(entry),
        posted_at=parse_date(entry.published, now=now),
        skills=split_skills(
            [_named(each) for each in skills] if isinstance(skills, list) else _named(skills)
        ),
        category=_named(first) or None,
        **_pay(project),
        **(client_and_activity(project) | _known(project)),
    )


def _known(project: Mapping[str, Json]) -> dict[str, Any]:
    facts = {
        "duration": stated_facts.duration(str(project.get("duration") or "")),
        "experience_level": stated_facts.experience_level(
            str(project.get("experience_level", project.get("experienceLevel")) or "")
        ),
        "connects": _count(project.get("connectsRequired", project.get("connects_required"))),
        **_client(project.get("client_details", project.get("clientDetails"))),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _text(entry: RawEntry) -> str:
    """The description, and the questions that the client asks of whoever applies."""
    asked = entry.extra.get("questions")
    several = asked if isinstance(asked, list) else []
    questions = [
        title_of(text)
        for each in several
        if isinstance(text := each.get("question") if isinstance(each, Mapping) else each, str)
    ]
    text = text_of(entry.body)
    return (
        "\n".join((text, "", "Questions:", *(f"- {each}" for each in questions)))
        if questions
        else text
    )


def _own_id(entry: RawEntry) -> str | None:
    match = re.search(r"[?&]pid=([\w-]+)", entry.link)
    return match[1] if match else None


def _named(value: Json) -> str:
    if isinstance(value, Mapping):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _pay(project: Mapping[str, Json]) -> dict[str, Any]:
    budget, kind = (
        project.get("budget"),
        str(project.get("budget_type", project.get("budgetType")) or ""),
    )
    if isinstance(budget, Mapping):
        kind, budget = str(budget.get("type") or kind), budget.get("amount")
    text = (
        str(budget)
        if isinstance(budget, str | int | float) and not isinstance(budget, bool)
        else ""
    )
    if "hour" in kind.lower():
        return hourly(text, "USD")
    return fixed(text, "USD") if "fixed" in kind.lower() else {}


def _client(client: Json) -> dict[str, Any]:
    if not isinstance(client, Mapping):
        return {}
    low = {re.sub(r"_", "", key).lower(): value for key, value in client.items()}
    country = low.get("country")
    place = (
        country.get("iso_code2") or country.get("name") if isinstance(country, Mapping) else country
    )
    spent, rate = _amount(low.get("totalspent")), _amount(low.get("avghourlyratepaid"))
    verified = low.get("paymentmethodverified")
    return {
        "country": country_code(str(place or "")),
        "client_payment_verified": verified if isinstance(verified, bool) else None,
        "client_spent": spent,
        "client_hires": _count(low.get("totalhires")),
        "client_hire_rate": _share(low.get("hirerate")),
        "client_rating": stated_facts.rating(str(low.get("rating") or "")),
        "client_reviews": _count(low.get("reviews")),
        "client_avg_hourly": rate,
        "client_currency": "USD" if spent is not None or rate is not None else None,
    }


def _amount(value: Json) -> Decimal | None:
    return parse_spend(value) if isinstance(value, str) else parse_number(value)


def _share(value: Json) -> Decimal | None:
    """'45%', 45 or 0.45. A whole 1 is read as all, not as one percent."""
    if isinstance(value, str):
        return stated_facts.hire_rate(value)
    number = parse_number(value)
    if number is None or number > 100:
        return None
    return number / 100 if number > 1 else number


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
