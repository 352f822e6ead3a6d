"""What can lie in the shared place and be no batch of ours: it stops no other, is said, and
nothing is lost silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from goldmine_ingest.app import poll_shard
from goldmine_ingest.pipeline.ingest.storing import Ingestion
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.workers.shared_place import Place
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import kept_resources, upwork_feed
from tests.rig.receiver import Receiver
from tests.rig.watching import item, listings, serve
from tests.workers.spread import home_of, load, poll, round_of, waiting


@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing else", b"x" * 5000])
def test_a_damaged_batch_is_set_aside_and_told(
    content: bytes, tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """It hides nothing: the feed's validators are those before it, so that it is asked again and
    brings everything.
    """
    serve(feeds, "/a", item(1))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    poll(home)
    (file,) = waiting(home)
    file.write_bytes(content)
    report = load(home)
    assert (report.exit_status, report.problems[0][0]) == (3, f"batches/{file.name}")
    assert "set aside" in report.problems[0][1]
    assert ([path.name for path in waiting(home, "damaged")], waiting(home)) == ([file.name], [])
    assert round_of(home).sent == 1


def test_a_batch_of_a_newer_program_waits_for_it(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldmine_ingest.workers import batch

    serve(feeds, "/a", item(1))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    with monkeypatch.context() as newer:
        newer.setattr(batch, "VERSION", batch.VERSION + 1)
        poll(home)
    report = load(home)
    assert (report.new_listings, len(waiting(home)), report.exit_status) == (0, 1, 3)
    assert "newer" in report.problems[0][1]
    assert round_of(home).sent == 1  # a worker of our own age goes on beside it


def test_a_bad_batch_stops_none_behind_it(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever may lie in the place: what no check foresaw, folders, notes; the good batch sorts
    last.
    """
    serve(feeds, "/a", item(1))
    serve(feeds, "/b", item(2))
    home = home_of(tmp_path, feeds, sink, "/a", "/b")
    load(home)
    poll(home)
    batches = tmp_path / "shared/batches"
    (batches / "0-folder").mkdir()
    (batches / "0-notes.txt").write_text("not a batch")
    real = Ingestion.take_batch

    def take_batch(ingestion: Ingestion, batch_id: str, answers: Sequence[FeedAnswer]) -> None:
        if any(each.feed == "a" for each in answers):
            raise OverflowError("an amount beyond all bounds")
        real(ingestion, batch_id, answers)

    with monkeypatch.context() as foreseen_by_nobody:
        foreseen_by_nobody.setattr(Ingestion, "take_batch", take_batch)
        report = load(home)
    told = dict(report.problems)
    assert report.exit_status == 3
    assert "set aside" in told["batches/0-notes.txt"]
    assert [sentence for name, sentence in told.items() if "OverflowError" in sentence]
    assert waiting(home) == []
    home.clock.forward(minutes=6)
    round_of(home)
    assert len(listings(sink)) == len(set(listings(sink))) == 2


