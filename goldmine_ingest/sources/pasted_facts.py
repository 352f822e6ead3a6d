"""The lines of a copied page that are facts: "Hourly: $25.00 - $35.00", "Payment verified", "$17K
spent", "20 to 50 proposals". Pure.

A line is a fact only if all of it reads as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.money import parse_amount, parse_spend
from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.sources.source import dollars, fixed, hourly
from goldmine_ingest.text.plain_text import split_skills

Facts = dict[str, Any]
"""Fields of Posting with their values; None where a line says that something isn't known."""

MONEY = r"(?:[$€£₹]|[A-Z]{3} ?)? ?\d[\d,.]*(?: ?[kKmM]\b)?\+?(?: ?[A-Z]{3}\b| ?€)?"
RANGE = rf"{MONEY}(?:\s*(?:-|–|to)\s*{MONEY})?"
_PARTS = re.compile(r"\s+[-–|·•]\s+|\s{3,}|\t+")


def _rate(match: re.Match[str]) -> Facts:
    return hourly(match["money"], dollars(match["money"]))


def _price(match: re.Match[str]) -> Facts:
    return fixed(match["money"], dollars(match["money"]))


def _any_pay(match: re.Match[str]) -> Facts:
    """A 'Budget:' says neither; a rate says so itself ('30 USD / hr')."""
    amount = parse_amount(match["money"], default_currency=dollars(match["money"]))
    return (
        hourly(match["money"], dollars(match["money"])) if amount.pay == "hourly" else _price(match)
    )


def _spent(match: re.Match[str]) -> Facts:
    spent = parse_spend(match[0])
    return {
        "client_spent": spent,
        "client_currency": (
            (parse_amount(match[0]).currency or "USD") if spent is not None else None
        ),
    }


def _proposals(match: re.Match[str]) -> Facts:
    low, high = stated_facts.proposals_band(match["n"])
    return {"proposals_min": low, "proposals_max": high}


def _country(match: re.Match[str]) -> Facts:
    return {"country": country_code(match["value"]) or country_in(match["value"])}


