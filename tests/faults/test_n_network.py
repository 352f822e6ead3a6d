"""2.1 Network: connections that fail, hang, drip, break off, or lead elsewhere."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.rows import BODY, ETAG, Row, never_believed
from tests.faults.scene import Scene
from tests.rig.certificates import Authority
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, closed_port, full_backlog
from tests.rig.project import upwork_feed
from tests.rig.watching import item

ROWS = (
    Row("N3", "accepts, sends nothing", "idle timeout", Answer(silent=True, ending="hang"), ("timeout",), "idle_timeout"),
    Row("N3", "stops in mid body", "idle timeout", Answer(body=BODY, sent=90, ending="hang", headers=ETAG), ("timeout",), "idle_timeout"),
    Row("N4", "a byte at a time for ever", "total deadline", Answer(body=bytes(10_000), drip=0.05), ("timeout",), "total_timeout"),
    Row("N5", "headers dripped a line at a time", "total deadline", Answer(headers=[("X", "x")] * 900, drip_head=0.1), ("timeout",)),
    Row("N5", "1 MB of headers", "header cap", Answer(headers=[(f"X-{n}", "x" * 1000) for n in range(1000)]), ("too_large",)),
    Row("N6", "reset in mid body", "class truncated", Answer(body=BODY, sent=500, ending="reset", headers=ETAG), ("truncated",)),
    Row(
        "N7",
        "fewer bytes than announced",
        "both counts named",
        Answer(body=b"12345", length=1000, sent=5),
        ("truncated",),
        "1000 bytes were",
    ),
)


@pytest.mark.parametrize("row", [row.param() for row in ROWS])
def test_a_broken_connection(row: Row, scene: Scene) -> None:
    """The poll fails with its class, and nothing of it is believed."""
    never_believed(scene, row)


@fault("N1", "a closed port", "class refused")
def test_n1_closed_port(scene: Scene) -> None:
    with closed_port() as port:
        elsewhere(scene, port)
        scene.run()
    scene.failed("refused")
    scene.heals()


@fault("N2", "a listener with a full backlog that never accepts", "connect timeout")
def test_n2_listener_that_never_accepts(scene: Scene) -> None:
    with full_backlog() as port:
        elsewhere(scene, port)
        scene.run()
    scene.failed("timeout", says="connect_timeout")
    scene.heals()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(chunked=True, headers=ETAG), id="chunks_without_an_end"),
        pytest.param(Answer(length=None, headers=ETAG), id="no_length_and_closed_in_an_item"),
    ],
)
@fault("N8", "chunks without an end; no length and closed in an item", "whole items stored, marked partial, no validator kept")
def test_n8_a_body_that_just_ends(answer: Answer, scene: Scene) -> None:
    """Only what was closed counts, and the rest comes with the next whole answer."""
    body = scene.body(qualified=(11,))
    cut = body.replace(b"</channel></rss>", b"") + upwork_feed(item(12)).partition(b"<item>")[2][:300]
    scene.feeds.script("/faulty", Answer(body=cut, chunked=answer.chunked, length=answer.length, headers=ETAG, sent=len(cut)))
    scene.run()
    assert scene.outcome()[0] == "partial"
    assert scene.validators() == (None, None)
    scene.heals(qualified=(11, 12))


def not_known(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def server_failure(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize("resolve", [pytest.param(not_known, id="nxdomain"), pytest.param(server_failure, id="servfail")])
@fault("N9", "NXDOMAIN; SERVFAIL", "class dns")
def test_n9_a_name_that_does_not_resolve(resolve: Callable[[str, int], list[str]], scene: Scene) -> None:
    scene.resolve = resolve
    scene.faulty_at("http://feeds.example.org/jobs")
    scene.run()
    scene.failed("dns")
    scene.heals()


@fault("N9", "a resolver that hangs", "the resolver is inside the deadline")
def test_n9_a_resolver_that_hangs(scene: Scene) -> None:
    hang = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        hang.wait(30)
        return []

    scene.resolve = resolve
    scene.faulty_at("http://feeds.example.org/jobs")
    scene.run()
    hang.set()
    scene.failed("dns", "timeout")
    scene.heals()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("ca"))


@pytest.mark.parametrize(
    ("host", "certificate"),
    [
        pytest.param("127.0.0.1", {"days": -1}, id="expired"),
        pytest.param("127.0.0.1", {"self_signed": True}, id="self_signed"),
        pytest.param("other.test", {}, id="of_another_host"),
    ],
)
@fault("N10", "certificate expired, self-signed, of another host", "class tls, no request is sent")
def test_n10_bad_certificate(host: str, certificate: dict[str, int], scene: Scene, authority: Authority) -> None:
    """What exactly is wrong with it is told where the authority is trusted: tests/test_fetch.py."""
    with FeedServer(tls=authority.server_context(host, **certificate)) as server:
        elsewhere(scene, server.port, "https")
        scene.run()
        assert server.requests() == []
    scene.failed("tls")
    scene.heals()


@fault("N11", "50 feeds on 10 ports, 2 of which hang", "the others finish")
def test_n11_two_hanging_servers_hold_up_nobody(stage: Callable[..., Scene], tmp_path: Path) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(FeedServer()) for _ in range(10)]
        tables = []
        for n, server in enumerate(servers):
            for copy in range(5):
                hangs = n < 2
                server.script(
                    f"/{copy}", Answer(silent=True, ending="hang") if hangs else Answer(body=upwork_feed(item(100 + n * 5 + copy)))
                )
                tables.append(f'[[feed]]\nname = "{"hangs" if hangs else "good"}-{n}-{copy}"\nurl = "{server.url(f"/{copy}")}"\n')
        scene = stage(more="".join(tables))
        places = ", ".join(f'"{server.place}"' for server in servers)
        scene.home.settings = scene.home.settings.replace("allow_private = [", f"allow_private = [{places}, ")
        scene.serve("/faulty", qualified=(11,))
        report = scene.run()
    ended = {feed.feed: feed.outcome for feed in report.feeds}
    assert {outcome for name, outcome in ended.items() if name.startswith("hangs")} == {"timeout"}
    assert {outcome for name, outcome in ended.items() if name.startswith("good")} == {"ok"}
    assert len(ended) == 52
    assert scene.rows("SELECT count(*) FROM listings WHERE title SIMILAR TO '.* 1[1-4][0-9]'") == [(40,)]
    assert set(scene.sent(scene.phone).values()) == {1}
    scene.settled = ("desk",)  # forty-three are more than an hour's limit; the digest brings the rest
    scene.home.settings = scene.home.settings.replace("".join(tables), "")
    scene.heals()


@fault("N12", "proxy variables that point to a tripwire", "ignored unless configured")
def test_n12_proxies_of_the_environment(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{scene.tripwires[0].port}")
    scene.serve("/faulty", qualified=(11,))
    assert [feed.outcome for feed in scene.run().feeds] == ["ok", "ok"]
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name)  # a destination is its owner's choice, and may be behind a proxy
    scene.heals(qualified=(11, 12))


def elsewhere(scene: Scene, port: int, scheme: str = "http") -> None:
    """The faulty feed is on this port, which the guard lets pass."""
    scene.home.settings = scene.home.settings.replace("allow_private = [", f'allow_private = ["127.0.0.1:{port}", ')
    scene.faulty_at(f"{scheme}://127.0.0.1:{port}/")
