"""The door: what opens a link changes nothing, a press is one event, and who has no good token
learns nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from goldmine_ingest.alerts.tokens import TEXT_LENGTH, Token, destination_mark, sign
from goldmine_ingest.model.alert import AlertEvent, AlertEventKind
from goldmine_ingest.pipeline.delivery.pressing import TEST_LISTING
from goldmine_ingest.runtime.locks import database_lock
from goldmine_ingest.runtime.web_key import new_key
from goldmine_ingest.web.door_page import policy
from tests.rig import browser as rig
from tests.rig.command import goldmine
from tests.rig.door import ACTIONS, OpenDoor, open_door
from tests.rig.fault_table import fault
from tests.rig.page import Got
from tests.rig.project import NOON, Home
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE, wait_for
from tests.web.conftest import copied

EVENTS = "SELECT stage, way FROM pursuits ORDER BY at_time"
STANDING = (
    "SELECT what FROM (SELECT stage AS what, at_time FROM pursuits"
    " UNION ALL SELECT rating, at_time FROM ratings) ORDER BY what"
)


@pytest.fixture
def door(seeded: Home, tmp_path: Path) -> Iterator[OpenDoor]:
    """On a project of its own, whose terminal stands for a service with links."""
    home = copied(seeded, tmp_path)
    home.settings += ACTIONS
    with open_door(home) as opened:
        yield opened


@pytest.fixture
def listing(door: OpenDoor) -> str:
    rows = door.home.rows("SELECT listing_id FROM listings WHERE title LIKE 'Reconcile payouts%'")
    return str(rows[0][0])


class Forms(HTMLParser):
    """The buttons of a page: the word on each, and where it posts to."""

    def __init__(self, got: Got) -> None:
        super().__init__()
        self.buttons: dict[str, str] = {}
        self._action = ""
        self._in_button = False
        self.feed(got.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_button = tag == "button"
        if tag == "form":
            assert dict(attrs)["method"] == "post"
            self._action = dict(attrs)["action"] or ""

    def handle_data(self, data: str) -> None:
        if self._in_button:
            self.buttons[data] = self._action
            self._in_button = False


def buttons(got: Got) -> dict[str, str]:
    return Forms(got).buttons


def later(door: OpenDoor) -> Any:
    return door.home.clock() + timedelta(days=14)


@fault("Z24", "a mail scanner opens every link of an alert", "looking changes nothing")
def test_looking_changes_nothing(door: OpenDoor, listing: str) -> None:
    """GET and HEAD show what would be done, as often as they come and by whatever method else."""
    path = door.path("pursue", listing, later(door))
    for method in ("GET", "HEAD", "GET", "PUT", "DELETE", "OPTIONS", "PATCH"):
        got = door.send(method, path)
        assert got.status == (200 if method in ("GET", "HEAD") else 405)
    shown = door.get(path)
    assert "Reconcile payouts with our books" in shown.words
    assert "$2,200 fixed" in shown.words
    assert list(buttons(shown)) == ["Pursue"]
    assert buttons(shown)["Pursue"] == path
    assert door.home.rows(EVENTS) == []


def test_a_press_is_one_event_and_can_be_taken_back(door: OpenDoor, listing: str) -> None:
    """Pressed again it says what stands; what takes it back does so once, and after that the same
    link of the mail offers it anew.
    """
    path = door.path("pursue", listing, later(door))
    done = door.post(path)
    assert "✓ Pursued 12:00 UTC" in done.words
    assert door.home.rows(EVENTS) == [("pursued", "phone")]
    assert "✓ Pursued" in door.post(path).words
    assert len(door.home.rows(EVENTS)) == 1
    undo = buttons(done)["Undo"]
    assert buttons(door.get(path)) == {"Undo": undo}

    back = door.post(undo)
    assert "Taken back" in back.words
    assert door.home.rows(EVENTS) == []
    assert door.post(undo).status == 200
    assert "It was taken back meanwhile" in door.post(path).words
    assert door.home.rows(EVENTS) == []
    again = buttons(door.get(path))["Pursue"]
    assert again != path
    assert buttons(back)["Pursue"] == again
    door.post(again)
    assert door.home.rows(EVENTS) == [("pursued", "phone")]
    assert door.post(undo).status == 200  # that of the first time
    assert len(door.home.rows(EVENTS)) == 1


def test_what_takes_an_event_back_takes_back_no_other(door: OpenDoor, listing: str) -> None:
    good = buttons(door.post(door.path("bad", listing, later(door))))
    pursue = buttons(door.post(door.path("pursue", listing, later(door))))
    assert door.home.rows(STANDING) == [("bad",), ("pursued",)]
    for _ in range(2):
        door.post(pursue["Undo"])
        assert door.home.rows(STANDING) == [("bad",)]
    door.post(good["Undo"])
    assert door.home.rows(STANDING) == []


def test_one_link_for_all_of_them_offers_each(door: OpenDoor, listing: str) -> None:
    path = door.path("decide", listing, later(door))
    shown = door.get(path)
    assert list(buttons(shown)) == ["Pursue", "Skip", "Bad"]
    assert door.post(path).status == 404  # of which one?
    door.post(buttons(shown)["Skip"])
    assert door.home.rows(EVENTS) == [("skipped", "phone")]
    assert list(buttons(door.get(path))) == ["Undo"]


def not_good(door: OpenDoor, listing: str) -> dict[str, str]:
    """Paths of tokens that are none, each for another reason."""
    until_ = later(door)
    good = door.token("pursue", listing, until_)
    return {
        "no token": "/a/",
        "some text": "/a/" + "x" * TEXT_LENGTH,
        "not even text": "/a/%00%ff%2e%2e/etc",
        "too long": "/a/" + "A" * 700,
        "another key": "/a/" + sign(Token("pursue", listing, destination_mark("x"), until_), b"k"),
        "a chat's button": "/a/"
        + sign(Token("pursue", listing, destination_mark("here"), until_), door.key),
        "out of time": door.path("pursue", listing, door.home.clock() - timedelta(hours=2)),
        "no such listing": door.path("pursue", "f" * 20, until_),
        "changed": "/a/" + good[:-3] + ("AAA" if good[-3:] != "AAA" else "BBB"),
        "never pressed": door.path("undo_skip", listing, until_),
    }


def test_whoever_has_no_good_token_learns_nothing(door: OpenDoor, listing: str) -> None:
    """One page for all of them, byte for byte; by GET and by POST."""
    pages = {}
    for case, path in not_good(door, listing).items():
        for method in ("GET", "POST"):
            if case == "never pressed" and method == "GET":
                continue
            got = door.send(method, path, b"" if method == "POST" else None)
            assert got.status == 404, case
            pages[case, method] = got.text
    assert len(set(pages.values())) == 1
    assert "not good any more" in pages["out of time", "GET"]
    assert door.home.rows(EVENTS) == []


def test_a_new_key_ends_every_link_at_once(door: OpenDoor, listing: str) -> None:
    """`goldmine web sign-out`: before and after."""
    path = door.path("skip", listing, later(door))
    assert door.get(path).status == 200
    new_key(door.home.folder / "data")
    assert door.get(path).status == 404
    assert door.post(path).status == 404
    assert door.home.rows(EVENTS) == []


def test_a_link_ends_with_its_destination_its_switch_and_the_table(
    door: OpenDoor, listing: str
) -> None:
    path, whole = door.path("skip", listing, later(door)), door.home.settings
    for settings in (
        whole.replace('name = "here"', 'name = "there"'),
        whole.replace('name = "here"', 'name = "here"\nactions = false'),
        whole.replace(ACTIONS, ""),
    ):
        door.home.settings = settings
        door.home.project()
        assert door.post(path).status in (404, 421)
    door.home.settings = whole
    door.home.project()
    assert door.get(path).status == 200
    assert door.home.rows(EVENTS) == []


def test_a_test_message_records_nothing_and_says_so(door: OpenDoor) -> None:
    shown = door.get(door.path("decide", TEST_LISTING, later(door)))
    assert "A test message" in shown.words
    said = door.post(buttons(shown)["Bad"])
    assert "this was a test, nothing is recorded" in said.words
    assert door.home.rows(STANDING) == []


def test_notify_test_has_links_that_record_nothing(door: OpenDoor) -> None:
    """The command's own message, to a webhook, and its link pressed."""
    with Receiver() as sink:
        door.home.settings += f'[[notify]]\nname = "hook"\nurl = "{sink.url()}"\n'
        door.home.project()
        done = goldmine("notify", "test", "hook", cwd=door.home.folder)
        assert done.returncode == 0, done.stderr
        link = str(sink.accepted[0].message["decide"])
    door.home.clock.at = datetime.now(UTC)
    shown = door.get(urlsplit(link).path)
    assert list(buttons(shown)) == ["Pursue", "Skip", "Bad"]
    assert "nothing is recorded" in door.post(buttons(shown)["Skip"]).words


