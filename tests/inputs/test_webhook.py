"""The receiver: what it takes and refuses, that what it took is safe before it says so, and that
nobody without the token keeps it busy.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import gzip
import http.client
import itertools
import json
import resource
import socket
import stat
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts.job_lists import jobs_in, known_facts
from goldmine_ingest.inputs import webhook_body, webhook_server
from goldmine_ingest.inputs.webhook import Endpoint, Receiver
from goldmine_ingest.inputs.webhook_body import inflate, read
from goldmine_ingest.inputs.webhook_request import Exchange, Gone, Refusal
from goldmine_ingest.inputs.webhook_server import places
from tests.rig.fault_table import fault
from tests.rig.waiting import PATIENCE, wait_for

TOKEN = "hook-token-CANARY"
packed = functools.partial(
    gzip.compress, mtime=0
)  # the same bytes in every process, for they name test cases
BODY = json.dumps({"total": 0, "projects": []}).encode()
BEARER = {"Authorization": f"Bearer {TOKEN}"}
JOB = {
    "title": "Reconcile",
    "url": "https://example.com/1",
    "description": "Close the books",
    "skills": ["SQL"],
}
HEAD = b"POST /vollna HTTP/1.1\r\nHost: x\r\n"
OPENED = HEAD + b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def receiver(tmp_path: Path, taken: list[str]) -> Iterator[Receiver]:
    with Receiver(
        [Endpoint("vollna", "127.0.0.1:0", TOKEN, 1000, tmp_path / "spool")], taken=taken.append
    ) as running:
        yield running


def send(
    receiver: Receiver,
    body: Any = BODY,
    *,
    headers: dict[str, str] = BEARER,
    method: str = "POST",
    path: str = "/vollna",
    chunked: bool = False,
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.ports["vollna"], timeout=PATIENCE)
    connection.request(method, path, body=body, headers=headers, encode_chunked=chunked)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def raw(receiver: Receiver, *pieces: bytes, ended: bool = True) -> bytes:
    """The whole answer to bytes that no client library would send."""
    with socket.create_connection(
        ("127.0.0.1", receiver.ports["vollna"]), timeout=PATIENCE
    ) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if ended:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def spooled(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "spool").glob("*"))]


def test_a_body_is_kept_before_the_answer_says_so(
    receiver: Receiver, tmp_path: Path, taken: list[str]
) -> None:
    assert send(receiver)[0] == 202
    assert spooled(tmp_path) == [BODY]
    wait_for(lambda: taken == ["vollna"])


def test_bodies_are_private_and_keep_their_order(receiver: Receiver, tmp_path: Path) -> None:
    bodies = [json.dumps([n]).encode() for n in range(5)]
    for body in bodies:
        send(receiver, body)
    assert spooled(tmp_path) == bodies
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "spool").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700


# The token


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "the token is missing"),
        ({"Authorization": ""}, "holds no token"),
        ({"Authorization": "Bearer"}, "holds no token"),
        ({"Authorization": "Bearer wrong"}, "the token is wrong"),
        ({"Authorization": f"Bearer {TOKEN}x"}, "the token is wrong"),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, "the token is wrong"),
        ({"Authorization": TOKEN}, "neither Bearer TOKEN nor Basic"),
        ({"Authorization": "Basic !!!"}, "holds no token"),
        ({"Authorization": "Bearer tökén".encode().decode("latin-1")}, "the token is wrong"),
        ({"Authorization": f"Token {TOKEN}"}, "neither Bearer TOKEN nor Basic"),
        ({"X-Webhook-Token": "wrong"}, "the token is wrong"),
        ({"X-Webhook-Token": ""}, "the token is missing"),
    ],
)
def test_without_the_token_nothing_is_taken_and_the_answer_says_why(
    receiver: Receiver, tmp_path: Path, headers: dict[str, str], why: str
) -> None:
    status, text = send(receiver, headers=headers)
    assert (status, spooled(tmp_path), "CANARY" in text) == (401, [], False)
    assert why in json.loads(text)["message"]
    assert "X-Webhook-Token" in text or "wrong" in text


@pytest.mark.parametrize("given", [TOKEN, "wrong"])
def test_a_token_in_the_url_is_refused_whether_right_or_wrong(
    receiver: Receiver, tmp_path: Path, given: str
) -> None:
    status, text = send(receiver, headers={}, path=f"/vollna?token={given}")
    assert (status, spooled(tmp_path)) == (401, [])
    assert "a token in the URL is not accepted" in text


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {TOKEN}"},
        {"authorization": f"bearer   {TOKEN}"},
        {"Authorization": "Basic " + base64.b64encode(f"vollna:{TOKEN}".encode()).decode()},
        {"X-Webhook-Token": TOKEN},
        {"x-webhook-token": f" {TOKEN} "},
        {"X-Webhook-Token": TOKEN, "Authorization": "Bearer of-a-proxy"},
    ],
)
def test_the_headers_that_may_hold_the_token(receiver: Receiver, headers: dict[str, str]) -> None:
    assert send(receiver, headers=headers)[0] == 202


def test_the_token_is_judged_before_the_body_comes(receiver: Receiver) -> None:
    """The answer is there although not a byte of the announced body was sent."""
    answer = raw(receiver, HEAD + b"Content-Length: 900\r\n\r\n", ended=False)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"WWW-Authenticate: Bearer" in answer


# Bodies


@pytest.mark.parametrize(
    ("body", "headers", "chunked"),
    [
        (iter([BODY[:5], BODY[5:]]), {"Transfer-Encoding": "chunked"}, True),
        (packed(BODY), {"Content-Encoding": "gzip"}, False),
        (packed(BODY[:9]) + packed(BODY[9:]) + bytes(20), {"Content-Encoding": "x-gzip"}, False),
        (zlib.compress(BODY), {"Content-Encoding": "deflate"}, False),
        (zlib.compress(BODY, wbits=-15), {"Content-Encoding": "Deflate"}, False),
        (iter([packed(BODY)]), {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}, True),
        (BODY, {"Content-Encoding": "identity"}, False),
        (
            BODY,
            {"Content-Type": "application/x-www-form-urlencoded"},
            False,
        ),  # curl -d without a type
        (BODY, {"Content-Type": "text/plain; charset=utf-8"}, False),
    ],
)
def test_ways_to_send_json(
    receiver: Receiver, tmp_path: Path, body: Any, headers: dict[str, str], chunked: bool
) -> None:
    assert send(receiver, body, headers=BEARER | headers, chunked=chunked)[0] == 202
    assert spooled(tmp_path) == [BODY]


MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nReconcile\r\n'
    b'--b\r\nContent-Disposition: form-data; name="url"\r\n\r\nhttps://example.com/1\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    ("body", "kind", "kept"),
    [
        (
            b"title=Reconcile&url=https%3A%2F%2Fexample.com%2F1",
            "application/x-www-form-urlencoded",
            {"title": "Reconcile"},
        ),
        (
            b"title=A+b&skills=SQL&skills=Python",
            "application/x-www-form-urlencoded",
            {"skills": ["SQL", "Python"]},
        ),
        (b"title=A&skills[]=SQL", "application/x-www-form-urlencoded", {"skills": ["SQL"]}),
        (
            b"payload=%7B%22projects%22%3A%5B%7B%22title%22%3A%22A%22%7D%5D%7D&v=1",
            "application/x-www-form-urlencoded",
            {"projects": [{"title": "A"}]},
        ),
        (
            b"projects[0][title]=A&projects[0][skills][]=SQL&projects[1][title]=B&n=2",
            "application/x-www-form-urlencoded",
            [{"title": "A", "skills": ["SQL"]}, {"title": "B"}],
        ),
        (
            b"a[b=1&[c]=2&a]=3",
            "application/x-www-form-urlencoded",
            {"a[b": "1", "[c]": "2", "a]": "3"},
        ),
        (MULTIPART, "multipart/form-data; boundary=b", {"url": "https://example.com/1"}),
        (
            b'{"title":"A"}\n{"title":"B"}\n',
            "application/x-ndjson",
            [{"title": "A"}, {"title": "B"}],
        ),
    ],
)
def test_forms_and_lines_become_json(
    receiver: Receiver, tmp_path: Path, body: bytes, kind: str, kept: Any
) -> None:
    assert send(receiver, body, headers=BEARER | {"Content-Type": kind})[0] == 202
    (found,) = spooled(tmp_path)
    value = json.loads(found)
    assert value == kept if isinstance(kept, list) else kept.items() <= value.items()


N8N_ITEMS = [{"json": JOB, "pairedItem": {"item": 0}}, {"json": JOB | {"title": "B"}}]
N8N_REQUEST = [
    {
        "headers": {"host": "x"},
        "params": {},
        "query": {},
        "body": {"projects": [JOB]},
        "webhookUrl": "u",
    }
]


@pytest.mark.parametrize(
    ("payload", "titles"),
    [
        ({"projects": [JOB]}, ["Reconcile"]),
        (JOB, ["Reconcile"]),
        ([JOB, JOB | {"title": "B"}], ["Reconcile", "B"]),
        (N8N_ITEMS, ["Reconcile", "B"]),
        (N8N_ITEMS[0], ["Reconcile"]),
        (N8N_REQUEST, ["Reconcile"]),
        (N8N_REQUEST[0], ["Reconcile"]),
        ([{"json": {"projects": [JOB, JOB]}}], ["Reconcile", "Reconcile"]),
        ([{"projects": [JOB]}, {"projects": [JOB | {"title": "B"}]}], ["Reconcile", "B"]),
        ({"data": {"edges": [{"node": JOB}]}}, ["Reconcile"]),
        ([JOB | {"items": [{"x": 1}]}], ["Reconcile"]),
    ],
)
def test_the_answer_says_how_many_jobs_and_which_facts(
    receiver: Receiver, payload: Any, titles: list[str]
) -> None:
    status, text = send(receiver, json.dumps(payload).encode())
    found = jobs_in(payload)
    assert found is not None
    assert [job["title"] for job in found] == titles
    answer = json.loads(text)
    assert (status, answer["ok"], answer["jobs"]) == (202, True, len(titles))
    assert {"title", "url", "description", "skills"} <= set(answer["fields"])
    assert answer["missing"] == []


@pytest.mark.parametrize(
    ("payload", "jobs", "missing"),
    [
        ([{"titel": "A", "url": "https://example.com"}], 1, ["title", "description"]),
        ({"projects": []}, 0, []),
        ({"hello": "world"}, 0, ["title", "url", "description"]),
        ([1, 2], 0, ["title", "url", "description"]),
    ],
)
def test_what_is_missing_is_said(
    receiver: Receiver, payload: Any, jobs: int, missing: list[str]
) -> None:
    status, text = send(receiver, json.dumps(payload).encode())
    answer = json.loads(text)
    assert (status, answer["jobs"], answer["missing"]) == (202, jobs, missing)


def test_an_empty_fact_is_none() -> None:
    assert known_facts([{"title": "", "url": None, "skills": [], "budget": 0}]) == ("budget",)


@fault(
    "Z18", "a body that grows when decoded, one that is no HTTP or JSON", "refused within max_bytes"
)
@pytest.mark.parametrize(
    ("status", "body", "method", "headers"),
    [
        (400, b"no json", "POST", {}),
        (400, b"[" * 900, "POST", {}),
        (400, b"", "POST", {}),
        (400, b"a form=without a type", "POST", {}),
        (413, b"[" + b"1," * 600 + b"1]", "POST", {}),
        (413, b"[" + b"1," * 3_000_000 + b"1]", "POST", {}),
        (
            413,
            iter([b"[" + b"1," * 400, b"1," * 400 + b"1]"]),
            "POST",
            {"Transfer-Encoding": "chunked"},
        ),
        (413, packed(bytes(100_000)), "POST", {"Content-Encoding": "gzip"}),
        (413, packed(b" " * 600) * 2, "POST", {"Content-Encoding": "gzip"}),
        (400, packed(BODY)[:-9], "POST", {"Content-Encoding": "gzip"}),
        (400, BODY, "POST", {"Content-Encoding": "gzip"}),
        (415, BODY, "POST", {"Content-Encoding": "br"}),
        (415, BODY, "POST", {"Content-Encoding": "gzip, gzip"}),
        (405, b"", "GET", {}),
        (405, b"", "HEAD", {}),
        (405, BODY, "PUT", {}),
        (411, BODY, "POST", {"Content-Length": "many"}),
        (411, BODY, "POST", {"Content-Length": "-1"}),
        (431, BODY, "POST", {"X-Long": "x" * 100_000}),
    ],
)
def test_what_is_refused(
    receiver: Receiver, tmp_path: Path, status: int, body: Any, method: str, headers: dict[str, str]
) -> None:
    found = send(
        receiver,
        body,
        method=method,
        headers=BEARER | headers,
        chunked="Transfer-Encoding" in headers,
    )
    assert found[0] == status
    assert spooled(tmp_path) == []


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (
            OPENED + b"Content-Length: 100\r\n\r\n[1]",
            b"400",
        ),  # the length that it announced doesn't come
        (OPENED + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1]", b"400"),
        (OPENED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[1]\r\n0\r\n\r\n", b"400"),
        (OPENED + b"Transfer-Encoding: gzip\r\n\r\n", b"501"),
        (OPENED + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n[1]", b"411"),
        (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 3 + b"\r\n\r\n",
            b"400",
        ),  # TLS to a port that speaks none
    ],
)
def test_broken_requests(
    receiver: Receiver, tmp_path: Path, request_: bytes, status: bytes
) -> None:
    assert raw(receiver, request_)[9:12] == status
    assert spooled(tmp_path) == []


def test_a_sender_that_asks_first_is_told_to_go_on(receiver: Receiver) -> None:
    head = OPENED + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with socket.create_connection(
        ("127.0.0.1", receiver.ports["vollna"]), timeout=PATIENCE
    ) as connection:
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)
        assert connection.recv(1000).startswith(b"HTTP/1.1 202 ")


def test_when_it_can_not_be_kept_the_sender_is_asked_to_try_again(
    receiver: Receiver, tmp_path: Path, taken: list[str]
) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    assert send(receiver)[0] == 503
    assert taken == []


def test_a_full_spool_is_said(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_body, "MOST_WAITING", 1)
    assert [send(receiver)[0], send(receiver)[0]] == [202, 503]


# Any bytes


@given(data=st.binary(max_size=300), splits=st.lists(st.integers(0, 300), max_size=4))
def test_any_bytes_end_in_an_answer(data: bytes, splits: list[int]) -> None:
    """Whatever comes, and however it is cut: a request, a refusal with its answer, or a wait for
    more.
    """
    exchange = Exchange({"a": Endpoint("a", "", TOKEN, 100, Path())})
    ends = sorted({0, len(data), *(min(end, len(data)) for end in splits)})
    pieces = [data[start:end] for start, end in itertools.pairwise(ends)]
    refused = None
    try:
        for piece in [*pieces, b""]:
            exchange.receive(piece)
    except Refusal as refusal:
        refused = exchange.answer(refusal.answer)
    except Gone:
        return
    assert refused is None or refused.startswith(b"HTTP/1.1 ")


@given(
    body=st.binary(max_size=2000),
    coding=st.sampled_from(["", "gzip", "deflate"]),
    most=st.integers(1, 2000),
)
def test_what_was_compressed_comes_back_or_is_refused(body: bytes, coding: str, most: int) -> None:
    coded = {"": body, "gzip": packed(body), "deflate": zlib.compress(body)}[coding]
    if not coding or len(body) <= most:  # what isn't compressed was counted as it came
        assert inflate(coded, coding, most) == body
        return
    with pytest.raises(Refusal) as refused:
        inflate(coded, coding, most)
    assert refused.value.answer.status == 413


@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(
        ["", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
    ),
)
def test_any_body_is_read_as_json_or_refused(body: bytes, kind: str) -> None:
    try:
        text, value = read(body, kind)
    except Refusal:
        return
    assert json.dumps(json.loads(text)) == json.dumps(value)  # as text, for NaN is not itself


# Places and time


@contextlib.contextmanager
def connections(receiver: Receiver, count: int, says: bytes) -> Iterator[list[socket.socket]]:
    """So many senders that begin a request and never go on."""
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(count):
            found.append(
                stack.enter_context(
                    socket.create_connection(
                        ("127.0.0.1", receiver.ports["vollna"]), timeout=PATIENCE
                    )
                )
            )
            with contextlib.suppress(OSError):  # its place may have gone to a later one
                found[-1].sendall(says)
        yield found


@fault(
    "Z18",
    "senders without the token that say nothing, or begin and stop",
    "a real one is answered, descriptors stay few",
)
@pytest.mark.parametrize(
    "says", [b"", b"POST /vollna HT", HEAD, HEAD + b"Content-Length: 500\r\n\r\n"]
)
def test_slow_senders_keep_nobody_out(receiver: Receiver, tmp_path: Path, says: bytes) -> None:
    with connections(receiver, 300, says):
        assert [send(receiver)[0] for _ in range(3)] == [202, 202, 202]
        assert len(receiver._server._connections) <= webhook_server.MOST_PLACES
    assert len(spooled(tmp_path)) == 3


def test_a_slow_sender_with_the_token_keeps_its_place(receiver: Receiver) -> None:
    with (
        connections(receiver, 1, OPENED + b"Content-Length: 2\r\n\r\n[") as (slow,),
        connections(receiver, 200, b""),
    ):
        slow.sendall(b"]")
        assert slow.recv(1000).startswith(b"HTTP/1.1 202 ")


@pytest.mark.parametrize(
    ("says", "what"), [(HEAD, b"the head"), (OPENED + b"Content-Length: 9\r\n\r\n[", b"the body")]
)
def test_a_drip_does_not_extend_a_deadline(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, says: bytes, what: bytes
) -> None:
    """The time is for the step as a whole; a byte now and then buys nothing."""
    monkeypatch.setitem(webhook_server._WITHIN, webhook_server._Step.HEAD, 0.6)
    monkeypatch.setitem(webhook_server._WITHIN, webhook_server._Step.BODY, 0.6)
    with connections(receiver, 1, says) as (slow,):
        slow.settimeout(0.1)
        answer, drops = b"", 0
        while not answer and drops < 100:
            with contextlib.suppress(TimeoutError):
                answer = slow.recv(1000)
            if not answer:
                slow.sendall(
                    b"X"[: drops < 5]
                )  # five bytes in all, so that the body stays incomplete
                drops += 1
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert what in answer


def test_refused_ones_are_not_waited_for(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that never closes after its answer loses its place all the same."""
    monkeypatch.setitem(webhook_server._WITHIN, webhook_server._Step.LINGER, 0.2)
    with connections(receiver, 3, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as found:
        assert all(each.recv(1000).startswith(b"HTTP/1.1 405 ") for each in found)
        wait_for(lambda: not receiver._server._connections)


@pytest.mark.parametrize(
    ("limit", "found"), [(1024, 64), (256, 32), (64, 8), (20, 2), (10**6, 64), (-1, 64)]
)
def test_places_are_a_small_part_of_the_descriptors(limit: int, found: int) -> None:
    assert places(limit) == found


def test_without_descriptors_it_recovers(receiver: Receiver, tmp_path: Path) -> None:
    """What takes the last ones may come from elsewhere in the process; when they are free again,
    it goes on.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    client = socket.socket()
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (client.fileno() + 1, hard))
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", receiver.ports["vollna"]))
        client.sendall(OPENED + b"Content-Length: 2\r\n\r\n[]")
        time.sleep(0.2)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with client:
        assert client.recv(1000).startswith(b"HTTP/1.1 202 ")
    assert spooled(tmp_path) == [b"[]"]


# Addresses


def test_two_webhooks_on_one_address_are_told_apart_by_name_and_token(tmp_path: Path) -> None:
    first = Endpoint("a", "127.0.0.1:0", "token-a", 1000, tmp_path / "a")
    second = Endpoint("b c", "127.0.0.1:0", "token-b", 1000, tmp_path / "b")
    with Receiver([first, second]) as running:

        def status(path: str, token: str) -> int:
            connection = http.client.HTTPConnection(
                "127.0.0.1", running.ports["a"], timeout=PATIENCE
            )
            connection.request(
                "POST", path, body=BODY, headers={"Authorization": f"Bearer {token}"}
            )
            return connection.getresponse().status

        assert [
            status("/a", "token-a"),
            status("/hooks/b%20c", "token-b"),
            status("/b%20c", "token-a"),
            status("/", "token-a"),
        ] == [
            202,
            202,
            404,
            404,
        ]
    assert len(list((tmp_path / "a").iterdir())) == len(list((tmp_path / "b").iterdir())) == 1


def test_an_address_in_use_is_told_and_the_others_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Endpoint("first", f"127.0.0.1:{other.getsockname()[1]}", TOKEN, 1000, tmp_path)
        with Receiver(
            [taken, Endpoint("vollna", "127.0.0.1:0", TOKEN, 1000, tmp_path / "spool")]
        ) as running:
            assert [subject for subject, _ in running.problems] == ["webhook first"]
            assert send(running)[0] == 202


def test_leaving_it_ends_every_connection(tmp_path: Path) -> None:
    with Receiver([Endpoint("vollna", "127.0.0.1:0", TOKEN, 1000, tmp_path / "spool")]) as running:
        sender = socket.create_connection(("127.0.0.1", running.ports["vollna"]), timeout=PATIENCE)
        sender.sendall(HEAD)
        wait_for(lambda: len(running._server._connections) == 1)
    with sender, contextlib.suppress(ConnectionResetError):
        assert sender.recv(100) == b""


def test_nothing_of_a_request_is_printed(
    receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    send(receiver, path=f"/vollna?token={TOKEN}")
    send(receiver, headers={})
    assert capfd.readouterr() == ("", "")
