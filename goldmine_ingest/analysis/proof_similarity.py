"""What changed proofs come to on the stored texts, where nothing else that measuring depends on has
changed.

Only the stored features are read; what doesn't depend on the proofs is taken from the measures that
are there.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.measuring import (
    FEW,
    USUAL,
    History,
    Pace,
    batches,
    features_of,
    spread,
    together,
)
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.judge import ToMeasure
from goldmine_ingest.criteria.measures import OfMatch, rest_key, text_key
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

# A listing, its text's name and stored features, and the title, description and skills that they
# were read out of.
Stored = tuple[str, str, str | None, tuple[str, str, list[str]]]
_TAKEN = tuple(OfMatch.__annotations__)  # as in take_matches.sql
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # nothing that is taken depends on it


@dataclass(frozen=True, slots=True)
class Rematch:
    """What changed proofs came to for a batch, in a file."""

    file: Path

    def take(
        self, con: duckdb.DuckDBPyConnection, present: CriteriaSettings, proposed: CriteriaSettings
    ) -> None:
        """Puts into `measured` what the history measured under the present words, with what the
        proposed proofs come to.
        """
        keys = {"present_key": text_key(present), "proposed_key": text_key(proposed)}
        con.execute(query("take_matches"), {"files": [str(self.file)], **keys})
        self.file.unlink()


def only_proofs_changed(
    history: History, present: CriteriaSettings, proposed: CriteriaSettings
) -> bool:
    """Whether `match_again` is enough. (A feed that is judged by some proofs only takes the longer
    way.)
    """
    return not history.feed_proofs and rest_key(present) == rest_key(proposed)


def match_again(
    history: History,
    proposed: CriteriaSettings,
    scratch: Path,
    rows: Sequence[int],
    pace: Pace = USUAL,
) -> Iterator[tuple[int, Rematch]]:
    """Matches the proofs against the stored features of these rows: for each batch how many it
    holds, and what came of it. The measures under the present criteria must be there.
    """
    work = (read_stored(history, some) for some in batches(rows, pace.batch))
    counts = spread(_Matching(proposed, scratch), work, parallel=len(rows) > FEW, nice=pace.nice)
    return (
        (count, Rematch(scratch / f"matches-{number}.csv")) for number, count in enumerate(counts)
    )


def rows_since(history: History) -> array[int]:
    """The row numbers of the listings to look at."""
    numbers = array("q")
    with open_store(history.database, now=history.now) as store:
        answer = store.con.execute(query("rows_since"), {"since": history.since})
        while rows := answer.fetchmany(50_000):
            numbers.extend(row for (row,) in rows)
    return numbers


def read_stored(history: History, rows: Sequence[int]) -> list[Stored]:
    """The listings with these row numbers, with the features that are stored of them."""
    with open_store(history.database, now=history.now) as store:
        listings = store.con.execute(query("texts_of_rows"), {"rows": list(rows)}).fetchall()
        stored = store.features([row[2] for row in listings])
    return [
        (
            listing_id,
            text_hash,
            one.payload if (one := stored.get(text_hash)) else None,
            (title, description, skills),
        )
        for _, listing_id, text_hash, title, description, skills in listings
    ]


@dataclass(frozen=True, slots=True)
class _Matching:
    """The work of a child on stored features: gives how many it matched."""

    criteria: CriteriaSettings
    scratch: Path

    def begin(self) -> Callable[[int, list[Stored]], int]:
        judge = Judge(self.criteria)

        def do(number: int, batch: list[Stored]) -> int:
            with (self.scratch / f"matches-{number}.csv").open(
                "w", encoding="utf-8", newline=""
            ) as file:
                writer: Any = csv.writer(file)
                writer.writerow(("listing_id", *_TAKEN))
                writer.writerows(_matched(judge, batch))
            return len(batch)

        return do


def _matched(judge: Judge, batch: Sequence[Stored]) -> Iterator[tuple[Any, ...]]:
    for some in together(_to_measure(judge, batch)):
        for one, again in zip(some, judge.measure_matches(some), strict=True):
            yield one.listing.listing_id, *again.values()


def _to_measure(judge: Judge, batch: Sequence[Stored]) -> Iterator[ToMeasure]:
    for listing_id, text_hash, payload, (title, description, skills) in batch:
        posting = Posting("", title, description=description, skills=tuple(skills))
        features = features_of(posting, text_hash, payload, judge.features)
        yield ToMeasure(Listing(listing_id, posting, _NO_TIME), features, _NO_TIME)
