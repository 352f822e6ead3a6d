"""`goldmine report`: the market seen through one's own feeds, as charts in the terminal or as one page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.review import write_page
from goldmine_ingest.cli.session import Session

if TYPE_CHECKING:
    from goldmine_ingest.history.charts import Chart


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--html", metavar="FILE", type=Path, help="write one self-contained page instead")


def run(args: argparse.Namespace, session: Session) -> int:
    """0."""
    project = session.project()
    session.need_history(project)
    from goldmine_ingest.history.report import charts
    from goldmine_ingest.history.sql_query import reading

    now = session.now()
    with reading(project.database.path, now, project.database.publish) as con:
        found = charts(con, project, now)
    if args.html:
        from goldmine_ingest.history.pictures import report_page

        write_page(report_page(found, now), session.cwd / args.html)
        session.say(f"written: {args.html}")
        return 0
    for chart in found:
        _draw(chart, session.out)
    return 0


def _draw(chart: Chart, out: TextIO) -> None:
    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out)
    console.print(Text(f"{chart.title}. {chart.answers}", style="bold"))
    if chart.empty:
        console.print(Text("nothing to show yet\n"))
        return
    most = max(float(row[chart.bar] or 0) for row in chart.rows)
    table = Table(box=None, pad_edge=False)
    for column in (*chart.columns, ""):
        table.add_column(column, ratio=None)
    for row in chart.rows:
        bar = Bar(most, 0, float(row[chart.bar] or 0), width=24, color="blue")
        table.add_row(*(Text("" if cell is None else printable(f"{cell}")) for cell in row), bar)
    console.print(table)
    console.print()
