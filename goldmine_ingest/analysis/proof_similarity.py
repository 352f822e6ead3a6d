"""Similarities of changed proofs to the stored texts, where nothing else that measuring depends on
has changed.

Only the stored features are read, only the changed proofs are matched, and all else is taken from
the measures that are there.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.measuring import FEW, History, batches, fresh_features, spread
from goldmine_ingest.criteria.features import is_current, read
from goldmine_ingest.criteria.measures import proof_keys, rest_key, text_key
from goldmine_ingest.criteria.proof import ProofMatcher
from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query
from goldmine_ingest.text.terms import Stems

if TYPE_CHECKING:
    import duckdb

# A listing, its stored features, and the title, description and skills that they were read out of.
Stored = tuple[str, str, tuple[str, str, list[str]]]


@dataclass(frozen=True, slots=True)
class Rematch:
    """What changed proofs came to: files of similarities, and where each proof's are found (see
    the query).
    """

    files: tuple[Path, ...]
    places: tuple[int, ...]

    def take(
        self, con: duckdb.DuckDBPyConnection, present: CriteriaSettings, proposed: CriteriaSettings
    ) -> None:
        """Puts into `measured` what the history measured under the present words, with the
        similarities of the proposed ones.
        """
        con.execute(
            query("take_similarities"),
            {
                "files": [str(file) for file in self.files],
                "places": self.places,
                "present_key": text_key(present),
                "proposed_key": text_key(proposed),
                "all": not any(place < 0 for place in self.places),
            },
        )


def only_proofs_changed(
    history: History, present: CriteriaSettings, proposed: CriteriaSettings
) -> bool:
    """Whether `match_again` is enough. (A feed that is judged by some proofs only takes the
    longer way.)
    """
    return not history.feed_proofs and rest_key(present) == rest_key(proposed)


def match_again(
    history: History, present: CriteriaSettings, proposed: CriteriaSettings, scratch: Path
) -> Rematch:
    """Matches the proofs that differ against every stored text; the measures under the present
    criteria must be there.
    """
    before, after = proof_keys(present), proof_keys(proposed)
    known = {before[name]: place for place, name in enumerate(sorted(before), start=1)}
    changed = [name for name in sorted(after) if after[name] not in known]
    places = tuple(known.get(after[name]) or -1 - changed.index(name) for name in sorted(after))
    first = scratch / "similarities.csv"
    first.write_text("listing_id,similarities\n", encoding="utf-8")
    if not changed:
        return Rematch((first,), places)
    task = _Matching(
        replace(
            proposed, proofs=tuple(proof for proof in proposed.proofs if proof.name in changed)
        ),
        scratch,
    )
    rows = rows_since(history)
    work = (read_stored(history, some) for some in batches(rows))
    files = [first]
    done = 0
    for number, count in enumerate(spread(task, work, parallel=len(rows) > FEW)):
        files.append(scratch / f"similarities-{number}.csv")
        done += count
        history.progress(f"{done:,} of {len(rows):,} listings matched")
    return Rematch(tuple(files), places)


def rows_since(history: History) -> array[int]:
    """The row numbers of the listings to look at."""
    found = array("q")
    with open_store(history.database, now=history.now) as store:
        answer = store.con.execute(query("rows_since"), {"since": history.since})
        while rows := answer.fetchmany(50_000):
            found.extend(row for (row,) in rows)
    return found


def read_stored(history: History, rows: Sequence[int]) -> list[Stored]:
    """The features of the listings with these row numbers; made again where an older version of
    the program stored them.
    """
    with open_store(history.database, now=history.now) as store:
        found = store.con.execute(query("texts_of_rows"), {"rows": list(rows)}).fetchall()
        stored = {
            name: one.payload
            for name, one in store.features([row[2] for row in found]).items()
            if is_current(one.payload)
        }
        old = [row for row, _, text_hash, *_ in found if text_hash not in stored]
        again = fresh_features(store, old) if old else {}
    return [
        (listing_id, stored.get(text_hash) or again[listing_id], (title, description, skills))
        for _, listing_id, text_hash, title, description, skills in found
    ]


@dataclass(frozen=True, slots=True)
class _Matching:
    """The work of a child on stored features: gives how many it matched."""

    criteria: CriteriaSettings
    scratch: Path

    def begin(self) -> Callable[[int, list[Stored]], int]:
        matcher = ProofMatcher(self.criteria, Stems())
        names = sorted(proof.name for proof in self.criteria.proofs)

        def do(number: int, batch: list[Stored]) -> int:
            with (self.scratch / f"similarities-{number}.csv").open(
                "w", encoding="utf-8", newline=""
            ) as file:
                writer: Any = csv.writer(file)
                writer.writerow(("listing_id", "similarities"))
                writer.writerows(_matched(matcher, names, batch))
            return len(batch)

        return do


def _matched(
    matcher: ProofMatcher, names: Sequence[str], batch: Sequence[Stored]
) -> Iterator[tuple[str, str]]:
    for listing_id, payload, (title, description, skills) in batch:
        facts = read(
            TextFeatures("", payload),
            Posting("", title, description=description, skills=tuple(skills)),
        )
        found = {match.proof.name: match.similarity for match in matcher.match(facts)}
        yield listing_id, f"[{', '.join(str(found[name]) for name in names)}]"
