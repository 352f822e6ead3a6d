"""`python -m tools.bench.backup DIR`: what looking a backup through costs beside the copy itself, on
the history that `python -m tools.bench.big_history DIR` made.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import copy_file
from goldmine_ingest.store.schemas import look_everywhere
from goldmine_ingest.store.whole import expect_readable, outline, read_through


@contextmanager
def measured(name: str) -> Iterator[None]:
    """Prints a step's time, its CPU time, and the process's peak memory after it."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:34} {wall:6.2f} s {cpu:6.2f} s of CPU, peak {peak:4.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    history = parser.parse_args().folder / "data/goldmine.duckdb"
    made = history.with_name("copied.duckdb")
    with measured("the copy, on disk"), open_store(history, now=datetime.now(UTC)) as store:
        store.checkpoint()
        rows = outline(store.con)
        copy_file(history, made)
    with measured("looking it through"):
        expect_readable(made, rows)
    with measured("reading every value, for comparison"), duckdb.connect(str(made)) as con:
        look_everywhere(con)
        read_through(con)
    made.unlink()


if __name__ == "__main__":
    main()
