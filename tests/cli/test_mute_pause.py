"""`goldmine mute`, `pause` and `resume`: what waits, what isn't asked, and how it goes on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.analysis.test_rescan import SETTINGS, home_with
from tests.rig.command import goldmine
from tests.rig.project import Home, upwork_feed, upwork_item

TWO = SETTINGS + '\n[[notify]]\nname = "desk"\nurl = "terminal"\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two destinations, both told of one listing; the clock of the history is the computer's."""
    return home_with(tmp_path, "$1,500", settings=TWO)


def brings(home: Home, *numbers: int) -> None:
    """The feed holds these listings now."""
    items = [upwork_item(n, budget="$1,500") for n in numbers]
    (home.folder / "feed.xml").write_bytes(upwork_feed(*items))


def states(home: Home) -> list[tuple[object, ...]]:
    """What became of each alert, newest listing last."""
    return home.rows(
        "SELECT destination, state, cause FROM alerts JOIN listings USING (listing_id)"
        " WHERE title LIKE '%2' ORDER BY destination"
    )


def mute(home: Home, name: str, **span: float) -> None:
    """As the command does it, by the test's clock."""
    with home.store() as store:
        store.mute(name, home.clock() + timedelta(**span))


def test_matches_wait_while_muted_and_go_afterwards(home: Home) -> None:
    """Held with the reason, told by nobody; then sent as if they came now. One of two destinations
    may be muted alone.
    """
    mute(home, "phone", hours=2)
    brings(home, 1, 2)
    home.clock.forward(minutes=10)
    home.run()
    assert states(home) == [("desk", "sent", None), ("phone", "held", "muted")]
    home.clock.forward(minutes=100)
    home.run()
    assert states(home)[1] == ("phone", "held", "muted")
    home.clock.forward(minutes=11)
    home.run()
    assert states(home)[1] == ("phone", "sent", None)


def test_off_lets_them_go_at_once(home: Home) -> None:
    mute(home, "", hours=48)
    brings(home, 1, 2)
    home.clock.forward(minutes=10)
    home.run()
    assert {row[1:] for row in states(home)} == {("held", "muted")}
    assert goldmine("mute", "off", cwd=home.folder).stdout == "nothing is muted\n"
    home.run()
    assert {row[1:] for row in states(home)} == {("sent", None)}


def test_the_command_says_what_is_muted(home: Home) -> None:
    assert goldmine("mute", cwd=home.folder).stdout == "nothing is muted\n"
    one = goldmine("mute", "2h", "--destination", "phone", cwd=home.folder)
    assert one.returncode == 0, one.stderr
    assert one.stdout.startswith("phone: no matches until ")
    assert len(goldmine("mute", "3d", cwd=home.folder).stdout.splitlines()) == 2
    left = goldmine("mute", "off", "--destination", "phone", cwd=home.folder).stdout
    assert len(left.splitlines()) == 2  # all are muted still
    assert goldmine("mute", "off", cwd=home.folder).stdout == "nothing is muted\n"
    for arguments in (("31d",), ("soon",), ("2h", "--destination", "nobody")):
        done = goldmine("mute", *arguments, cwd=home.folder)
        assert (done.returncode, done.stdout) == (2, "")


def state_of(home: Home) -> tuple[str, str]:
    """The state of the feed and why, as `goldmine feeds` has them."""
    [row] = json.loads(goldmine("feeds", "--json", cwd=home.folder).stdout)
    return row["state"], goldmine("feeds", cwd=home.folder, COLUMNS="300").stdout


def test_a_paused_feed_is_asked_by_name_alone(home: Home) -> None:
    """Not when it is due, not by --all; by name it is, and stays paused."""
    assert goldmine("pause", "f", cwd=home.folder).returncode == 0
    state, table = state_of(home)
    assert (state, "paused by hand; goldmine resume f" in table) == ("disabled", True)
    assert home.rows("SELECT state FROM feeds") == [("disabled",)]
    brings(home, 1, 2)
    home.clock.forward(hours=3)
    assert home.run(all_feeds=False).feeds == ()
    every = home.run()
    assert every.feeds == ()
    assert any("f: not asked: paused by hand" in note for note in every.notes)
    named = goldmine("run", "f", cwd=home.folder)
    assert named.returncode == 0
    assert "1 new" in named.stdout + named.stderr
    assert "it stays paused" in named.stdout + named.stderr
    assert state_of(home)[0] == "disabled"
    assert goldmine("resume", "f", cwd=home.folder).returncode == 0
    home.clock.forward(hours=3)
    assert [feed.feed for feed in home.run(all_feeds=False).feeds] == ["f"]
    assert state_of(home)[0] == "ok"


def test_what_can_not_be_paused_or_resumed(home: Home) -> None:
    for arguments in (("pause", "nobody"), ("resume", "nobody"), ("resume", "f")):
        done = goldmine(*arguments, cwd=home.folder)
        assert (done.returncode, done.stdout) == (2, "")
    assert goldmine("pause", "f", cwd=home.folder).returncode == 0
    assert goldmine("pause", "f", cwd=home.folder).returncode == 0
