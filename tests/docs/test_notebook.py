"""The notebook runs as it stands, on a history with hand-worked answers."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, decision, job_id

NOTEBOOK = Path(__file__).parents[2] / "docs" / "history_notebook.py"


def test_the_notebook_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three jobs, one rejected; one was pursued and replied to."""
    pytest.importorskip("marimo", reason="marimo is not installed: pip install marimo")
    path = tmp_path / "history.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1, 2, 3, decisions=(decision(1), decision(2), decision(3, "rejected"))))
        store.record_pursuits(
            [Pursuit(job_id(1), "pursued", NOON), Pursuit(job_id(1), "replied", NOON)]
        )
    monkeypatch.setenv("GOLDMINE_HISTORY", str(path))
    _, found = runpy.run_path(str(NOTEBOOK))["app"].run()
    assert found["decided"] == [
        {"decision": "qualified", "listings": 2, "mean_score": 81.25},
        {"decision": "rejected", "listings": 1, "mean_score": 81.25},
    ]
    assert [(row["listings"], row["stated"]) for row in found["stated"]] == [(3, 0)]
    assert [
        (r["criterion"], r["verdict"], r["pursued"], r["replied"]) for r in found["replies"]
    ] == [
        ("budget", "pass", 1, 1),
        ("rules", "pass", 1, 1),
    ]
