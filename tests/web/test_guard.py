"""W1 to W5, W9 to W12: who is answered, what every answer forbids, and what a client may cost."""

from __future__ import annotations

import logging
import re
import socket
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from goldmine_ingest.runtime.web_key import new_key
from goldmine_ingest.web.app import make_app
from goldmine_ingest.web.guard import Names
from goldmine_ingest.web.pages import PAGES
from goldmine_ingest.web.session import form_token
from tests.rig.fault_table import fault
from tests.rig.page import Served, forms
from tests.rig.waiting import PATIENCE

TEMPLATES = Path(make_app.__code__.co_filename).parent / "templates"
LISTING = "0" * 20
GETS = sorted(
    each.path.replace("{listing}", LISTING).replace("{token}", "x")
    for page in PAGES
    for each in page.endpoints
    if each.method == "GET" and page.name != "install"  # it has a manifest
)
POSTS = sorted(
    each.path.replace("{listing}", LISTING)
    for page in PAGES
    for each in page.endpoints
    if each.method == "POST"
)
NEEDED = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src"
        " 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def spellings(page: Served) -> list[str]:
    """Names that aren't ours, though some browser or resolver might take them for ours."""
    own = page.name
    bare, _, port = own.partition(":")
    aliases = ("127.1", "127.0.0.1.", "0x7f000001", "[::1]", "0", "127.0.0.2")
    return [
        *("", "localhost", f"localhost:{port}", bare, f"{bare}:", f"{bare}:1", own.upper()),
        *(f"{bare}.:{port}", f"user@{own}", f"{own}@evil.example", f"evil.{own}"),
        *(f"localhost.evil.example:{port}", f"{own}.evil.example", f"127.0.0.1:{port}0"),
        *(f"http://{own}", f"{own}, {own}", f" {own} x", f"{own}/"),
        *(f"{alias}:{port}" for alias in aliases),
    ]


@fault("Z10", "the page's socket", "on 127.0.0.1 alone")
def test_w1_it_listens_on_loopback_alone(page: Served) -> None:
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    local = [row.split()[1] for row in rows if row.split()[3] == "0A"]
    assert [at for at in local if int(at.partition(":")[2], 16) == page.port] == [
        f"0100007F:{page.port:04X}"
    ]
    assert not [
        row
        for row in Path("/proc/net/tcp6").read_text().splitlines()[1:]
        if int(row.split()[1].rpartition(":")[2], 16) == page.port and row.split()[3] == "0A"
    ]


@fault("Z10", "a Host that isn't ours, in twenty spellings", "421 and not a byte")
def test_w2_only_our_own_names_are_answered(page: Served) -> None:
    """Pages, static files, what isn't there: the name is asked first, and gets nothing."""
    for host in spellings(page):
        for path in ("/", "/static/page.css", "/nothing", page.link()):
            got = page.get(path, Host=host)
            assert (got.status, got.text) == (421, ""), host
    assert page.send("GET", f"http://{page.name}/").status == 421  # the absolute form
    raw = socket.create_connection(("127.0.0.1", page.port))
    with raw:
        raw.sendall(f"GET / HTTP/1.1\r\nHost: {page.name}\r\nHost: evil.example\r\n\r\n".encode())
        assert raw.recv(100).split()[1] in (b"400", b"421")
    assert page.get("/").status == 200
    address = page.get("/", Host=f"127.0.0.1:{page.port}")
    assert address.status == 401  # a name of ours, with a cookie of its own


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("goldmine-x.localhost:4300", "own"),
        ("box.example", "configured"),
        ("box.example:8443", "configured"),
        ("box.example:", None),
        ("box.example:8443x", None),
        ("x.box.example", None),
        ("box.example.", None),
        ("goldmine-x.localhost", None),
    ],
)
def test_w2_configured_names_are_answered_at_any_port(host: str, kind: str | None) -> None:
    assert Names(("goldmine-x.localhost:4300",), ("box.example",)).kind(host) == kind


CROSS = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
)


