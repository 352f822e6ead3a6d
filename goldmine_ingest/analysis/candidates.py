"""Which jobs of the history may answer a question in words, without an index.

The newest texts are looked through first. As soon as there are as many candidates as are ranked, an
older one has to have more of the words, or more of them in its title and skills: for words that
many listings use, most texts needn't be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from goldmine_ingest.store.rows import Row, select

if TYPE_CHECKING:
    import duckdb

# A connection to the history, held until the context ends.
History = Callable[[], AbstractContextManager["duckdb.DuckDBPyConnection"]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How many candidates there may be, and how many listings are looked through while the
    history is held: `first` of the newest (up to twice as many), which are often enough, then
    `parts` times as many at once, some tenths of a second.
    """

    candidates: int = 2000
    first: int = 32_768
    parts: int = 4


@dataclass(frozen=True, slots=True, order=True)
class _Words:
    """How many of the words asked for a job may have, and how many in its title and skills."""

    there: int
    in_head: int


def candidates(
    history: History,
    stems: Sequence[str],
    extent: Extent,
    *,
    since: datetime | None = None,
    all_words: bool = False,
) -> list[Row]:
    """The ids of the jobs in which the most of the words may occur (`there` says how many), those
    with more of them in title and skills first, then the newest. `stems` are the rarest first:
    the others are often looked for only where that one is.
    """
    words, count = [_pattern(word) for word in stems], len(stems)
    enough = _Words(count - 1, count) if all_words else _Words(0, 0)
    found: list[Row] = []
    for begin, until in _parts(history, extent, since):
        if enough == _Words(count, count):
            break
        given = {"words": words, "since": begin, "until": until, "at_most": extent.candidates}
        with history() as con:
            more = (
                select(con, "find_heads", **given, all=count)
                if enough == _Words(count, count - 1)
                else select(con, "find_candidates", **given, all=count, **asdict(enough))
            )
        found += (row for row in more if row["there"])
        found.sort(key=_words, reverse=True)  # a stable sort: what was found before is newer
        del found[extent.candidates :]
        if len(found) == extent.candidates:
            enough = max(enough, _words(found[-1]))
    return found


def _words(candidate: Row) -> _Words:
    return _Words(candidate["there"], candidate["in_head"])


def _parts(
    history: History, extent: Extent, since: datetime | None
) -> list[tuple[datetime | None, datetime | None]]:
    """The time that is looked through in parts, the newest first: from when, and until when."""
    with history() as con:
        rows = select(con, "find_parts", part=extent.first)
    begins = [row["begins"] for row in rows[1 :: extent.parts]]
    times = [None, *(at for at in begins if since is None or at > since), since]
    return [(begin, until) for until, begin in pairwise(times)]


def _pattern(word: str) -> str:
    """RE2: texts in which a word may begin with this stem. Finds too much rather than too little;
    one or two letters must be a word.

    Kept plain: classes of Unicode letters make RE2 fall back to its slow engine (133 s instead of
    1 s).
    """
    if len(word) <= 2 and word.isascii() and word.isalnum():
        return rf"(?i)\b{word}\b"
    return f"(?i){re.escape(word)}".replace("'", "(?:'|’)")
