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

from goldmine_ingest.facts import stated_facts as facts
from goldmine_ingest.facts.money import parse_amount, parse_number, parse_spend
from goldmine_ingest.facts.places import country_code, country_in
from goldmine_ingest.model import Json

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CLIENT = re.compile(r"\b(?:client|buyer|employer|customer|owner)\b")
_ACTIVITY = re.compile(r"\b(?:activity|applicants?|proposals?|bids?|stats|applications?)\b")


def _share(value: str) -> Decimal | None:
    return facts.hire_rate(value)


def _rate(value: str) -> Decimal | None:
    return parse_number(value) or parse_amount(value, default_currency="USD").minimum


def _verified(value: str) -> bool | None:
    return facts.payment_verified(value)


def _country(value: str) -> str | None:
    return country_code(value) or country_in(value)


_FACTS: tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...] = tuple(
    (name, re.compile(pattern), reader)
    for name, pattern, reader in (
        (
            "client_spent",
            r"(?:client )?(?:total |amount )?(?:spent|spend)(?: amount)?",
            parse_spend,
        ),
        ("client_hire_rate", r"(?:client )?hire rate(?: percent(?:age)?)?", _share),
        ("client_hires", r"(?:client )?(?:total |past )?hires(?: count)?", facts.count),
        (
            "client_posted_jobs",
            r"(?:client )?(?:total )?(?:posted jobs|jobs posted|jobs count)(?: count)?",
            facts.count,
        ),
        (
            "client_reviews",
            r"client (?:total )?(?:reviews|feedbacks|reviews? count|feedback count|rating count)",
            facts.count,
        ),
        (
            "client_rating",
            r"client (?:total |average )?(?:rating|feedback|score|stars)",
            facts.rating,
        ),
        (
            "client_avg_hourly",
            r"(?:client )?(?:avg|average) hourly rate(?: paid)?",
            _rate,
        ),
        (
            "client_payment_verified",
            r"(?:client )?(?:is )?payment (?:method )?(?:verified|verification(?: status)?|status)",
            _verified,
        ),
        ("country", r"client (?:location(?: country)?|country(?: code| name)?)", _country),
        (
            "proposals",
            r"(?:total |number of )?(?:proposals|applicants|bids|applications)(?: count| total)?"
            r"|activity (?:total|count|proposals|applicants|bids)(?: count)?",
            facts.proposals_band,
        ),
        (
            "interviewing",
            r"(?:activity )?(?:total )?(?:interviewing|interviews)(?: count)?",
            facts.count,
        ),
    )
)


def client_and_activity(job: Mapping[str, Json]) -> dict[str, Any]:
    """The fields of Posting that an object states under any of the known names; only those that
    are stated. Money of a client is in USD where nothing else is said.
    """
    found: dict[str, Any] = {}
    for words, value in _flat(job):
        for name, pattern, reader in _FACTS:
            if name not in found and pattern.fullmatch(words):
                read = reader(value)
                if read is not None and read != (None, None):
                    found[name] = read
    low, high = found.pop("proposals", (None, None))
    found |= {
        name: bound
        for name, bound in (("proposals_min", low), ("proposals_max", high))
        if bound is not None
    }
    if "client_spent" in found or "client_avg_hourly" in found:
        found["client_currency"] = "USD"
    return found


def _flat(job: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Each value with its key's words, those of the objects of client and activity before them."""
    for key, value in job.items():
        words = _words(key)
        if isinstance(value, Mapping):
            # "client activity" is about the applicants
            inner = "activity" if _ACTIVITY.search(words) else ""
            inner = inner or ("client" if _CLIENT.search(words) else "")
            if inner:
                yield from ((f"{inner} {k}", v) for k, v in _leaves(value))
        elif text := _spelled(value):
            yield words, text


def _leaves(value: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key, each in value.items():
        words = _words(key)
        words = _CLIENT.sub("", words).strip() or words
        if isinstance(each, Mapping):
            each = each.get("country", each.get("name", each.get("amount")))
        if text := _spelled(each):
            yield words, text


def _words(key: str) -> str:
    return " ".join(_CAMEL.sub(" ", key[:60]).replace("_", " ").lower().split())


def _spelled(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip()[:200] if isinstance(value, str | int | float) else ""
