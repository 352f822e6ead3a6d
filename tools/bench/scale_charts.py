"""The curves of docs/scale.md: charts as SVG, tables, and slopes, from docs/scale.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import log10
from pathlib import Path
from typing import Any

import vl_convert

DOCS = Path(__file__).parents[2] / "docs"
RESULTS = DOCS / "scale.json"
_PAGE = DOCS / "scale.md"
_BEGIN, _END = "<!-- curves: written by `make bench-scale` -->", "<!-- end of curves -->"
# Text and lines take the reader's colours; the five hues are told apart on white and on black.
_STYLE = "<style>:root{--ink:#24292f;--line:#d0d7de}@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--line:#444c56}}</style>"
_HUES = ["#2f81f7", "#e0823d", "#3fa66b", "#b36ae2", "#d1556b", "#8a8f98", "#c2a022", "#20a5ba"]
_TITLES = {
    "feeds": "Cost of a poll by the number of feeds (2 entries each)",
    "listings": "Cost of a cycle and of commands by stored listings (as many ledger events)",
    "events": "Cost of a cycle and of commands by ledger events (1,000 listings)",
    "proofs": "Judging a listing by the number of proofs (3 phrases each)",
    "phrases": "Judging a listing by the number of phrases of one proof",
}
_AXES = {
    "feeds": "feeds",
    "listings": "listings and ledger events",
    "events": "ledger events",
    "proofs": "proofs",
    "phrases": "phrases",
}

Row = dict[str, Any]


def draw() -> None:
    """Write the charts to docs/images, and charts and tables into docs/scale.md between their
    marks.
    """
    points: list[Row] = json.loads(RESULTS.read_text())["points"]
    parts = []
    for curve in dict.fromkeys(point["curve"] for point in points):
        rows = [point for point in points if point["curve"] == curve]
        image = DOCS / "images" / f"scale-{curve}.svg"
        image.write_text(svg(curve, [row for row in rows if row["size"]]), encoding="utf-8")
        parts.append(
            f"### {_TITLES[curve]}\n\n![{_TITLES[curve]}, both axes"
            f" logarithmic](images/{image.name})\n\n{table(rows)}"
        )
    head, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    tail = rest.partition(_END)[2]
    _PAGE.write_text(
        head + _BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + _END + tail, encoding="utf-8"
    )


def slope(rows: Sequence[Row], field: str = "cpu") -> float | None:
    """The exponent with which cost grows, fitted by least squares to the logarithms: 0 flat, 1
    in proportion. None with one size only.
    """
    pairs = [(log10(row["size"]), log10(row[field])) for row in rows if row["size"] and row[field]]
    if len(pairs) < 2:
        return None
    x, y = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
    return float(sum((a - x) * (b - y) for a, b in pairs) / sum((a - x) ** 2 for a, _ in pairs))


def table(rows: Sequence[Row]) -> str:
    """A line for each work, a column for each size, then the slope of its CPU and, where it was
    measured, of its memory.
    """
    sizes = sorted({row["size"] for row in rows})
    lines = [
        "| | "
        + " | ".join(f"{size:,}" if size else "empty" for size in sizes)
        + " | slope of CPU | slope of memory |"
    ]
    lines.append("|---|" + "---|" * (len(sizes) + 2))
    for what in dict.fromkeys(row["what"] for row in rows):
        own = [row for row in rows if row["what"] == what]
        at = {row["size"]: row for row in own}
        cells = [_cell(at.get(size)) for size in sizes]
        lines.append(
            f"| {what} | {' | '.join(cells)} | {_slope(slope(own))} |"
            f" {_slope(slope(own, 'peak'))} |"
        )
    return "\n".join(lines)


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    cpu = f"{row['cpu']:,.0f}" if row["unit"] == "µs" else f"{row['cpu']:.2f}"
    return f"{cpu} {row['unit']}" + (f", {row['peak']:,.0f} MiB" if row["peak"] else "")


def _slope(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def svg(curve: str, rows: Sequence[Row]) -> str:
    """A log-log chart without background, in colours that fit light and dark pages."""
    unit = "µs of CPU for a listing" if rows and rows[0]["unit"] == "µs" else "CPU seconds"
    kinds = list(dict.fromkeys(row["what"] for row in rows))
    scale = {"type": "log"}
    axis = {"grid": True, "format": "~s", "tickCount": 5}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {
            "values": [
                {"size": row["size"], "cpu": max(row["cpu"], 1e-4), "what": row["what"]}
                for row in rows
            ]
        },
        "mark": {"type": "line", "point": {"size": 50, "filled": True}, "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "size",
                "type": "quantitative",
                "scale": scale,
                "axis": {**axis, "title": _AXES[curve]},
            },
            "y": {
                "field": "cpu",
                "type": "quantitative",
                "scale": scale,
                "axis": {**axis, "title": unit},
            },
            "color": {
                "field": "what",
                "type": "nominal",
                "sort": kinds,
                "scale": {"domain": kinds, "range": _HUES[: len(kinds)]},
            },
        },
        "width": 460,
        "height": 260,
        "config": _CONFIG,
    }
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="5.20")
    start = drawn.index(">", drawn.index("<svg")) + 1
    return drawn[:start] + _STYLE + drawn[start:]


_INK, _LINE = "var(--ink)", "var(--line)"
_CONFIG = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK, "titleColor": _INK, "domainColor": _LINE, "tickColor": _LINE, "gridColor": _LINE,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
    },
    "legend": {"labelColor": _INK, "labelFontSize": 12, "labelLimit": 260, "title": None, "orient": "bottom", "columns": 2},
}  # fmt: skip
