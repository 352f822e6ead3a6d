"""What a language model said of the listings that a backtest judges: stored answers only, nobody is
asked.

An answer counts under the key of the present question, which is made from the listing as it was
first seen. Other proofs, another model or another text make it stale: unknown, unless stale answers
are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.measuring import History, first_sights
from goldmine_ingest.criteria.opinion import Opinions, SecondOpinion, counts
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class OpinionCounts:
    """Of the listings judged: `stored` have an opinion that counts, `stale` one on an earlier
    question alone, `unanswered` were asked about in vain, `never_asked` are open and were not.
    """

    stored: int
    stale: int
    unanswered: int
    never_asked: int

    @property
    def sentence(self) -> str:
        """'opinion: 212 stored, 40 never asked'."""
        parts = [f"{self.stored:,} stored"]
        parts += [f"{self.stale:,} stale"] if self.stale else []
        parts += [f"{self.unanswered:,} without an answer"] if self.unanswered else []
        return f"opinion: {', '.join(parts)}, {self.never_asked:,} never asked"


@dataclass(slots=True)
class Opined:
    """The table `opined` of a DuckDB of measures: what counts under the criteria it was last made
    for.
    """

    con: duckdb.DuckDBPyConnection
    history: History
    _made_for: object = field(default=None)

    def __post_init__(self) -> None:
        self.con.execute(
            "CREATE OR REPLACE TABLE opined"
            " (listing_id VARCHAR, said INTEGER, may_pass BOOLEAN, state VARCHAR)"
        )

    def take(self, criteria: CriteriaSettings) -> None:
        """Makes the table for these criteria, if it isn't made for their question."""
        question = _question(criteria)
        if question == self._made_for:
            return
        self.con.execute("DELETE FROM opined")
        rows = list(self._rows(criteria))
        if rows:
            self.con.executemany("INSERT INTO opined VALUES (?, ?, ?, ?)", rows)
        self._made_for = question

    def counts(self, table: str) -> OpinionCounts:
        """Of the listings that this table decides."""
        states = dict(
            self.con.execute(
                f"SELECT state, count(*) FROM opined SEMI JOIN {table} USING (listing_id)"  # noqa: S608 - a name of ours
                " GROUP BY state"
            ).fetchall()
        )
        never = self.con.execute(f"SELECT count(*) FROM {table} WHERE never_asked").fetchone()  # noqa: S608
        stored, stale, failed = (states.get(name, 0) for name in ("answered", "stale", "failed"))
        return OpinionCounts(stored, stale, failed, never[0] if never else 0)

    def _rows(self, criteria: CriteriaSettings) -> Iterator[tuple[object, ...]]:
        if criteria.opinion is None:
            return
        second, history = SecondOpinion(criteria, criteria.opinion), self.history
        with open_store(history.database, now=history.now) as store:
            answer = store.con.execute(query("opined_places"), {"since": history.since})
            places = [place for (place,) in answer.fetchall()]
        for start in range(0, len(places), _AT_ONCE):
            with open_store(history.database, now=history.now) as store:
                listings = first_sights(store, places[start : start + _AT_ONCE])
                ids = [listing.listing_id for listing in listings]
                stored = store.opinions(ids)
                feeds = store.listing_feeds(ids) if history.feed_proofs else {}
            for listing in listings:
                feed = feeds.get(listing.listing_id, ("",))[0]
                proofs = history.feed_proofs.get(feed, ())
                yield self._row(listing, stored[listing.listing_id], second, proofs)

    def _row(
        self,
        listing: Listing,
        stored: Sequence[Opinion],
        second: SecondOpinion,
        proofs: Sequence[str],
    ) -> tuple[object, ...]:
        said = Opinions(tuple(stored), stale=self.history.stale_opinions)
        opinion = second.of(listing.posting, said)
        if opinion is None or opinion.answer is None:
            stale = opinion is None and any(one.answer for one in stored)
            return listing.listing_id, None, False, "stale" if stale else "failed"
        may_pass = counts(opinion.answer, proofs)
        return listing.listing_id, opinion.answer.fit, may_pass, "answered"


def _question(criteria: CriteriaSettings) -> object:
    """What the questions are made from, beside the listings."""
    if criteria.opinion is None:
        return "none"
    words = [(proof.name, proof.phrases, proof.skills) for proof in criteria.proofs]
    return criteria.opinion.model, criteria.opinion.max_tokens, words
