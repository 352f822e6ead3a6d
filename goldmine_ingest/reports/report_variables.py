"""What the shipped reports know of the user's settings: DuckDB variables, which a query reads by
getvariable(NAME).
"""

from __future__ import annotations

from datetime import date

from goldmine_ingest.analysis.floors import floors, small_job
from goldmine_ingest.settings.project import Project


def report_variables(project: Project, query: str, today: date) -> dict[str, object]:
    """The variables that a query reads: `timezone`, the user's; `small_job`, 500 US dollars in the
    base currency; `fixed_floor` and `hourly_floor`, the user's floors; `ignored_after`, in days. A
    variable without a value is left out, and the reports have one of their own.
    """
    zone = project.criteria.me.timezone if project.criteria.me else None
    variables: dict[str, object | None] = {"timezone": zone}
    if "small_job" in query:
        variables["small_job"] = small_job(project, today)
    if "ignored_after" in query:
        variables["ignored_after"] = project.review.ignored_after.days
    if "_floor" in query:
        mine = floors(project, today)
        variables |= {"fixed_floor": mine.fixed, "hourly_floor": mine.hourly}
    return {name: value for name, value in variables.items() if value is not None}
