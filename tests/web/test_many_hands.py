"""Two tabs, a phone, a terminal and cycles at once, a program that holds the history, a process
that is killed: no action is lost, none doubled.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.analysis.action_spool import set_aside, waiting
from goldmine_ingest.analysis.actions import Action, act
from goldmine_ingest.store.history import open_store
from goldmine_ingest.web.session import form_token
from tests.rig.page import Served
from tests.rig.waiting import PATIENCE

# What each hand says in turn of a listing, so that none repeats what was said last of it.
WORDS = {
    "tab": ("viewed", "replied"),
    "other tab": ("interviewed", "declined"),
    "terminal": ("hired", "withdrawn"),
    "phone": ("pursued", "skipped"),
}


@dataclass
class Hands:
    """All who press something, each action under an id of its own; pages are sent each form twice.
    `sent` is what must be in the history in the end, `answers` what the page
    said.
    """

    page: Served
    listings: list[str]
    sent: dict[str, str] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.page.site.project().database.path

    def press(self, hand: str, turn: int) -> None:
        event, stage = uuid.uuid4().hex, WORDS[hand][turn // len(self.listings) % 2]
        listing = self.listings[turn % len(self.listings)]
        self.sent[event] = stage
        if hand in ("tab", "other tab"):
            self._tab(event, stage, listing)
            return
        pressed = Action(event, stage, listing, self.page.site.now(), "phone")
        if hand == "phone":  # stored before it is confirmed, taken in by who opens the history next
            set_aside(self.database, pressed)
            return
        with open_store(
            self.database, now=pressed.at_time, wait=timedelta(seconds=PATIENCE)
        ) as store:
            act(store, pressed)

    def _tab(self, event: str, stage: str, listing: str) -> None:
        path = f"/l/{listing}/track"
        session = self.page.site.session_of(self.page.cookie.partition("=")[2])
        assert session
        token = form_token(self.page.site.key(), session.session_id, path)
        fields = {"form": token, "event": event, "stage": stage, "all_the_same": "1"}
        self.answers.extend(self.page.post(path, fields).status for _ in range(2))

    def all_at_once(self, turns: int) -> None:
        threads = [
            threading.Thread(target=lambda hand=hand: [self.press(hand, n) for n in range(turns)])
            for hand in WORDS
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def in_the_history(self) -> dict[str, str]:
        with self.page.site.history() as store:
            events = store.events()
        assert len({event.event_id for event in events}) == len(events)
        return {event.event_id: event.what for event in events}


@pytest.fixture
def hands(own_page: Served) -> Hands:
    with own_page.site.history() as store:
        listings = store.listing_ids()[:3]
    own_page.site.now = lambda: datetime.now(UTC)  # the cycles' own: they take in what waits
    own_page.sign_in()
    return Hands(own_page, listings)


@contextmanager
def cycles(page: Served, pause: float) -> Iterator[list[int]]:
    """Cycles in processes of their own, one after the other, for as long as this lasts: what each
    ended with.
    """
    config = page.site.data.parent / "config/goldmine.toml"
    ended, over = [], threading.Event()

    def run() -> None:
        while not over.is_set():
            done = subprocess.run(  # noqa: S603 - our own
                [sys.executable, "-m", "goldmine_ingest", "--config", str(config), "run", "--all"],
                capture_output=True,
                check=False,
            )
            ended.append(done.returncode)
            over.wait(pause)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield ended
    finally:
        over.set()
        thread.join(PATIENCE)


@pytest.mark.parametrize("turns", [8, pytest.param(50, marks=pytest.mark.drill)])
def test_many_hands_and_cycles_lose_and_double_nothing(hands: Hands, turns: int) -> None:
    """200 actions in the drill: of each hand fifty."""
    with cycles(hands.page, 1.0) as ended:
        hands.all_at_once(turns)
    assert ended
    assert set(ended) <= {0, 3, 75}
    assert set(hands.answers) <= {202, 303}
    assert hands.in_the_history() == hands.sent
    assert len(hands.sent) == 4 * turns
    assert not list(waiting(hands.database))


@pytest.mark.drill
def test_while_another_program_has_it_for_twenty_seconds(hands: Hands) -> None:
    """Each press is answered, waits on the disk, and goes in once it is free."""
    holder = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", _HOLDER, str(hands.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        until = time.monotonic() + 20
        turns = itertools.count()
        while time.monotonic() < until:
            turn = next(turns)
            hands.press("tab", turn)
            hands.press("phone", turn)
        assert set(hands.answers) == {202}
        assert len(list(waiting(hands.database))) == len(hands.sent) >= 8
    finally:
        holder.communicate(b"")
    assert hands.in_the_history() == hands.sent
    assert not list(waiting(hands.database))


_HOLDER = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("point", ["taken_in", "before_commit"])
def test_killed_between_spool_and_history(hands: Hands, point: str) -> None:
    hands.press("phone", 0)
    config = hands.page.site.data.parent / "config/goldmine.toml"

    def run(**env: str) -> int:
        command = [sys.executable, "-m", "goldmine_ingest", "--config", str(config), "run", "--all"]
        return subprocess.run(  # noqa: S603 - our own
            command, env={**os.environ, **env}, capture_output=True, check=False
        ).returncode

    assert run(FAULT_POINT=point) == -9
    assert run() in (0, 3)
    assert not list(waiting(hands.database))
    assert hands.in_the_history() == hands.sent
