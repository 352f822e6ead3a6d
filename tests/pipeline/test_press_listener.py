"""Presses come by a long poll: at once, once, by one poll for a bot, and whatever happens to the
network, the history or the process. Telegram and ntfy are loopback servers that hold a question as
the real ones do.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.model.press import Presses
from goldmine_ingest.notify import Notifier, sending_child
from goldmine_ingest.pipeline.delivery import press_listener
from goldmine_ingest.pipeline.delivery.press_listener import PressListener
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.resources import Resources
from goldmine_ingest.runtime.child_process import ChildProcess
from goldmine_ingest.runtime.locks import database_lock, phone_lock
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.runtime.web_key import new_key
from tests.pipeline.test_buttons import EVENTS, RATINGS, STATE, phone, tokens, uncertain
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home, kept_resources
from tests.rig.services import Services
from tests.rig.waiting import PATIENCE, wait_for
from tests.rig.watching import item, serve, watching

SPOOL = "data/spool/actions"


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as started:
        yield started


@pytest.fixture
def tools(services: Services) -> Iterator[Resources]:
    with Notifier(services.child) as notifier:
        yield Resources(kept_resources().worker, notifier)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a minute in a test: pauses are tenths of a second."""
    monkeypatch.setattr(press_listener, "_LOOK_EVERY", 0.1)
    monkeypatch.setattr(press_listener, "_FIRST_PAUSE", 0.1)
    monkeypatch.setattr(press_listener, "_LONGEST_PAUSE", 0.4)


@dataclass
class Ear:
    """A listener that runs, and what it complained of."""

    said: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def listening(home: Home, services: Services, wait: float = 20.0) -> Iterator[Ear]:
    """As the process for the phone does it, in a thread."""
    home.project()
    ear = Ear()
    current = CurrentProject(home.folder / "config/goldmine.toml", env=home.env, cwd=home.folder)
    with Resources() as resources, phone_lock(home.folder / "data/goldmine.duckdb"):
        environment = Environment(home.env, home.clock, home.printed, Redactor(), resources)
        listener = PressListener(
            current, environment, lambda: Notifier(services.child), ear.said.append, wait
        )
        thread = threading.Thread(target=listener.run, args=(ear.stop.wait,), daemon=True)
        thread.start()
        try:
            yield ear
        finally:
            ear.stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()


def answers(services: Services) -> Mapping[str, dict[str, object]]:
    return dict(services.answers)


