"""What HTTP answers mean for a feed (docs/reliability.md 2.2), and what the guard refuses on the
way (2.9, Z1 to Z3).
"""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from goldmine_ingest.fetch import fetch_all
from goldmine_ingest.fetch.name_lookup import Resolver
from goldmine_ingest.model.fetched import FeedRequest, Fetched, Outcome, Validators
from goldmine_ingest.settings.feeds import FetchSettings
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, Tripwire

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RSS = b"<rss version='2.0'><channel><title>Jobs</title></channel></rss>"
POLITE = {"host", "user-agent", "accept", "accept-encoding"}


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def other() -> Iterator[FeedServer]:
    """A second origin."""
    with FeedServer() as running:
        yield running


@pytest.fixture
def tripwire() -> Iterator[Tripwire]:
    with Tripwire() as listener:
        yield listener


def settings_for(*servers: FeedServer, **changes: object) -> FetchSettings:
    usual = FetchSettings(allow_private=tuple(server.place for server in servers))
    return replace(usual, **changes)  # type: ignore[arg-type]


def ask(
    url: str, settings: FetchSettings, *, resolve: Resolver | None = None, **request: object
) -> Fetched:
    [fetched] = fetch_all(
        [FeedRequest("jobs", url, **request)], settings, now=lambda: NOW, resolve=resolve
    )  # type: ignore[arg-type]
    return fetched


def ask_scripted(server: FeedServer, *answers: Answer, **changes: object) -> Fetched:
    server.script("/feed", *answers)
    return ask(server.url("/feed"), settings_for(server, **changes))


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_h1_redirect_is_followed_and_recorded(
    server: FeedServer, other: FeedServer, status: int
) -> None:
    server.script("/old", Answer(status, headers={"Location": other.url("/new?q=1")}))
    other.script("/new", Answer(body=RSS, headers={"ETag": '"n"'}))
    fetched = ask(server.url("/old"), settings_for(server, other))
    assert (fetched.outcome, fetched.body, fetched.url, fetched.validators.etag) == (
        Outcome.OK,
        RSS,
        other.url("/new?q=1"),
        '"n"',
    )


@pytest.mark.parametrize("location", ["/new", "new", "//{place}/new", "./x/../new", "/new#part"])
def test_h1_relative_redirect(server: FeedServer, location: str) -> None:
    server.script("/feed", Answer(302, headers={"Location": location.format(place=server.place)}))
    server.script("/new", Answer(body=RSS))
    fetched = ask(server.url("/feed"), settings_for(server))
    assert (fetched.body, fetched.moved_host) == (RSS, None)


def test_h1_redirect_with_a_space_and_raw_utf8(server: FeedServer) -> None:
    server.script("/feed", Answer(302, headers={"Location": "/n w?q=ü".encode().decode("latin-1")}))
    server.script("/n%20w", Answer(body=RSS))
    assert ask(server.url("/feed"), settings_for(server)).body == RSS
    assert server.requests("/n%20w")[0].target == "/n%20w?q=%C3%BC"


def test_a_move_to_another_host_is_told(server: FeedServer) -> None:
    settings = settings_for(
        server, allow_private=(f"old.test:{server.port}", f"new.test:{server.port}")
    )
    server.script("/feed", Answer(301, headers={"Location": server.url("/new", host="new.test")}))
    server.script("/new", Answer(body=RSS))
    fetched = ask(
        server.url("/feed", host="old.test"), settings, resolve=lambda _host, _port: ["127.0.0.1"]
    )
    assert fetched.moved_host == "new.test"


def test_validators_go_along_with_a_redirect(server: FeedServer) -> None:
    """A feed that moved for good is still asked conditionally, at its new place."""
    server.script("/feed", Answer(301, headers={"Location": "/new"}))
    server.script("/new", Answer(304))
    assert (
        ask(server.url("/feed"), settings_for(server), validators=Validators('"v"')).outcome
        is Outcome.NOT_MODIFIED
    )


