"""What pay is held against where money is counted: the floors that the user set, else what 500 US
dollars a job are worth in the base currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goldmine_ingest.facts.rates import Rates
from goldmine_ingest.settings.project import Project

# A job is small under this, in US dollars; in another base currency under what that is worth.
SMALL_JOB = Decimal(500)
_DIGITS = 2  # that a worth keeps: 78,000 JPY, 460 EUR


@dataclass(frozen=True, slots=True)
class Floors:
    """What pay is held against, in the base currency: of a whole job, of an hour (None: hours are
    held against nothing).
    """

    fixed: Decimal
    hourly: Decimal | None
    currency: str


def small_job(project: Project, today: date) -> Decimal | None:
    """What 500 US dollars are worth in the base currency, rounded to two digits; None without a
    rate.
    """
    base = project.criteria.base_currency
    worth = Rates().beside(project.config_path).convert(SMALL_JOB, "USD", base, today)
    if worth is None or worth <= 0:
        return None
    step = Decimal(1).scaleb(worth.adjusted() - _DIGITS + 1)
    return (worth / step).to_integral_value() * step


def floors(project: Project, today: date) -> Floors:
    """Those of [budget]; without a floor of whole jobs, a small job's worth."""
    budget = project.criteria.budget
    fixed = budget.fixed_minimum if budget else None
    return Floors(
        (small_job(project, today) or SMALL_JOB) if fixed is None else fixed,
        budget.hourly_minimum if budget else None,
        project.criteria.base_currency,
    )
