"""`goldmine report`: the market seen through one's own feeds, as charts in the terminal or as
one page.
"""

from __future__ import annotations

import argparse
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.review import write_page
from goldmine_ingest.cli.session import Session
from goldmine_ingest.exchange.sql import reading
from goldmine_ingest.reports.charts import shown
from goldmine_ingest.reports.market_report import charts
from goldmine_ingest.reports.svg import report_page

if TYPE_CHECKING:
    from goldmine_ingest.reports.charts import Chart, Grid


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--html", metavar="FILE", type=Path, help="write one self-contained page instead"
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0."""
    project = session.project()
    session.need_history(project)

    now = session.now()
    with reading(project.database.path, now, project.database.publish) as con:
        drawn = charts(con, project, now)
    if args.html:
        write_page(report_page(drawn, now), session.cwd / args.html)
        session.say(f"written: {args.html}")
        return 0
    for chart in drawn:
        _draw(chart, session.out)
    return 0


def _draw(chart: Chart, out: TextIO) -> None:
    console = Console(file=out)
    console.print(
        Text(printable(chart.title), style="bold"), Text(printable(chart.answers)), sep="\n"
    )
    if chart.empty:
        console.print("nothing to show yet")
    elif chart.grid:
        _heat(chart.grid, console)
    else:
        _bars(chart, console)
    console.print()


def _bars(chart: Chart, console: Console) -> None:
    rows = chart.rows[-_MOST:] if chart.over_time else chart.rows[:_MOST]
    most = max((float(row[chart.bar] or 0) for row in rows), default=0.0) or 1.0
    table = Table(box=None, pad_edge=False)
    for i, column in enumerate(chart.columns[:_COLUMNS]):
        table.add_column(column, justify="right" if i else "left", overflow="fold")
    table.add_column(chart.columns[chart.bar], min_width=12)
    for row in rows:
        bar = Bar(most, 0, float(row[chart.bar] or 0), width=20, color="blue")
        table.add_row(*(Text(printable(shown(cell))) for cell in row[:_COLUMNS]), bar)
    console.print(table)
    if len(rows) < len(chart.rows):
        console.print(f"{len(rows)} of {len(chart.rows)} rows; the page has all")


def _heat(grid: Grid, console: Console) -> None:
    """A line for each day, a cell of two characters for each hour; the darker, the more."""
    most = max((value for _, values in grid.lines for value in values), default=0) or 1
    console.print(
        " " * 4 + "".join(name if i % 4 == 0 else "  " for i, name in enumerate(grid.columns)),
        highlight=False,
    )
    for name, values in grid.lines:
        cells = "".join(2 * _SHADES[ceil(value / most * (len(_SHADES) - 1))] for value in values)
        console.print(f"{name:<4}{cells}", highlight=False)


_SHADES = " ░▒▓█"
_MOST, _COLUMNS = 12, 4  # rows and columns that a terminal gets