def test_nothing_else_is_served_and_nobody_else_is_answered(door: OpenDoor, listing: str) -> None:
    path = door.path("skip", listing, later(door))
    for other in (
        "/",
        "/static/door.css",
        "/static/page.css",
        "/in/x",
        "/l/x",
        "/robots.txt",
        "/a",
    ):
        got = door.get(other)
        assert (got.status, got.text) == (404, ""), other
    for host in ("evil.example", "box.example.ts.net.evil", f"x@{door.host}:1:2", ""):
        got = door.get(path, Host=host)
        assert (got.status, got.text) == (421, ""), host
    for host in ("box.example.ts.net:8443", "BOX.example.ts.net", "127.0.0.1:1"):
        assert door.get(path, Host=host).status == 200, host
    raw = socket.create_connection(("127.0.0.1", door.port), timeout=PATIENCE)
    with raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {door.host}\r\nHost: x\r\n\r\n".encode())
        assert raw.recv(100).split()[1] in (b"400", b"421")


def test_every_answer_forbids_what_it_doesnt_need(door: OpenDoor, listing: str) -> None:
    path = door.path("skip", listing, later(door))
    answers = [
        door.get(path),
        door.post(path),
        door.get("/a/x"),
        door.get("/"),
        door.get(path, Host="evil.example"),
        door.send("PUT", path),
    ]
    for got in answers:
        assert got.headers["content-security-policy"] == policy()
        assert got.headers["referrer-policy"] == "no-referrer"
        assert got.headers["x-robots-tag"] == "noindex, nofollow"
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert not {"server", "set-cookie"} & set(got.headers)
        assert not [name for name in got.headers if name.startswith("access-control-")]
        assert len(got.text) < 4096
        assert not re.search(r"<script|\son[a-z]+\s*=|og:|<link|https?://", got.text)


