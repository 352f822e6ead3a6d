"""Buttons below alerts, pressed on a phone: one event each, and none that isn't ours. Telegram and
ntfy are loopback servers that answer as the real ones do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.alerts.tokens import PRESSES, TEXT_LENGTH, Token, destination_mark, read, sign
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.buttons import ButtonMaker, key_of_buttons
from goldmine_ingest.pipeline.delivery.pressing import TEST_LISTING
from goldmine_ingest.pipeline.resources import Resources
from tests.rig.feed_server import FeedServer
from tests.rig.project import NOON, Home, kept_resources
from tests.rig.services import Services
from tests.rig.watching import item, serve, watching

EVENTS = "SELECT listing_id, stage, way, connects FROM pursuits ORDER BY at_time"
RATINGS = "SELECT rating FROM ratings"
pytestmark = pytest.mark.usefixtures("from_nest")


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as started:
        yield started


@pytest.fixture
def tools(services: Services) -> Iterator[Resources]:
    with Notifier(services.child) as notifier:
        yield Resources(kept_resources().worker, notifier)


def phone(
    folder: Path, feeds: FeedServer, services: Services, service: str, to: str = "", more: str = ""
) -> Home:
    """A project with buttons that tells one job to one service."""
    serve(feeds, "/a", item(1))
    lines = f'url = "{services.url(service, to)}"\n{more}'
    home = watching(folder, feeds, "/a", to={"phone": lines})
    home.settings += "[actions]\n"
    return home


STATE = "SELECT state FROM alerts WHERE kind = 'match'"


def uncertain(folder: Path, feeds: FeedServer, services: Services, tools: Resources) -> Home:
    """Its alert may have arrived or not, which nobody knows."""
    home = phone(folder, feeds, services, "telegram")
    home.settings = home.settings.replace("[alerts]\n", '[alerts]\nuncertain = "hold"\n')
    services.script("telegram", "portal", "portal")
    home.run(tools=tools)
    home.clock.forward(hours=1)
    home.run(tools=tools)
    assert home.rows(STATE) == [("uncertain",)]
    return home


def keyboard(services: Services) -> list[list[dict[str, str]]]:
    """The rows below the newest message of Telegram's."""
    body = services.messages("telegram")[-1].body
    return list(body.get("reply_markup", {}).get("inline_keyboard", []))


def tokens(services: Services) -> dict[str, str]:
    return {button["text"]: button["callback_data"] for button in keyboard(services)[0]}


