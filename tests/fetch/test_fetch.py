"""Fetching against a real, scripted server on loopback. The guard stays on: only the server's
own place is allowed.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.fetch import fetch_all, read_file
from goldmine_ingest.fetch.name_lookup import Resolver
from goldmine_ingest.model.fetched import FeedRequest, Fetched, Outcome, Validators
from goldmine_ingest.settings.feeds import FetchSettings
from tests.rig.certificates import Authority
from tests.rig.feed_server import Answer, FeedServer, Request, Tripwire, closed_port, full_backlog
from tests.rig.waiting import PATIENCE

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Jobs</title></channel></rss>"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


def settings_for(*servers: FeedServer, **changes: object) -> FetchSettings:
    """Its own deadlines: however busy the machine is, what is well is there within them."""
    usual = FetchSettings(allow_private=tuple(server.place for server in servers))
    return replace(usual, **changes)  # type: ignore[arg-type]


def after(seconds: float) -> timedelta:
    """A short deadline, for a test in which nothing else has to be there within it."""
    return timedelta(seconds=seconds)


def ask(
    url: str,
    settings: FetchSettings,
    *,
    resolve: Resolver | None = None,
    ca_file: str | None = None,
    **request: object,
) -> Fetched:
    """The answer of one feed."""
    [fetched] = fetch_all(
        [FeedRequest("jobs", url, **request)],
        settings,
        now=lambda: NOW,
        resolve=resolve,
        ca_file=ca_file,
    )  # type: ignore[arg-type]
    return fetched


def ask_scripted(server: FeedServer, *answers: Answer, **changes: object) -> Fetched:
    server.script("/feed", *answers)
    return ask(server.url("/feed"), settings_for(server, **changes))


def test_a_feed_is_fetched_with_all_that_is_known_of_it(server: FeedServer) -> None:
    headers = {
        "ETag": '"v1"',
        "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT",
        "Content-Type": "application/rss+xml; charset=utf-8",
    }
    fetched = ask_scripted(server, Answer(body=RSS, headers=headers))
    assert fetched == Fetched(
        "jobs",
        Outcome.OK,
        NOW,
        status=200,
        body=RSS,
        content_type="application/rss+xml; charset=utf-8",
        url=server.url("/feed"),
        validators=Validators('"v1"', "Mon, 23 Nov 2026 10:00:00 GMT"),
        wire_bytes=len(RSS),
    )


def test_what_is_sent_is_what_a_polite_reader_sends(server: FeedServer) -> None:
    ask_scripted(server, Answer(body=RSS), user_agent="goldmine-ingest/1")
    headers = server.requests("/feed")[0].headers
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert headers["user-agent"] == "goldmine-ingest/1"


def test_query_and_own_headers_arrive_as_written(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS))
    ask(
        server.url("/feed?q=a%20b&c=%2F"),
        settings_for(server),
        headers=(("X-Key", "k"), ("accept", "text/xml"), ("X-Empty", "")),
    )
    request = server.requests("/feed")[0]
    assert request.target == "/feed?q=a%20b&c=%2F"
    assert (request.headers["x-key"], request.headers["accept"], request.headers["x-empty"]) == (
        "k",
        "text/xml",
        "",
    )


@pytest.mark.parametrize(
    "header",
    [
        ("X-Key", "a\r\nHost: evil"),
        ("X Key", "a"),
        ("", "a"),
        ("X:Key", "a"),
        ("Ä", "a"),
        ("X-Key", "\0"),
    ],
)
def test_a_header_that_would_break_the_request_is_not_sent(
    server: FeedServer, header: tuple[str, str]
) -> None:
    fetched = ask(server.url("/feed"), settings_for(server), headers=(header,))
    assert (fetched.outcome, server.requests()) == (Outcome.ERROR, [])


def test_userinfo_becomes_basic_authorization(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS))
    fetched = ask(server.url("/feed", userinfo="user:p%40ss"), settings_for(server))
    assert server.requests("/feed")[0].headers["authorization"] == "Basic dXNlcjpwQHNz"
    assert "user" not in fetched.url


def test_credentials_of_one_feed_are_not_sent_for_the_next(server: FeedServer) -> None:
    """Handles are reused; what belongs to one request must not stay on one."""
    server.script("/a", Answer(body=RSS))
    server.script("/b", Answer(body=RSS))
    requests = [
        FeedRequest(
            "a", server.url("/a", userinfo="user:secret"), (("X-Key", "k"),), Validators('"v"')
        ),
        FeedRequest("b", server.url("/b")),
    ]
    list(fetch_all(requests, settings_for(server, concurrency=1), now=lambda: NOW))
    assert set(server.requests("/b")[0].headers) == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
    }


# 2.1 Network


def test_n1_closed_port() -> None:
    with closed_port() as port:
        fetched = ask(
            f"http://127.0.0.1:{port}/", FetchSettings(allow_private=(f"127.0.0.1:{port}",))
        )
    assert fetched.outcome is Outcome.REFUSED


def test_n2_listener_that_never_accepts() -> None:
    with full_backlog() as port:
        settings = settings_for(allow_private=(f"127.0.0.1:{port}",), connect_timeout=after(0.2))
        fetched = ask(f"http://127.0.0.1:{port}/", settings)
    assert (fetched.outcome, fetched.error) == (
        Outcome.TIMEOUT,
        "no connection within 0.2 s (connect_timeout)",
    )


def test_n3_accepts_and_sends_nothing(server: FeedServer) -> None:
    fetched = ask_scripted(server, Answer(silent=True, ending="hang"), idle_timeout=after(0.4))
    assert (fetched.outcome, fetched.error) == (
        Outcome.TIMEOUT,
        "nothing came for 0.4 s (idle_timeout)",
    )


def test_n3_stops_in_the_middle_of_the_body(server: FeedServer) -> None:
    cut = Answer(body=RSS, sent=10, ending="hang", headers={"ETag": '"v"'})
    fetched = ask_scripted(server, cut, idle_timeout=after(0.4))
    assert (fetched.outcome, fetched.body, fetched.validators) == (
        Outcome.TIMEOUT,
        b"",
        Validators(),
    )


def test_n4_one_byte_a_second(server: FeedServer) -> None:
    """Something always comes, so only the total deadline ends it."""
    fetched = ask_scripted(server, Answer(body=bytes(10_000), drip=0.02), total_timeout=after(1))
    assert (fetched.outcome, fetched.error) == (
        Outcome.TIMEOUT,
        "the answer was not there within 1 s (total_timeout)",
    )


def test_n5_dripped_headers(server: FeedServer) -> None:
    headers = [(f"X-{number}", "x") for number in range(1000)]
    dripped = Answer(headers=headers, drip_head=0.05)
    fetched = ask_scripted(server, dripped, total_timeout=after(1))
    assert (fetched.outcome, fetched.status) == (Outcome.TIMEOUT, None)


def test_n5_a_megabyte_of_headers(server: FeedServer) -> None:
    headers = [(f"X-{number}", "x" * 1000) for number in range(1000)]
    assert ask_scripted(server, Answer(headers=headers)).outcome is Outcome.TOO_LARGE


def test_n6_reset_in_the_middle_of_the_body(server: FeedServer) -> None:
    fetched = ask_scripted(
        server, Answer(body=RSS, sent=10, ending="reset", headers={"ETag": '"v"'})
    )
    assert (fetched.outcome, fetched.body, fetched.validators) == (
        Outcome.TRUNCATED,
        b"",
        Validators(),
    )


def test_n7_fewer_bytes_than_announced(server: FeedServer) -> None:
    fetched = ask_scripted(
        server, Answer(body=b"12345", length=1000, sent=5, headers={"ETag": '"v"'})
    )
    assert (fetched.outcome, fetched.body, fetched.validators) == (
        Outcome.TRUNCATED,
        b"",
        Validators(),
    )
    assert fetched.error == "the answer broke off: 1000 bytes were announced, 5 came"


@pytest.mark.parametrize(
    "answer", [Answer(body=RSS, chunked=True, sent=50), Answer(body=RSS[:50], length=None)]
)
def test_n8_unended_body_goes_to_the_reader(server: FeedServer, answer: Answer) -> None:
    """Whether the document is whole is for its reader to say; a body known to be cut vouches for
    no validator.
    """
    fetched = ask_scripted(server, replace(answer, headers={"ETag": '"v"'}))
    assert (fetched.outcome, fetched.body) == (Outcome.OK, RSS[:50])
    assert fetched.validators == (Validators() if answer.chunked else Validators('"v"'))


def resolver_of(addresses: dict[str, list[str]]) -> Resolver:
    def resolve(host: str, _port: int) -> list[str]:
        if host not in addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return addresses[host]

    return resolve


def test_n9_unknown_host() -> None:
    fetched = ask("http://nowhere.test/", settings_for(), resolve=resolver_of({}))
    assert (fetched.outcome, fetched.error) == (Outcome.DNS, "the host's name is not known")


def test_n9_name_server_fails() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    fetched = ask("http://nowhere.test/", settings_for(), resolve=resolve)
    assert (fetched.outcome, fetched.error) == (
        Outcome.DNS,
        "the name server doesn't answer; is the network up?",
    )


def test_n9_resolver_hangs(server: FeedServer) -> None:
    """The hanging name ends within its deadline, and the other feed doesn't wait for it."""
    release = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        release.wait(PATIENCE)
        return []

    server.script("/feed", Answer(body=RSS))
    requests = [
        FeedRequest("hanging", "http://slow.test/"),
        FeedRequest("jobs", server.url("/feed")),
    ]
    settings = settings_for(server, connect_timeout=after(2))
    answers = fetch_all(requests, settings, now=lambda: NOW, resolve=resolve)
    outcomes = [(answer.feed, answer.outcome) for answer in answers]
    release.set()
    assert outcomes == [("jobs", Outcome.OK), ("hanging", Outcome.DNS)]


