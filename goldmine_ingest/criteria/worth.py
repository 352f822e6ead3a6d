"""[worth]: is a proposal worth its connects and hours?

worth = win_rate × value − hours_per_proposal × hourly_value − connects × connect_price (the
docs/criteria.md, rule 4).
"""

from __future__ import annotations

import re
from decimal import Decimal

from goldmine_ingest.criteria.budget import amounts, effort_hours
from goldmine_ingest.criteria.case import ONE, ZERO, Case, plain, share
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import WorthSettings

_WEEKS = {"day": Decimal(1) / 5, "week": Decimal(1), "month": Decimal("4.33"), "year": Decimal(52)}
_DURATION = re.compile(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?\s*\+?\s*(day|week|month|year)", re.I)
_TWO_PLACES = Decimal("0.01")


def judge(case: Case, settings: WorthSettings, currency: str) -> Finding:
    crowd = proposals(case)
    if (
        crowd is not None
        and settings.maximum_proposals is not None
        and crowd > settings.maximum_proposals
    ):
        reason = f"{crowd} proposals already, more than your {settings.maximum_proposals}"
        return Finding(
            "worth",
            "fail",
            ZERO,
            reason,
            Decimal(crowd),
            Decimal(settings.maximum_proposals),
            "proposals",
            (),
            "worth.maximum_proposals",
        )
    setting = "worth.minimum_value"
    value = job_value(case, currency)
    if value is None:
        reason = "what the job is worth isn't known" + _circumstances(case)
        return Finding(
            "worth", "unknown", ZERO, reason, None, settings.minimum_value, currency, (), setting
        )
    cost = cost_of_proposal(case, settings)
    worth = (settings.win_rate * value - cost).quantize(_TWO_PLACES)
    under = worth < settings.minimum_value
    odds = (
        f"{plain(settings.win_rate)} × {plain(value)} − {plain(cost)} for the proposal ="
        f" {plain(worth)} {currency}"
    )
    reason = (
        odds
        + (f", under your {plain(settings.minimum_value)}" if under else "")
        + _circumstances(case)
    )
    score = _score(settings.win_rate * value, cost)
    quotes = (
        case.facts.quotes(case.facts.places("effort"), 1) if case.posting.pay == "hourly" else ()
    )
    return Finding(
        "worth",
        "fail" if under else "pass",
        score,
        reason,
        worth,
        settings.minimum_value,
        currency,
        quotes,
        setting,
    )


def proposals(case: Case) -> int | None:
    """How many have applied: the lower figure of a range, else the upper."""
    posting = case.posting
    return posting.proposals_min if posting.proposals_min is not None else posting.proposals_max


def job_value(case: Case, currency: str) -> Decimal | None:
    """The middle of a fixed range, or of the rate times the stated hours, in the base currency.
    None: not known.
    """
    pay = amounts(case, currency)
    middle = pay.at("middle")
    if pay.why_unknown or middle is None:
        return None
    if not pay.hourly:
        return middle
    hours = total_hours(case)
    return None if hours is None else middle * hours


def total_hours(case: Case) -> Decimal | None:
    """The hours that the text states, else the weekly hours over the stated duration (the middle
    of a range).
    """
    stated = effort_hours(case)
    if stated is not None:
        return stated
    weekly, duration = case.posting.hours_per_week, _DURATION.search(case.posting.duration or "")
    if weekly is None or duration is None:
        return None
    low, high = int(duration[1]), int(duration[2] or duration[1])
    return weekly * Decimal(low + high) / 2 * _WEEKS[duration[3].lower()]


def cost_of_proposal(case: Case, settings: WorthSettings) -> Decimal:
    connects = (
        case.posting.connects if case.posting.connects is not None else settings.typical_connects
    )
    return settings.hours_per_proposal * settings.hourly_value + connects * settings.connect_price


def _score(expected: Decimal, cost: Decimal) -> Decimal:
    """One half where the expected return pays the proposal, near 1 where it pays it many times."""
    if cost <= 0 or expected <= 0:
        return ONE if expected >= 0 and cost <= 0 else ZERO
    return share(expected / (expected + cost))


def _circumstances(case: Case) -> str:
    """Competition and age, where known."""
    crowd, posted = proposals(case), case.posting.posted_at
    remarks = [] if crowd is None else [f"{crowd} proposals"]
    if posted and posted <= case.now:
        hours = int((case.now - posted).total_seconds() // 3600)
        remarks.append(
            f"posted {hours} hours ago" if hours < 48 else f"posted {hours // 24} days ago"
        )
    return f" ({', '.join(remarks)})" if remarks else ""
