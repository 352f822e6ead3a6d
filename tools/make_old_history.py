"""Makes the history of an earlier version, by that version: `PYTHONPATH=CHECKOUT python
tools/make_old_history.py OUT.duckdb.gz`, with a checkout of it.

Each case of cases.json is a listing and its alert to the phone, with the texts that the version
wrote; then notices, a digest of two, and the facts that it kept as JSON and sentences.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from goldmine_ingest.alerts.ledger import alert_id
from tests.histories import NOON, brought, event

try:
    from goldmine_ingest.store.history import open_store
except ModuleNotFoundError:  # schema version 1
    from goldmine_ingest.store import open_store  # type: ignore[attr-defined, no-redef]

HERE = Path(__file__).parents[1] / "tests/store/old_histories"
SUBJECTS = [
    "feed:f",
    "feed:f:recovered",
    "feed:f:silent",
    "feed:f:storm",
    "destination:mail",
    "destination:mail:recovered",
    "deadman",
    "restored",
]


def lived(number: int, said: list[list[str | None]]) -> list[Any]:
    """The events of one case, a minute apart."""
    return [
        replace(
            event(
                number,
                kind,
                NOON + timedelta(minutes=n),
                attempt=sum(k == "attempt" for k, *_ in said[: n + 1]),
                reason=reason,
            ),  # type: ignore[arg-type]
            run_id=run_id,
            next_try_at=NOON + timedelta(hours=9) if kind in ("retry", "uncertain") else None,
        )
        for n, (kind, reason, run_id) in enumerate(said)
    ]


def notice(number: int, about: str) -> list[Any]:
    subject = f"{about}|2026-11-23"
    ident = alert_id(subject, "notice", "phone")
    said = replace(
        event(1),
        alert_id=ident,
        kind="notice",
        listing_id=None,
        subject=subject,
        score=None,
        reason=f"headline {number}\nline",
        run_id="run",
    )
    return (
        [said]
        if number % 2
        else [
            said,
            replace(said, event="attempt", attempt=1, reason=""),
            replace(said, event="sent", reason="headline"),
        ]
    )


def make(path: Path) -> None:
    """The history, closed by the version itself."""
    cases = json.loads((HERE / "cases.json").read_text())
    with open_store(path, now=NOON) as store:
        for number, (_, said) in enumerate(cases, start=1):
            store.apply(brought(number, feed=f"f{number}", events=()))
            for one in lived(number, said):
                store.append_events([one])
        for number, about in enumerate(SUBJECTS):
            store.append_events(notice(number, about))
        summary = notice(1, "summary")[0]
        store.append_events([replace(summary, event="held", reason="12 feeds")])
        digest = [
            e
            for n in (901, 902)
            for e in lived(
                n,
                [["owed", "", "run"], ["attempt", "", "run"], ["sent", "in a digest of 2", "run"]],
            )
        ]
        store.apply(brought(901, 902, feed="d", events=()))
        store.append_events(digest)
        store.set_meta(
            "away", json.dumps([{"name": "mail", "gone_at": NOON.isoformat(), "back_at": None}])
        )
        store.set_meta(
            "baseline_feeds", json.dumps({"feeds": ["f1", "f2"], "why": "restored from a backup"})
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "goldmine.duckdb"
        make(made)
        with gzip.GzipFile(sys.argv[1], "wb", mtime=0) as out:
            out.write(made.read_bytes())