def test_a_name_is_looked_up_once_for_all_its_feeds(server: FeedServer) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    server.script("/feed", Answer(body=RSS))
    settings = settings_for(server, allow_private=(f"rig.test:{server.port}",))
    requests = [
        FeedRequest(str(number), server.url("/feed", host="rig.test")) for number in range(5)
    ]
    assert {
        answer.outcome for answer in fetch_all(requests, settings, now=lambda: NOW, resolve=resolve)
    } == {Outcome.OK}
    assert asked == ["rig.test"]
    assert server.requests("/feed")[0].headers["host"] == f"rig.test:{server.port}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("ca"))


def ask_tls(authority: Authority, **certificate: object) -> Fetched:
    host = certificate.pop("host", "rig.test")
    with FeedServer(tls=authority.server_context(host, **certificate)) as server:  # type: ignore[arg-type]
        server.script("/feed", Answer(body=RSS))
        settings = settings_for(server, allow_private=(f"rig.test:{server.port}",))
        resolve = resolver_of({"rig.test": ["127.0.0.1"]})
        fetched = ask(
            server.url("/feed", host="rig.test"),
            settings,
            resolve=resolve,
            ca_file=authority.ca_file,
        )
        assert len(server.requests()) == (fetched.outcome is Outcome.OK)
        return fetched


