"""The layer around Prefect's application by itself: names that it is told of, spellings, and
what it takes for the password.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from goldmine_ingest.flows.owner_only import Message, OwnerOnly, Receive, Scope, Send

SECRET = "kept-in-a-file-of-mode-0600"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers all, with what Prefect's gives to every page, and sends the browser elsewhere."""
    headers = [(b"Access-Control-Allow-Origin", b"*"), (b"location", scope["path"].encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"reached"})


def ask(
    host: str | None = "box.example",
    path: str = "/api/version",
    method: str = "GET",
    **headers: str,
) -> tuple[int, dict[bytes, bytes]]:
    """The status, and the headers of the answer."""
    sent: list[Message] = []
    named = [] if host is None else [(b"host", host.encode("latin-1"))]
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [*named, *((name.encode(), value.encode()) for name, value in headers.items())],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(OwnerOnly(application, SECRET, ["Box.example", "192.0.2.7"])(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "host",
    [
        "box.example",
        "BOX.EXAMPLE",
        "box.example:8443",
        "192.0.2.7",
        "127.0.0.1:1",
        "localhost",
        "[::1]:9",
    ],
)
def test_names_that_are_answered(host: str) -> None:
    assert ask(host, authorization=basic(f"goldmine:{SECRET}"))[0] == 200


OTHERS = [
    None,
    "",
    "evil.example",
    "box.example.",
    "box.example.evil.example",
    "evil-box.example",
    "user@box.example",
    "box.example:port",
    "box.example:1:2",
    "box.example/",
    "box.example, evil.example",
    "127.0.0.1.",
    "127.1",
    "2130706433",
    "0.0.0.0",  # noqa: S104 - a name that is asked for
    "[::ffff:127.0.0.1]",
    "::1",
    "localhost\xe9",
]


@pytest.mark.parametrize("host", OTHERS)
def test_names_that_are_not(host: str | None) -> None:
    assert ask(host, authorization=basic(f"goldmine:{SECRET}"))[0] == 421
    assert ask(host, "/api/health")[0] == 421


@pytest.mark.parametrize("said", [SECRET, f":{SECRET}", f"goldmine:{SECRET}", f"any body:{SECRET}"])
def test_the_password_counts_not_the_name(said: str) -> None:
    assert ask(authorization=basic(said))[0] == 200


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Basic",
        "Basic ",
        f"Basic {SECRET}",
        f"Bearer {SECRET}",
        SECRET,
        "Basic \xff\xfe",
        "Basic ====",
        basic(SECRET + "x"),
        basic(SECRET[:-1]),
        basic(""),
        basic("goldmine:"),
        basic(f"{SECRET}:"),
        basic(f"goldmine:{SECRET} "),
    ],
)
def test_what_is_not_the_password(said: str) -> None:
    status, headers = ask(authorization=said)
    assert status == 401
    assert headers[b"www-authenticate"].startswith(b"Basic ")


def test_two_hosts_or_two_passwords_are_none() -> None:
    known = (b"authorization", basic(SECRET).encode())
    for headers in (
        [(b"host", b"box.example")] * 2 + [known],
        [(b"host", b"box.example"), known, known],
    ):
        sent: list[Message] = []

        async def send(message: Message, sent: list[Message] = sent) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
        asyncio.run(OwnerOnly(application, SECRET, ["box.example"])(scope, receive, send))
        assert sent[0]["status"] in (401, 421)


def test_an_origin_is_its_own_by_scheme_name_and_port() -> None:
    known = {"authorization": basic(SECRET)}
    for origin in (
        "http://box.example:8443",
        "https://box.example:8443",
        "HTTPS://Box.Example:8443",
    ):
        assert ask("box.example:8443", origin=origin, **known)[0] == 200
    for origin in (
        "https://box.example",
        "https://localhost:8443",
        "https://box.example:8443.evil.example",
        "null",
        "",
    ):
        assert ask("box.example:8443", origin=origin, **known)[0] == 403


def test_an_answer_gives_no_other_page_leave_and_sends_the_browser_on_without_a_password() -> None:
    status, headers = ask(path="/v2/", authorization=basic(SECRET))
    assert (status, headers[b"location"]) == (200, b"//box.example/v2/")
    assert b"Access-Control-Allow-Origin" not in headers
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
