"""The reports of one's own pursuits on hand-made ones, by `goldmine sql` and in plain DuckDB on the
published copy: what led them, their silence and their second paths.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.exchange.sql import run_sql
from goldmine_ingest.model.pursuit import Contact, Pursuit, Stage
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import copy_history
from tests.histories import brought, job_id

NOW = datetime.now(UTC).replace(microsecond=0)  # the reports ask for what is so now
DAY = timedelta(days=1)
OWN = "ba5e00000000000000aa"

# (listing, stage, days ago, what it was led by)
PURSUITS: list[tuple[str, Stage, int, str | None]] = [
    # asked again yesterday: silent for a day
    (job_id(1), "pursued", 6, "diagnosis"),
    (job_id(1), "followed_up", 1, None),
    # replied to nine days ago, and not ignored, for it waits for its person
    (job_id(2), "pursued", 12, "diagnosis"),
    (job_id(2), "replied", 9, None),
    # ignored
    (job_id(3), "pursued", 8, "proof"),
    # over
    (job_id(4), "pursued", 9, "proof"),
    (job_id(4), "declined", 2, None),
    (job_id(5), "skipped", 1, None),
    (job_id(6), "pursued", 9, "proof"),
    (job_id(6), "withdrawn", 8, None),
    (OWN, "pursued", 3, None),
]
SILENT = [
    (job_id(2)[:8], "Job 2", "replied", 9, [], None),
    ("ba5e0000", "A referral's job", "pursued", 3, ["case_study", "offer"], date(2031, 1, 2)),
    (job_id(1)[:8], "Job 1", "pursued", 1, [], None),
]
# Of three led by a proof one was ignored and one declined; what was withdrawn is left out.
LED = [("proof", 3, 2, 0, 0.0), ("diagnosis", 2, 1, 1, 1.0)]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pursuits")
    with open_store(folder / "goldmine.duckdb", now=NOW) as store:
        store.apply(brought(1, 2, 3, 4, 5, 6, at_time=NOW - 20 * DAY, events=()))
        store.record_pursuits(
            [
                Pursuit(
                    listing_id,
                    stage,
                    NOW - days * DAY,
                    title="A referral's job" if listing_id == OWN else None,
                    led=led,
                )
                for listing_id, stage, days, led in PURSUITS
            ]
        )
        store.record_contact(Contact("c1", NOW, "offer", listing_id=OWN, next_on=date(2031, 1, 2)))
        store.record_contact(Contact("c2", NOW, "case_study", listing_id=OWN))
        store.record_contact(Contact("c3", NOW, "referral"))
    copy_history(folder / "goldmine.duckdb", folder / "history.duckdb", NOW)
    return folder


@pytest.mark.parametrize(("name", "expected"), [("second_paths", SILENT), ("led", LED)])
def test_the_reports_of_pursuits(history: Path, name: str, expected: list[tuple[Any, ...]]) -> None:
    report = (shipped("sql") / "reports" / f"{name}.sql").read_text(encoding="utf-8")
    assert run_sql(history / "goldmine.duckdb", report, now=NOW).rows == expected
    with duckdb.connect(str(history / "history.duckdb"), read_only=True) as shell:
        assert shell.execute(report).fetchall() == expected
        shell.execute("SET VARIABLE ignored_after = 30")
        assert len(shell.execute(report).fetchall()) == (4 if name == "second_paths" else 2)
