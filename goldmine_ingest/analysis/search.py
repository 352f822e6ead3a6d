"""Full-text search in the history, without an index or an extension: DuckDB picks candidates out of
the texts, BM25 over stemmed words ranks them.

Words meet in all their inflections, by the stemmer that the criteria use. Listings that have all of
the words are given; if there are none, those that have the most of them. Title counts more than
skills, skills more than text, rare words more than common ones (by the frequencies that the
criteria use), and words that stand together as in the question more than words apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.candidates import Extent, History, candidates
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.decision import DecisionKind
from goldmine_ingest.store.connection import hold_at_most
from goldmine_ingest.store.decisions import decisions
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import Row, select
from goldmine_ingest.text.stems import WORD, Stems, stem, tokens_with_places, words
from goldmine_ingest.text.wordlists import term_frequencies

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.store.history import Store

_MOST_WORDS = 12
_MEMORY = "256MB"  # of DuckDB's: texts are looked at once, so that keeping them helps nobody
# BM25 (Robertson and Zaragoza 2009, 'The Probabilistic Relevance Framework'): k1 and b as usual,
# fields weighted as in BM25F.
_K1, _B = 1.2, 0.75
_TITLE, _SKILLS, _TEXT = 3.0, 2.0, 1.0
_USUAL_LENGTH = 180  # words of a listing's text
_UNLISTED = (
    3  # of 10,000 listings, for words that the frequencies don't have (see term_frequencies.tsv)
)
# A word from its beginning on, not from within it.
_WHOLE_WORD = re.compile(rf"(?<![^\W_])(?<![^\W_]['’]){WORD}")
# An address, and what may be the beginning of an id: with a digit, as no word has.
_ADDRESS = re.compile(r"\S+://\S+")
_ID = re.compile(r"(?=.*\d)[0-9a-f]{6,20}")
_AROUND = 70  # characters of text on each side of a hit
_HIGHLIGHTS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One listing that was found. `rank` counts from 1; `highlights` quote title, skills and
    text with the words in **stars**.
    """

    listing_id: str
    title: str
    url: str | None
    decision: DecisionKind | None
    score: Decimal | None
    rank: int
    highlights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """The stems asked for, in the order of the question, and how much each tells."""

    stems: tuple[str, ...]
    weights: Mapping[str, float]


_Hit = tuple[str, int, int]  # a stem, and where its word begins and ends


@dataclass(frozen=True, slots=True)
class _Text:
    row: Row
    matched: int
    relevance: float


def find(
    path: Path,
    question: str,
    *,
    now: datetime,
    since: datetime | None = None,
    at_most: int = 20,
    all_words: bool = False,
) -> tuple[Hit, ...]:
    """The listings that best fit the words, best first; with `all_words` those that have them
    all; of an address or an id the listing itself, whenever it came. Raises UsageError where there
    is no word to look for and for an address that no listing has, BusyError, StoreError.

    The history is opened for a part of it at a time: a copy, which other long questions are asked
    of, takes longer than looking through all texts (2.2 GB: 3 s of CPU, and 2).
    """
    query = _read(question)
    hold_at_most(_MEMORY)

    @contextmanager
    def history() -> Iterator[duckdb.DuckDBPyConnection]:
        with open_store(path, now=now) as store:
            yield store.con

    if may_name(question):
        with open_store(path, now=now) as store:
            if listing_id := named(store, question):
                rows = select(store.con, "find_texts", ids=[listing_id])
                return _hits_of(store.con, rows, _Query((), {}))  # no word of it was asked for
    return _found(history, query, since, at_most, all_words=all_words)


def may_name(question: str) -> bool:
    """Whether it is an address, or may be a listing's id or the beginning of one."""
    return bool(_ADDRESS.fullmatch(question.strip()) or _ID.fullmatch(question.strip()))


def named(store: Store, question: str) -> str:
    """The id of the listing that a question which may name one names; "" for what is a word after
    all. Raises UsageError for an address that no listing has.
    """
    try:
        return store.resolve_listing(question)
    except UsageError:
        if _ADDRESS.fullmatch(question.strip()):
            raise
        return ""


def find_in(con: duckdb.DuckDBPyConnection, question: str, *, at_most: int = 20) -> tuple[Hit, ...]:
    """The same in a history that is open. Raises UsageError."""
    return _found(lambda: nullcontext(con), _read(question), None, at_most, all_words=False)


def _found(
    history: History, query: _Query, since: datetime | None, at_most: int, *, all_words: bool
) -> tuple[Hit, ...]:
    best = _best(history, query, since, all_words=all_words)[:at_most]
    with history() as con:
        return _hits_of(con, [text.row for text in best], query)


def _hits_of(con: duckdb.DuckDBPyConnection, rows: Sequence[Row], query: _Query) -> tuple[Hit, ...]:
    decided_of = decisions(con, [row["listing_id"] for row in rows])
    hits = []
    for rank, row in enumerate(rows, start=1):
        decided = decided_of.get(row["listing_id"])
        hits.append(
            Hit(
                row["listing_id"],
                row["title"],
                row["url"],
                decided.decision if decided else None,
                decided.score if decided else None,
                rank,
                _highlights(row, query),
            )
        )
    return tuple(hits)


def _read(question: str) -> _Query:
    stems = tuple(dict.fromkeys(words(question, Stems())))[:_MOST_WORDS]
    if not stems:
        raise UsageError("there is no word to look for", hint="goldmine find reconciliation xero")
    return _Query(stems, {each: _rarity(each) for each in stems})


