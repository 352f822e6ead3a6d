"""Charts of what the work is: why clients pay, the user's own tasks by month, and how exposed they
are. Pure.

Their rows are those of the reports in sql/reports/, named beside each.
"""

from __future__ import annotations

from collections.abc import Mapping

from goldmine_ingest.reports.charts import (
    COLOURS,
    MOST,
    REST,
    Chart,
    Rows,
    lying_bars,
    stacked,
)
from goldmine_ingest.reports.exposure_charts import EXPOSURES
from goldmine_ingest.settings.tasks import REASONS


def reasons_chart(rows: Rows) -> Chart:
    """reasons."""
    named = [row for row in rows if row["reason"] in REASONS]
    table = tuple(
        (
            REASONS.get(row["reason"], row["reason"]),
            row["listings"],
            row["share"],
            row["median_fixed"],
            row["median_hourly"],
            row["median_proposals"],
            row["pursued"],
            row["replied"],
        )
        for row in (*named, *(row for row in rows if row["reason"] not in REASONS))
    )
    answers = (
        "Why clients pay, where their listings say it in a sentence, and which of these your"
        " replies came from."
    )
    spec = lying_bars(((REASONS[row["reason"]], row["listings"]) for row in named), "listings")
    columns = ("reason", "listings", "share", "median fixed", "median hourly", "proposals")
    return Chart(
        "reasons", "Why clients pay", answers, (*columns, "pursued", "replied"), table, 1, spec
    )


def tasks_chart(rows: Rows) -> Chart:
    """tasks_by_month."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["task"]] = counts.get(row["task"], 0) + row["listings"]
    kinds = sorted(counts, key=lambda task: (-counts[task], task))[: min(MOST, len(COLOURS))]
    values = [
        {"x": row["month"], "c": row["task"], "v": row["listings"]}
        for row in sorted(rows, key=lambda row: row["month"])
        if row["task"] in kinds
    ]
    names = ("listings", "share", "median_fixed", "median_hourly", "median_proposals")
    table = tuple(
        (f"{row['task']}, {row['month']}", *(row[name] for name in names)) for row in rows
    )
    return Chart(
        "tasks",
        "Your tasks",
        "How many listings ask for each of your tasks ([[task]]), by month.",
        ("task and month", *(name.replace("_", " ") for name in names)),
        table,
        1,
        stacked(values, kinds, "listings", lying=False),
        over_time=True,
    )


def tasks_exposure_chart(rows: Rows, exposures: Mapping[str, str | None]) -> Chart:
    """tasks_by_month; `exposures` are those that the [[task]] entries declare."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row["month"], exposures.get(row["task"]) or EXPOSURES[-1]
        counts[key] = counts.get(key, 0) + row["listings"]
    ordered = sorted(counts, key=lambda key: (key[0], EXPOSURES.index(key[1])))
    by_month: dict[str, int] = {}
    for (month, _), count in counts.items():
        by_month[month] = by_month.get(month, 0) + count
    values = [{"x": month, "c": kind, "v": counts[month, kind]} for month, kind in ordered]
    table = tuple(
        (f"{month} {kind}", counts[month, kind], round(counts[month, kind] / by_month[month], 3))
        for month, kind in ordered
    )
    return Chart(
        "tasks_exposure",
        "Your tasks by exposure",
        "Is your work moving to the automatable end? What is asked of your tasks, by what you call"
        " them, as a share of each month.",
        ("month and exposure", "listings", "share"),
        table,
        1,
        stacked(
            values,
            EXPOSURES,
            "share of what is asked",
            lying=False,
            share=True,
            colours=(*COLOURS[:2], COLOURS[3], REST),
        ),
        over_time=True,
    )
