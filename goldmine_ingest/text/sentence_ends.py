"""Where the sentences of a description begin and end, and which of them are items of a list.

Most of the places between two words can't be an end, and the marks of the pieces around them say
so; the pattern is tried only at the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldmine_ingest.text.pieces import CLOSES, LINE, OPENS, QUOTED, Part, TakenApart

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
_MARKED = re.compile(rb"[^\0]")


_Cut = tuple[int, int, int, bool, bool]
"""Where a sentence ends and the next begins; how many pieces begin before that; whether the next is
an item of a list; whether it begins a line."""


def parts(text: str, apart: TakenApart, begin: int, end: int) -> Iterator[Part]:
    """The sentences between two characters of a text, `apart` being that text in pieces. (A line
    that was broken may be whole in it: its pieces are the same.)
    """
    starts = apart.starts
    start, bullet = _item(text, begin, end)
    first, begins_line = apart.at(start), True
    cuts = _cuts(text, apart, start, end)
    for stop, following, after, following_bullet, new_line in cuts:
        if text[start:stop].strip():
            yield start, stop, first, after, bullet, begins_line and new_line
        start, bullet, begins_line = following, following_bullet, new_line
        first = after if starts[after] == start else apart.at(start)
    if text[start:end].strip():
        yield start, end, first, apart.before(end), bullet, begins_line


def _cuts(text: str, apart: TakenApart, at: int, end: int) -> Iterator[_Cut]:
    """Each cut from character `at` on."""
    marks, starts, last = apart.marks, apart.starts, apart.at(end) + 1
    for marked in _MARKED.finditer(marks, apart.at(at), last):
        number = marked.start()
        mark, place = marks[number], starts[number] - 1
        if mark & LINE:
            if text[place] == "\n" and place >= at:
                start, bullet = _item(text, place + 1, end)
                yield place, start, number, bullet, True
                at = start
            continue
        if mark & OPENS and place >= at and (ending := ENDS.match(text, place, end)):
            at = ending.end()
            yield place, at, number, not ending.group().isspace(), False
        number += 1
        if mark & CLOSES and number < last:
            place = starts[number] - 1 - (mark & QUOTED == QUOTED)
            if place >= at and (ending := ENDS.match(text, place, end)):
                at = ending.end()
                yield place, at, number, not ending.group().isspace(), False


def _item(text: str, begin: int, end: int) -> tuple[int, bool]:
    """Where what a line says begins, and whether it is an item of a list."""
    mark = _BULLET.match(text, begin, end)
    return (mark.end(), True) if mark else (begin, False)