class Guarded(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
    """A store that refuses to hand out some files, or all of them."""

    protocol = "guarded"
    refused: ClassVar[set[str]] = set()

    def cat_file(self, path: str, *args: object, **kwargs: object) -> bytes:
        if any(word in path for word in self.refused):
            raise PermissionError(13, "Access Denied")
        content: bytes = super().cat_file(path, *args, **kwargs)
        return content


def test_files_that_the_store_doesnt_hand_out_stop_no_other(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Two are refused, and wait; a store that refuses everything is taken for away, and said a
    few times, not for each file.
    """
    serve(feeds, "/a", item(1))
    fsspec.register_implementation("guarded", Guarded, clobber=True)
    home = home_of(tmp_path, feeds, sink, "/a")
    home.settings = home.settings.replace('"shared"', '"guarded://shared"')
    store = Place("guarded://shared")
    load(home)
    poll(home)
    Guarded.refused = {"0-foreign"}
    for n in range(2):
        store.write(f"batches/0-foreign-{n}", b"unreadable")
    report = load(home)
    assert (report.sent, [name for name, _ in report.problems]) == (
        1,
        ["batches/0-foreign-0", "batches/0-foreign-1"],
    )
    assert "Access Denied" in report.problems[0][1]
    assert store.names("batches") == ["batches/0-foreign-0", "batches/0-foreign-1"]
    Guarded.refused = {"batches"}
    for n in range(2, 9):
        store.write(f"batches/0-foreign-{n}", b"unreadable")
    home.clock.forward(minutes=6)
    report = load(home)
    assert (len(report.problems), len(store.names("batches"))) == (3, 9)
    Guarded.refused = {"0-foreign"}
    assert sum(report.feeds for report in poll(home)) == 1
    assert {feed.feed for feed in load(home).feeds} == {"a"}


def test_a_batch_of_another_project_is_set_aside(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Though its feeds bear the same names: another project's answers aren't ours. So it is
    where a history was begun anew.
    """
    serve(feeds, "/a", item(1))
    homes = [home_of(tmp_path / name, feeds, sink, "/a") for name in ("ours", "theirs")]
    for home in homes:
        load(home)
        poll(home)
    (ours,), (theirs,) = (waiting(home) for home in homes)
    theirs.rename(ours.with_name(theirs.name))
    report = load(homes[0])
    assert (report.new_listings, report.sent, report.exit_status) == (1, 1, 3)
    assert "another history" in report.problems[0][1]
    assert [path.name for path in waiting(homes[0], "damaged")] == [theirs.name]


def test_feeds_that_left_the_configuration_are_left_out_and_said(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Where no feed of a batch is known it is set aside; where some are, they are taken in."""
    serve(feeds, "/a", item(1))
    serve(feeds, "/b", item(2))
    home = home_of(tmp_path, feeds, sink, "/a", "/b")
    home.settings = home.settings.replace("shards = 2", "shards = 1")
    load(home)
    poll_shard(home.project(), 0, env={}, now=home.clock, resources=kept_resources())
    (file,) = waiting(home)
    content, settings = file.read_bytes(), home.settings
    home.settings = settings.replace('name = "a"', 'name = "c"').replace('name = "b"', 'name = "d"')
    report = load(home)
    assert (report.new_listings, [path.name for path in waiting(home, "damaged")]) == (
        0,
        [file.name],
    )
    assert "none of its feeds is configured here" in report.problems[0][1]
    file.write_bytes(content)
    home.settings = settings.replace('name = "b"', 'name = "d"')
    report = load(home)
    assert (report.new_listings, report.exit_status, waiting(home)) == (1, 0, [])
    assert any("left out 1 feeds" in note for note in report.notes)


def test_a_batch_that_is_newer_than_a_restored_history_hides_nothing(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """The worker left job 1 unread, for its plan knew it; the history that was restored doesn't.
    The feed is asked for whole.
    """
    serve(feeds, "/a", item(0))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    round_of(home)
    database = tmp_path / "data/goldmine.duckdb"
    older = database.read_bytes()
    home.clock.forward(minutes=6)
    feeds.script("/a", Answer(body=upwork_feed(item(0), item(1)), headers={"ETag": '"1"'}))
    round_of(home)
    home.clock.forward(minutes=6)
    feeds.script("/a", Answer(body=upwork_feed(item(0), item(1), item(2)), headers={"ETag": '"2"'}))
    poll(home)
    database.write_bytes(older)
    report = load(home)
    assert (report.new_listings, [feed.outcome.value for feed in report.feeds]) == (1, ["partial"])
    assert home.rows("SELECT etag, body_hash FROM feed_state") == [(None, None)]
    home.clock.forward(minutes=6)
    round_of(home)
    assert home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings") == [(3, 3)]
    assert home.rows(
        "SELECT count(*) FROM current_entry WHERE listing_id NOT IN (SELECT listing_id FROM"
        " listings)"
    ) == [(0,)]
    assert home.rows("SELECT etag FROM feed_state") == [('"2"',)]
