"""Facts of client and applicants under the many keys of scraping services' and automations' job
objects: {"clientTotalSpent": "$12K"}, {"client": {"hireRate": 75}}, {"applicants": {"total": 17}}.

Each maker has other names, flat or nested, in camelCase or snake_case; they are read as words
("client total spent") and told by what those say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.money import parse_amount, parse_number, parse_spend
from goldmine_ingest.facts.places import country_of_field
from goldmine_ingest.model import Json
from goldmine_ingest.text.lazy_re import lazy_re

_CAMEL = lazy_re(r"(?<=[a-z0-9])(?=[A-Z])")
_CLIENT = lazy_re(r"\b(?:client|buyer|employer|customer|owner)\b")
_ENVELOPE = lazy_re(r"^client (?:details|info|data|profile|facts)$")
_DEEPEST = 3  # objects within an object
_ACTIVITY = lazy_re(r"\b(?:activity|applicants?|proposals?|bids?|stats|applications?)\b")


def _share(value: str) -> Decimal | None:
    return stated_facts.hire_rate(value)


def _rate(value: str) -> Decimal | None:
    return parse_number(value) or parse_amount(value, default_currency="USD").minimum


def _verified(value: str) -> bool | None:
    return stated_facts.payment_verified(value)


def _country(value: str) -> str | None:
    return country_of_field(value)


def _identifier(value: str) -> str | None:
    return value if re.fullmatch(r"[\w~:.-]{1,80}", value) and value.strip("0-") else None


# Reading words: "client" stands for whoever offers the job, "activity" for what happens around it.
_FACTS: tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...] = tuple(
    (name, lazy_re(rf"(?:{pattern})"), reader)
    for name, pattern, reader in (
        (
            "client_spent",
            r"(?:client )?(?:stats )?(?:total |amount )?(?:spent|spend|charges|charged)"
            r"(?: amount)?",
            parse_spend,
        ),
        (
            "client_hire_rate",
            r"(?:client )?(?:stats |jobs )?hire rate(?: percent(?:age)?)?",
            _share,
        ),
        (
            "client_hires",
            r"(?:client )?(?:stats )?(?:total |past )?(?:hires|assignments)(?: count)?",
            stated_facts.count,
        ),
        (
            "client_posted_jobs",
            r"(?:client )?(?:stats )?(?:total )?(?:posted jobs|jobs posted|jobs count)(?: count)?"
            r"|client jobs posted(?: count)?|client jobs total",
            stated_facts.count,
        ),
        (
            "client_reviews",
            r"client (?:stats )?(?:total )?"
            r"(?:reviews|feedbacks|reviews? count|feedback count|rating count)",
            stated_facts.count,
        ),
        (
            "client_rating",
            r"client (?:stats )?(?:total |average |overall )?(?:rating|feedback|score|stars)",
            stated_facts.rating,
        ),
        (
            "client_avg_hourly",
            r"(?:client )?(?:stats )?(?:avg|average) hourly (?:jobs )?rate(?: paid)?(?: amount)?",
            _rate,
        ),
        (
            "client_payment_verified",
            r"(?:client )?(?:is )?(?:payment (?:method )?(?:verified|verification(?: status)?"
            r"|status)|verified payment(?: method)?)",
            _verified,
        ),
        (
            "client_id",
            r"client (?:company )?(?:id|uid|u ?uid|rid)|company rid",
            _identifier,
        ),
        (
            "country",
            r"client (?:location(?: country)?|country(?: code| name)?)",
            _country,
        ),
        (
            "proposals",
            r"(?:total |number of )?(?:proposals|applicants|bids|applications)(?: count| total"
            r"| tier)?"
            r"|activity (?:total|count|(?:total )?(?:proposals|applicants|bids))(?: count)?",
            stated_facts.proposals_band,
        ),
        (
            "interviewing",
            r"(?:activity )?(?:total )?(?:interviewing|interviews|invited to interview)(?: count)?",
            stated_facts.count,
        ),
        (
            "connects",
            r"(?:required )?connects?(?: required| price| cost| needed| to apply)?",
            stated_facts.connects,
        ),
        (
            "experience_level",
            r"experience(?: level)?|tier(?: text)?|contractor tier|seniority|level",
            stated_facts.experience_level,
        ),
        (
            "duration",
            r"(?:project |job |contract |engagement )?(?:duration|length)(?: label)?|est time",
            stated_facts.duration,
        ),
        (
            "hours_per_week",
            r"(?:weekly|weekly hours|hours per week|hours week|workload|engagement|hourly type)"
            r"(?: hours| label)?",
            stated_facts.hours_per_week,
        ),
    )
)


def client_and_activity(job: Mapping[str, Json]) -> dict[str, Any]:
    """The fields of Posting about client, applicants and effort that an object states under any of
    the known names; only those that are stated. Money of a client is in USD where nothing else is
    said.
    """
    facts: dict[str, Any] = {}
    for words, value in flat(job):
        for name, pattern, reader in _FACTS:
            if name not in facts and pattern.fullmatch(words):
                if name == "hours_per_week" and value.strip().isdecimal():
                    value = f"{value} hours/week"
                read = reader(value)
                if read is not None and read != (None, None):
                    facts[name] = read
    facts |= _hire_rate(job, facts)
    low, high = facts.pop("proposals", (None, None))
    facts |= {
        name: bound
        for name, bound in (("proposals_min", low), ("proposals_max", high))
        if bound is not None
    }
    if "client_spent" in facts or "client_avg_hourly" in facts:
        facts["client_currency"] = "USD"
    return facts


def _hire_rate(job: Mapping[str, Json], facts: Mapping[str, Any]) -> dict[str, Decimal]:
    """The share of a client's jobs that somebody was hired for, where both counts are stated."""
    hired = next(
        (
            stated_facts.count(text)
            for words, text in flat(job)
            if words.endswith("jobs with hires")
        ),
        None,
    )
    posted = facts.get("client_posted_jobs")
    if "client_hire_rate" in facts or hired is None or not posted or hired > posted:
        return {}
    return {"client_hire_rate": (Decimal(hired) / posted).quantize(Decimal("0.01"))}


def flat(job: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Each value with its key's words, those of the objects that hold it before them; of client
    and activity one word for all makers.
    """
    for key, value in job.items():
        words = _ENVELOPE.sub("client", _CLIENT.sub("client", words_of(key)))
        about_applicants = isinstance(value, Mapping) and _ACTIVITY.search(words)
        yield from _leaves("activity" if about_applicants else words, value, _DEEPEST)


def _leaves(words: str, value: Json, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if depth:
            for key, child in value.items():
                inner = _CLIENT.sub("", words_of(key)).strip() or words_of(key)
                yield from _leaves(f"{words} {inner}", child, depth - 1)
    elif text := _spelled(value):
        yield words, text


def words_of(key: str) -> str:
    return " ".join(_CAMEL.sub(" ", key[:60]).replace("_", " ").lower().split())


def _spelled(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip()[:200] if isinstance(value, str | int | float) else ""