_READERS: tuple[tuple[str, Callable[[re.Match[str]], Facts]], ...] = (
    (
        (
            r"(?:hourly(?: rate| range)?|rate|hourly"
            rf" budget)\s*:?\s*(?P<money>{RANGE})(?:\s*/\s*hr| per hour)?"
        ),
        _rate,
    ),
    (rf"(?P<money>{RANGE})\s*(?:/\s*h(?:ou)?r|per hour|an hour|hourly)\.?", _rate),
    (
        (
            r"(?:fixed[- ]price|est\. budget|fixed[- ]price budget|project"
            rf" budget)\s*:?\s*(?P<money>{RANGE})"
        ),
        _price,
    ),
    (rf"(?P<money>{RANGE})\s*fixed[- ]price", _price),
    (rf"(?:est(?:imated)?\.? )?(?:budget|price)\s*:\s*(?P<money>{RANGE}.{{0,20}})", _any_pay),
    (r"hourly", lambda _: {"pay": "hourly"}),
    (r"fixed[- ]price", lambda _: {"pay": "fixed"}),
    (r"posted\b:?\s*(?P<ago>.{3,40})", lambda found: {"posted": found["ago"]}),
    (r"proposals?\s*:?\s*(?P<n>(?:less than|fewer than)?\s*\d[\d+ toa-]*)", _proposals),
    (
        r"(?P<n>(?:less than |fewer than )?\d+\+?(?: to \d+)?) (?:proposals?|bids?|applicants?)",
        _proposals,
    ),
    (r"interviewing\s*:?\s*(?P<n>\d+)", lambda found: {"interviewing": int(found["n"])}),
    (
        (
            r"(?:send a proposal for|connects(?: to submit a proposal)?)\s*:?\s*(?P<n>\d+)(?:"
            r" connects)?|(?P<m>\d+) connects"
        ),
        lambda f: {"connects": int(f["n"] or f["m"])},
    ),
    (
        r"payment (?:method )?(?:not |un)?verified",
        lambda found: {"client_payment_verified": stated_facts.payment_verified(found[0])},
    ),
    (rf"{MONEY}\s*(?:total )?spen[dt](?:ing)?|total spent\s*:?\s*{MONEY}", _spent),
    (
        r"(?P<n>\d[\d,]*) hires?(?:, \d+ active)?",
        lambda found: {"client_hires": stated_facts.count(found["n"])},
    ),
    (
        r"(?P<n>\d[\d,]*) jobs? posted",
        lambda found: {"client_posted_jobs": stated_facts.count(found["n"])},
    ),
    (
        r"(?P<n>\d{1,3}%) hire rate(?:, \d+ open jobs?)?",
        lambda found: {"client_hire_rate": stated_facts.hire_rate(found["n"])},
    ),
    (
        r"(?:rating is )?(?P<n>[0-5][.,]\d{1,2})(?: out of 5| of 5)?(?: stars?)?\.?",
        lambda found: {"client_rating": stated_facts.rating(found["n"])},
    ),
    (
        r"(?P<n>[0-5][.,]\d{1,2}) of (?P<m>\d+) reviews?",
        lambda found: {
            "client_rating": stated_facts.rating(found["n"]),
            "client_reviews": int(found["m"][:6]),
        },
    ),
    (
        rf"(?P<money>{MONEY})\s*/\s*hr avg\.? hourly rate paid",
        lambda found: {"client_avg_hourly": parse_amount(found["money"]).minimum},
    ),
    (
        (
            r"(?:experience(?: level)?\s*:\s*)?(?P<level>entry level|intermediate|expert)(?:"
            r" \(?\${1,3}\)?)?"
        ),
        lambda f: {"experience_level": stated_facts.experience_level(f["level"])},
    ),
    (
        r"(?:est(?:imated)?\.? time|duration|project length)\s*:\s*(?P<span>.{3,60})"
        r"|(?P<bare>(?:less than|more than) \d+ (?:week|month)s?|\d+ to \d+ months)",
        lambda found: _span(found["span"] or found["bare"]),
    ),
    (
        r"(?:less than |more than )?\d+\+? (?:hrs|hours)/week(?:, .*)?",
        lambda found: {"hours_per_week": stated_facts.hours_per_week(found[0])},
    ),
    (
        r"(?:skills|required skills|tags)\s*:\s*(?P<value>\S.*)",
        lambda found: {"skills": split_skills(found["value"])},
    ),
    (r"category\s*:\s*(?P<value>\S.{0,100})", lambda found: {"category": found["value"].strip()}),
    (r"company\s*:\s*(?P<value>\S.{0,100})", lambda found: {"company": found["value"].strip()}),
    (r"(?:client (?:country|location)|country)\s*:\s*(?P<value>.{2,60})", _country),
    (
        (
            r"only freelancers located in (?P<value>.{2,80}?) may apply\.?|location"
            r" requirement\s*:\s*(?P<other>.{2,80})"
        ),
        lambda f: {"open_to": open_to(f[0])},
    ),
    (r"worldwide", lambda _: {}),
)
_FACTS = tuple((re.compile(rf"\s*(?:{pattern})\s*", re.I), read) for pattern, read in _READERS)


def _span(text: str) -> Facts:
    return {
        "duration": stated_facts.duration(text.partition(",")[0]),
        "hours_per_week": stated_facts.hours_per_week(text),
    }


def facts_of(line: str) -> Facts | None:
    """The facts that make up a whole line; None if any part of it is something else."""
    if (alone := _fact(line)) is not None:
        return alone
    parts = [part for part in _PARTS.split(line) if part]
    if len(parts) < 2:
        return None
    facts: Facts = {}
    for part in parts:
        fact = _fact(part)
        if fact is None and "client_payment_verified" in facts and country_code(part):
            fact = {"country": country_code(part)}
        if fact is None:
            return None
        facts = {**{name: value for name, value in fact.items() if value is not None}, **facts}
    return facts


def _fact(text: str) -> Facts | None:
    return next(
        (read(match) for pattern, read in _FACTS if (match := pattern.fullmatch(text))), None
    )


def client_only(line: str) -> Facts | None:
    """In a list of skills only what can be no skill: what the client has paid, hired, posted."""
    facts = facts_of(line)
    return (
        facts
        if facts and any(name.startswith(("client_", "proposals", "posted")) for name in facts)
        else None
    )
