"""A language model's opinions beside one's own ratings of the same listings: the only honest test
of the model that one uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.settings.opinion import OpinionSettings
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Agreement:
    """Listings that passed, failed or lay between, by how they were rated. `good_failing` and
    `bad_passing` are the listings of which the two say the opposite.
    """

    good_passing: int
    good_between: int
    good_failing: tuple[str, ...]
    bad_passing: tuple[str, ...]
    bad_between: int
    bad_failing: int

    @property
    def agreeing(self) -> int:
        return self.good_passing + self.bad_failing

    @property
    def disagreeing(self) -> int:
        return len(self.good_failing) + len(self.bad_passing)


def agreement(con: duckdb.DuckDBPyConnection, settings: OpinionSettings) -> Agreement:
    """Of the listings that are rated and have an opinion; needs the tables `opined` and
    `ratings`.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for listing_id, said, may_pass, rating in con.execute(query("opinions_rated")).fetchall():
        failing, passing = said < settings.fail, said >= settings.pass_ and may_pass
        verdict = "fail" if failing else "pass" if passing else "between"
        groups.setdefault((rating, verdict), []).append(listing_id)

    def of(rating: str, verdict: str) -> list[str]:
        return groups.get((rating, verdict), [])

    return Agreement(
        good_passing=len(of("good", "pass")),
        good_between=len(of("good", "between")),
        good_failing=tuple(of("good", "fail")),
        bad_passing=tuple(of("bad", "pass")),
        bad_between=len(of("bad", "between")),
        bad_failing=len(of("bad", "fail")),
    )
