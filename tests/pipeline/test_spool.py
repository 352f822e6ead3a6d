"""Answers that wait on disk while another program has the database open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.pipeline.polling.busy_database import keep
from goldmine_ingest.pipeline.polling.spool import Packed, Spool, held

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANSWER = Fetched(
    "board",
    Outcome.OK,
    NOON,
    200,
    b"<rss>\n\x00 two lines</rss>",
    "application/rss+xml",
    "https://board.example/feed?token=canary",
    Validators('"1"', None),
    wire_bytes=17,
)


def test_an_answer_comes_back_as_it_was_but_for_its_url(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.save(ANSWER)
    (kept,) = spool.waiting()
    assert kept.fetched == replace(ANSWER, url="https://board.example/")
    assert b"canary" not in kept.path.read_bytes()
    assert kept.path.stat().st_mode & 0o777 == 0o600


def test_the_oldest_comes_first_and_a_damaged_file_stops_no_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.save(replace(ANSWER, feed="late", started_at=NOON + timedelta(minutes=1)))
    spool.save(replace(ANSWER, feed="early"))
    for number, rubbish in enumerate((b"half a li", b"[]\n", b'{"feed": 1}\n', b"\0" * 99)):
        (spool.folder / f"{number}.answer").write_bytes(rubbish)
    assert [s.fetched.feed for s in spool.waiting()] == ["early", "late"]


def test_it_tells_when_each_feed_was_last_asked(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.save(ANSWER)
    spool.save(replace(ANSWER, started_at=NOON + timedelta(minutes=4)))
    assert spool.newest() == {"board": NOON + timedelta(minutes=4)}


def test_nothing_waits_where_nothing_was_kept(tmp_path: Path) -> None:
    assert list(Spool(tmp_path / "none").waiting()) == []


def test_a_large_answer_waits_packed_and_is_kept_as_it_was(tmp_path: Path) -> None:
    """Beside what was read of it, it takes a fraction until it is stored; a small one stays."""
    large = replace(ANSWER, body=b"<item>one of very many</item>" * 100_000)
    packed = held(large)
    assert isinstance(packed, Packed)
    assert len(packed.body) + len(packed.head.body) < len(large.body) / 20
    assert packed.whole() == large
    assert held(ANSWER) is ANSWER
    spool = Spool(tmp_path / "spool")
    keep(spool, packed)
    (kept,) = spool.waiting()
    assert kept.fetched == replace(large, url="https://board.example/")


def test_an_answer_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk each try would leave less room, and no one would ever take it away."""

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    spool = Spool(tmp_path / "spool")
    with pytest.raises(StoreError, match="No space left"):
        spool.save(ANSWER)
    assert list(spool.folder.iterdir()) == []
