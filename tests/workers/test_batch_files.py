"""What a batch keeps, and how feeds are divided: laws, without servers."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.model.mail_outcome import MailOutcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.workers.batch import (
    DamagedBatchError,
    ForeignBatchError,
    NewerBatchError,
    Row,
    decode,
    decode_timing,
    encode,
)
from goldmine_ingest.workers.entry_json import from_text, to_text
from goldmine_ingest.workers.shard import batch_name, shard_in
from goldmine_ingest.workers.shard_of_feed import divide, shard_of
from goldmine_ingest.workers.shared_place import Place

HISTORY = "0011223344556677"

few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
times = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the zone is beside it
    max_value=datetime(2040, 1, 1),  # noqa: DTZ001 - the zone is beside it
    timezones=st.just(UTC),
)
plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
wild = st.text(max_size=20)  # half characters and NUL included
money = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | wild,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(wild, inner, max_size=2),
)


def of_kind(field: str, kind: str) -> st.SearchStrategy[Any]:
    """Values for a field of Posting, by its type as written."""
    known = {
        "str": wild,
        "Decimal": money,
        "datetime": times,
        "tuple[str, ...]": st.lists(wild, max_size=2).map(tuple),
        "int": st.integers(0, 10**6),
        "bool": st.booleans(),
    }
    name = kind.removesuffix(" | None")
    made = (
        known[name] if name in known else st.sampled_from(words_of(get_type_hints(Posting)[field]))
    )
    return made | (st.none() if kind.endswith("None") else st.nothing())


def words_of(hint: Any) -> list[str]:
    """The words that a Literal allows, with or without None."""
    return [
        word
        for each in get_args(hint)
        for word in ([each] if isinstance(each, str) else get_args(each))
    ]


postings = st.builds(Posting, **{f.name: of_kind(f.name, str(f.type)) for f in fields(Posting)})
raws = st.builds(
    RawEntry,
    guid=wild,
    title=wild,
    body=wild,
    categories=st.lists(wild, max_size=2).map(tuple),
    extra=st.dictionaries(wild, json_values, max_size=2),
)
digests = st.text("0123456789abcdef", min_size=32, max_size=32)
entries = st.builds(ReadEntry, digests, raws, postings, plain, plain) | st.builds(
    ReadEntry, digests
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    found = draw(st.lists(entries, max_size=3, unique_by=lambda entry: entry.digest))
    feed = draw(plain)
    read = FeedRead(
        draw(st.sampled_from(Outcome)),
        draw(st.none() | plain),
        draw(wild),
        draw(st.none() | st.floats(0, 1e6)),
        tuple(found),
        draw(st.integers(0, 9)),
        draw(st.none() | wild),
        draw(st.integers(0, 9)),
        tuple(draw(st.lists(st.tuples(wild, wild), max_size=2))),
    )
    fetched = Fetched(
        feed,
        draw(st.sampled_from(Outcome)),
        draw(times),
        status=draw(st.none() | st.integers(100, 599)),
        wire_bytes=draw(st.integers(0, 10**9)),
        validators=Validators(draw(st.none() | plain), draw(st.none() | plain)),
        retry_after=draw(st.none() | st.floats(0, 1e6)),
        error=draw(st.none() | plain),
        local=draw(st.booleans()),
    )
    known = {entry.digest: draw(digests) for entry in found if entry.raw is None}
    answer = FeedAnswer(
        fetched,
        draw(times),
        draw(st.none() | digests),
        draw(st.none() | digests),
        draw(st.none() | plain),
        draw(st.none() | st.just(read)),
        known,
    )
    after = FeedState(
        feed,
        interval_s=60.0,
        next_poll_at=draw(times),
        retry_after_until=draw(st.none() | times),
        consecutive_failures=2,
        condition=FeedCondition.BACKOFF,
    )
    return Row(answer if answer.read else replace(answer, known={}), after)


@few
@given(st.lists(rows(), min_size=1, max_size=3, unique_by=lambda row: row.answer.feed))
def test_a_batch_comes_back_as_it_was_written(written: list[Row]) -> None:
    """Money to the digit, times to the microsecond, texts whatever they hold."""
    content = encode(written, HISTORY)
    assert decode(content, HISTORY) == written
    assert decode_timing(content, HISTORY) == [row.after for row in written]


def batch_of(*feeds: str, history: str = HISTORY) -> bytes:
    """A batch that says of each of these feeds that it holds one job."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    entry = ReadEntry(
        "0" * 32,
        RawEntry("g", title="t"),
        Posting("generic", "x", posted_at=at, budget_min=Decimal(5), pay="fixed"),
        "rss",
        "generic",
    )
    said = MailOutcome("viewed", "https://www.upwork.com/jobs/~01", "Ünseen", "today")
    read = FeedRead(Outcome.OK, entries=(entry,), bad_parts=(("a", "b"),), mail_outcomes=(said,))
    return encode(
        [
            Row(FeedAnswer(Fetched(feed, Outcome.OK, at), at, read=read), FeedState(feed))
            for feed in feeds
        ],
        history,
    )


