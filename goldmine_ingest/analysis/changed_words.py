"""What changed words come to on the stored texts: measured only where a listing may move, the
newest first, a batch at a time.

A listing that a criterion rejects which no word reaches (its client, its worth, its red flags;
where only proofs changed, the rules too) stays rejected whatever the words. Most are.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from goldmine_ingest.analysis.measured import Measured
from goldmine_ingest.analysis.measuring import Pace, measure_rows
from goldmine_ingest.analysis.proof_similarity import match_again, only_proofs_changed
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.queries import query

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of the `of` listings that may move are measured: every listing first seen since then
    can be compared. `stored`: by their stored features alone; else their texts were read.
    """

    done: int = 0
    of: int = 0
    since: datetime | None = None
    stored: bool = True

    @property
    def complete(self) -> bool:
        return self.done == self.of


def measure_changed(
    measured: Measured,
    present: CriteriaSettings,
    proposed: CriteriaSettings,
    *,
    since: datetime | None,
    pace: Pace,
) -> Generator[Step, None, None]:
    """Into the table `measured`, what the proposed words come to; a step after each batch, at least
    one. Needs the table `present`.
    """
    con = measured.con
    con.execute("DELETE FROM measured WHERE text_key <> ?", [text_key(proposed)])
    if text_key(proposed) == text_key(present):
        for table in ("screened", "may_move"):
            con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM present LIMIT 0")
        yield Step(since=since)
        return
    measured.decide("screened", proposed, since=since, measured_by=present)
    stored = only_proofs_changed(measured.history, present, proposed)
    listings = _may_move(measured, present, proposed, since=since)
    done = 0
    for count in _measure(measured, present, proposed, [place for place, _ in listings], pace):
        done += count
        if done < len(listings):  # what was first seen together is compared together
            newer = listings[done][1] + timedelta(microseconds=1)
            yield Step(done, len(listings), newer, stored)
    yield Step(done, len(listings), since, stored)


def decide_changed(
    measured: Measured, proposed: CriteriaSettings, *, since: datetime | None
) -> None:
    """The table `proposed`, from what `measure_changed` has measured so far."""
    measured.decide("proposed", proposed, since=since)
    measured.con.execute(query("cannot_move"), {"since": since})


def _may_move(
    measured: Measured,
    present: CriteriaSettings,
    proposed: CriteriaSettings,
    *,
    since: datetime | None,
) -> list[tuple[int, datetime]]:
    """Row number and first sight of those that are not measured yet, the newest first."""
    con = measured.con
    measured.bring("places", "places", since=since)
    con.execute(
        f"CREATE OR REPLACE TABLE may_move AS {query('may_move')}",
        {
            "same_rules": (present.rules, present.me) == (proposed.rules, proposed.me),
            "same_currency": present.base_currency == proposed.base_currency,
        },
    )
    rows = con.execute(query("unmeasured_moves"), {"text_key": text_key(proposed)}).fetchall()
    return [(place, _EPOCH + timedelta(microseconds=seen)) for place, seen in rows]


def _measure(
    measured: Measured,
    present: CriteriaSettings,
    proposed: CriteriaSettings,
    places: Sequence[int],
    pace: Pace,
) -> Iterator[int]:
    """How many each batch held; they are in `measured` then."""
    history, scratch, con = measured.history, measured.scratch, measured.con
    only_proofs = only_proofs_changed(history, present, proposed)
    for part in filter(None, (places[: pace.first], places[pace.first :])):
        if only_proofs:
            for count, rematch in match_again(history, proposed, scratch, part, pace):
                rematch.take(con, present, proposed)
                yield count
        else:
            for count, file in measure_rows(history, proposed, scratch, part, pace):
                con.execute(query("take_measures"), {"files": [str(file)]})
                file.unlink()
                yield count