def test_bodies_and_queries_are_bounded(door: OpenDoor, listing: str) -> None:
    path = door.path("skip", listing, later(door))
    assert door.send("POST", path, b"x" * 5000).status == 413
    assert door.get(f"{path}?{'x' * 2000}").status == 414
    with socket.create_connection(("127.0.0.1", door.port), timeout=PATIENCE) as raw:
        raw.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {door.host}\r\nTransfer-Encoding: chunked\r\n\r\n"
            "1400\r\n".encode()
            + b"x" * 0x1400
            + b"\r\n0\r\n\r\n"
        )
        assert raw.recv(100).split()[1] == b"413"
    assert door.home.rows(EVENTS) == []


def test_guesses_are_counted_and_never_lock_a_good_link_out(door: OpenDoor, listing: str) -> None:
    """Everyone comes from the proxy's address: who tries tokens is told to wait, who has one
    isn't.
    """
    statuses = [door.get("/a/" + "A" * 44).status for _ in range(25)]
    assert statuses == [404] * 20 + [429] * 5
    path = door.path("skip", listing, later(door))
    assert door.get(path, **{"X-Forwarded-For": "192.0.2.1"}).status == 200
    assert {door.get(path).status for _ in range(25)} == {200, 429}  # a good one has its bound too


@fault("Z24", "a link of the door pressed twice at once", "one event")
def test_two_presses_at_once_are_one_event(door: OpenDoor, listing: str) -> None:
    path = door.path("pursue", listing, later(door))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: door.post(path), range(8)))
    assert {got.status for got in answers} == {200}
    assert door.home.rows(EVENTS) == [("pursued", "phone")]


def test_a_press_waits_on_the_disk_while_the_history_is_in_use(
    door: OpenDoor, listing: str
) -> None:
    """It is there before anyone is told, and goes in by itself; pressed again meanwhile, and taken
    back meanwhile, it is still one event that was taken back.
    """
    database = door.home.folder / "data/goldmine.duckdb"
    path = door.path("pursue", listing, later(door))
    with database_lock(database):
        looked = door.get(path)
        assert list(buttons(looked)) == ["Pursue"]
        said = door.post(path)
        assert "Noted" in said.words
        spooled = list((database.parent / "spool/actions").glob("*.json"))
        assert len(spooled) == 1
        door.post(path)
        assert len(list((database.parent / "spool/actions").glob("*.json"))) == 1
        undo = buttons(said)["Undo"]
        door.home.clock.forward(seconds=5)
        assert "Noted" in door.post(undo).words
    wait_for(lambda: not list((database.parent / "spool/actions").glob("*.json")))
    assert door.home.rows(EVENTS) == []
    assert door.home.rows("SELECT count(*) FROM pursuit_undo")[0][0] == 1


def test_a_link_s_press_that_waited_proves_that_its_message_arrived(
    door: OpenDoor, listing: str
) -> None:
    """As one that goes in at once does."""
    database = door.home.folder / "data/goldmine.duckdb"
    state = (
        "SELECT state FROM alerts JOIN listings USING (listing_id)"
        " WHERE title LIKE 'Reconcile payouts%' ORDER BY state"
    )
    unsure: tuple[AlertEventKind, ...] = ("owed", "attempt", "uncertain")
    with door.home.store() as store:
        for what in unsure:
            store.append_events([AlertEvent("b" * 20, what, NOON, "here", "match", listing)])
    assert door.home.rows(state) == [("sent",), ("uncertain",)]
    with database_lock(database):
        assert "Noted" in door.post(door.path("skip", listing, later(door))).words
    wait_for(lambda: not list((database.parent / "spool/actions").glob("*.json")))
    assert door.home.rows(state) == [("sent",), ("sent",)]


def test_in_a_browser_one_press_does_it(
    door: OpenDoor, listing: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nothing on the console: its own policy lets its style in, and nothing else is asked for."""
    path = door.path("decide", listing, later(door))
    with rig.browser(tmp_path_factory.mktemp("profile")) as browser:
        browser.open(f"http://{door.host}{path}", width=390, dark=False)
        assert browser.run("return document.querySelectorAll('button').length") == 3
        radius = "return getComputedStyle(document.querySelector('button')).borderRadius"
        assert browser.run(radius) == "7px"
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        assert door.home.rows(EVENTS) == []
        browser.run("document.querySelector('button').click()")
        wait_for(lambda: "✓ Pursued" in browser.run("return document.body.innerText"))
        assert not [line for line in browser.console() if "favicon.ico" not in line]
    assert door.home.rows(EVENTS) == [("pursued", "phone")]
