"""2.2 HTTP: statuses, redirects, validators, sizes, codings, cookies, credentials."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from goldmine_ingest.fetch import fetch_all
from goldmine_ingest.model.fetched import FeedRequest, Outcome
from goldmine_ingest.settings.feeds import FetchSettings
from tests.faults.leftovers import forget_peak, peak
from tests.faults.rows import BODY, ETAG, Played, Row, cases, never_believed, play
from tests.faults.scene import Scene
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, Request
from tests.rig.project import NOON, kept_resources
from tests.rig.watching import headlines

HTML = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Who are"
    b" you\x1b[2J?</form></body></html>"
)
NOT_A_FEED = (
    ("a login page", HTML),
    ("a captcha page", b"<html><body>Checking your browser, please wait</body></html>"),
    ("an empty body", b""),
    ("white space", b" \r\n\t "),
    ("an error in JSON", b'{"error": {"code": 17, "message": "quota"}}'),
)
ROWS = (
    Row(
        "H2",
        "a redirect to itself",
        "stop",
        Answer(302, headers={"Location": "/faulty"}),
        ("redirect_limit",),
    ),
    Row("H8", "500", "class and status", Answer(500), ("http_error",), "500"),
    Row("H9", "401", "class auth", Answer(401), ("auth",)),
    Row("H9", "403", "class blocked", Answer(403), ("blocked", "auth")),
    Row(
        "H9",
        "403 of a bot wall (cf-mitigated)",
        "class blocked",
        Answer(403, headers={"cf-mitigated": "challenge"}),
        ("blocked",),
    ),
    Row("H10", "410", "gone at once", Answer(410), ("gone",)),
    *(
        Row(
            "H11",
            f"{what} as {kind}",
            "class not_a_feed, never a success",
            Answer(body=body, headers={"Content-Type": kind, **ETAG}),
            ("not_a_feed",),
        )
        for what, body in NOT_A_FEED
        for kind in ("text/html", "application/rss+xml")
    ),
    Row(
        "H13",
        "10 MiB and a byte",
        "stopped at the cap",
        Answer(body=BODY + b" " * (10 * 2**20 + 1 - len(BODY))),
        ("too_large",),
    ),
    Row(
        "H14",
        "gzip in gzip",
        "one layer only",
        lambda _: coded(gzip.compress(gzip.compress(BODY)), "gzip, gzip"),
        ("bad_encoding",),
    ),
    Row("H14", "br", "not accepted", lambda _: coded(BODY, "br"), ("bad_encoding",)),
    Row(
        "H14",
        "an unknown coding",
        "not accepted",
        lambda _: coded(BODY, "mystery"),
        ("bad_encoding",),
    ),
    Row(
        "H14",
        "200 kB of gzip that become 200 MB",
        "stopped at the cap",
        lambda _: coded(bomb(), "gzip"),
        ("too_large",),
    ),
    Row(
        "H15",
        "gzip cut off",
        "class truncated",
        lambda _: coded(gzip.compress(BODY)[:-12], "gzip"),
        ("truncated", "bad_encoding"),
    ),
    Row(
        "H15",
        "gzip that is garbage",
        "class bad_encoding",
        lambda _: coded(b"\x1f\x8b\x08\x00" + bytes(range(200)), "gzip"),
        ("bad_encoding",),
    ),
    Row(
        "H15",
        "gzip announced, none sent",
        "class bad_encoding",
        lambda _: coded(BODY, "gzip"),
        ("bad_encoding",),
    ),
)


def coded(body: bytes, coding: str) -> Answer:
    return Answer(body=body, headers={"Content-Encoding": coding, **ETAG})


def bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(200)) + packer.flush()


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(ROWS, tmp_path_factory.mktemp("answers"), never_believed)


@pytest.mark.parametrize("rows", cases(ROWS))
def test_a_wrong_answer(
    rows: tuple[Row, ...], answered: Played, record_property: Callable[[str, object], None]
) -> None:
    """The poll fails with its class, and nothing of it is believed."""
    record_property("figure", answered.show(rows))


@fault(
    "H1",
    "301 and 308 to an allowed host",
    "followed, recorded; the feed stays the same: 0 alerts again",
)
def test_h1_feeds_that_moved(stage: Callable[..., Scene]) -> None:
    scene = stage(broken=2)
    for status, feed in zip((301, 308), scene.faulty, strict=True):
        scene.serve(f"/{feed}", qualified=(11, 12))
        scene.feeds.script(
            f"/{feed}",
            Answer(body=scene.body(qualified=(11, 12))),
            Answer(status, headers={"Location": "/new?from=old"}),
        )
    scene.run()
    scene.serve("/new", qualified=(11, 12, 15))
    scene.home.clock.forward(minutes=10)
    assert scene.run().new_listings == 1
    assert [scene.outcome(feed) for feed in scene.faulty] == [("ok", "")] * 2
    scene.heals()


@fault("H2", "six hops", "five are followed")
def test_h2_six_hops(scene: Scene) -> None:
    scene.feeds.script("/faulty", Answer(302, headers={"Location": "/1"}))
    for hop in range(1, 6):
        scene.feeds.script(f"/{hop}", Answer(302, headers={"Location": f"/{hop + 1}"}))
    scene.feeds.script("/6", Answer(body=BODY))
    scene.run()
    scene.failed("redirect_limit")
    assert scene.feeds.requests("/6") == []
    scene.heals()


@fault(
    "H3",
    "304 without a body, with a new ETag",
    "a good poll; the new validator is kept; nothing is read",
)
def test_h3_not_modified(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, reads = kept_resources().worker, []
    read = worker.read
    monkeypatch.setattr(
        worker, "read", lambda job, **how: reads.append(job.body) or read(job, **how)
    )
    body = scene.body(qualified=(11,))
    scene.feeds.script(
        "/faulty", Answer(body=body, headers={"ETag": '"1"'}), Answer(304, headers={"ETag": '"2"'})
    )
    scene.run()
    [first_ok] = scene.rows("SELECT last_ok_at FROM feeds WHERE feed = 'faulty'")
    assert scene.validators() == [('"1"', None)]
    assert scene.outcome() == ("not_modified", "")
    assert scene.rows("SELECT last_ok_at FROM feeds WHERE feed = 'faulty'") > [first_ok]
    assert scene.validators() == [('"2"', None)]
    assert reads.count(body) == 1
    scene.heals()


@fault(
    "H4", "304 for ever although the content changed", "asked unconditionally at least once a day"
)
def test_h4_a_validator_that_lies(scene: Scene) -> None:
    body = scene.body(qualified=(11,))
    now = [body]

    def answer(request: Request) -> Answer:
        return (
            Answer(304)
            if "if-none-match" in request.headers
            else Answer(body=now[0], headers={"ETag": '"always"'})
        )

    scene.feeds.script("/faulty", answer)
    scene.run()
    now[0] = scene.body(qualified=(11, 12))
    for _ in range(6):
        scene.home.clock.forward(hours=4)
        scene.run()
    assert scene.sent(scene.phone)["Month-end reconciliation of fixed assets 12"] == 1
    scene.heals()


@fault("H5", "the same ETag with a new body", "read all the same")
def test_h5_an_etag_that_stayed(scene: Scene) -> None:
    for jobs in ((11,), (11, 12)):
        scene.serve("/faulty", Answer(headers={"ETag": '"same"'}), qualified=jobs)
        scene.run()
        scene.home.clock.forward(minutes=10)
    assert len(scene.sent(scene.phone)) == 3
    scene.heals()


ETAGS = ('W/"weak"', '"with-gzip"', "no-quotes", 'W/"a b, c"', '""')


@fault("H6", "W/, -gzip, unquoted and empty ETags, an odd date", "sent back byte for byte")
def test_h6_validators_as_they_came(stage: Callable[..., Scene]) -> None:
    scene = stage(broken=len(ETAGS))
    date = "Mon, 23 Nov 2026 10:00:00 +0000 (server's own)"
    for feed, etag in zip(scene.faulty, ETAGS, strict=True):
        scene.serve(
            f"/{feed}", Answer(headers={"ETag": etag, "Last-Modified": date}), qualified=(11,)
        )
    scene.run()
    assert scene.validators() == [(etag, date) for etag in ETAGS]
    scene.heals()


# What Retry-After says, and the wait in seconds; None: the first backoff, which is two intervals, a
# tenth more or less.
WAITS = (
    ("1200", 1200),
    ("120", 300),  # the interval is 5 minutes
    (format_datetime(NOON + timedelta(hours=2), usegmt=True), 7200),
    ("1000000000", 86_400),
    ("soon", None),
    ("-5", None),
)


@fault(
    "H7",
    "429 with Retry-After in seconds, as a date, garbage, 10^9, negative",
    "honoured within [interval, 24 h]; garbage: backoff",
)
def test_h7_rate_limits(stage: Callable[..., Scene]) -> None:
    scene = stage(broken=len(WAITS))
    for feed, (value, _) in zip(scene.faulty, WAITS, strict=True):
        scene.feeds.script(f"/{feed}", Answer(429, headers={"Retry-After": value}))
    scene.run()
    for feed, (value, seconds) in zip(scene.faulty, WAITS, strict=True):
        scene.failed("rate_limited", feed=feed)
        [(next_poll,)] = scene.rows(f"SELECT next_poll_at FROM feeds WHERE feed = '{feed}'")  # noqa: S608 - our own names
        assert isinstance(next_poll, datetime)
        wait = (next_poll - NOON).total_seconds()
        assert 540 <= wait <= 660 if seconds is None else abs(wait - seconds) <= 1, (value, wait)
    scene.heals()


@fault("H8", "500, 502, 503 ten times", "waits double up to a day, give or take a tenth")
def test_h8_backoff(scene: Scene) -> None:
    scene.feeds.script("/faulty", *(Answer(status) for _ in range(4) for status in (500, 502, 503)))
    waits = []
    for _ in range(10):
        scene.run()
        [(next_poll,)] = scene.rows("SELECT next_poll_at FROM feeds WHERE feed = 'faulty'")
        assert isinstance(next_poll, datetime)
        waits.append((next_poll - scene.home.clock()).total_seconds() / 300)
        scene.home.clock.at = next_poll
    doubled = [min(2.0**n, 288.0) for n in range(1, 11)]
    assert all(
        0.89 * want <= wait <= 1.11 * want for wait, want in zip(waits, doubled, strict=True)
    ), waits
    scene.figures.append(f"waits of {', '.join(f'{wait:.1f}' for wait in waits)} intervals")
    scene.heals()


@fault("H9", "401 for days", "no fast retry; told once a day")
def test_h9_told_once_a_day(scene: Scene) -> None:
    scene.feeds.script("/faulty", Answer(401))
    for _ in range(4):
        scene.run(all_feeds=False)
        scene.home.clock.forward(hours=5)
    assert len([line for line in headlines(scene.phone) if "faulty" in line]) == 1
    assert len(scene.feeds.requests("/faulty")) <= 4
    scene.heals()


@fault("H10", "404 three times", "gone at the third, then asked once a day; its history stays")
def test_h10_three_times_not_found(scene: Scene) -> None:
    scene.serve("/faulty", qualified=(11,))
    scene.run()
    scene.feeds.script("/faulty", Answer(404))
    outcomes = []
    for _ in range(3):
        scene.home.clock.forward(days=1)
        scene.run()
        outcomes.append(scene.outcome()[0])
    assert outcomes == ["http_error", "http_error", "gone"]
    assert scene.rows("SELECT state FROM feeds WHERE feed = 'faulty'") == [("paused",)]
    scene.home.clock.forward(hours=23)
    count = len(scene.feeds.requests("/faulty"))
    scene.run(all_feeds=False)
    assert len(scene.feeds.requests("/faulty")) == count
    scene.home.clock.forward(hours=1)
    scene.run(all_feeds=False)
    assert len(scene.feeds.requests("/faulty")) == count + 1
    scene.heals()


@fault("H11", "a login page", "the error shows how it begins, printable")
def test_h11_the_error_shows_the_page(scene: Scene) -> None:
    scene.serve("/faulty", qualified=(11, 12))
    scene.run()
    scene.feeds.script("/faulty", Answer(body=HTML, headers={"Content-Type": "text/html"}))
    scene.home.clock.forward(minutes=10)
    scene.run()
    scene.failed("not_a_feed")
    _, error = scene.outcome()
    assert "Log in" in error
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", error)
    assert scene.rows("SELECT count(*) FROM sightings WHERE feed = 'faulty' AND present") == [(2,)]
    scene.heals(qualified=(11, 12))


@fault(
    "H12",
    "a feed with no items after thirty polls with some",
    "empty_suspicious; history kept; 0 alerts when they return",
)
def test_h12_suddenly_empty(scene: Scene) -> None:
    for poll in range(30):
        scene.serve("/faulty", qualified=(11, 12, *range(20, 20 + poll // 10)))
        scene.run()
        scene.home.clock.forward(minutes=6)
    scene.feeds.script("/faulty", Answer(body=scene.body()))
    scene.run()
    scene.failed("empty_suspicious")
    assert scene.rows("SELECT count(*) FROM sightings WHERE feed = 'faulty' AND present") == [(4,)]
    scene.heals(qualified=(11, 12))


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        pytest.param(
            "H13",
            lambda: Answer(body=bytes(10 * 2**20 + 1)),
            id="h13",
            marks=fault("H13", "the same", "at most 32 MiB of memory"),
        ),
        pytest.param(
            "H14",
            lambda: coded(bomb(), "gzip"),
            id="h14",
            marks=fault("H14", "the same bomb", "at most 32 MiB of memory"),
        ),
    ],
)
def test_what_a_large_answer_costs(
    number: str,
    answer: Callable[[], Answer],
    feeds: FeedServer,
    record_property: Callable[[str, object], None],
) -> None:
    """Fetched alone: on the stage the history is in the same memory. The server's own copy of
    the body is there before and after.
    """
    settings = FetchSettings(allow_private=(feeds.place,))
    feeds.script("/small", Answer(body=BODY))
    feeds.script("/large", made := answer())
    assert made.payload()
    for path in ("/small", "/large"):
        before = forget_peak(os.getpid())
        [fetched] = fetch_all([FeedRequest("jobs", feeds.url(path))], settings, now=lambda: NOON)
    grown = peak(os.getpid()) - before
    assert fetched.outcome is Outcome.TOO_LARGE
    assert grown <= 32
    record_property("figure", f"{number}: +{grown} MiB")


@fault("H14", "gzip and deflate as they should be", "accepted")
def test_h14_codings_that_are_read(stage: Callable[..., Scene]) -> None:
    scene = stage(broken=2)
    body = scene.body(qualified=(11,))
    for feed, coding, pack in zip(
        scene.faulty, ("gzip", "deflate"), (gzip.compress, zlib.compress), strict=True
    ):
        scene.feeds.script(
            f"/{feed}", Answer(body=pack(body), headers={"Content-Encoding": coding})
        )
    scene.run()
    assert [scene.outcome(feed) for feed in scene.faulty] == [("ok", "")] * 2
    scene.heals()


@fault("H16", "a hundred cookies", "not kept")
def test_h16_cookies(scene: Scene) -> None:
    cookies = [("Set-Cookie", f"c{n}=v{n}; Path=/; Max-Age=99999") for n in range(100)]
    scene.feeds.script("/faulty", Answer(body=scene.body(qualified=(11,)), headers=cookies))
    for _ in range(2):
        scene.run()
        scene.home.clock.forward(minutes=6)
    assert [("cookie" in request.headers) for request in scene.feeds.requests("/faulty")] == [
        False,
        False,
    ]
    scene.heals()


@fault(
    "H17",
    "credentials in the URL and own headers, redirected to another origin",
    "nothing of them goes there",
)
def test_h17_another_origin(scene: Scene) -> None:
    with FeedServer() as other:
        scene.home.settings = scene.home.settings.replace(
            "allow_private = [", f'allow_private = ["{other.place}", '
        )
        scene.feeds.script(
            "/faulty",
            Answer(302, headers={"Location": other.url("/elsewhere"), "Set-Cookie": "a=b"}),
        )
        other.script("/elsewhere", Answer(body=scene.body(qualified=(11,))))
        scene.run()
        [first], [second] = scene.feeds.requests("/faulty"), other.requests()
    assert {"authorization", "x-key"} <= set(first.headers)
    assert set(second.headers) == {"host", "user-agent", "accept", "accept-encoding"}
    scene.heals()


MEDIA_TYPES: tuple[dict[str, str], ...] = (
    {"Content-Type": "text/plain", "Content-Disposition": 'attachment; filename="a.exe"'},
    {"Content-Type": "application/octet-stream"},
    {"Content-Type": "image/png; charset=klingon"},
    {},
)


@fault("H18", "an attachment; odd, wrong and missing media types", "read by content")
def test_h18_any_media_type(stage: Callable[..., Scene]) -> None:
    scene = stage(broken=len(MEDIA_TYPES))
    for n, (feed, headers) in enumerate(zip(scene.faulty, MEDIA_TYPES, strict=True), start=11):
        scene.serve(f"/{feed}", Answer(headers=headers), qualified=(n,))
    scene.run()
    assert [scene.outcome(feed) for feed in scene.faulty] == [("ok", "")] * len(MEDIA_TYPES)
    scene.heals(qualified=range(11, 16))
