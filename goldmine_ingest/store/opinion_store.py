"""What a language model was asked about jobs and answered: rows that are only ever added."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import get_args

from goldmine_ingest.model.opinion import Answer, Opinion, OpinionState, Purpose, Shape
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.outcome_store import OutcomeStore
from goldmine_ingest.store.rows import Row, as_row, key, keys, readable, select

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model at an endpoint."""

    asked_at: datetime
    state: OpinionState
    why: str
    shape: Shape
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How many jobs have no opinion though one was asked for, and why the last one has none."""

    listings: int
    why: str

    @property
    def sentence(self) -> str:
        """'12 listings without an opinion: connection refused'; "" for none."""
        one = "listing" if self.listings == 1 else "listings"
        return f"{self.listings} {one} without an opinion: {self.why}" if self.listings else ""


@dataclass(frozen=True, slots=True)
class OpinionStore(OutcomeStore):
    """Of an open history what a language model said."""

    def opinions(self, ids: Collection[str]) -> dict[str, tuple[Opinion, ...]]:
        """listing_id -> what was asked about it, the oldest first. Others are missing."""
        return _by_listing(select(self.con, "opinions_of", keys=keys(ids)) if ids else [])

    def opinions_under(self, opinion_keys: Collection[str]) -> dict[str, tuple[Opinion, ...]]:
        """key -> what was asked under it, about whichever job, the oldest first."""
        rows = select(self.con, "opinions_under", opinion_keys=opinion_keys) if opinion_keys else []
        by_key: dict[str, list[Opinion]] = {}
        for opinion in readable(rows, _opinion):
            by_key.setdefault(opinion.key, []).append(opinion)
        return {name: tuple(asked) for name, asked in by_key.items()}

    def opinion_calls(self, endpoint: str, model: str) -> tuple[Call, ...]:
        """The newest hundred calls of one model, the newest first."""
        rows = select(self.con, "opinion_calls", endpoint=endpoint, model=model)
        return tuple(readable(rows, lambda row: Call(**row)))

    def opinions_asked(self, now: datetime) -> int:
        """How many calls the cycles made in the last 24 hours."""
        calls: int = select(self.con, "opinions_asked", since=now - _DAY)[0]["calls"]
        return calls

    def opinions_failed(self, since: datetime, until: datetime) -> Unanswered:
        """Of the jobs asked about after `since` and by `until`, those without an opinion."""
        row = select(self.con, "opinions_failed", since=since, until=until)[0]
        return Unanswered(row["listings"], row["why"] or "")

    def save_opinions(self, opinions: Sequence[Opinion]) -> None:
        """Keep what was asked and answered."""
        if opinions:
            with self._writing():
                insert(self.con, "opinion", [_row(opinion) for opinion in opinions])


def _row(opinion: Opinion) -> Row:
    row = as_row(opinion)
    name = row.pop("key")
    return {
        **row,
        "opinion_key": name,
        "key": key(opinion.listing_id),
        "answer": asdict(opinion.answer) if opinion.answer else None,
    }


def _by_listing(rows: Sequence[Row]) -> dict[str, tuple[Opinion, ...]]:
    of: dict[str, list[Opinion]] = {}
    for opinion in readable(rows, _opinion):
        of.setdefault(opinion.listing_id, []).append(opinion)
    return {listing_id: tuple(asked) for listing_id, asked in of.items()}


def _opinion(row: Row) -> Opinion:
    if row["state"] not in get_args(OpinionState):
        raise ValueError("no such state")
    answer = Answer(**json.loads(row["answer"])) if row["answer"] else None
    named = {name: value for name, value in row.items() if name != "opinion_key"}
    return Opinion(**{**named, "key": row["opinion_key"], "answer": answer})