def changed(content: bytes, folder: Path, select: str, marks: str = "") -> bytes:
    """The batch after an SQL statement over it, written by something that is no worker."""
    (folder / "in.parquet").write_bytes(content)
    marks = marks or f"KV_METADATA {{goldmine_batch: '1', goldmine_history: '{HISTORY}'}}"
    select = select.replace("BATCH", f"'{folder / 'in.parquet'}'")
    duckdb.connect().execute(
        f"SET TimeZone = 'UTC'; COPY ({select}) TO '{folder / 'out.parquet'}' (FORMAT parquet,"
        f" {marks})"
    )
    return (folder / "out.parquet").read_bytes()


def with_entry(expression: str) -> str:
    """A statement that puts another value into one place of each entry."""
    return f"SELECT * REPLACE (list_transform(entries, lambda e: struct_update(e, {expression})) AS entries) FROM BATCH"  # noqa: S608 - our own


WRONG = {
    "another table": "SELECT 1 AS x",
    "a column less": "SELECT * EXCLUDE (etag) FROM BATCH",
    "a feed twice": "FROM BATCH UNION ALL FROM BATCH",
    "an unknown outcome": "SELECT * REPLACE ('splendid' AS outcome) FROM BATCH",
    "an unknown condition": "SELECT * REPLACE ('fine' AS condition) FROM BATCH",
    "a time that is none": "SELECT * REPLACE ('soon' AS heard_at) FROM BATCH",
    "no time": "SELECT * REPLACE (NULL::TIMESTAMPTZ AS started_at) FROM BATCH",
    "a broken text": "SELECT * REPLACE ('{' AS read) FROM BATCH",
    "a text of another kind": "SELECT * REPLACE ('[1]' AS read) FROM BATCH",
    "a field that there isn't": with_entry(
        'posting := \'{"platform": "x", "title": "x", "rank": 1}\''
    ),
    "a title that is a number": with_entry('posting := \'{"platform": "x", "title": 7}\''),
    "no title": with_entry('posting := \'{"platform": "x"}\''),
    "money that is none": with_entry(
        'posting := \'{"platform": "x", "title": "x", "budget_min": "NaN"}\''
    ),
    "an unknown kind of pay": with_entry(
        'posting := \'{"platform": "x", "title": "x", "pay": "beer"}\''
    ),
    "a time without a zone": with_entry(
        'posting := \'{"platform": "x", "title": "x", "posted_at": "2026-01-01"}\''
    ),
    "a raw entry of another shape": with_entry('raw := \'{"guid": ["g"]}\''),
}


@pytest.mark.parametrize("select", WRONG.values(), ids=WRONG)
def test_what_another_program_wrote_is_damage_and_nothing_else(select: str, tmp_path: Path) -> None:
    """Each value has its declared type: what is wrong is found here, not in the middle of taking
    in.
    """
    good = batch_of("a")
    assert decode(changed(good, tmp_path, "FROM BATCH"), HISTORY) == decode(good, HISTORY)
    with pytest.raises(DamagedBatchError):
        decode(changed(good, tmp_path, select), HISTORY)


