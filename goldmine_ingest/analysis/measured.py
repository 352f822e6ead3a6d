"""The measures of a history in a DuckDB of their own, in memory: criteria are tried on them while
the history is free for whoever needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.measuring import History, cases, read_batch
from goldmine_ingest.analysis.stored_opinions import Opined
from goldmine_ingest.analysis.verdicts import DECISIONS, decide_all, effects_of
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.engine import MEMORY_LIMIT, duckdb
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """`con` holds the tables measure, measured (what isn't kept), ratings and pursuits, and those
    that are decided or brought. `history` is where they came from, and where texts are read.
    """

    con: duckdb.DuckDBPyConnection
    history: History
    scratch: Path
    opined: Opined

    def decide(
        self,
        table: str,
        criteria: CriteriaSettings,
        *,
        since: datetime | None,
        measured_by: CriteriaSettings | None = None,
    ) -> None:
        """Creates the table with the decision on each listing first seen since then, from what was
        measured by these criteria, or by others. What stands so close to a threshold that a
        rounding could turn it, the judge itself decides.
        """
        self.opined.take(criteria)
        decide_all(self.con, table, criteria, since, text_key(measured_by or criteria))
        if measured_by is None:
            self._decide_close(table, criteria)

    def bring(self, table: str, question: str, **parameters: object) -> None:
        """Creates the table with the history's answer to a question: one short opening."""
        file = self.scratch / f"{table}.parquet"
        with open_store(self.history.database, now=self.history.now) as store:
            _write(store, file, question, **parameters)
        self._load(table, file)

    def add(self, measures: Path) -> None:
        """Take in what was measured meanwhile, from a file of `measure_missing`."""
        self.con.execute(query("keep_measures"), {"file": str(measures)})

    def _load(self, table: str, file: Path) -> None:
        self.con.execute(
            f"CREATE OR REPLACE TABLE {table} AS FROM read_parquet(?)",  # a name of ours
            [str(file)],
        )
        file.unlink()

    def _decide_close(self, table: str, criteria: CriteriaSettings) -> None:
        close = self.con.execute(f"SELECT listing_id FROM {table} WHERE close").fetchall()  # noqa: S608 - a name of ours
        if not close:
            return
        judge, history = Judge(criteria), self.history
        with open_store(history.database, now=history.now) as store:
            rows = store.con.execute(
                query("rows_of"), {"ids": [listing_id for (listing_id,) in close]}
            ).fetchall()
        places = [place for (place,) in rows]
        for start in range(0, len(places), _AT_ONCE):
            with open_store(history.database, now=history.now) as store:
                batch = read_batch(store, places[start : start + _AT_ONCE], history.feed_proofs)
                asked = criteria.opinion is not None
                stored = store.opinions([row[0] for row in batch.rows]) if asked else {}
            for listing, features, seen_at, proofs in cases(judge, batch):
                decision = judge.decide(
                    listing,
                    features,
                    now=seen_at,
                    proofs=proofs,
                    opinions=Opinions(stored.get(listing.listing_id, ()), history.stale_opinions),
                )
                effects = {
                    **effects_of(decision, criteria),
                    "decision": DECISIONS.index(decision.decision),
                }
                changes = ", ".join(f"{name} = ${name}" for name in effects)
                self.con.execute(
                    f"UPDATE {table} SET {changes} WHERE listing_id = $listing_id",  # noqa: S608
                    {**effects, "listing_id": listing.listing_id},
                )


@contextmanager
def measured(
    history: History, under: Sequence[CriteriaSettings], scratch: Path
) -> Iterator[Measured]:
    """What the history has measured under these criteria; `scratch` is a private folder. The
    history is open while a hundred thousand rows of numbers are written, a tenth of a second.
    """
    keys = [text_key(criteria) for criteria in under]
    questions = {
        "measure": ("measures_of", {"text_keys": keys, "since": history.since}),
        "ratings": ("rated", {}),
        "pursuits": ("pursued_stages", {}),
    }
    with open_store(history.database, now=history.now) as store:
        for table, (question, parameters) in questions.items():
            _write(store, scratch / f"{table}.parquet", question, **parameters)
    con = duckdb.connect(config={"memory_limit": MEMORY_LIMIT})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        made = Measured(con, history, scratch, Opined(con, history))
        for table in questions:
            made._load(table, scratch / f"{table}.parquet")
        con.execute("CREATE TABLE measured AS FROM measure LIMIT 0")
        for criteria in under[:1]:
            made.opined.take(criteria)
        yield made
    finally:
        con.close()


def _write(store: Store, file: Path, question: str, **parameters: object) -> None:
    target = str(file).replace("'", "''")
    store.con.execute(
        f"COPY ({query(question).rstrip().rstrip(';')}) TO '{target}' (FORMAT parquet)", parameters
    )
