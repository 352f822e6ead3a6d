"""[budget]: does the pay reach the floor? Yes, no, or not known: an amount that isn't stated is
never zero.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from goldmine_ingest.criteria.case import ONE, ZERO, Case, plain, ratio_score
from goldmine_ingest.facts.stated_pay import possible_pay
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.settings.criteria import Bound, BudgetSettings, ProofSettings

# What a day, week, month or year counts against an hourly floor: the contract's figures.
HOURS = {
    "hour": Decimal(1),
    "day": Decimal(8),
    "week": Decimal(40),
    "month": Decimal(160),
    "year": Decimal(1920),
}
# In the base currency, roughly a dollar: nobody's rate for an hour, and nobody's for a year.
_MOST_AN_HOUR, _LEAST_A_YEAR = Decimal(200), Decimal(10_000)
# A figure this small beside "to be discussed" is there because the form asked for one.
_TOKEN_FIXED, _TOKEN_HOURLY = Decimal(25), Decimal(5)


class Amounts(NamedTuple):
    """Both ends in the base currency, an hourly one per hour. `why_unknown` says why there is
    none; `stated` is False where the listing has no figure.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    hourly: bool = False
    why_unknown: str | None = None
    stated: bool = True

    def at(self, bound: Bound) -> Decimal | None:
        """The end that counts; a missing one falls back to the other."""
        if self.low is None or self.high is None:
            return self.high if self.low is None else self.low
        return {"low": self.low, "middle": (self.low + self.high) / 2, "high": self.high}[bound]


def amounts(case: Case, currency: str) -> Amounts:
    """What the listing pays, in `currency` (the base currency)."""
    posting, base = case.posting, case.listing.base
    hourly = posting.pay in ("hourly", "salary") or (
        posting.pay is None and posting.pay_period in HOURS
    )
    if posting.budget_min is None and posting.budget_max is None:
        return Amounts(hourly=hourly, why_unknown="the pay isn't stated", stated=False)
    low, high = base.budget_min, base.budget_max
    if low is None and high is None and posting.currency == currency:
        low, high = posting.budget_min, posting.budget_max
    if low is None and high is None:
        what = (
            f"no rate for {posting.currency} is known"
            if posting.currency
            else "the amount's currency isn't stated"
        )
        return Amounts(hourly=hourly, why_unknown=what)
    if posting.pay is None and posting.pay_period is None and not _is_no_rate(low, high):
        return Amounts(
            why_unknown="an amount is stated, but not whether it is for the job or for an hour"
        )
    if hourly:
        default = "year" if posting.pay == "salary" else "hour"
        if posting.pay_period == "project":
            return Amounts(hourly=True, why_unknown="a rate is stated, but not for which time")
        hours = HOURS[posting.pay_period or default]
        low, high = (None if low is None else low / hours), (None if high is None else high / hours)
    pay = Amounts(low, high, hourly)
    return (
        Amounts(hourly=hourly, why_unknown="the stated amount is a placeholder")
        if is_placeholder(case, pay)
        else pay
    )


def _is_no_rate(low: Decimal | None, high: Decimal | None) -> bool:
    """Whether sums of which nobody says what they are for are too much for an hour and too little
    for a year: then they are for the job.
    """
    ends = [end for end in (low, high) if end is not None]
    return all(_MOST_AN_HOUR <= end < _LEAST_A_YEAR for end in ends)


def _not_stated(posting: Posting) -> str:
    """Why there is no amount, which takes reading the text: a price per piece, or a sum of which
    the text doesn't say what it is, or nothing.
    """
    if posting.unit_price is not None:
        price = f"{plain(posting.unit_price)} {posting.currency or ''}".strip()
        return f"it pays {price} per {posting.unit}, which is no total"
    sums = possible_pay(f"{posting.title}\n{posting.description}")
    paid = [each for each in sums if each.is_pay]
    if len({each.amount for each in paid}) > 1:
        quotes = "” and “".join(each.quote[:60] for each in paid[:2])
        return f"several sums stand in the text (“{quotes}”); which is the pay isn't said"
    if paid and posting.pay is not None:
        return (
            f"a sum stands in the text: “{paid[0].quote[:80]}”; the listing calls the pay"
            f" {posting.pay}, and that is another kind"
        )
    if sums:
        return f"a sum stands in the text: “{sums[0].quote[:80]}”; whether it is the pay isn't said"
    return "the pay isn't stated"


