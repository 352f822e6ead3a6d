"""When jobs were last owed to anyone, beside a plain reading of the whole ledger."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from goldmine_ingest.model.alert import Cause
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, event, inside, job_id, minutes

KINDS = ("owed", "owed", "held", "attempt", "suppressed", "suppressed")
CAUSES = (None, Cause.FILTERED, Cause.FILTERED, Cause.REVIEW)
JOBS = 40


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_the_ledger_tells_event_by_event(tmp_path: Path, seed: int) -> None:
    """What was left out before anything was tried counts for nothing; nor does waiting for a
    review.
    """
    chance = random.Random(seed)  # noqa: S311 - the same ledger each time
    path, numbers = tmp_path / "h.duckdb", range(1, JOBS + 1)
    with open_store(path, now=NOON) as store:
        store.apply(brought(*numbers))
        events = [
            event(
                chance.choice(numbers),
                chance.choice(KINDS),
                minutes(minute + 1),
                chance.choice(("phone", "mail")),
                cause=chance.choice(CAUSES),
            )
            for minute in range(160)
        ]
        store.append_events(events, again=True)
        asked = [job_id(number) for number in range(1, JOBS + 3)]
        found = store.alerted(asked)
    with inside(path, read_only=True) as con:
        rows = con.execute(
            "SELECT alert_id, listing_id, event, cause, event_at FROM alert_event ORDER BY seq"
        ).fetchall()
    tried = {alert for alert, _, kind, _, _ in rows if kind == "attempt"}
    left_out = {
        alert: at
        for at, (alert, _, kind, cause, _) in enumerate(rows)
        if kind == "suppressed" and cause == "filtered" and alert not in tried
    }
    expected = {}
    for at, (alert, listing_id, kind, cause, event_at) in enumerate(rows):
        counts = kind == "owed" or (kind == "held" and cause != "review")
        if counts and at > left_out.get(alert, -1):
            expected[listing_id] = max(event_at, expected.get(listing_id, event_at))
    assert found == expected
    assert len(expected) > 0
