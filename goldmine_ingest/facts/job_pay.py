"""What a JSON object of a job says of its pay, under whatever keys: {"hourly_rate_min": 45,
"hourly_rate_max": 60}, {"budget": {"min": 500, "max": 900, "currency": "EUR"}}, {"fixedPrice":
{"amount": 1500}}, schema.org's baseSalary.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from goldmine_ingest.facts.job_keys import flat
from goldmine_ingest.facts.money import parse_amount, parse_number
from goldmine_ingest.facts.pay_periods import pay_period
from goldmine_ingest.model import Json
from goldmine_ingest.text.lazy_re import lazy_re

_MONEY = r"(?:budget|rate|price|salary|pay|hourly|fixed|amount|compensation|fee)"
_LOW = lazy_re(
    rf"(?:\w+ ){{0,2}}{_MONEY}(?: \w+){{0,2}} (?:min|minimum|from|low|lower|min value)"
    r"(?: value| amount)?"
    rf"|(?:min|minimum|lowest) (?:\w+ ){{0,2}}{_MONEY}"
)
_HIGH = lazy_re(
    rf"(?:\w+ ){{0,2}}{_MONEY}(?: \w+){{0,2}} (?:max|maximum|to|high|upper|max value)"
    r"(?: value| amount)?"
    rf"|(?:max|maximum|highest) (?:\w+ ){{0,2}}{_MONEY}"
)
_ONE = lazy_re(
    r"(?:hourly rate|rate|fixed price|fixed budget|fixed|price|job budget|budget|amount|salary|pay)"
    r"(?: (?:amount|value|raw value))?"
)
_CURRENCY = lazy_re(rf"(?:\w+ ){{0,2}}{_MONEY}? ?(?:currency|currency code)")
_KIND = lazy_re(
    r"(?:job |payment |contract |budget |pay |rate |project )?type"
    r"|(?:\w+ )?(?:salary|pay|rate|budget) (?:period|unit|interval|type)"
    r"|(?:base )?salary (?:value )?unit text"
)
_WHOLE = lazy_re(r"\b(?:budget|price)\b")
# Money that is the client's or the platform's, not this job's.
_NOT_THE_JOBS = lazy_re(r"\b(?:client|activity|spent|avg|average|weekly|connects?|bid)\b")


_LEAST_A_YEAR = 10_000


def pay_of_keys(job: Mapping[str, Json]) -> dict[str, Any]:
    """Pay, period, bounds and currency as fields of Posting; {} where no key states an amount. Zero
    is no amount. Without a word for the period it is that of the key ("hourly_min"), else unknown.
    """
    entries = [(words, text) for words, text in flat(job) if not _NOT_THE_JOBS.search(words)]
    keys, (low, high) = _bounds(entries)
    if low is None and high is None:
        return {}
    kinds = [text for words, text in entries if _KIND.fullmatch(words)]
    # A "budget" is for the whole project where nothing says otherwise.
    words = (*keys, *kinds, *("project" for key in keys if _WHOLE.search(key)))
    period = next((candidate for text in words if (candidate := _period(text))), None)
    if period == "year" and not any(pay_period(text) for text in kinds):
        most = high if high is not None else low
        # a salary of 25 to 40 is none for a year, whatever its key is called
        period = period if most is not None and most >= _LEAST_A_YEAR else None
    codes = (text for words, text in entries if _CURRENCY.fullmatch(words))
    currency = next((code for text in codes if (code := _code(text))), None)
    return {
        "pay": {"hour": "hourly", "day": "hourly", "week": "hourly", "project": "fixed"}.get(
            period or "", "salary" if period else None
        ),
        "pay_period": period,
        "budget_min": low,
        "budget_max": high,
        "currency": currency,
    }


def _bounds(
    entries: list[tuple[str, str]],
) -> tuple[list[str], tuple[Decimal | None, Decimal | None]]:
    """The keys that state an amount, and its two ends: those of a range, else of one figure."""
    lows = [(w, n) for w, text in entries if _LOW.fullmatch(w) and (n := parse_number(text))]
    highs = [(w, n) for w, text in entries if _HIGH.fullmatch(w) and (n := parse_number(text))]
    if lows or highs:
        pair = (lows[0][1] if lows else None, highs[0][1] if highs else None)
        return [w for w, _ in (*lows[:1], *highs[:1])], pair
    ones = [(w, n) for w, text in entries if _ONE.fullmatch(w) and (n := parse_number(text))]
    return ([ones[0][0]], (ones[0][1], ones[0][1])) if ones else ([], (None, None))


def _period(text: str) -> Any:
    low = text.lower()
    if "fixed" in low or "project" in low:
        return "project"
    if "hour" in low:
        return "hour"
    return "year" if "salary" in low else pay_period(f"/{low}") or pay_period(low)


def _code(text: str) -> str | None:
    return parse_amount(f"1 {text}").currency


__all__ = ["pay_of_keys"]