def is_placeholder(case: Case, found: Amounts) -> bool:
    """Whether the text says that the amount means nothing, or leaves the price open beside a
    token figure.
    """
    if case.facts.places("placeholder.hard"):
        return True
    figure = found.at("high")
    token = _TOKEN_HOURLY if found.hourly else _TOKEN_FIXED
    return figure is not None and figure <= token and bool(case.facts.places("placeholder.soft"))


def judge(
    case: Case, settings: BudgetSettings, proof: ProofSettings | None, pay: Amounts
) -> Finding:
    """`proof` is the one that matched: its own floors stand in place of [budget]'s. `pay` is what
    the listing pays, in the currency of these settings.
    """
    floor, setting = _floor(settings, proof, hourly=pay.hourly)
    unit = f"{settings.currency}/hour" if pay.hourly else settings.currency
    if pay.why_unknown:
        quotes = case.facts.quotes(case.facts.places("placeholder.hard", "placeholder.soft"))
        return Finding(
            "budget",
            "unknown",
            ZERO,
            pay.why_unknown if pay.stated else _not_stated(case.posting),
            threshold=floor,
            unit=unit if floor is not None else None,
            evidence=quotes,
            setting=setting,
        )
    value = pay.at(settings.hourly_bound if pay.hourly else settings.fixed_bound)
    if floor is None or value is None:
        return Finding(
            "budget",
            "pass",
            ONE,
            f"pays {_money(value)} {unit}; you set no floor for that",
            value=value,
            unit=unit,
            setting=setting,
        )
    if value < floor:
        reason = f"pays {_money(value)} {unit}, under your floor of {_money(floor)}"
        return Finding(
            "budget", "fail", ratio_score(value, floor), reason, value, floor, unit, setting=setting
        )
    too_much_work = None if pay.hourly else _against_effort(case, settings, proof, value)
    if too_much_work:
        return too_much_work
    return Finding(
        "budget",
        "pass",
        ratio_score(value, floor),
        f"pays {_money(value)} {unit}, your floor is {_money(floor)}",
        value,
        floor,
        unit,
        setting=setting,
    )


def _against_effort(
    case: Case, settings: BudgetSettings, proof: ProofSettings | None, value: Decimal
) -> Finding | None:
    """A fixed price that comes to less than the hourly floor, where the listing itself states
    the hours.
    """
    hours = effort_hours(case)
    floor, setting = _floor(settings, proof, hourly=True)
    if hours is None or floor is None or value / hours >= floor:
        return None
    rate, unit = value / hours, f"{settings.currency}/hour"
    reason = (
        f"{plain(hours)} hours for {_money(value)} {settings.currency} is {_money(rate)} an hour,"
        f" under your floor of {_money(floor)}"
    )
    return Finding(
        "budget",
        "fail",
        ratio_score(rate, floor),
        reason,
        rate,
        floor,
        unit,
        case.facts.quotes(case.facts.places("effort"), 1),
        setting,
    )


def effort_hours(case: Case) -> Decimal | None:
    """The total hours that the text states (the middle of a range), None if it doesn't."""
    effort = case.facts.effort
    if effort is None or effort[0] <= 0:
        return None
    return Decimal(effort[0] + effort[1]) / 2


def _floor(
    settings: BudgetSettings, proof: ProofSettings | None, *, hourly: bool
) -> tuple[Decimal | None, str]:
    name = "hourly_minimum" if hourly else "fixed_minimum"
    own = None if proof is None else proof.hourly_minimum if hourly else proof.fixed_minimum
    if proof is not None and own is not None:
        return own, f"proof.{proof.name}.{name}"
    return (settings.hourly_minimum if hourly else settings.fixed_minimum), f"budget.{name}"


def _money(value: Decimal | None) -> str:
    if value is None:
        return "an amount"
    return f"{value:,.2f}".removesuffix(".00")