def test_h2_five_redirects_are_followed_and_no_more(server: FeedServer) -> None:
    for hop in range(6):
        server.script(f"/{hop}", Answer(302, headers={"Location": f"/{hop + 1}"}))
    server.script("/6", Answer(body=RSS))
    settings = settings_for(server)
    assert ask(server.url("/1"), settings).outcome is Outcome.OK
    assert ask(server.url("/0"), settings).outcome is Outcome.REDIRECT_LIMIT


def test_h2_loop(server: FeedServer) -> None:
    fetched = ask_scripted(server, Answer(302, headers={"Location": "/feed"}))
    assert (fetched.outcome, len(server.requests("/feed"))) == (Outcome.REDIRECT_LIMIT, 6)


def test_the_total_deadline_spans_all_hops(server: FeedServer) -> None:
    hop = Answer(302, headers={"Location": "/feed"}, wait=0.3)
    fetched = ask_scripted(server, hop, total_timeout=timedelta(seconds=1))
    assert fetched.outcome is Outcome.TIMEOUT


def test_redirect_without_a_place_to_go(server: FeedServer) -> None:
    assert ask_scripted(server, Answer(302)).outcome is Outcome.HTTP_ERROR
    assert (
        ask_scripted(server, Answer(302, headers={"Location": "http://:80/"})).outcome
        is Outcome.HTTP_ERROR
    )


# Validators


def test_h3_not_modified_stores_the_new_etag(server: FeedServer) -> None:
    server.script("/feed", Answer(304, headers={"ETag": '"v2"'}))
    fetched = ask(
        server.url("/feed"),
        settings_for(server),
        validators=Validators('"v1"', "Mon, 23 Nov 2026 10:00:00 GMT"),
    )
    assert (fetched.outcome, fetched.error, fetched.body) == (Outcome.NOT_MODIFIED, None, b"")
    assert fetched.validators == Validators('"v2"', "Mon, 23 Nov 2026 10:00:00 GMT")


def test_h3_unasked_not_modified_is_no_success(server: FeedServer) -> None:
    """There is nothing that it could leave unmodified: a broken server must not look like a
    quiet market.
    """
    assert ask_scripted(server, Answer(304)).outcome is Outcome.HTTP_ERROR


def test_h5_same_etag_with_a_new_body(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS, headers={"ETag": '"v1"'}))
    assert ask(server.url("/feed"), settings_for(server), validators=Validators('"v1"')).body == RSS


@pytest.mark.parametrize(
    "etag", ['"a-gzip"', 'W/"a"', "unquoted", '"', '"a", "b"', "\xe9\xff", '"a  b"', "W/W/'x'"]
)
def test_h6_validators_go_back_byte_for_byte(server: FeedServer, etag: str) -> None:
    modified = "monday the 23rd, about noon"
    server.script(
        "/feed", Answer(body=RSS, headers={"ETag": etag, "Last-Modified": modified}), Answer(304)
    )
    first = ask(server.url("/feed"), settings_for(server))
    second = ask(server.url("/feed"), settings_for(server), validators=first.validators)
    lines = server.requests("/feed")[1].lines.split(b"\r\n")
    assert second.outcome is Outcome.NOT_MODIFIED
    assert b"If-None-Match: " + etag.encode("latin-1") in lines
    assert b"If-Modified-Since: " + modified.encode() in lines


def test_a_validator_too_long_to_send_back_is_not_taken(server: FeedServer) -> None:
    assert (
        ask_scripted(server, Answer(body=RSS, headers={"ETag": '"' + "x" * 9000 + '"'})).validators
        == Validators()
    )


