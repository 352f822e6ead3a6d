"""Charts as one self-contained page: no script, no font and no image from anywhere, light and
dark, on a phone and on paper.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from goldmine_ingest.analysis import agenda, quality_sentences, review_sentences, work_sentences
from goldmine_ingest.analysis.agenda import Agenda
from goldmine_ingest.analysis.quality import QualityReview
from goldmine_ingest.analysis.review import Review
from goldmine_ingest.analysis.trial import Tried
from goldmine_ingest.analysis.work import Work
from goldmine_ingest.reports import market_charts, review_charts
from goldmine_ingest.reports.charts import Chart, shown
from goldmine_ingest.runtime.optional_packages import need_package

_TEMPLATES = Path(__file__).parent / "templates"
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_INK = "var(--ink)"
# Room is measured in the drawing library's own font; a reader's may be a sixth wider (DejaVu,
# Verdana). So texts are measured at 14 points and shown at 12: the page's style says `svg text {
# font-size: 12px }`.
_MEASURED = 14
_CONFIG: dict[str, Any] = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "gridColor": "var(--line)",
        "labelFontSize": _MEASURED,
        "titleFontSize": _MEASURED,
        "titleFontWeight": "normal",
    },
    "legend": {"labelColor": _INK, "labelFontSize": _MEASURED},
    "text": {"fontSize": _MEASURED, "color": _INK},
}


def svg(chart: Chart) -> Markup:
    """The chart as an SVG element with a name; what is inside is decoration, for the table
    beside it says the same.
    """
    need_package("vl_convert", "charts", "without --html there are tables")
    import vl_convert  # where charts are drawn: 60 MB, which a small installation leaves out

    drawn: str = vl_convert.vegalite_to_svg({**chart.spec, "config": _CONFIG}, vl_version="5.20")
    plain = _ROLES.sub("", drawn)
    return Markup(plain.replace("<svg ", f'<svg role="img" aria-label="{escape(chart.title)}" ', 1))  # noqa: S704 - Vega escapes its data


def report_page(charts: Sequence[Chart], now: datetime) -> str:
    """The market seen through one's own feeds."""
    return _page("report.html", charts=charts, now=now, title="The market through your feeds")


def review_page(
    review: Review,
    answered: Tried | None,
    quality: QualityReview,
    todo: Agenda,
    work: Work,
    *,
    now: datetime,
) -> str:
    """The reality test, with its charts, the quality of the work, what is asked for and what is to
    be done; with the trial's questions at the end.
    """
    charts = {chart.name: chart for chart in review_charts.charts(review)}
    weeks = [quality_sentences.row(week) for week in quality.weeks]
    charts["quality"] = market_charts.quality_chart(weeks)
    return _page(
        "review.html",
        review=review,
        answered=answered,
        quality=[
            *quality_sentences.compared(quality),
            quality_sentences.split_market(quality.split),
        ],
        todo=agenda.sentences(todo, now),
        work={
            "columns": work_sentences.COLUMNS,
            "rows": work_sentences.rows(work),
            "sentences": work_sentences.sentences(work),
        },
        charts=charts,
        sentences=review_sentences,
        now=now,
        title="The reality test",
    )


def _page(template: str, **given: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "svg": svg,
        "shown": shown,
        "marked": _marked,
        "criteria_change": review_sentences.criteria_change,
    }
    return environment.get_template(template).render(**given)


_COMMAND = re.compile(r"`([^`]+)`")


def _marked(text: str) -> Markup:
    """A sentence as HTML; what stands between backquotes is to be typed."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before