@fault("Z10", "a form from elsewhere with the right token", "403, the history unchanged")
def test_w3_nothing_is_changed_from_elsewhere(page: Served) -> None:
    """Whatever the body: a form, text/plain, none; the right token included."""
    path = next(at for at, _ in forms(page.get("/").text) if at.endswith("/track"))
    fields = page.form("/", path, stage="skipped")
    body = "&".join(f"{key}={value}" for key, value in fields.items()).encode()
    before = page.get("/").words
    for headers in CROSS:
        for kind in ("application/x-www-form-urlencoded", "text/plain"):
            own = {k: v.replace("OWN", f"http://{page.name}") for k, v in headers.items()}
            got = page.send("POST", path, headers={"Content-Type": kind, **own}, body=body)
            assert got.status == 403, headers
    assert page.get("/").words == before


def test_w3_the_form_is_of_this_session_and_this_action(page: Served) -> None:
    path = next(at for at, _ in forms(page.get("/").text) if at.endswith("/track"))
    fields = page.form("/", path, stage="skipped")
    other = path.replace("/track", "/rate")
    assert page.post(other, {**fields, "rating": "bad"}).status == 403
    assert page.post(path, {**fields, "form": ""}).status == 403
    mine, page.cookie = page.cookie, ""
    assert page.post(path, fields).status == 401
    page.sign_in()
    assert page.post(path, fields).status == 403  # another session's form
    page.cookie = mine


def test_w3_nothing_is_changed_by_get(page: Served) -> None:
    before = page.get("/").words
    for path in POSTS:
        for method in ("GET", "HEAD"):
            assert page.send(method, path).status in (200, 404, 405), path
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"):
        assert page.send(method, "/").status == 405, method
    assert page.get("/").words == before


def test_w4_no_other_page_gets_leave(page: Served) -> None:
    for path in (*GETS, "/static/nothing", "/nothing"):
        got = page.get(path, Origin="https://evil.example")
        assert not [name for name in got.headers if name.startswith("access-control-")], path
        assert "server" not in got.headers
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "AAAA"}
    assert page.send("GET", "/", headers=upgrade).status != 101


def test_w5_every_answer_forbids_what_it_doesnt_need(page: Served) -> None:
    answers = [page.get(path) for path in (*GETS, "/nothing", "/static/nothing")]
    answers += [page.get("/", signed_in=False), page.get("/", Host="evil.example")]
    answers += [page.send("POST", path) for path in POSTS]
    for got in answers:
        assert {name: got.headers.get(name) for name in NEEDED} == NEEDED
    installed = page.get("/install").headers
    policy = f"{NEEDED['content-security-policy']}; manifest-src 'self'"
    assert {name: installed.get(name) for name in NEEDED} == {
        **NEEDED,
        "content-security-policy": policy,
    }
    css = re.search(r'href="(/static/page-[0-9a-f]{12}\.css)"', page.get("/").text)
    assert css
    kept = page.get(css[1], signed_in=False)
    assert (kept.status, kept.headers["cache-control"]) == (
        200,
        "public, max-age=31536000, immutable",
    )


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_w5_no_template_bears_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=|javascript:|\|\s*safe\b|autoescape", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style", text)


def test_w9_bodies_queries_and_heads_are_bounded(page: Served) -> None:
    assert page.get(f"/?l={'a' * 9000}").status == 414
    big = b"form=" + b"x" * (256 * 1024)
    same = {"Sec-Fetch-Site": "same-origin"}
    assert page.send("POST", "/undo", headers=same, body=big).status == 413
    raw = socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE)
    with raw:  # without a stated length
        head = f"POST /undo HTTP/1.1\r\nHost: {page.name}\r\nCookie: {page.cookie}\r\n"
        raw.sendall(
            f"{head}Sec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        try:
            for _ in range(30):
                raw.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
            raw.sendall(b"0\r\n\r\n")
            said = raw.recv(100)
        except OSError:  # closed on us while we sent
            said = b""
        assert not said or said.split()[1] == b"413"
    with socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000)
        assert raw.recv(100)[9:12] in (b"400", b"431")
    assert page.get("/").status == 200