# Status


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (203, {}, Outcome.OK),
        (204, {}, Outcome.HTTP_ERROR),
        (206, {}, Outcome.HTTP_ERROR),
        (400, {}, Outcome.HTTP_ERROR),
        (401, {"WWW-Authenticate": "Basic"}, Outcome.AUTH),
        (403, {}, Outcome.AUTH),
        (403, {"cf-mitigated": "challenge"}, Outcome.BLOCKED),
        (503, {"CF-Mitigated": "challenge"}, Outcome.BLOCKED),
        (404, {}, Outcome.HTTP_ERROR),
        (410, {}, Outcome.GONE),
        (418, {}, Outcome.HTTP_ERROR),
        (429, {}, Outcome.RATE_LIMITED),
        (500, {}, Outcome.HTTP_ERROR),
        (502, {}, Outcome.HTTP_ERROR),
        (503, {}, Outcome.HTTP_ERROR),
        (999, {}, Outcome.HTTP_ERROR),
    ],
)
def test_status_and_its_class(
    server: FeedServer, status: int, headers: dict[str, str], outcome: Outcome
) -> None:
    fetched = ask_scripted(server, Answer(status, RSS, {**headers, "ETag": '"v"'}))
    assert (fetched.outcome, fetched.status) == (outcome, status)
    if outcome is not Outcome.OK:
        assert (fetched.body, fetched.validators) == (b"", Validators())
        assert f"HTTP {status}" in (fetched.error or "")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1000000000", 1e9),
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120.0),
        ("Monday, 23-Nov-26 12:02:00 GMT", 120.0),
        ("Mon Nov 23 12:02:00 2026", 120.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 5000, None),
        ("Mon, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_h7_retry_after(server: FeedServer, status: int, value: str, seconds: float | None) -> None:
    assert (
        ask_scripted(server, Answer(status, headers={"Retry-After": value})).retry_after == seconds
    )


def test_a_status_decides_whatever_becomes_of_its_page(server: FeedServer) -> None:
    """A 404 whose page breaks off, never ends or is huge is a 404."""
    for answer in (
        Answer(404, b"x" * 99, sent=5),
        Answer(404, b"x" * 10_000_000),
        Answer(404, b"x" * 99, sent=5, ending="hang"),
    ):
        found = ask_scripted(server, answer, idle_timeout=timedelta(seconds=1))
        assert (found.outcome, found.status) == (Outcome.HTTP_ERROR, 404)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\0" * 100,
    ],
)
def test_what_is_not_http_is_an_error(server: FeedServer, raw: bytes) -> None:
    fetched = ask_scripted(server, Answer(raw=raw))
    assert (fetched.outcome, fetched.body) == (Outcome.ERROR, b"")


def test_interim_answers_are_skipped(server: FeedServer) -> None:
    raw = (
        b"HTTP/1.1 103 Early Hints\r\nETag: no\r\n\r\nHTTP/1.1 200 OK\r\nETag:"
        b" yes\r\nContent-Length: 6\r\n\r\n<rss/>"
    )
    fetched = ask_scripted(server, Answer(raw=raw))
    assert (fetched.status, fetched.body, fetched.validators.etag) == (200, b"<rss/>", "yes")


def test_trailers_are_not_taken_for_headers(server: FeedServer) -> None:
    raw = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<rss/>\r\n0\r\nETag:"
        b" trailer\r\n\r\n"
    )
    fetched = ask_scripted(server, Answer(raw=raw))
    assert (fetched.body, fetched.validators) == (b"<rss/>", Validators())


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/html", "application/octet-stream; x=\xff", "/"]
)
def test_h18_any_media_type_is_read(server: FeedServer, content_type: str) -> None:
    headers = {
        "Content-Disposition": 'attachment; filename="x.exe"',
        **({"Content-Type": content_type} if content_type else {}),
    }
    fetched = ask_scripted(server, Answer(body=RSS, headers=headers))
    assert (fetched.body, fetched.content_type) == (RSS, content_type)


# Sizes and encodings


