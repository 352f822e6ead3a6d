"""Printing: text that can't harm a terminal, tables that fit it, and one JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TextIO

from goldmine_ingest.exchange.json_values import dumps

if TYPE_CHECKING:
    from goldmine_ingest.model import Json

# Control characters (also DEL and C1), and the marks that turn the direction of text around: a
# title must not move the cursor.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str, *, keep_lines: bool = False) -> str:
    """The text with control characters shown as escapes ("\\x1b"); line breaks stay if
    `keep_lines`.
    """
    return _UNPRINTABLE.sub(lambda m: m[0] if keep_lines and m[0] == "\n" else _escape(m[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def counted(count: int, what: str) -> str:
    """'1 feed', '2 feeds'."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def print_json(value: Json, out: TextIO) -> None:
    """The one document of a --json command."""
    print(dumps(value), file=out)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> None:
    """A table: drawn to fit on a terminal, columns under each other in a pipe, a line for a row.
    None is shown as nothing.
    """
    on_screen = out.isatty()
    headings = [printable(heading) for heading in headings]  # a query's own
    cells = [[_cell(value, keep_lines=on_screen) for value in row] for row in rows]
    if on_screen:
        _draw(headings, cells, out) if _fits(headings, cells, _width(out)) else _list(
            headings, cells, out
        )
    else:
        _align(headings, cells, out)


def _cell(value: object, *, keep_lines: bool) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item, keep_lines=keep_lines) for item in value)
    return "" if value is None else printable(str(value), keep_lines=keep_lines)


def _width(out: TextIO) -> int:
    from rich.console import Console

    return Console(file=out).width


def _fits(headings: Sequence[str], cells: list[list[str]], width: int) -> bool:
    """Whether every column gets at least ten characters and its whole heading, or all it wants;
    narrower ones are dust.
    """
    widest = [
        max(len(line) for row in [headings, *cells] for line in row[i].split("\n"))
        for i in range(len(headings))
    ]
    least = max(
        10, *map(len, headings)
    )  # rich takes from the widest first, so all keep this where it fits
    return sum(min(wanted, least) + 2 for wanted in widest) - 2 <= width


def _list(headings: Sequence[str], cells: list[list[str]], out: TextIO) -> None:
    """Each row as a block of "name  value" lines, for tables with too many columns."""
    name_width = max(map(len, headings))
    following = "\n" + " " * (name_width + 2)
    for row in cells:
        for heading, cell in zip(headings, row, strict=True):
            print(
                f"{heading.ljust(name_width)}  {cell.replace(chr(10), following)}".rstrip(),
                file=out,
            )
        print(file=out)


def _draw(headings: Sequence[str], cells: list[list[str]], out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=out).print(table)


def _align(headings: Sequence[str], cells: list[list[str]], out: TextIO) -> None:
    widths = [max(len(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]
    for row in [list(headings), *cells]:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(),
            file=out,
        )
