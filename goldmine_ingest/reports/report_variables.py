"""What the shipped reports know of the user's settings: DuckDB variables, which a query reads by
getvariable(NAME).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from goldmine_ingest.facts.rates import Rates
from goldmine_ingest.settings.project import Project

# A job is small under this, in US dollars; in another base currency under what that is worth.
SMALL_JOB = Decimal(500)
_DIGITS = 2  # that a worth keeps: 78,000 JPY, 460 EUR


def report_variables(project: Project, query: str, today: date) -> dict[str, object]:
    """The variables that a query reads: `timezone`, the user's; `small_job`, 500 US dollars in the
    base currency. A variable without a value is left out, and the reports have one of their own.
    """
    zone = project.criteria.me.timezone if project.criteria.me else None
    small = small_job(project, today) if "small_job" in query else None
    variables: dict[str, object | None] = {"timezone": zone, "small_job": small}
    return {name: value for name, value in variables.items() if value is not None}


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