@cache
def _frequencies() -> Mapping[str, int]:
    """Of 10,000 listings, how many use a word with this stem."""
    frequencies: dict[str, int] = {}
    for term, count in term_frequencies().items():
        if " " not in term:
            frequencies[stem(term)] = max(count, frequencies.get(stem(term), 0))
    return frequencies


def _rarity(word: str) -> float:
    count = _frequencies().get(word, _UNLISTED)
    return math.log(1 + (10_000 - count + 0.5) / (count + 0.5))


def _best(
    history: History, query: _Query, since: datetime | None, *, all_words: bool
) -> list[_Text]:
    """Those with all words; else, but for `all_words`, those with the most of them."""
    stems = sorted(query.stems, key=lambda word: -query.weights[word])
    found = candidates(history, stems, Extent(), since=since, all_words=all_words)
    whole = [row for row in found if row["there"] == len(query.stems)]
    texts = [text for text in _ranked(history, whole, query) if text.matched == len(query.stems)]
    if texts or all_words:
        return texts
    texts = _ranked(history, found, query)
    most = max((text.matched for text in texts), default=0)
    return [text for text in texts if most and text.matched == most]


def _ranked(history: History, found: Sequence[Row], query: _Query) -> list[_Text]:
    """The candidates with what their words really are, best first."""
    if not found:
        return []
    with history() as con:
        rows = select(con, "find_texts", ids=[row["listing_id"] for row in found])
    stems = Stems()
    texts = [_weigh(row, query, stems) for row in rows]
    return sorted(
        texts,
        key=lambda t: (-t.relevance, -t.row["first_seen_at"].timestamp(), t.row["listing_id"]),
    )


def _weigh(row: Row, query: _Query, stems: Stems) -> _Text:
    parts = [
        part.lower().replace("’", "'")
        for part in (row["title"], ", ".join(row["skills"]), row["description"])
    ]
    hits = [_hits(part, query, stems) for part in parts]
    length = 1 - _B + _B * len(row["description"].split()) / _USUAL_LENGTH
    counts: dict[str, float] = {}
    for weight, found in zip((_TITLE, _SKILLS, _TEXT), hits, strict=True):
        for term, _, _ in found:
            counts[term] = counts.get(term, 0.0) + weight
    relevance = sum(
        query.weights[term] * count * (_K1 + 1) / (count + _K1 * length)
        for term, count in counts.items()
    )
    together = any(map(_stand_together, parts, hits, repeat(query.stems)))
    return _Text(row, len(counts), relevance * (1.5 if together else 1.0))


def _hits(text: str, query: _Query, stems: Stems) -> list[_Hit]:
    """Where the words asked for stand in a text in lower case. Only what begins as one of them is
    looked at: a stem is the beginning of its word.
    """
    places = sorted({at for stem in query.stems for at in _places(text, stem)})
    words_there = (m for at in places if (m := _WHOLE_WORD.match(text, at)))
    hits = ((stems[m[0]], m.start(), m.end()) for m in words_there)
    return [hit for hit in hits if hit[0] in query.weights]


def _places(text: str, part: str) -> Iterator[int]:
    """Where it stands in the text, also within words."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _stand_together(text: str, hits: Sequence[_Hit], stems: Sequence[str]) -> bool:
    """Whether all words of the question stand side by side in its order."""
    size = len(stems)
    return size > 1 and any(
        tuple(term for term, _, _ in hits[at : at + size]) == stems
        and not any(
            map(
                str.isalnum,
                chain.from_iterable(text[a[2] : b[1]] for a, b in pairwise(hits[at : at + size])),
            )
        )
        for at in range(len(hits) - size + 1)
    )


def _highlights(row: Row, query: _Query) -> tuple[str, ...]:
    """The title and the skills where they hit, then pieces of the text around its first hits, as
    they stand there.
    """
    highlights = [
        marked
        for part in (row["title"], ", ".join(row["skills"]))
        if (marked := _mark(part, _spans(part, query)))
    ]
    text = row["description"]
    for start, end, spans in _pieces(text, _spans(text, query)):
        shown = " ".join(_mark(text[start:end], [(a - start, b - start) for a, b in spans]).split())
        highlights.append(f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}")
        if len(highlights) >= _HIGHLIGHTS:
            break
    return tuple(highlights[:_HIGHLIGHTS])


def _spans(text: str, query: _Query) -> list[tuple[int, int]]:
    return [place for token, place in tokens_with_places(text, Stems()) if token in query.stems]


def _mark(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these places in stars; '' without any."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], "**", text[start:end], "**"]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else ""


def _pieces(
    text: str, spans: Sequence[tuple[int, int]]
) -> list[tuple[int, int, list[tuple[int, int]]]]:
    """Windows around the hits, cut between words; hits that share a window are in one."""
    pieces: list[tuple[int, int, list[tuple[int, int]]]] = []
    for start, end in spans:
        if pieces and start < pieces[-1][1]:
            first, last, inside = pieces[-1]
            pieces[-1] = (first, max(last, end), [*inside, (start, end)])
        else:
            pieces.append(
                (_word_start(text, start - _AROUND), _word_end(text, end + _AROUND), [(start, end)])
            )
    return pieces


def _word_start(text: str, at: int) -> int:
    if at <= 0:
        return 0
    space = text.find(" ", at, at + _AROUND // 2)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - _AROUND // 2, at)
    return space if space >= 0 else at