def test_a_press_on_telegram_is_one_event_and_is_answered(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """Also where a crash has it fetched again, and where it is touched twice; Undo takes it back,
    and after that the buttons are there again.
    """
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    (listing,) = home.rows("SELECT listing_id FROM listings")
    assert [button["text"] for button in keyboard(services)[0]] == ["Pursue", "Skip", "Bad"]
    assert keyboard(services)[1][0]["text"] == "Open on upwork.com"
    assert {len(token) for token in tokens(services).values()} == {TEXT_LENGTH}

    pursue = tokens(services)["Pursue"]
    services.press(pursue)
    home.clock.forward(minutes=5)
    home.run(tools=tools)
    assert home.rows(EVENTS) == [(listing[0], "pursued", "phone", None)]
    answer, edit = (body for _, body in services.answers)
    assert answer["text"] == "Pursued"
    said, undo = edit["reply_markup"]["inline_keyboard"][0]
    assert (said["text"], undo["text"]) == ("✓ Pursued 12:05 UTC", "Undo")
    assert (edit["chat_id"], edit["message_id"]) == (987654, 4711)

    services.answers.clear()
    services.press(pursue)
    with home.store() as store:
        store.set_meta("presses:phone", "")  # as a crash before it was stored leaves it
    home.run(tools=tools)
    assert len(home.rows(EVENTS)) == 1
    assert services.answers[0][1]["text"] == "Already pursued at 12:05 UTC"

    services.answers.clear()
    services.press(undo["callback_data"])
    home.clock.forward(minutes=5)
    home.run(tools=tools)
    assert home.rows(EVENTS) == []
    answer, edit = (body for _, body in services.answers)
    assert answer["text"] == "Taken back"
    words = [each["text"] for each in edit["reply_markup"]["inline_keyboard"][0]]
    assert words == ["Pursue", "Skip", "Bad"]


@pytest.mark.parametrize(
    ("case", "press"),
    [
        ("a foreign chat", {"chat": 111}),
        ("a group, by nobody of its people", {"chat": -100987, "who": 5}),
        ("another key", {}),
        ("out of time", {}),
        ("another destination's", {}),
        ("a listing that there isn't", {}),
        ("not a token", {}),
    ],
)
def test_what_is_none_of_ours_does_nothing(
    tmp_path: Path,
    feeds: FeedServer,
    services: Services,
    tools: Resources,
    case: str,
    press: dict[str, int],
) -> None:
    to = "987654/-100987" if "group" in case else ""
    home = phone(tmp_path, feeds, services, "telegram", to, "people = [7]")
    home.run(tools=tools)
    key = key_of_buttons(tmp_path / "data/goldmine.duckdb")
    text = tokens(services)["Pursue"]
    good = read(text, key, home.clock())
    forged: dict[str, Any] = {
        "another key": sign(good, b"x" * 32),
        "out of time": sign(replace(good, expires_at=home.clock() - timedelta(hours=2)), key),
        "another destination's": sign(replace(good, destination=destination_mark("desk")), key),
        "a listing that there isn't": sign(replace(good, listing="f" * 20), key),
        "not a token": "drop table",
    }
    services.press(str(forged.get(case, text)), **press)
    home.run(tools=tools)
    assert home.rows(EVENTS) == []
    assert services.answers[0][1]["text"] == "This button is not good any more"
    if "group" in case:
        services.press(text, chat=-100987, who=7)
        home.run(tools=tools)
        assert len(home.rows(EVENTS)) == 1


def test_a_press_on_ntfy_comes_by_the_reply_topic(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """On the destination's own server, under a name that nobody guesses; what is no token there is
    dropped.
    """
    home = phone(tmp_path, feeds, services, "ntfy", "jobs", 'reply_token = "tk_only_replies"')
    home.run(tools=tools)
    (message,) = services.messages("ntfy")
    actions = message.body["actions"]
    assert [action["label"] for action in actions] == ["Pursue", "Skip", "Bad"]
    topic = actions[0]["url"].rpartition("/")[2]
    assert len(topic) == 24
    assert actions[0]["url"] == f"http://127.0.0.1:{services.port}/{topic}"
    assert actions[0]["headers"] == {"Authorization": "Bearer tk_only_replies"}
    services.touch({**actions[0], "body": "hello"})
    services.touch(actions[2])
    services.touch(actions[2])
    home.clock.forward(minutes=5)
    home.run(tools=tools)
    assert home.rows(RATINGS) == [("bad",)]
    home.run(tools=tools)
    assert home.rows(RATINGS) == [("bad",)]


def test_a_press_proves_that_the_message_arrived(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = uncertain(tmp_path, feeds, services, tools)
    services.press(tokens(services)["Skip"])
    home.run(tools=tools)
    assert home.rows(STATE) == [("sent",)]
    assert [stage for _, stage, _, _ in home.rows(EVENTS)] == ["skipped"]


def test_where_another_program_reads_the_bot_there_are_no_buttons(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """Nobody would hear a press. It is said; once that is over they are there again."""
    home = phone(tmp_path, feeds, services, "telegram")
    services.read_elsewhere = True
    report = home.run(tools=tools)
    assert any("another program reads this bot" in note for note in report.notes)
    assert keyboard(services) == []
    services.read_elsewhere = False
    serve(feeds, "/a", item(1), item(2))
    home.clock.forward(minutes=5)
    home.run(tools=tools)
    assert keyboard(services)


@pytest.mark.parametrize("off", ["no table", "this destination"])
def test_buttons_are_off_where_nobody_asked_for_them(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources, off: str
) -> None:
    home = phone(
        tmp_path, feeds, services, "telegram", "", "actions = false" if "this" in off else ""
    )
    services.press("x" * TEXT_LENGTH)
    if off == "no table":
        home.settings = home.settings.replace("[actions]\n", "")
    home.run(tools=tools)
    assert keyboard(services) == []
    assert len(services.messages("telegram")) == 1
    assert services.answers == []


def test_a_press_below_a_test_message_says_that_it_was_one(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    key = key_of_buttons(tmp_path / "data/goldmine.duckdb")
    services.press(ButtonMaker(home.project(), "phone", key).token("skip", TEST_LISTING, NOON))
    home.run(tools=tools)
    assert services.answers[0][1]["text"] == "It works: this was a test, nothing is recorded"
    assert home.rows(EVENTS) == []


def test_the_secrets_of_buttons_stand_in_no_report_and_no_file(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    report = home.run(tools=tools)
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*.duckdb*"))
    for token in tokens(services).values():
        assert token not in str(report)
        assert token.encode() not in stored
    assert Token("pursue", "f" * 20, b"ab", home.clock()).press in PRESSES
