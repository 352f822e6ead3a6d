"""Your own questions of the history, as a marimo notebook: `pip install marimo`, then `marimo edit
docs/history_notebook.py`.

It reads the published copy (`[database] publish`), so that it never stands in a cycle's way;
`GOLDMINE_HISTORY` names another file.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import os

    import duckdb
    import marimo as mo

    return duckdb, mo, os


@app.cell
def _(duckdb, os):
    history = duckdb.connect(
        os.environ.get("GOLDMINE_HISTORY", "data/history.duckdb"), read_only=True
    )
    history.execute("SET TimeZone = 'UTC'")

    def ask(question):
        """The answer of one SELECT as a list of dicts."""
        found = history.execute(question)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return (ask,)


@app.cell
def _(mo):
    mo.md("""
    # What is there?
    The views are `listings`, `decisions`, `findings`, `alerts`, `pursuits` and more.
    Start with counts.
    """)


@app.cell
def _(ask):
    decided = ask(
        "SELECT decision, count(*) AS listings, avg(score)::DOUBLE AS mean_score FROM decisions"
        " GROUP BY decision ORDER BY decision"
    )
    decided  # noqa: B018 - a notebook shows a cell's last value
    return (decided,)


@app.cell
def _(mo):
    mo.md("""
    # Unknown is NULL
    What a listing doesn't say is never 0. Ask how much is known before you trust a median.
    """)


@app.cell
def _(ask):
    stated = ask("""
        SELECT pay, count(*) AS listings, count(budget_max_base) AS stated,
            median(budget_max_base) AS median
        FROM listings
        GROUP BY pay
        ORDER BY listings DESC
    """)
    stated  # noqa: B018 - as above
    return (stated,)


@app.cell
def _(mo):
    mo.md("""
    # Which finding goes with a reply?
    Join what a criterion said with what came of the listings that you pursued.
    A handful of rows is an anecdote, not a rate.
    """)


@app.cell
def _(ask):
    replies = ask("""
        SELECT criterion, verdict, count(*) AS pursued, count(*) FILTER (replied) AS replied
        FROM findings
        JOIN (
            SELECT listing_id, bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied
            FROM pursuits
            WHERE stage <> 'skipped'
            GROUP BY listing_id
        ) USING (listing_id)
        WHERE NOT starts_with(criterion, 'flag:')
        GROUP BY criterion, verdict
        ORDER BY criterion, verdict
    """)
    replies  # noqa: B018 - as above
    return (replies,)


if __name__ == "__main__":
    app.run()
