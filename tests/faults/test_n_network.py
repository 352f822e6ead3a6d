"""2.1 Network: connections that fail, hang, drip, break off, or lead elsewhere."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest

from goldmine_ingest.fetch.name_lookup import Resolver
from tests.faults.rows import BODY, ETAG, Played, Row, cases, never_believed, play
from tests.faults.scene import SHORT, Scene
from tests.rig.certificates import Authority
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, closed_port, full_backlog
from tests.rig.project import upwork_feed
from tests.rig.waiting import PATIENCE
from tests.rig.watching import item

ROWS = (
    Row(
        "N3",
        "accepts, sends nothing",
        "idle timeout",
        Answer(silent=True, ending="hang"),
        ("timeout",),
        "idle_timeout",
    ),
    Row(
        "N3",
        "stops in mid body",
        "idle timeout",
        Answer(body=BODY, sent=90, ending="hang", headers=ETAG),
        ("timeout",),
        "idle_timeout",
    ),
    Row(
        "N4",
        "a byte at a time for ever",
        "total deadline",
        Answer(body=bytes(10_000), drip=0.05),
        ("timeout",),
        "total_timeout",
    ),
    Row(
        "N5",
        "headers dripped a line at a time",
        "total deadline",
        Answer(headers=[("X", "x")] * 900, drip_head=0.1),
        ("timeout",),
    ),
    Row(
        "N5",
        "1 MB of headers",
        "header cap",
        Answer(headers=[(f"X-{n}", "x" * 1000) for n in range(1000)]),
        ("too_large",),
    ),
    Row(
        "N6",
        "reset in mid body",
        "class truncated",
        Answer(body=BODY, sent=500, ending="reset", headers=ETAG),
        ("truncated",),
    ),
    Row(
        "N7",
        "fewer bytes than announced",
        "both counts named",
        Answer(body=b"12345", length=1000, sent=5),
        ("truncated",),
        "1000 bytes were",
    ),
)


@pytest.fixture(scope="module")
def connected(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("connections")
    return play(ROWS, folder, never_believed, deadlines=SHORT)


@pytest.mark.parametrize("rows", cases(ROWS))
def test_a_broken_connection(
    rows: tuple[Row, ...], connected: Played, record_property: Callable[[str, object], None]
) -> None:
    """The poll fails with its class, and nothing of it is believed."""
    record_property("figure", connected.show(rows))


@fault("N1", "a closed port", "class refused")
def test_n1_closed_port(scene: Scene) -> None:
    with closed_port() as port:
        elsewhere(scene, port)
        scene.run()
    scene.failed("refused")
    scene.heals()


@fault("N2", "a listener with a full backlog that never accepts", "connect timeout")
def test_n2_listener_that_never_accepts(stage: Callable[..., Scene]) -> None:
    scene = stage(deadlines=SHORT)
    with full_backlog() as port:
        elsewhere(scene, port)
        scene.run()
    scene.failed("timeout", says="connect_timeout")
    scene.heals()


@fault(
    "N8",
    "chunks without an end; no length and closed in an item",
    "whole items stored, marked partial, no validator kept",
)
def test_n8_a_body_that_just_ends(stage: Callable[..., Scene]) -> None:
    """Only what was closed counts, and the rest comes with the next whole answer."""
    scene = stage(broken=2)
    body = scene.body(qualified=(11,))
    cut = (
        body.replace(b"</channel></rss>", b"") + upwork_feed(item(12)).partition(b"<item>")[2][:300]
    )
    answer = Answer(body=cut, headers=ETAG, sent=len(cut))
    scene.feeds.script("/faulty", replace(answer, chunked=True))
    scene.feeds.script("/faulty-2", replace(answer, length=None))
    scene.run()
    assert [scene.outcome(feed)[0] for feed in scene.faulty] == ["partial", "partial"]
    assert scene.validators() == [(None, None), (None, None)]
    scene.heals(qualified=(11, 12))


def not_known(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def server_failure(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def resolver(hang: Callable[[], object]) -> Resolver:
    """Names that begin with nx don't exist, with sf can't be asked for now; for others it hangs."""

    def resolve(host: str, _port: int) -> list[str]:
        if host.startswith("sf"):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if not host.startswith("nx"):
            hang()
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    return resolve


@fault(
    "N9",
    "NXDOMAIN; SERVFAIL; a resolver that hangs",
    "class dns; the resolver is inside the deadline",
)
def test_n9_names_that_do_not_resolve(stage: Callable[..., Scene]) -> None:
    scene, over = stage(broken=3, deadlines=SHORT), threading.Event()
    scene.resolve = resolver(lambda: over.wait(PATIENCE))
    for feed, name in zip(scene.faulty, ("nx", "sf", "hangs"), strict=True):
        scene.faulty_at(f"http://{name}.example.org/jobs", feed)
    scene.run()
    over.set()
    for feed in scene.faulty[:2]:
        scene.failed("dns", feed=feed)
    scene.failed("dns", "timeout", feed=scene.faulty[2])
    scene.heals()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("ca"))


@fault(
    "N10",
    "certificate expired, self-signed, of another host",
    "class tls, no request is sent, not without TLS either",
)
def test_n10_bad_certificates(stage: Callable[..., Scene], authority: Authority) -> None:
    """What exactly is wrong with it is told where the authority is trusted:
    tests/fetch/test_fetch.py.
    """
    contexts = (
        authority.server_context("127.0.0.1", days=-1),
        authority.server_context("127.0.0.1", self_signed=True),
        authority.server_context("other.test"),
    )
    scene = stage(broken=len(contexts))
    with ExitStack() as stack:
        servers = [stack.enter_context(FeedServer(tls=context)) for context in contexts]
        for feed, server in zip(scene.faulty, servers, strict=True):
            elsewhere(scene, server.port, "https", feed)
        scene.run()
        assert [server.requests() for server in servers] == [[], [], []]
    for feed in scene.faulty:
        scene.failed("tls", feed=feed)
    scene.heals()


@pytest.mark.parametrize(
    "deadlines",
    [pytest.param(SHORT, id="short"), pytest.param("", id="real", marks=pytest.mark.drill)],
)
@fault("N11", "50 feeds on 10 ports, 2 of which hang", "the others finish, whole within 75 s")
def test_n11_two_hanging_servers_hold_up_nobody(
    deadlines: str, stage: Callable[..., Scene]
) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(FeedServer()) for _ in range(10)]
        tables = []
        for n, server in enumerate(servers):
            for copy in range(5):
                hangs = n < 2
                server.script(
                    f"/{copy}",
                    (
                        Answer(silent=True, ending="hang")
                        if hangs
                        else Answer(body=upwork_feed(item(100 + n * 5 + copy)))
                    ),
                )
                tables.append(
                    f'[[feed]]\nname = "{"hangs" if hangs else "good"}-{n}-{copy}"\nurl ='
                    f' "{server.url(f"/{copy}")}"\n'
                )
        scene = stage(more="".join(tables), deadlines=deadlines)
        places = ", ".join(f'"{server.place}"' for server in servers)
        scene.home.settings = scene.home.settings.replace(
            "allow_private = [", f"allow_private = [{places}, "
        )
        scene.serve("/faulty", qualified=(11,))
        report = scene.timed()
    ended = {feed.feed: feed.outcome for feed in report.feeds}
    assert {outcome for name, outcome in ended.items() if name.startswith("hangs")} == {"timeout"}
    assert {outcome for name, outcome in ended.items() if name.startswith("good")} == {"ok"}
    assert len(ended) == 52
    assert scene.rows("SELECT count(*) FROM listings WHERE title SIMILAR TO '.* 1[1-4][0-9]'") == [
        (40,)
    ]
    assert set(scene.sent(scene.phone).values()) == {1}
    scene.settled = (
        "desk",
    )  # forty-three are more than an hour's limit; the digest brings the rest
    scene.home.settings = scene.home.settings.replace("".join(tables), "")
    scene.heals()


@fault("N12", "proxy variables that point to a tripwire", "ignored unless configured")
def test_n12_proxies_of_the_environment(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.setenv(name, f"http://127.0.0.1:{scene.tripwires[0].port}")
    scene.serve("/faulty", qualified=(11,))
    assert [feed.outcome for feed in scene.run().feeds] == ["ok", "ok"]
    scene.heals(qualified=(11, 12))


REAL = (
    Row(
        "N3",
        "the same, with the real deadline of 10 s",
        "idle timeout",
        Answer(silent=True, ending="hang"),
        ("timeout",),
    ),
    Row(
        "N4",
        "the same, with the real deadline of 30 s",
        "total deadline",
        Answer(body=bytes(10_000), drip=0.9),
        ("timeout",),
    ),
    Row(
        "N5",
        "the same, with the real deadline of 30 s",
        "total deadline",
        Answer(headers=[("X", "x")] * 90, drip_head=1.0),
        ("timeout",),
    ),
)


@pytest.mark.drill
@pytest.mark.parametrize("rows", cases(REAL))
def test_the_real_deadlines(rows: tuple[Row, ...], stage: Callable[..., Scene]) -> None:
    scene = stage()
    rows[0].on(scene, "faulty")
    scene.timed()
    scene.failed(*rows[0].outcomes)
    scene.heals()


@pytest.mark.drill
@fault("N2", "the same, with the real deadline of 5 s", "connect timeout")
def test_n2_the_real_deadline(stage: Callable[..., Scene]) -> None:
    scene = stage()
    with full_backlog() as port:
        elsewhere(scene, port)
        scene.timed()
    scene.failed("timeout", says="connect_timeout")
    scene.heals()


@pytest.mark.drill
@fault("N9", "a resolver that answers after 20 s", "class dns, within 32 s")
def test_n9_the_real_deadline(stage: Callable[..., Scene]) -> None:
    scene, answered = stage(), threading.Event()

    def hang() -> None:
        time.sleep(20)
        answered.set()

    scene.resolve = resolver(hang)
    scene.faulty_at("http://hangs.example.org/jobs")
    scene.timed()
    scene.failed("dns", "timeout")
    scene.heals()
    assert answered.wait(PATIENCE)  # nobody can stop a resolver: its thread ends with it


def elsewhere(scene: Scene, port: int, scheme: str = "http", feed: str = "faulty") -> None:
    """A feed to break is on this port, which the guard lets pass."""
    scene.home.settings = scene.home.settings.replace(
        "allow_private = [", f'allow_private = ["127.0.0.1:{port}", '
    )
    scene.faulty_at(f"{scheme}://127.0.0.1:{port}/", feed)