def test_h13_one_byte_over_the_decoded_limit(server: FeedServer) -> None:
    assert ask_scripted(server, Answer(body=bytes(1000)), max_body=1000).outcome is Outcome.OK
    fetched = ask_scripted(server, Answer(body=bytes(1001)), max_body=1000)
    assert (fetched.outcome, fetched.error, fetched.body) == (
        Outcome.TOO_LARGE,
        "the answer is larger than 1000 bytes when decoded (max_body)",
        b"",
    )


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=bytes(3000)),
        Answer(body=bytes(3000), chunked=True),
        Answer(body=bytes(3000), length=None),
    ],
)
def test_more_bytes_than_the_wire_limit(server: FeedServer, answer: Answer) -> None:
    fetched = ask_scripted(server, answer, max_wire=2048)
    assert (fetched.outcome, fetched.error) == (
        Outcome.TOO_LARGE,
        "the answer is larger than 2 KiB (max_wire)",
    )


def test_h14_a_bomb_stops_at_the_limit(server: FeedServer) -> None:
    """200 kB that would be 200 MB."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(10_000_000)
    bomb = b"".join(packer.compress(zeros) for _ in range(20)) + packer.flush()
    fetched = ask_scripted(
        server, Answer(body=bomb, headers={"Content-Encoding": "gzip", "ETag": '"v"'})
    )
    assert (fetched.outcome, fetched.validators) == (Outcome.TOO_LARGE, Validators())


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(RSS, mtime=0)),
        ("GZIP", gzip.compress(RSS, mtime=0)),
        ("x-gzip", gzip.compress(RSS, mtime=0)),
        ("gzip", gzip.compress(RSS[:20], mtime=0) + gzip.compress(RSS[20:], mtime=0)),
        ("gzip", gzip.compress(RSS, mtime=0) + bytes(8)),
        ("deflate", zlib.compress(RSS)),
        ("deflate", raw_deflate(RSS)),
        ("identity", RSS),
        ("", RSS),
    ],
)
@pytest.mark.parametrize("drip", [0.0, 0.0005])
def test_h14_codings_that_are_read(
    server: FeedServer, coding: str, body: bytes, drip: float
) -> None:
    """However the bytes are cut on their way."""
    fetched = ask_scripted(
        server, Answer(body=body, headers={"Content-Encoding": coding}, drip=drip)
    )
    assert (fetched.outcome, fetched.body, fetched.wire_bytes) == (Outcome.OK, RSS, len(body))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip,deflate", "compress", "x"])
def test_h14_codings_that_are_not_read(server: FeedServer, coding: str) -> None:
    body = gzip.compress(gzip.compress(RSS, mtime=0))
    assert (
        ask_scripted(server, Answer(body=body, headers={"Content-Encoding": coding})).outcome
        is Outcome.BAD_ENCODING
    )


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (gzip.compress(RSS, mtime=0)[:-9], Outcome.TRUNCATED),
        (gzip.compress(RSS, mtime=0)[:-1], Outcome.TRUNCATED),
        (gzip.compress(RSS, mtime=0)[:5], Outcome.TRUNCATED),
        (gzip.compress(RSS, mtime=0) + gzip.compress(RSS, mtime=0)[:-4], Outcome.TRUNCATED),
        (b"\x1f", Outcome.TRUNCATED),
        (b"\x1f\x8b" + b"garbage garbage", Outcome.BAD_ENCODING),
        (gzip.compress(RSS, mtime=0)[:15] + bytes(30), Outcome.BAD_ENCODING),
        (RSS, Outcome.BAD_ENCODING),
    ],
)
def test_h15_damaged_gzip(server: FeedServer, body: bytes, outcome: Outcome) -> None:
    fetched = ask_scripted(
        server, Answer(body=body, headers={"Content-Encoding": "gzip", "ETag": '"v"'})
    )
    assert (fetched.outcome, fetched.body, fetched.validators) == (outcome, b"", Validators())


def test_h11_an_empty_body_is_passed_on(server: FeedServer) -> None:
    assert ask_scripted(server, Answer(headers={"Content-Encoding": "gzip"})).outcome is Outcome.OK


# Cookies and credentials


def test_h16_cookies_are_not_kept(server: FeedServer) -> None:
    cookies = [("Set-Cookie", f"c{number}={'x' * 100}; Path=/") for number in range(100)]
    server.script(
        "/feed",
        Answer(302, headers=[*cookies, ("Location", "/feed")]),
        Answer(body=RSS, headers=cookies),
    )
    requests = [FeedRequest(str(number), server.url("/feed")) for number in range(3)]
    list(fetch_all(requests, settings_for(server, concurrency=1), now=lambda: NOW))
    assert not any("cookie" in request.headers for request in server.requests())


def test_h17_nothing_of_the_callers_crosses_origins(server: FeedServer, other: FeedServer) -> None:
    server.script("/feed", Answer(302, headers={"Location": "/same"}))
    server.script(
        "/same", Answer(302, headers={"Location": other.url("/feed", userinfo="their:own")})
    )
    other.script("/feed", Answer(302, headers={"Location": server.url("/back")}))
    server.script("/back", Answer(body=RSS))
    headers = (
        ("Authorization", "Bearer canary"),
        ("Cookie", "canary=1"),
        ("X-Api-Key", "canary"),
        ("Accept", "text/canary"),
    )
    ask(server.url("/feed", userinfo="canary:canary"), settings_for(server, other), headers=headers)
    assert server.requests("/same")[0].headers["x-api-key"] == "canary"
    assert (
        set(other.requests("/feed")[0].headers)
        == set(server.requests("/back")[0].headers)
        == POLITE
    )
    assert b"canary" not in other.requests("/feed")[0].lines


def test_h17_the_error_says_why_access_failed(server: FeedServer, other: FeedServer) -> None:
    server.script("/feed", Answer(302, headers={"Location": other.url("/feed")}))
    other.script("/feed", Answer(401))
    fetched = ask(server.url("/feed"), settings_for(server, other), headers=(("X-Api-Key", "k"),))
    assert "a redirect led to another site" in (fetched.error or "")


# 2.9 The guard


PRIVATE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "017700000001",
    "0",
    "localhost",
    "localhost.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::]",
]
PRIVATE += [
    "[fe80::1]",
    "[fc00::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "[2002:7f00:1::]",
]
PRIVATE += [
    "127.0.0.1.",
    "good.test@127.0.0.1",
    "127.0.0.2",
    "[64:ff9b::7f00:1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
]


@pytest.mark.parametrize("host", PRIVATE)
@fault("Z1", "a private address as feed", "not asked")
def test_z1_private_address_is_not_asked(tripwire: Tripwire, host: str) -> None:
    fetched = ask(f"http://{host}:{tripwire.port}/", settings_for())
    assert fetched.outcome is Outcome.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("host", PRIVATE)
@fault("Z2", "redirects to private addresses", "refused at each hop")
def test_z2_redirect_to_a_private_address_is_refused(
    server: FeedServer, tripwire: Tripwire, host: str
) -> None:
    fetched = ask_scripted(
        server, Answer(302, headers={"Location": f"http://{host}:{tripwire.port}/"})
    )
    assert (fetched.outcome, fetched.status) == (
        Outcome.FORBIDDEN_ADDRESS,
        None if "redirect" not in (fetched.error or "") else fetched.status,
    )
    assert "redirect was refused" in (fetched.error or "")
    assert "allow_private" not in (fetched.error or "")


@pytest.mark.parametrize(
    "location",
    [
        *(
            "file:///etc/passwd",
            "ftp://{place}/",
            "gopher://{place}/_x",
            "data:text/xml,<rss/>",
            "javascript:alert(1)",
            "dict://{place}/x",
        ),
        *(
            "http://{place}\\@example.com/",
            "//{place}\\@example.com",
            "http://a@b@{place}/",
            "\\\\{place}\\x",
            "http://exa\tmple.com/",
        ),
    ],
)
@fault("Z2", "redirects to file:, ftp:, gopher:, data:, tricks", "refused")
def test_z2_redirect_to_another_scheme_or_a_trick_is_refused(
    server: FeedServer, tripwire: Tripwire, location: str
) -> None:
    place = f"127.0.0.1:{tripwire.port}"
    fetched = ask_scripted(server, Answer(302, headers={"Location": location.format(place=place)}))
    assert fetched.outcome is Outcome.FORBIDDEN_ADDRESS


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["::1", "2606:4700::1"],
        ["93.184.216.34", "fe80::1%lo"],
    ],
)
@fault("Z3", "mixed records", "any bad one refuses")
def test_z3_a_name_with_any_private_record_is_refused(
    tripwire: Tripwire, addresses: list[str]
) -> None:
    fetched = ask(
        f"http://feeds.test:{tripwire.port}/",
        settings_for(),
        resolve=lambda _host, _port: addresses,
    )
    assert fetched.outcome is Outcome.FORBIDDEN_ADDRESS


@fault(
    "Z3",
    "a name that resolves otherwise the second time",
    "the checked address is the one connected to",
)
def test_z3_rebinding_changes_nothing(server: FeedServer, tripwire: Tripwire) -> None:
    """The name answers with a checked address first and with another machine's later: only what
    was checked is connected to.
    """
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]])
    settings = settings_for(server, allow_private=(f"feeds.test:{server.port}",), per_host=1)
    server.script("/feed", Answer(body=RSS, headers={"Connection": "close"}, ending="close"))
    requests = [
        FeedRequest(str(number), server.url("/feed", host="feeds.test")) for number in range(3)
    ]
    outcomes = [
        answer.outcome
        for answer in fetch_all(
            requests, settings, now=lambda: NOW, resolve=lambda _host, _port: next(answers)
        )
    ]
    assert (outcomes, len(server.requests())) == ([Outcome.OK] * 3, 3)


def test_z3_the_systems_own_resolver_is_not_asked_behind_our_back(server: FeedServer) -> None:
    """'localhost' is pinned to what the given resolver says, not to what the hosts file says."""
    settings = settings_for(server, allow_private=(f"localhost:{server.port}",))
    fetched = ask(
        server.url("/feed", host="localhost"), settings, resolve=lambda _host, _port: ["127.0.0.99"]
    )
    assert (fetched.outcome, server.requests()) == (Outcome.REFUSED, [])


def test_the_second_fence_sees_the_address_itself(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the check before the connection ever wrong, libcurl's own callback still refuses."""
    monkeypatch.setattr("goldmine_ingest.fetch.guard.Guard.check", lambda *_: None)
    with Tripwire() as listener:
        fetched = ask(
            f"http://feeds.test:{listener.port}/",
            settings_for(),
            resolve=lambda _host, _port: ["127.0.0.1"],
        )
    assert fetched.outcome is Outcome.FORBIDDEN_ADDRESS


def test_no_answer_names_its_url(server: FeedServer) -> None:
    """Each way to fail, with a secret in the URL: the sentence doesn't hold it, nor does the
    answer's own representation.
    """
    secret = "canary-4711"
    for status in (401, 404, 410, 429, 500, 302):
        server.script(f"/{secret}", Answer(status))
        fetched = ask(
            server.url(f"/{secret}?token={secret}", userinfo=f"user:{secret}"), settings_for(server)
        )
        assert fetched.error
        assert secret not in repr(fetched)
    for host in ("127.0.0.1:1", f"{secret}.test", f"{secret}\\x"):
        fetched = ask(
            f"http://{host}/{secret}", settings_for(), resolve=lambda _host, _port: _nothing()
        )
        assert secret not in repr(fetched)


def _nothing() -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")