@pytest.mark.parametrize(
    ("marks", "error"),
    [
        ("COMPRESSION zstd", DamagedBatchError),
        ("KV_METADATA {goldmine_batch: '1'}", DamagedBatchError),
        (
            "KV_METADATA {goldmine_batch: 'x', goldmine_history: '0011223344556677'}",
            DamagedBatchError,
        ),
        (
            "KV_METADATA {goldmine_batch: '2', goldmine_history: '0011223344556677'}",
            NewerBatchError,
        ),
        (
            "KV_METADATA {goldmine_batch: '1', goldmine_history: '7766554433221100'}",
            ForeignBatchError,
        ),
    ],
)
def test_a_batch_without_our_marks_isnt_ours(
    marks: str, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        decode(changed(batch_of("a"), tmp_path, "FROM BATCH", marks), HISTORY)


def test_a_machine_without_room_calls_no_batch_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder for temporary files is gone, as a stand-in for one that is full."""
    good = batch_of("a")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(UnavailableError, match="no room"):
        decode(good, HISTORY)
    with pytest.raises(UnavailableError, match="no room"):
        batch_of("a")


@few
@given(st.data())
def test_bytes_that_are_no_batch_are_damage_and_nothing_else(data: st.DataObject) -> None:
    """A file that was cut off, or in which bytes changed, is either read whole or told."""
    good = batch_of("a")
    at = data.draw(st.integers(0, len(good) - 1))
    broken = (
        good[:at]
        if data.draw(st.booleans())
        else good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]
    )
    try:
        decode(broken, HISTORY)
    except (DamagedBatchError, NewerBatchError, ForeignBatchError):
        return
    assert len(broken) == len(good)


@given(
    st.dictionaries(plain, st.sampled_from([f"h{n}.example" for n in range(30)]), max_size=60),
    st.integers(1, 12),
)
def test_every_feed_is_in_one_shard_and_no_host_in_two(hosts: dict[str, str], shards: int) -> None:
    divided = divide(hosts, shards)
    assert len(divided) == shards
    assert sorted(name for names in divided for name in names) == sorted(hosts)
    where = {name: shard for shard, names in enumerate(divided) for name in names}
    for name, host in hosts.items():
        assert where[name] == shard_of(host, shards) == shard_of(host.upper(), shards)


@given(times, st.integers(0, 500))
def test_names_of_batches_sort_by_rank_and_time(at: datetime, shard: int) -> None:
    earlier, later, new = (
        batch_name(0, at, shard),
        batch_name(0, at + timedelta(microseconds=1), 0),
        batch_name(1, at - timedelta(days=9), shard),
    )
    assert earlier < later < new
    assert shard_in(earlier) == shard
    assert shard_in("batches/other.parquet") is None


@pytest.mark.parametrize("url", ["{folder}", "file://{folder}", "memory://shared"])
def test_a_place_is_a_folder_or_a_store_and_a_file_in_it_whole(url: str, tmp_path: Path) -> None:
    """Through fsspec: the memory store stands for an object store."""
    place = Place(url.format(folder=tmp_path / "deep" / "place"))
    assert (place.read("batches/a"), place.names("batches")) == (None, [])
    place.write("batches/b", b"2")
    place.write("batches/a", b"1")
    place.write("batches/a", b"new")
    assert (place.names("batches"), place.read("batches/a")) == (["batches/a", "batches/b"], b"new")
    place.move("batches/b", "damaged/b")
    place.remove("batches/a")
    place.remove("batches/a")
    assert (place.names("batches"), place.names("damaged")) == ([], ["damaged/b"])


def test_what_is_half_written_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / "batches").mkdir()
    (tmp_path / "batches" / ".a.parquet.0011.part").write_bytes(b"half")
    assert Place(str(tmp_path)).names("batches") == []


def test_folders_and_pipes_in_a_place_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "batches" / "a.parquet").mkdir(parents=True)
    os.mkfifo(tmp_path / "batches" / "b.parquet")
    (tmp_path / "batches" / "c.parquet").write_bytes(b"1")
    assert Place(str(tmp_path)).names("batches") == ["batches/c.parquet"]


def test_what_kills_left_half_written_is_swept_away_when_it_is_old(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    place.write("batches/a", b"1")
    for age in (1, 3):
        path = tmp_path / "batches" / f".a.{age}.part"
        path.write_bytes(b"half")
        os.utime(path, (path.stat().st_mtime - age * 86400,) * 2)
    place.sweep("batches", datetime.now(UTC) - timedelta(days=2))
    assert sorted(path.name for path in (tmp_path / "batches").iterdir()) == [".a.1.part", "a"]


def test_a_store_whose_protocol_isnt_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="shared place"):
        Place("nosuchstore://bucket/x")


def test_money_is_exact() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    posting = Posting(
        "generic",
        "x",
        budget_min=Decimal("0.10"),
        budget_max=Decimal("1E+3"),
        skills=("a",),
        posted_at=at,
    )
    read = FeedRead(Outcome.OK, entries=(ReadEntry("0" * 32, RawEntry("g"), posting),))
    (row,) = decode(
        encode(
            [Row(FeedAnswer(Fetched("a", Outcome.OK, at), at, read=read), FeedState("a"))], HISTORY
        ),
        HISTORY,
    )
    assert row.answer.read is not None
    found = row.answer.read.entries[0].posting
    assert found is not None
    assert (str(found.budget_min), str(found.budget_max)) == ("0.10", "1E+3")


def test_what_mails_say_of_jobs_comes_back_as_it_was() -> None:
    said = MailOutcome("closed", "https://www.upwork.com/jobs/~01", "\ud800 closed", "Mon, 1 Jan")
    read = FeedRead(Outcome.OK, mail_outcomes=(said, said))
    assert from_text(FeedRead, to_text(read)).mail_outcomes == (said, said)
