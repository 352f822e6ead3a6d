"""Text keys in a DuckDB file, for measuring what looking them up costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from goldmine_ingest.identity import near_duplicates
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.store.history import Store, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fill(path: Path, postings: Iterable[Posting], count: int) -> None:
    """The keys of real texts; where `count` is more than there are, random keys for the rest."""
    rows = [
        (key, f"{number:020x}")
        for number, posting in enumerate(postings)
        for key in near_duplicates.text_keys(posting)
    ]
    bands = (
        len(near_duplicates.text_keys(next(iter(postings)))) if isinstance(postings, list) else 0
    )
    with open_store(path, now=NOON) as store:
        store.con.execute(
            "INSERT INTO text_key SELECT unnest($keys::UINTEGER[]), unnest($ids::VARCHAR[])",
            {"keys": [key for key, _ in rows], "ids": [i for _, i in rows]},
        )
        missing = count * bands - len(rows)
        if missing > 0:
            store.con.execute(
                "INSERT INTO text_key SELECT (hash(i) >> 32)::UINTEGER, printf('%020x', i //"
                " $bands) FROM range($missing) AS t (i)",
                {"bands": bands, "missing": missing},
            )
        store.checkpoint()


def lookup(
    path: Path, keys: list[int], opened: Callable[..., AbstractContextManager[Store]]
) -> tuple[float, float, int]:
    """Seconds and CPU seconds of the middle one of five lookups, and the rows found."""
    found, spans = 0, []
    for _ in range(5):
        with opened(path, now=NOON) as store:
            began, used = time.perf_counter(), time.process_time()
            found = len(store.texts_like(keys))
            spans.append((time.perf_counter() - began, time.process_time() - used))
    middle = sorted(spans)[2]
    return (*middle, found)