def test_https_with_a_good_certificate(authority: Authority) -> None:
    assert ask_tls(authority).body == RSS


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ({"days": -1}, "the certificate has expired"),
        ({"self_signed": True}, "the certificate is self-signed"),
        ({"host": "other.test"}, "the certificate is another host's"),
    ],
)
def test_n10_bad_certificate(
    authority: Authority, certificate: dict[str, object], reason: str
) -> None:
    fetched = ask_tls(authority, **certificate)
    assert (fetched.outcome, fetched.error) == (
        Outcome.TLS,
        f"the secure connection failed: {reason}",
    )


def test_n10_https_asked_of_a_server_that_speaks_http(server: FeedServer) -> None:
    fetched = ask(server.url("/feed").replace("http:", "https:"), settings_for(server))
    assert fetched.outcome in (Outcome.TLS, Outcome.TIMEOUT)


def test_n11_hanging_feeds_hold_up_nobody() -> None:
    """50 feeds on 10 ports, 2 of which hang: all others are answered, and before the last
    hanging one is given up.
    """
    servers = [FeedServer() for _ in range(10)]
    try:
        requests = []
        for number, server in enumerate(servers):
            server.__enter__()
            server.script(
                "/feed", Answer(silent=True, ending="hang") if number < 2 else Answer(body=RSS)
            )
            requests += [FeedRequest(f"{number}-{copy}", server.url("/feed")) for copy in range(5)]
        settings = settings_for(*servers, idle_timeout=after(2), per_host=5)
        outcomes = [answer.outcome for answer in fetch_all(requests, settings, now=lambda: NOW)]
    finally:
        for server in servers:
            server.__exit__()
    assert (outcomes.count(Outcome.OK), outcomes.count(Outcome.TIMEOUT)) == (40, 10)
    assert outcomes[-1] is Outcome.TIMEOUT


PROXY_VARIABLES = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
)


