"""A feed that brings very many entries is taken in part by part: as if at once, and nothing is lost
where a kill falls between two parts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from goldmine_ingest.exchange.invariants import invariants, read_only
from goldmine_ingest.model.changes import FeedChanges
from goldmine_ingest.model.feed import PollRecord
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead
from goldmine_ingest.pipeline.ingest.ingest_result import IngestResult
from goldmine_ingest.pipeline.ingest.taking_in import PART, take_in
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from tests.pipeline.test_intake import Feeds, entry, feed, job
from tests.rig.project import NOON, Home

GATHERED = (
    *("versions", "aliases", "text_keys", "entries", "observations", "decisions", "events"),
)
# The second is there twice, once changed; the last one is another name of the first.
JOBS = (*map(job, range(1, 8)), replace(job(2), description="Job number 2, again."), job(1))


def test_parts_together_are_what_is_taken_in_at_once() -> None:
    """Two at a time; what goes on between them is as if it were one."""
    whole, no_parts = taken(len(JOBS) + 1)
    result, parts = taken(2)
    assert (len(no_parts), len(parts)) == (0, len(JOBS) // 2)
    changes = [*parts, result.changes]
    for name in GATHERED:
        gathered = [each for change in changes for each in getattr(change, name)]
        assert gathered == list(getattr(whole.changes, name)), name
    features = {each for change in changes for each in change.features}
    assert features == set(whole.changes.features)
    assert (result.versions, result.events) == (whole.versions, whole.events)
    assert [d.listing_id for d in result.decisions] == [d.listing_id for d in whole.decisions]
    assert (result.new, result.changed) == (whole.new, whole.changed)


def test_only_the_last_part_ends_the_poll() -> None:
    """The feed's state stays until then, and what it held before is there until then."""
    result, parts = taken(2, current={"before": "known"})
    whole, _ = taken(len(JOBS) + 1, current={"before": "known"})
    assert {part.state for part in parts} == {Feeds(feed("a")).states["a"]}
    assert all((part.present or {})["before"] == "known" for part in parts)
    assert result.changes.state == whole.changes.state != parts[0].state
    assert result.changes.present == whole.changes.present


def taken(
    size: int, current: dict[str, str] | None = None
) -> tuple[IngestResult, list[FeedChanges]]:
    feeds = Feeds(feed("a"))
    read = FeedRead(Outcome.OK, "generic", entries=tuple(map(entry, each_once(JOBS))))
    record = PollRecord("run1", "a", NOON, Outcome.OK, 200, 10, len(JOBS))
    state = feeds.states["a"]
    poll = PollResult(feeds.feeds["a"], state, read, record, current or {})
    parts: list[FeedChanges] = []
    result = take_in(poll, feeds.known, feeds.context, parts.append, size)
    return result, parts


def each_once(postings: Sequence[Posting]) -> Iterator[Posting]:
    """As a reader gives them: the same entry twice in a document is one."""
    for number, posting in enumerate(postings):
        yield replace(posting, guid=f"{posting.guid}{'' if number < len(JOBS) - 1 else ' again'}")


@pytest.mark.slow
def test_nothing_is_lost_between_two_parts(tmp_path: Path) -> None:
    """Killed once a first part is stored, the next cycle takes in the others, at first sight still:
    none of them alerts.
    """
    entries = PART + 20
    (tmp_path / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>Many</title>"
        + "".join(
            f"<item><guid>{n}</guid><title>Reconciliation {n}</title>"
            f"<link>https://jobs.example/{n}</link>"
            f"<description>Month-end close number {n}, $900 fixed.</description></item>"
            for n in range(entries)
        )
        + "</channel></rss>"
    )
    home = Home(
        tmp_path,
        '[[feed]]\nname = "a"\nurl = "file:feed.xml"\n[[notify]]\nname = "here"\nurl ='
        ' "terminal"\n',
    )
    home.project()
    killed = run(home, FAULT_POINT="in_wal:1")
    assert killed.returncode == -9, killed.stderr
    assert home.rows("SELECT count(*) FROM listing") == [(PART,)]
    assert home.rows("SELECT count(*) FROM feed_state") == [(0,)]
    done = run(home)
    assert done.returncode == 0, done.stderr
    assert home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listing") == [
        (entries, entries)
    ]
    assert home.rows("SELECT count(*) FROM current_entry") == [(entries,)]
    assert home.rows("SELECT count(*) FROM presence") == [(entries,)]
    assert home.rows("SELECT DISTINCT event FROM alert_event") in ([("suppressed",)], [])
    with read_only(home.folder / "data/goldmine.duckdb") as con:
        assert [check for check in invariants(con) if not check.ok] == []


def run(home: Home, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "goldmine_ingest", "run", "--all"],
        cwd=home.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **env},
        capture_output=True,
        text=True,
        check=False,
    )
