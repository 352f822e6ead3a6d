"""What a chart is, and the ways to draw one: data and Vega-Lite specifications. Pure; nothing here
draws.

Colours are CSS variables, so that one drawing serves light, dark and paper. 320 points wide, so
that a phone shows it without shrinking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

Spec = dict[str, Any]
Row = tuple[Any, ...]
Rows = Sequence[Mapping[str, Any]]  # of a report, by column
WIDTH = 320
ACCENT, SECOND, MARK, REST = "var(--accent)", "var(--second)", "var(--mark)", "var(--rest)"
COLOURS = (ACCENT, SECOND, "var(--third)", "var(--fourth)", REST)
QUALIFIED = (ACCENT, REST)  # qualified, others
WEEKS = 26  # drawn; the table beside has all
MOST = 8  # skills, countries and feeds that are drawn
_LABELS = 160  # points that a name gets at most
# The whole with its padding is so wide; at the right there is room for half a label of the last
# bar.
_PLACE: Spec = {
    "width": WIDTH,
    "autosize": {"type": "fit-x", "contains": "padding"},
    "padding": {"left": 2, "right": 14, "top": 4, "bottom": 2},
}


@dataclass(frozen=True, slots=True)
class Grid:
    """A heat map for a terminal: the names of its lines and, for each, a value for every column."""

    lines: tuple[tuple[str, tuple[float, ...]], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure: what it answers, its rows (the first column names them), the column of a
    terminal's bars, and how to draw it.

    `over_time`: the last rows matter most. `grid` is what a terminal draws in place of bars.
    `pages` are the paths of the local page with each row's listings ("": there is none).
    """

    name: str
    title: str
    answers: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    bar: int
    spec: Spec
    over_time: bool = False
    grid: Grid | None = None
    pages: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(row[self.bar] for row in self.rows)


def find_page(words: str) -> str:
    """The local page's search for these words."""
    return f"/find?q={quote(words, safe='')}"


def shown(value: object) -> str:
    """A cell of a table; what isn't known is a dash."""
    if value is None:
        return "–"
    if isinstance(value, float | Decimal):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def number(value: Any) -> float:
    """A drawing needs no exact money."""
    return float(value or 0)


def drawn(mark: Any, encoding: Spec, values: Sequence[Spec], *, height: float) -> Spec:
    """One layer over the whole width."""
    return {
        "data": {"values": list(values)},
        "mark": mark,
        "encoding": encoding,
        "height": height,
        **_PLACE,
    }


def layered(layers: Sequence[Spec], values: Sequence[Spec], *, height: float) -> Spec:
    return {"data": {"values": list(values)}, "layer": list(layers), "height": height, **_PLACE}


def lying_bars(rows: Iterable[tuple[str, float]], title: str) -> Spec:
    """Lying bars with their figures, in the order of the rows."""
    values: list[Spec] = [{"x": name, "v": value} for name, value in rows]
    y, x = category("x", [value["x"] for value in values]), amount("v", title)
    text = {
        "mark": {"type": "text", "align": "left", "dx": 3},
        "encoding": {"x": x, "y": y, "text": {"field": "v", "format": ","}},
    }
    return layered(
        [{"mark": {"type": "bar", "color": ACCENT}, "encoding": {"x": x, "y": y}}, text],
        values,
        height=24 * max(1, len(values)),
    )


def stacked(
    values: Sequence[Spec],
    kinds: Sequence[str],
    title: str,
    *,
    lying: bool,
    share: bool = False,
    colours: Sequence[str] = COLOURS,
) -> Spec:
    """Bars in pieces: `values` have the name x, the kind c and the value v. Standing ones are
    for time; `share`: each bar is a whole.
    """
    names = list(dict.fromkeys(value["x"] for value in values))
    length = amount("v", title)
    if share:
        length |= {
            "stack": "normalize",
            "axis": {"title": title, "values": [0, 0.25, 0.5, 0.75, 1], "format": "%"},
        }
    along = category("x", names) if lying else weeks("x", names)
    encoding = {
        "x": length if lying else along,
        "y": along if lying else length,
        "color": colour(kinds, colours, left=axis_width(names) if lying else 40),
        "order": {"field": "i", "type": "quantitative"},
    }
    numbered = [{**value, "i": list(kinds).index(value["c"])} for value in values]
    return drawn("bar", encoding, numbered, height=26 * max(1, len(names)) if lying else 170)


def grouped(values: Sequence[Spec], kinds: Sequence[str], title: str) -> Spec:
    """Lying bars beside each other, one for each kind of a name, with their figures."""
    names = list(dict.fromkeys(value["x"] for value in values))
    at: Spec = {
        "x": amount("v", title),
        "y": {**category("x", names), "scale": {"paddingInner": 0.25}},
        "yOffset": {
            "field": "c",
            "type": "nominal",
            "sort": list(kinds),
            "scale": {"domain": list(kinds)},
        },
    }
    text = {
        "mark": {"type": "text", "align": "left", "dx": 3},
        "encoding": {**at, "text": {"field": "v", "format": ","}},
    }
    bar = {"mark": "bar", "encoding": {**at, "color": colour(kinds, left=axis_width(names))}}
    return layered([bar, text], values, height=max(1, len(names)) * (12 + 13 * len(kinds)))


def category(field: str, order: Sequence[str], title: str | None = None) -> Spec:
    axis = {"title": title, "labelLimit": _LABELS, "labelOverlap": "greedy"}
    return {"field": field, "type": "ordinal", "sort": list(order), "axis": axis}


def weeks(field: str, order: Sequence[str]) -> Spec:
    """Days or months along the bottom: 2026-11-23 as 11-23, 2026-11 as it is; as many names as
    there is room for.
    """
    short = "length(datum.label) > 7 ? slice(datum.label, 5) : datum.label"
    axis = {
        "title": None,
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "labelExpr": short,
        "labelSeparation": 6,
    }
    return {"field": field, "type": "ordinal", "sort": list(order), "axis": axis}


def amount(field: str, title: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "axis": {"title": title, "tickCount": 4, "format": "~s"},
    }


def share(field: str, title: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"title": title, "format": "%", "values": [0, 0.25, 0.5, 0.75, 1]},
    }


def colour(kinds: Sequence[str], colours: Sequence[str] = COLOURS, *, left: float = 40) -> Spec:
    """One colour for each kind. The legend breaks into lines where the drawing ends; `left` of
    it are so many points of axis.
    """
    columns = max(1, int((WIDTH - left - 16) / (max(map(len, kinds), default=1) * 6.2 + 22)))
    return {
        "field": "c",
        "type": "nominal",
        "sort": list(kinds),
        "scale": {"domain": list(kinds), "range": list(colours[: len(kinds)])},
        "legend": {"title": None, "orient": "top", "columns": columns, "labelLimit": 200},
    }


def axis_width(names: Iterable[str]) -> float:
    """About how many points the names of lying bars take."""
    return min(_LABELS, 6.2 * max(map(len, names), default=0)) + 8
