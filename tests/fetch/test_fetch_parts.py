"""The pure parts of fetching: turns at a host, names to addresses, heads, redirects' targets."""

from __future__ import annotations

import threading
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.fetch.answer import next_location, read_head, retry_after
from goldmine_ingest.fetch.host_queue import HostQueues, Pace
from goldmine_ingest.fetch.inflate import BodyError, BoundedBody, size
from goldmine_ingest.fetch.name_lookup import Lookup, NameLookups
from goldmine_ingest.model.fetched import Outcome
from tests.rig.waiting import PATIENCE

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_hosts_take_turns_and_wait_for_their_spacing() -> None:
    queues: HostQueues[str] = HostQueues(lambda place: Pace(2, 0.25 if place == "spaced" else 0.0))
    for job in ("a1", "a2", "a3"):
        queues.add("spaced", job)
    for job in ("b1", "b2", "b3"):
        queues.add("free", job)
    assert [queues.take(10.0) for _ in range(4)] == [
        "a1",
        "b1",
        "b2",
        None,
    ]  # a2 waits for the clock, b3 for b1 or b2
    assert queues.next_start() == 10.25
    queues.done("free")
    assert [queues.take(10.1), queues.take(10.1)] == ["b3", None]
    assert [queues.take(10.3), queues.take(10.3)] == ["a2", None]
    assert queues.waiting == 1
    queues.done("spaced")
    assert [queues.take(10.3), queues.take(10.6), queues.waiting] == [None, "a3", 0]


def test_a_host_that_was_slowed_down_gets_one_at_a_time() -> None:
    queues: HostQueues[int] = HostQueues(lambda _place: Pace(3))
    for job in range(3):
        queues.add("host", job)
    assert queues.take(0.0) == 0
    queues.slow_down("host")
    queues.done("host")
    assert [queues.take(0.0), queues.take(0.0)] == [1, None]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=30), st.integers(1, 3))
def test_every_job_gets_its_turn_once_within_the_limit(
    jobs: list[tuple[str, int]], at_once: int
) -> None:
    queues: HostQueues[tuple[str, int]] = HostQueues(lambda _place: Pace(at_once, 1.0))
    for job in jobs:
        queues.add(job[0], job)
    taken, running, now = [], [], 0.0
    while len(taken) < len(jobs):
        now += 0.5
        job = queues.take(now)
        if job:
            taken.append(job)
            running.append(job[0])
        elif running:
            queues.done(running.pop())
        assert all(running.count(place) <= at_once for place in "abc")
    assert sorted(taken) == sorted(jobs)


def test_a_lookup_that_is_overdue_is_given_up_and_stays_so() -> None:
    release = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        release.wait(PATIENCE)
        return ["192.0.2.1"]

    names = NameLookups(resolve, timeout=5.0)
    assert names.get("slow.test", 80, now=100.0) is None
    names.collect(104.9)
    assert names.get("slow.test", 80, now=104.9) is None
    names.collect(105.0)
    assert names.get("slow.test", 80, now=105.0) == Lookup(
        error="the name server gave no address within 5 s"
    )
    release.set()


HEADS = [
    (b'HTTP/1.1 200 OK\r\nETag:  "a" \r\nX: 1\r\nx: 2\r\n\r\n', (200, {"etag": '"a"', "x": "1"})),
    (b"HTTP/2 304 \r\n\r\n", (304, {})),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n", (200, {"a": "b"})),
    (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nA: trailer\r\n\r\n", (200, {"a": "b"})),
    (b"HTTP/1.1 200 OK\r\nA: b\r\n", None),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", None),
    (b"ICY 200 OK\r\n\r\n", None),
    (b"", None),
]


@pytest.mark.parametrize(("lines", "expected"), HEADS)
def test_reading_a_head(lines: bytes, expected: tuple[int, dict[str, str]] | None) -> None:
    head = read_head(lines)
    assert (head and (head.status, head.headers)) == expected


@given(st.binary(max_size=200))
def test_any_header_bytes_are_read_without_an_exception(data: bytes) -> None:
    read_head(b"HTTP/1.1 200 OK\r\n" + data + b"\r\n\r\n")


@given(st.text())
def test_any_retry_after_is_none_or_not_negative(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= 0


@given(st.text())
def test_any_location_is_joined_without_an_exception(location: str) -> None:
    next_location("http://example.com/feed", location)


@given(
    st.binary(min_size=1, max_size=3000),
    st.integers(1, 50),
    st.sampled_from(["gzip", "deflate", "raw"]),
)
def test_compressed_bytes_come_back_however_they_are_cut(data: bytes, step: int, kind: str) -> None:
    packer = zlib.compressobj(wbits={"gzip": 31, "deflate": 15, "raw": -15}[kind])
    packed = packer.compress(data) + packer.flush()
    body = BoundedBody("gzip" if kind == "gzip" else "deflate", max_wire=10_000, max_body=len(data))
    for start in range(0, len(packed), step):
        body.write(packed[start : start + step])
    assert body.finish() == data


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_are_decoded_or_refused(data: bytes, coding: str) -> None:
    assert decoded(data, coding) in (
        Outcome.BAD_ENCODING,
        Outcome.TRUNCATED,
        Outcome.TOO_LARGE,
        Outcome.OK,
    )


def decoded(data: bytes, coding: str) -> Outcome:
    body = BoundedBody(coding, max_wire=1000, max_body=1000)
    try:
        body.write(data)
        return Outcome.OK if len(body.finish()) <= 1000 else Outcome.ERROR
    except BodyError as error:
        return error.outcome


def test_sizes_for_people() -> None:
    assert [size(5 * 1024 * 1024), size(1024), size(1500)] == ["5 MiB", "1 KiB", "1500 bytes"]


def test_a_name_for_which_there_is_no_thread_fails_its_feed_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", full)
    names = NameLookups(lambda _host, _port: ["192.0.2.1"], timeout=5.0)
    assert names.get("board.example", 443, 0.0) is None
    names.collect(0.1)
    lookup = names.get("board.example", 443, 0.1)
    assert lookup is not None
    assert "no thread can be started" in str(lookup.error)
