"""Charts of exposure to automation: of the market by week, and of what each proof matched. Pure.

Their rows are those of the reports in sql/reports/, named beside each.
"""

from __future__ import annotations

from goldmine_ingest.reports.charts import (
    COLOURS,
    REST,
    WEEKS,
    Chart,
    Row,
    Rows,
    Spec,
    colour,
    layered,
    share,
    stacked,
    weeks,
)

EXPOSURES = ("human-critical", "ai-assisted", "automatable", "not known")


def exposure_chart(rows: Rows) -> Chart:
    """exposure_by_week."""
    recent = sorted({row["week"] for row in rows})[-WEEKS:]
    values = [
        {"x": row["week"], "c": row["exposure"], "v": row["listings"]}
        for row in rows
        if row["week"] in recent
    ]
    answers = (
        "How exposed to automation the tasks are that your feeds ask for, as a share of each week's"
        " listings."
    )
    spec = stacked(
        values,
        EXPOSURES,
        "share of listings",
        lying=False,
        share=True,
        colours=(*COLOURS[:2], COLOURS[3], REST),
    )
    table = tuple(
        (f"{row['week']} {row['exposure']}", row["listings"], row["share"]) for row in rows
    )
    return Chart(
        "exposure",
        "Task exposure",
        answers,
        ("week and exposure", "listings", "share"),
        table,
        1,
        spec,
        over_time=True,
    )


def proof_exposure_chart(rows: Rows) -> Chart:
    """exposure_by_proof: for each proof and month, how much of what it matched (and is known) is
    automatable.
    """
    table = automatable(rows)
    kinds = list(dict.fromkeys(proof for proof, *_ in table))[: len(COLOURS)]
    values = [
        {"x": month, "c": proof, "v": float(part)}
        for proof, month, _, part in table
        if proof in kinds
    ]
    at: Spec = {
        "x": weeks("x", sorted({value["x"] for value in values})),
        "y": share("v", "automatable"),
        "color": colour(kinds),
    }
    layers: list[Spec] = [{"mark": {"type": "line", "strokeWidth": 2}, "encoding": at}]
    layers.append(
        {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1}, "encoding": at}
    )
    answers = (
        "Is your own work moving to the automatable end? For each proof, the share of automatable"
        " tasks in what it matched, by month."
    )
    rows_shown = tuple(
        (f"{proof}, {month}", listings, part) for proof, month, listings, part in table
    )
    spec = layered(layers, values, height=150)
    return Chart(
        "proof_exposure",
        "Exposure of your work",
        answers,
        ("proof and month", "listings", "automatable"),
        rows_shown,
        1,
        spec,
    )


def drift_chart(rows: Rows) -> Chart:
    """exposure_drift: of what each proof matched, how much reads more automatable than you call
    it.
    """
    kinds = list(dict.fromkeys(row["proof"] for row in rows))[: len(COLOURS)]
    parts = [(row, round(row["more_automatable"] / row["listings"], 3)) for row in rows]
    values = [
        {"x": row["month"], "c": row["proof"], "v": part}
        for row, part in parts
        if row["proof"] in kinds
    ]
    at: Spec = {
        "x": weeks("x", sorted({value["x"] for value in values})),
        "y": share("v", "more automatable than declared"),
        "color": colour(kinds),
    }
    layers: list[Spec] = [
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": at},
        {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1}, "encoding": at},
    ]
    table = tuple(
        (
            f"{row['proof']} ({row['declared']}), {row['month']}",
            row["listings"],
            part,
            row["as_declared"],
            row["more_human"],
        )
        for row, part in parts
    )
    return Chart(
        "exposure_drift",
        "Drift from what you declared",
        "For each proof, the share of what it matched whose text reads more automatable than you"
        " call that work.",
        ("proof and month", "listings", "more automatable", "as declared", "more human"),
        table,
        1,
        layered(layers, values, height=150),
        over_time=True,
    )


def automatable(rows: Rows) -> list[Row]:
    """(proof, month, listings whose exposure is known, share of them that is automatable)."""
    counts_of: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["exposure"] != "not known":
            counts = counts_of.setdefault((row["proof"], row["month"]), [0, 0])
            counts[0] += row["listings"]
            counts[1] += row["listings"] * (row["exposure"] == "automatable")
    return [
        (proof, month, of, round(part / of, 3)) for (proof, month), (of, part) in counts_of.items()
    ]
