"""JSON that is nested too deeply is as broken as any other: Python's reader gives up on it with
an error of its own kind.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.errors import UsageError
from goldmine_ingest.exchange.manifest import MANIFEST, read_manifest
from goldmine_ingest.model.alert import Verdict
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.notify.answers import Answer, judge
from goldmine_ingest.pipeline.polling.spool import Spool
from goldmine_ingest.render.targets import TargetKind
from goldmine_ingest.workers.entry_json import from_text

DEEP = "[" * 60_000


def test_a_manifest(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(DEEP)
    with pytest.raises(UsageError, match="can't be read"):
        read_manifest(tmp_path)


def test_a_row_of_another_machine() -> None:
    with pytest.raises(ValueError, match="nested"):
        from_text(Posting, DEEP)


def test_a_services_answer() -> None:
    assert (
        judge(TargetKind.NTFY, False, [Answer("x", 500, None, DEEP.encode())], now=0.0).verdict
        is Verdict.SERVICE
    )


def test_an_answer_that_waits_on_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    (tmp_path / "x.answer").write_text(DEEP)
    assert list(spool.waiting()) == []
