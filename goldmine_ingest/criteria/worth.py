"""[worth]: is a proposal worth its connects and hours?

worth = win_rate × value − hours_per_proposal × hourly_value − connects × connect_price
(docs/criteria.md, rule 4). Connects cost US dollars: converted.
"""

from __future__ import annotations

from decimal import Decimal

from goldmine_ingest.criteria.case import ONE, ZERO, Case, plain, share
from goldmine_ingest.criteria.work_hours import Stated
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import WorthSettings

_TWO_PLACES = Decimal("0.01")


def judge(case: Case, settings: WorthSettings, currency: str, stated: Stated) -> Finding:
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
    value, cost = job_value(stated), cost_of_proposal(case, settings)
    if value is None or cost is None:
        what = (
            _why_unknown(stated)
            if value is None
            else f"what connects cost in {currency} isn't known (no rate for USD)"
        )
        reason = what + _circumstances(case)
        return Finding(
            "worth", "unknown", ZERO, reason, None, settings.minimum_value, currency, (), setting
        )
    worth = (settings.win_rate * value - cost).quantize(_TWO_PLACES)
    under = worth < settings.minimum_value
    odds = (
        f"{plain(settings.win_rate)} × {plain(value)} − {plain(cost)} for the proposal ="
        f" {plain(worth)} {currency}"
    )
    hours = stated.hours if case.posting.pay == "hourly" else None
    assumed = f", taking {hours.assumption}" if hours and hours.assumption else ""
    reason = (
        odds
        + (f", under your {plain(settings.minimum_value)}" if under else "")
        + assumed
        + _circumstances(case)
    )
    score = _score(settings.win_rate * value, cost)
    return Finding(
        "worth",
        "fail" if under else "pass",
        score,
        reason,
        worth,
        settings.minimum_value,
        currency,
        hours.quotes if hours else (),
        setting,
    )


def _why_unknown(stated: Stated) -> str:
    if not stated.pay.why_unknown and stated.hours is None:
        return "what the job is worth isn't known: a rate is stated, but not how many hours"
    return "what the job is worth isn't known"


def proposals(case: Case) -> int | None:
    """How many have applied: the lower figure of a range, else the upper."""
    posting = case.posting
    return posting.proposals_min if posting.proposals_min is not None else posting.proposals_max


def job_value(stated: Stated) -> Decimal | None:
    """The middle of a fixed range, or of the rate times the stated hours, in the base currency.
    None: not known.
    """
    pay = stated.pay
    middle = pay.at("middle")
    if pay.why_unknown or middle is None:
        return None
    if not pay.hourly:
        return middle
    return None if stated.hours is None else middle * stated.hours.total


def cost_of_proposal(case: Case, settings: WorthSettings) -> Decimal | None:
    """Your time and the connects, in the base currency; None where no rate for US dollars, which
    connects cost, is known.
    """
    connects = (
        case.posting.connects if case.posting.connects is not None else settings.typical_connects
    )
    if case.dollar is None:
        return None
    connect = settings.connect_price * case.dollar
    return settings.hours_per_proposal * settings.hourly_value + connects * connect


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