def test_w9_slow_senders_are_in_no_ones_way(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred heads that never end: a user's page comes before they are given up, which here
    would be too late. And they are gone in time.
    """
    monkeypatch.setattr("goldmine_ingest.web.serving.DEADLINE", 2 * PATIENCE)
    slow = [
        socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE) for _ in range(200)
    ]
    for each in slow:
        try:
            each.sendall(f"GET / HTTP/1.1\r\nHost: {page.name}\r\nX: ".encode())
        except OSError:
            continue  # made room already
    assert page.get("/").status == 200
    for each in slow:
        each.close()
    monkeypatch.setattr("goldmine_ingest.web.serving.DEADLINE", 1.0)
    with socket.create_connection(("127.0.0.1", page.port), PATIENCE) as late:
        with suppress(OSError):
            late.sendall(b"GET / HTTP/1.1\r\nX: ")
        with suppress(ConnectionResetError):
            assert late.recv(10) == b""


def test_w10_twenty_attempts_a_minute(own_page: Served) -> None:
    """A forged address is not believed."""
    statuses = [
        own_page.get(
            f"/in/{'A' * 49}", signed_in=False, **{"X-Forwarded-For": f"192.0.2.{number}"}
        ).status
        for number in range(25)
    ]
    assert statuses == [404] * 19 + [429] * 6  # the fixture's own sign-in was the first
    assert own_page.get("/").status == 200


def test_w11_what_it_writes_is_its_owners(own_page: Served) -> None:
    data = own_page.site.data
    modes = {
        path.relative_to(data).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in data.rglob("*")
        if path.name.startswith("web.")
    }
    assert modes == {"web.key": 0o600, "web.name": 0o600}
    assert len((data / "web.key").read_bytes()) == 32


def test_w12_a_new_key_ends_all_sessions_at_once(own_page: Served) -> None:
    link = own_page.link()
    assert own_page.get("/").status == 200
    new_key(own_page.site.data)
    assert own_page.get("/").status == 401
    assert own_page.get(link, signed_in=False).status == 404
    own_page.sign_in()
    assert own_page.get("/").status == 200


def test_a_link_signs_in_once_and_back_to_where_one_was(own_page: Served) -> None:
    link = own_page.link()
    away = own_page.get("/keys?x=1;2", signed_in=False)
    assert (away.status, "goldmine web link" in away.words) == (401, True)
    back = away.headers["set-cookie"].partition(";")[0]
    first = own_page.get(link, signed_in=False, Cookie=back)
    assert (first.status, first.headers["location"]) == (303, "/keys?x=1;2")
    assert "HttpOnly; SameSite=Lax" in first.headers["set-cookie"]
    own_page.site.now.forward(seconds=20)  # type: ignore[attr-defined]
    assert own_page.get(link, signed_in=False).status == 303  # browsers load ahead
    own_page.site.now.forward(seconds=20)  # type: ignore[attr-defined]
    assert own_page.get(link, signed_in=False).status == 404
    late = own_page.link()
    own_page.site.now.forward(minutes=11)  # type: ignore[attr-defined]
    assert own_page.get(late, signed_in=False).status == 404


@pytest.mark.parametrize("back", ["//evil.example/", "/\\evil.example", "https://evil.example", ""])
def test_no_one_is_sent_elsewhere(back: str, own_page: Served) -> None:
    got = own_page.get(own_page.link(), signed_in=False, Cookie=f"goldmine-back={back}")
    assert got.headers["location"] == "/"


def test_a_session_lasts_thirty_days(own_page: Served) -> None:
    own_page.site.now.forward(days=29)  # type: ignore[attr-defined]
    assert own_page.get("/").status == 200
    own_page.site.now.forward(days=2)  # type: ignore[attr-defined]
    assert own_page.get("/").status == 401


def test_signing_out_ends_this_session(own_page: Served) -> None:
    key = own_page.site.key()
    session = own_page.site.session_of(own_page.cookie.partition("=")[2])
    assert session
    token = form_token(key, session.session_id, "/out")
    assert own_page.post("/out", {"form": token}).status == 303
    assert own_page.get("/").status == 401


def test_w8_no_sign_in_link_is_ever_logged(
    own_page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Used, used up, and where the page itself fails."""
    caplog.set_level(logging.DEBUG)
    link = own_page.link()
    assert own_page.get(link, signed_in=False).status == 303
    own_page.site.now.forward(minutes=1)  # type: ignore[attr-defined]
    assert own_page.get(link, signed_in=False).status == 404
    own_page.site.attempts = None  # type: ignore[assignment]
    assert own_page.get(link, signed_in=False).status == 500
    assert "page error" in caplog.text
    assert link.removeprefix("/in/") not in caplog.text