def test_a_press_on_telegram_is_answered_while_the_question_is_held(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    with listening(home, services):
        wait_for(lambda: services.held)
        asked = services.asked_for_updates[-1]
        assert (asked["timeout"], asked["allowed_updates"]) == (20, ["callback_query"])
        services.press(tokens(services)["Pursue"])
        wait_for(lambda: len(services.answers) == 2)
        assert [stage for _, stage, _, _ in home.rows(EVENTS)] == ["pursued"]
        answer, edit = (body for _, body in services.answers)
        assert answer["text"] == "Pursued"
        words = [button["text"] for button in edit["reply_markup"]["inline_keyboard"][0]]
        assert words == ["✓ Pursued 12:00 UTC", "Undo"]
        wait_for(lambda: services.held)
        # confirmed only now that it is stored
        assert services.asked_for_updates[-1]["offset"] == 800_001
    assert services.most_held == 1


def test_undo_and_once_more_on_the_same_message(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """After Undo the buttons are there again, and work."""
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    with listening(home, services):
        press = tokens(services)["Skip"]
        for expected, then in ((["skipped"], "Undo"), ([], "Skip"), (["skipped"], "Undo")):
            services.answers.clear()
            services.press(press)
            wait_for(lambda: len(services.answers) == 2)
            assert [stage for _, stage, _, _ in home.rows(EVENTS)] == expected
            (below,) = services.answers[1][1]["reply_markup"]["inline_keyboard"]
            press = next(button["callback_data"] for button in below if button["text"] == then)


def test_a_press_on_ntfy_is_heard_while_it_is_listened_to(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = phone(tmp_path, feeds, services, "ntfy", "jobs")
    home.run(tools=tools)
    actions = services.messages("ntfy")[0].body["actions"]
    with listening(home, services):
        for action in ({**actions[0], "body": "hello"}, actions[2], actions[2], actions[0]):
            before = services.streams
            wait_for(lambda: services.streams)
            services.touch(action)
            wait_for(lambda: services.streams > before)  # noqa: B023 - called at once
    assert home.rows(RATINGS) == [("bad",)]
    assert [stage for _, stage, _, _ in home.rows(EVENTS)] == ["pursued"]


def test_a_press_while_the_history_is_in_use_waits_on_the_disk(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """It is answered, and goes in once, as soon as that is over."""
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    with listening(home, services):
        wait_for(lambda: services.held)
        with database_lock(tmp_path / "data/goldmine.duckdb"):
            services.press(tokens(services)["Pursue"])
            wait_for(lambda: len(services.answers) == 2)
            assert services.answers[0][1]["text"] == "Noted; it goes into the history in a moment"
            assert len(list((tmp_path / SPOOL).glob("*.json"))) == 1
        wait_for(lambda: not list((tmp_path / SPOOL).glob("*.json")))
        services.press(tokens(services)["Pursue"])
        wait_for(lambda: len(services.answers) == 4)
    assert len(home.rows(EVENTS)) == 1
    assert services.answers[2][1]["text"] == "Already pursued at 12:00 UTC"


def test_a_press_that_waited_on_the_disk_proves_that_its_message_arrived(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """Of which nobody knew, until the press went in."""
    home = uncertain(tmp_path, feeds, services, tools)
    with listening(home, services):
        wait_for(lambda: services.held)
        with database_lock(tmp_path / "data/goldmine.duckdb"):
            services.press(tokens(services)["Skip"])
            wait_for(lambda: len(services.answers) == 2)
        wait_for(lambda: not list((tmp_path / SPOOL).glob("*.json")))
    assert [stage for _, stage, _, _ in home.rows(EVENTS)] == ["skipped"]
    assert home.rows(STATE) == [("sent",)]


def test_one_poll_for_one_bot_with_two_chats(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """Two would take each other's updates: Telegram gives them to who asks last."""
    serve(feeds, "/a", item(1))
    to = {
        name: f'url = "{services.url("telegram", chat)}"\n'
        for name, chat in (("phone", "987654"), ("tablet", "987655"))
    }
    home = watching(tmp_path, feeds, "/a", to=to)
    home.settings += "[actions]\n"
    home.run(tools=tools)
    sent = {
        str(message.body["chat_id"]): message.body["reply_markup"]["inline_keyboard"][0]
        for message in services.messages("telegram")
    }
    with listening(home, services):
        wait_for(lambda: services.held)
        services.press(sent["987655"][2]["callback_data"], chat=987655)
        wait_for(lambda: home.rows(RATINGS))
        services.press(sent["987654"][1]["callback_data"], chat=987655)  # the other chat's
        wait_for(lambda: len(services.answers) == 3)
    assert services.most_held == 1
    assert services.answers[2][1]["text"] == "This button is not good any more"
    assert home.rows(EVENTS) == []


def test_a_cycle_asks_nothing_while_somebody_listens(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """A second question would end the first, which is held for longer than all this takes."""
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    with listening(home, services, wait=600.0):
        wait_for(lambda: services.held)
        before = len(services.asked_for_updates)
        home.run(tools=tools)
        home.deliver()
        assert len(services.asked_for_updates) == before
    home.run(tools=tools)
    assert services.asked_for_updates[-1]["timeout"] == 0


def test_a_lost_network_is_said_once_and_loses_nothing(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    with listening(home, services, wait=1.0) as ear:
        wait_for(lambda: services.held)
        services.unreachable = True
        wait_for(lambda: ear.said)
        services.press(tokens(services)["Skip"])
        services.unreachable = False
        wait_for(lambda: home.rows(EVENTS))
        assert ear.said == [
            "phone: buttons: the service can't be reached; tried again until it works"
        ]


def test_another_reader_of_the_bot_takes_the_buttons_away_until_it_is_gone(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """Said once; a single conflict, which is a poll of our own that broke off, is not."""
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    taken = "SELECT value FROM meta WHERE key = 'presses taken:phone'"
    with listening(home, services, wait=0.0) as ear:
        services.conflicts = 1
        wait_for(lambda: not services.conflicts)
        wait_for(lambda: home.rows(taken) == [("no",)])
        assert ear.said == []
        services.read_elsewhere = True
        wait_for(lambda: home.rows(taken) == [("yes",)])
        serve(feeds, "/a", item(1), item(2))
        home.run(tools=tools)
        assert "reply_markup" not in services.messages("telegram")[-1].body
        services.read_elsewhere = False
        wait_for(lambda: home.rows(taken) == [("no",)])
        assert len(ear.said) == 1
        assert "another program reads this bot" in ear.said[0]


def test_a_service_that_asks_to_wait_is_left_alone_for_that_long(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    services.slow_down = 2
    with listening(home, services) as ear:
        wait_for(lambda: ear.said)
        wait_for(lambda: services.updates_asked_at[-1] - services.updates_asked_at[0] >= 2)
    gaps = [
        b - a
        for a, b in zip(services.updates_asked_at, services.updates_asked_at[1:], strict=False)
    ]
    assert max(gaps) >= 2
    assert "HTTP 429" in ear.said[0]


def test_a_new_key_and_a_new_destination_are_taken_up(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """Without a new start: after `web sign-out` no old button does anything; what is added is
    listened to.
    """
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    old = tokens(services)["Skip"]
    with listening(home, services):
        wait_for(lambda: services.held)
        new_key(tmp_path / "data")
        home.settings += f'[[notify]]\nname = "push"\nurl = "{services.url("ntfy", "jobs")}"\n'
        home.project()
        wait_for(lambda: services.streams)
        services.press(old)
        wait_for(lambda: services.answers)
        assert services.answers[0][1]["text"] == "This button is not good any more"
    assert home.rows(EVENTS) == []


def test_where_no_process_can_be_started_it_is_tried_again(
    tmp_path: Path,
    feeds: FeedServer,
    services: Services,
    tools: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    real, failures = sending_child.ChildProcess, [OSError(12, "Cannot allocate memory")]

    def child(*args: Any) -> ChildProcess:
        if failures:
            raise failures.pop()
        return real(*args)

    monkeypatch.setattr(sending_child, "ChildProcess", child)
    with listening(home, services) as ear:
        wait_for(lambda: services.held)
        why = "no process can be started (Cannot allocate memory)"
        assert ear.said == [f"buttons: {why}; tried again"]


def test_where_no_thread_can_be_started_it_is_tried_again(
    tmp_path: Path,
    feeds: FeedServer,
    services: Services,
    tools: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    real, failures = threading.Thread.start, [RuntimeError("can't start new thread")]

    def start(thread: threading.Thread) -> None:
        if failures and thread.name == "goldmine-presses":
            raise failures.pop()
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with listening(home, services) as ear:
        wait_for(lambda: services.held)
        assert ["tried again" in said for said in ear.said] == [True]


def test_it_ends_at_once_in_the_middle_of_a_question(
    tmp_path: Path, feeds: FeedServer, services: Services, tools: Resources
) -> None:
    """The question is held for longer than a test may last; nothing of it is left."""
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    with listening(home, services, wait=600.0):
        wait_for(lambda: services.held)
    names = {thread.name for thread in threading.enumerate()}
    assert "goldmine-presses" not in names


def test_it_ends_at_once_also_where_a_question_only_begins(
    tmp_path: Path,
    feeds: FeedServer,
    services: Services,
    tools: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told to end after it looked whether to go on, and before the child is asked."""
    home = phone(tmp_path, feeds, services, "telegram")
    home.run(tools=tools)
    begins, ends = threading.Event(), threading.Event()
    presses, abandon = Notifier.presses, Notifier.abandon

    def late(self: Notifier, *asked: Any) -> Presses:
        begins.set()
        ends.wait(PATIENCE)
        return presses(self, *asked)

    def early(self: Notifier) -> None:
        abandon(self)
        ends.set()

    monkeypatch.setattr(Notifier, "presses", late)
    monkeypatch.setattr(Notifier, "abandon", early)
    monkeypatch.setattr(press_listener, "_GOODBYE", 30.0)
    with listening(home, services, wait=600.0):
        assert begins.wait(PATIENCE)
    names = {thread.name for thread in threading.enumerate()}
    assert "goldmine-presses" not in names
