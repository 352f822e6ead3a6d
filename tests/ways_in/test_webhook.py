"""The receiver: what it refuses, and that what it took is safe before it says so."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.ways_in import webhook
from goldmine_ingest.ways_in.webhook import Endpoint, Receiver
from tests.rig.waiting import wait_for

TOKEN = "hook-token-CANARY"
BODY = json.dumps({"total": 0, "projects": []}).encode()
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def receiver(tmp_path: Path, taken: list[str]) -> Iterator[Receiver]:
    with Receiver([Endpoint("vollna", "127.0.0.1:0", TOKEN, 1000, tmp_path / "spool")], taken=taken.append) as running:
        yield running


def send(
    receiver: Receiver, body: bytes = BODY, *, headers: dict[str, str] = BEARER, method: str = "POST", path: str = "/vollna"
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.ports["vollna"], timeout=10)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def spooled(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "spool").glob("*"))]


def test_a_body_is_kept_before_the_answer_says_so(receiver: Receiver, tmp_path: Path, taken: list[str]) -> None:
    assert send(receiver)[0] == 202
    assert spooled(tmp_path) == [BODY]
    wait_for(lambda: taken == ["vollna"])  # told after the answer, by the receiver's own thread


def test_bodies_are_private_and_keep_their_order(receiver: Receiver, tmp_path: Path) -> None:
    bodies = [json.dumps([n]).encode() for n in range(5)]
    for body in bodies:
        send(receiver, body)
    assert spooled(tmp_path) == bodies
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "spool").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, "Basic !!!", "Bearer tökén", f"Token {TOKEN}"],
)
def test_without_the_token_nothing_is_taken(receiver: Receiver, tmp_path: Path, header: str) -> None:
    status, text = send(receiver, headers={"Authorization": header.encode().decode("latin-1")})
    assert (status, spooled(tmp_path), "CANARY" in text) == (401, [], False)


def test_basic_with_the_token_as_password_is_taken(receiver: Receiver) -> None:
    pair = base64.b64encode(f"vollna:{TOKEN}".encode()).decode()
    assert send(receiver, headers={"Authorization": f"Basic {pair}"})[0] == 202


@pytest.mark.parametrize(
    ("status", "body", "method", "headers"),
    [
        (400, b"no json", "POST", {}),
        (400, b"[" * 900, "POST", {}),
        (400, b"", "POST", {}),
        (413, b"[" + b"1," * 600 + b"1]", "POST", {}),
        (413, b"[" + b"1," * 3_000_000 + b"1]", "POST", {}),
        (405, b"", "GET", {}),
        (405, BODY, "PUT", {}),
        (411, BODY, "POST", {"Content-Length": "many"}),
        (411, BODY, "POST", {"Content-Length": "-1"}),
    ],
)
def test_what_is_refused(receiver: Receiver, tmp_path: Path, status: int, body: bytes, method: str, headers: dict[str, str]) -> None:
    assert send(receiver, body, method=method, headers=BEARER | headers)[0] == status
    assert spooled(tmp_path) == []


def test_a_length_that_is_not_kept_is_refused(receiver: Receiver, tmp_path: Path) -> None:
    with socket.create_connection(("127.0.0.1", receiver.ports["vollna"]), timeout=10) as connection:
        connection.sendall(b"POST /vollna HTTP/1.1\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\n\r\n[1]" % TOKEN.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.0 400")
    assert spooled(tmp_path) == []


def test_when_it_can_not_be_kept_the_sender_is_asked_to_try_again(receiver: Receiver, tmp_path: Path, taken: list[str]) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    assert send(receiver)[0] == 503
    assert taken == []


def test_a_full_spool_is_said(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "MOST_WAITING", 1)
    assert [send(receiver)[0], send(receiver)[0]] == [202, 503]


def test_two_webhooks_on_one_address_are_told_apart_by_name_and_token(tmp_path: Path) -> None:
    first = Endpoint("a", "127.0.0.1:0", "token-a", 1000, tmp_path / "a")
    second = Endpoint("b c", "127.0.0.1:0", "token-b", 1000, tmp_path / "b")
    with Receiver([first, second]) as running:

        def status(path: str, token: str) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", running.ports["a"], timeout=10)
            connection.request("POST", path, body=BODY, headers={"Authorization": f"Bearer {token}"})
            return connection.getresponse().status

        assert [status("/a", "token-a"), status("/hooks/b%20c", "token-b"), status("/b%20c", "token-a"), status("/", "token-a")] == [
            202,
            202,
            404,
            404,
        ]
    assert len(list((tmp_path / "a").iterdir())) == len(list((tmp_path / "b").iterdir())) == 1


def test_an_address_in_use_is_told_and_the_others_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Endpoint("first", f"127.0.0.1:{other.getsockname()[1]}", TOKEN, 1000, tmp_path)
        with Receiver([taken, Endpoint("vollna", "127.0.0.1:0", TOKEN, 1000, tmp_path / "spool")]) as running:
            assert [subject for subject, _ in running.problems] == ["webhook first"]
            assert send(running)[0] == 202


def test_nothing_of_a_request_is_printed(receiver: Receiver, capfd: pytest.CaptureFixture[str]) -> None:
    send(receiver, path=f"/vollna?token={TOKEN}")
    send(receiver, headers={})
    assert capfd.readouterr() == ("", "")