def test_n12_proxy_variables_are_ignored(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Tripwire() as tripwire:
        for name in PROXY_VARIABLES:
            monkeypatch.setenv(name, f"http://127.0.0.1:{tripwire.port}")
        assert ask_scripted(server, Answer(body=RSS)).outcome is Outcome.OK


def test_n12_proxy_of_the_environment_is_used_where_configured(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*PROXY_VARIABLES, "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.url("/"))
    server.script("http://93.184.216.34/feed", Answer(body=RSS))
    fetched = ask("http://93.184.216.34/feed", settings_for(proxy_from_env=True))
    assert (fetched.outcome, server.requests()[0].target) == (
        Outcome.OK,
        "http://93.184.216.34/feed",
    )


def test_a_configured_proxy_is_used_but_not_to_reach_private_places(server: FeedServer) -> None:
    server.script("http://93.184.216.34/feed", Answer(body=RSS))
    requests = [
        FeedRequest("public", "http://93.184.216.34/feed"),
        FeedRequest("private", "http://169.254.169.254/latest"),
    ]
    answers = fetch_all(requests, settings_for(), now=lambda: NOW, proxy=server.url("/"))
    assert {answer.feed: answer.outcome for answer in answers} == {
        "public": Outcome.OK,
        "private": Outcome.FORBIDDEN_ADDRESS,
    }
    assert len(server.requests()) == 1


# Politeness and the iterator


def test_a_host_gets_two_at_a_time_and_a_gentle_one_gets_one(server: FeedServer) -> None:
    two = threading.Barrier(2)

    def meet(_request: Request) -> Answer:
        two.wait(PATIENCE)
        return Answer(body=RSS)

    server.script("/feed", meet)
    requests = [FeedRequest(str(number), server.url("/feed")) for number in range(6)]
    list(fetch_all(requests, settings_for(server), now=lambda: NOW))
    assert server.most_at_once == 2
    server.most_at_once = 0
    server.script("/feed", Answer(body=RSS, wait=0.05))
    list(fetch_all(requests, settings_for(server), now=lambda: NOW, gentle_hosts={"127.0.0.1"}))
    assert server.most_at_once == 1


def test_requests_to_a_public_host_are_spaced(server: FeedServer) -> None:
    """Through a proxy, so that a public host's pace can be seen on loopback."""
    server.script("http://93.184.216.34/feed", Answer(body=RSS))
    requests = [FeedRequest(str(number), "http://93.184.216.34/feed") for number in range(2)]
    settings = settings_for(host_spacing=after(1))
    list(fetch_all(requests, settings, now=lambda: NOW, proxy=server.url("/")))
    first, second = (request.at for request in server.requests())
    assert second - first > 0.3  # as the server saw it: the first one may have come late


def test_a_name_with_addresses_of_both_families() -> None:
    try:
        six = FeedServer("::1")
    except OSError:
        pytest.skip("this machine has no IPv6 on loopback")
    with six:
        six.script("/feed", Answer(body=RSS))
        url = f"http://both.test:{six.port}/feed"
        settings = settings_for(allow_private=(f"both.test:{six.port}",))
        assert ask(url, settings, resolve=resolver_of({"both.test": ["::1"]})).outcome is Outcome.OK
        assert (
            ask(url, settings, resolve=resolver_of({"both.test": ["127.0.0.1", "::1"]})).outcome
            is Outcome.OK
        )
        assert (
            ask(
                f"http://[::1]:{six.port}/feed", settings_for(allow_private=(f"[::1]:{six.port}",))
            ).outcome
            is Outcome.OK
        )


def test_odd_credentials_stop_nothing(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS))
    for userinfo in ("a:%00b", "%00", ":", "a", ":b", "%ff:%FF", "ü:ü"):
        assert (
            ask(server.url("/feed", userinfo=userinfo), settings_for(server)).outcome is Outcome.OK
        )


def test_after_a_429_the_host_gets_one_at_a_time(server: FeedServer) -> None:
    def answer(_request: Request) -> Answer:
        return Answer(429, wait=0.02)

    server.script("/first", answer)
    server.script("/feed", Answer(body=RSS, wait=0.05))
    requests = [
        FeedRequest("first", server.url("/first")),
        *(FeedRequest(str(number), server.url("/feed")) for number in range(4)),
    ]
    list(fetch_all(requests, settings_for(server, concurrency=8, per_host=1), now=lambda: NOW))
    assert server.most_at_once == 1


def test_closing_the_iterator_stops_everything(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS))
    server.script("/hang", Answer(silent=True, ending="hang"))
    requests = [
        FeedRequest("jobs", server.url("/feed")),
        FeedRequest("hanging", server.url("/hang")),
    ]
    settings = settings_for(server, idle_timeout=after(PATIENCE), total_timeout=after(PATIENCE))
    answers = fetch_all(requests, settings, now=lambda: NOW)
    assert next(answers).feed == "jobs"
    answers.close()  # type: ignore[attr-defined]
    assert "goldmine-fetch" not in {thread.name for thread in threading.enumerate()}


