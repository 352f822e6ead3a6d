"""Where the sentences of a description begin and end, and which of them are items of a list.

Most of the places between two words can't be an end, and the marks of the pieces around them say
so; the pattern is tried only at the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldmine_ingest.text.pieces import CLOSES, OPENS, QUOTED, TakenApart

# A sentence ends at .!? before a capital, at a bullet in running text, at a dash that begins an
# item. Each begins with one of four characters, so that the others are passed by at once.
ENDS = re.compile(
    r"[ \t\"”)](?:"
    r"(?<=[.!?][\"”)])[ \t]{1,3}(?=[\"“(]?[A-Z0-9•*-])"
    r"|(?<=[.!?][ \t])[ \t]{0,2}(?=[\"“(]?[A-Z0-9•*-])"
    r"|(?<=[ \t])(?:[•●▪✔✅➤·][ \t]?|[ \t]{1,2})"
    r"|(?<=[a-z0-9.)][ \t])-[ \t](?=[A-Z])|(?<=[.:;)a-z][ \t])-(?=[A-Z][a-z])"
    r")"
)
_BULLET = re.compile(
    r"[ \t]{0,3}(?:[-–—*•●▪◦✔✅➤→·]|\d{1,2}[.)]|[a-z][.)])[ \t]{1,3}"
    r"|[ \t]{0,3}[^\w\s\"'(\[$#@&/+.]{1,3}[ \t]{0,3}"
)
# A line that a mail program broke: a long one that goes on in lower case.
WRAPPED = re.compile(r"\n(?<=[^\n]{40}[a-z,]\n)(?=[a-z])")
_MARKED = re.compile(rb"[\x01-\x07\x09-\x0f]")  # marks with more than the bit CUED


Part = tuple[int, int, int, int, bool, bool]
"""Characters from, to (exclusive); the pieces that hold its words, from, to (exclusive); whether it
is an item of a list; whether it fills its line."""


def parts(text: str, apart: TakenApart, begin: int, end: int) -> Iterator[Part]:
    """The sentences between two characters of a text, `apart` being that text in pieces. (A line
    that was broken may be whole in it: its pieces are the same.)
    """
    while begin <= end:
        stop = text.find("\n", begin, end)
        if stop < 0:
            stop = end
        mark = _BULLET.match(text, begin, stop)
        first = mark.end() if mark else begin
        yield from _of_line(text, apart, first, stop, bullet=mark is not None)
        begin = stop + 1


def _of_line(
    text: str, apart: TakenApart, begin: int, stop: int, *, bullet: bool
) -> Iterator[Part]:
    start, first, after = begin, apart.at(begin), apart.before(stop)
    for ending, behind in _endings(text, apart, begin, stop, first, after):
        end, begins = ending.span()
        if text[start:end].strip():
            yield start, end, first, behind, bullet, False
        bullet = not ending.group().isspace()
        start = begins
        first = behind if apart.starts[behind] == start else apart.at(start)
    if text[start:stop].strip():
        yield start, stop, first, after, bullet, start == begin


def _endings(
    text: str, apart: TakenApart, at: int, stop: int, first: int, after: int
) -> Iterator[tuple[re.Match[str], int]]:
    """Each ending from character `at` on, and how many pieces begin before it."""
    marks, starts = apart.marks, apart.starts
    for marked in _MARKED.finditer(marks, first, after):
        number = marked.start()
        mark = marks[number]
        if (
            mark & OPENS
            and (place := starts[number] - 1) >= at
            and (ending := ENDS.match(text, place, stop))
        ):
            yield ending, number
            at = ending.end()
        number += 1
        if (
            mark & CLOSES
            and number < after
            and (place := starts[number] - 1 - (mark & QUOTED == QUOTED)) >= at
            and (ending := ENDS.match(text, place, stop))
        ):
            yield ending, number
            at = ending.end()