def test_a_slow_caller_makes_no_feed_look_slow(server: FeedServer) -> None:
    """While the caller takes longer than every deadline over the first answer, the others are
    taken in.
    """
    server.script("/quick", Answer(body=RSS))
    server.script("/feed", Answer(body=RSS, wait=0.1))
    requests = [
        FeedRequest("quick", server.url("/quick")),
        *(FeedRequest(str(number), server.url("/feed")) for number in range(4)),
    ]
    settings = settings_for(server, idle_timeout=after(2), total_timeout=after(2))
    outcomes = []
    for answer in fetch_all(requests, settings, now=lambda: NOW):
        outcomes.append(answer.outcome)
        if answer.feed == "quick":
            time.sleep(2.5)
    assert outcomes == [Outcome.OK] * 5


def test_no_more_than_a_few_answers_wait_for_the_caller(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS))
    requests = [FeedRequest(str(number), server.url("/feed")) for number in range(90)]
    answers = fetch_all(requests, settings_for(server, concurrency=4), now=lambda: NOW)
    next(answers)
    time.sleep(0.2)
    assert len(server.requests()) <= 72  # a batch and what waits, and what is on its way
    assert len(list(answers)) == 89


def test_fewer_answers_wait_if_they_are_large(server: FeedServer) -> None:
    server.script("/feed", Answer(body=RSS + b" " * 3_000_000))
    requests = [FeedRequest(str(number), server.url("/feed")) for number in range(12)]
    answers = fetch_all(requests, settings_for(server, concurrency=2), now=lambda: NOW)
    next(answers)
    time.sleep(0.3)
    assert len(server.requests()) <= 6  # eight megabytes, and what is on its way
    assert len(list(answers)) == 11


def test_a_bug_in_the_clock_reaches_the_caller(server: FeedServer) -> None:
    def broken_clock() -> datetime:
        raise RuntimeError("no clock")

    with pytest.raises(RuntimeError, match="no clock"):
        list(
            fetch_all(
                [FeedRequest("jobs", server.url("/feed"))], settings_for(server), now=broken_clock
            )
        )


def test_no_feeds_no_answers() -> None:
    assert list(fetch_all([], FetchSettings(), now=lambda: NOW)) == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jobs",
        "http://",
        "http://exa mple.com/",
        "http://127.0.0.1:1/",
        "ftp://example.com/canary",
    ],
)
def test_a_bad_url_is_an_answer_too_and_is_not_quoted(url: str) -> None:
    fetched = ask(url, settings_for())
    assert fetched.outcome in (Outcome.ERROR, Outcome.FORBIDDEN_ADDRESS)
    assert fetched.error
    assert "canary" not in fetched.error


# Files


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    path.write_bytes(RSS)
    assert read_file("sample", path, FetchSettings(), lambda: NOW) == Fetched(
        "sample", Outcome.OK, NOW, body=RSS, wire_bytes=len(RSS)
    )


def test_a_file_that_cannot_be_read_is_a_clear_answer(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    large.write_bytes(bytes(101))
    cases = {
        tmp_path / "missing.xml": (Outcome.ERROR, f"there is no file {tmp_path / 'missing.xml'}"),
        tmp_path: (Outcome.ERROR, f"{tmp_path} is not a regular file"),
        pipe: (Outcome.ERROR, f"{pipe} is not a regular file"),
        Path("/dev/zero"): (Outcome.ERROR, "/dev/zero is not a regular file"),
        large: (Outcome.TOO_LARGE, f"{large} is larger than 100 bytes (max_body)"),
    }
    settings = FetchSettings(max_body=100)
    for path, expected in cases.items():
        fetched = read_file("sample", path, settings, lambda: NOW)
        assert (fetched.outcome, fetched.error, fetched.body) == (*expected, b"")
