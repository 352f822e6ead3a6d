"""Waiting for presses in a resident process: one long poll for each bot and each reply topic, so
that a press is in the history, and answered, within a second.

A bot's updates go to whoever asks last (https://core.telegram.org/bots/api#getupdates), so there is
one listener for a project (runtime/locks.py: phone_lock), and one poll for a bot, whose buttons
several destinations may have.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.errors import BusyError, ConfigError, GoldmineError
from goldmine_ingest.model.press import Asking, Confirming, Presses
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.addresses import reveal_addresses
from goldmine_ingest.pipeline.delivery.buttons import key_of_buttons, reply_topic
from goldmine_ingest.pipeline.delivery.presses import (
    Asked,
    Recorder,
    confirm_all,
    fetched_from,
    mark_of,
    note_taken,
)
from goldmine_ingest.pipeline.delivery.pressing import PATIENCE, SpoolEmptier
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.runtime import threads
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store, open_store

# Seconds that a service is asked to hold the question; Telegram's own examples use as much.
WAIT = 25.0
# How often the configuration and the key are looked at.
_LOOK_EVERY = 2.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
# A poll of ours that broke off is still open at Telegram's, which says so to the next one: another
# program is one that is there for longer.
_CONFLICTS_OF_OURS = 2
_GOODBYE = 5.0
_BREAK_OFF_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Listened:
    """What is listened to: the destinations, each with its address, the key, the proxy. Where one
    of them is another one, all polls begin anew.
    """

    project: Project
    asked: Asked = field(repr=False)
    key: bytes = field(repr=False)
    proxy: str = field(repr=False)

    def same_as(self, other: Listened | None) -> bool:
        if other is None:
            return False
        mine, theirs = self._addresses(), other._addresses()
        return (mine, self.key, self.proxy) == (theirs, other.key, other.proxy)

    def _addresses(self) -> Mapping[str, str]:
        return {name: url for name, (_, url) in self.asked.items()}


@dataclass(slots=True)
class PressListener:
    """Listens until `stop`. `notifier` makes the edge of one poll; `complain` is told what a person
    should hear, once.
    """

    current: CurrentProject
    environment: Environment
    notifier: Callable[[], Notifier]
    complain: Callable[[str], None]
    wait: float = WAIT
    _polls: list[_Poll] = field(default_factory=list)
    _said: str = ""

    def run(self, wait: Callable[[float], bool]) -> None:
        """`wait` sleeps for so many seconds and says whether to end."""
        listened: Listened | None = None
        try:
            while True:
                found = self._look()
                if found is not None and not (found.same_as(listened) and self._all_go_on()):
                    self._end()
                    listened = found if self._begun(found) else None
                elif found is not None:
                    for poll in self._polls:
                        poll.listened = found  # people, buttons, expiry
                if wait(_LOOK_EVERY):
                    return
        finally:
            self._end()

    def _look(self) -> Listened | None:
        """What the files say now; None while they can't be read."""
        try:
            project = self.current.read()
        except ConfigError:
            return None
        urls, _ = reveal_addresses(project, self.environment)
        try:
            key = key_of_buttons(project.database.path)
            proxy = proxy_of(project, self.environment.env)
        except GoldmineError:
            return None
        return Listened(project, fetched_from(project, urls), key, proxy)

    def _all_go_on(self) -> bool:
        return all(poll.goes_on for poll in self._polls)

    def _begun(self, listened: Listened) -> bool:
        """Whether the polls could be begun; where no child can be started now: tried again."""
        try:
            self._begin(listened)
        except OSError as error:
            self._say(f"buttons: no process can be started ({error.strerror}); tried again")
            return False
        self._said = ""
        return True

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self.complain(sentence)
        self._said = sentence

    def _begin(self, listened: Listened) -> None:
        """A short question to each destination's service tells which of them are one bot."""
        polls: dict[str, _Poll] = {}
        notifier = self.notifier()  # of the first poll too: a child costs half a second of CPU
        for name, (_, url) in listened.asked.items():
            asking = Asking("", reply_topic(name, listened.key))
            try:
                of = notifier.source(url, asking)
            except OSError:
                notifier.close()
                raise
            if of is None:
                continue  # Apprise refuses the address: each send says it
            poll = polls.get(of.source)
            if poll is None:
                own = self.notifier() if polls else notifier
                poll = _Poll(listened, name, self.environment, own, self.complain)
                poll.wait = self.wait
                polls[of.source] = poll
            poll.chats[name] = of.chats
        if not polls:
            notifier.close()
        self._polls = list(polls.values())
        for poll in self._polls:
            poll.start()

    def _end(self) -> None:
        for poll in self._polls:
            poll.end()
        for poll in self._polls:
            poll.join()
        self._polls = []


class _Poll:
    """One bot or one reply topic, in a thread of its own with a child of its own. `chats` are those
    of each destination that it serves.
    """

    def __init__(
        self,
        listened: Listened,
        name: str,
        environment: Environment,
        notifier: Notifier,
        complain: Callable[[str], None],
    ) -> None:
        self.listened = listened
        self.chats: dict[str, tuple[int, ...]] = {}
        self.wait = WAIT
        self._name = name
        self._environment = environment
        self._notifier = notifier
        self._complain = complain
        self._ended, self._asks = threading.Event(), threading.Event()
        self._spool = SpoolEmptier(environment.now)
        self._pause, self._conflicts, self._said = _FIRST_PAUSE, 0, ""
        self._taken: bool | None = None
        self._thread = threading.Thread(target=self._run, name="goldmine-presses", daemon=True)

    @property
    def goes_on(self) -> bool:
        """False once it ended by itself: an error that nobody foresaw, whose trace is told."""
        return self._thread.is_alive()

    def start(self) -> None:
        threads.start(self._thread)

    def end(self) -> None:
        self._ended.set()

    def join(self) -> None:
        """A question that a service holds is broken off, also one that only now begins; what it had
        then comes again.
        """
        until = time.monotonic() + _GOODBYE
        while self._thread.is_alive() and time.monotonic() < until:
            if self._asks.is_set():
                self._notifier.abandon()
            self._thread.join(_BREAK_OFF_EVERY)
        self._notifier.close()

    def _run(self) -> None:
        mark = self._begin()
        while not self._ended.is_set():
            url = self.listened.asked[self._name][1]
            topic = reply_topic(self._name, self.listened.key)
            # After trouble a short question tells sooner that it is over.
            wait = 0.0 if self._said else self.wait
            self._asks.set()
            had = self._notifier.presses(url, Asking(mark, topic, wait), self.listened.proxy)
            self._asks.clear()
            if self._ended.is_set():
                return
            if had.why:
                self._ended.wait(self._trouble(had))
                continue
            self._fine(had)
            if had.presses and not self._take(had):
                self._ended.wait(_FIRST_PAUSE)
                continue
            mark = had.mark

    def _begin(self) -> str:
        """Where to go on; from the start of what the service still has where the history can't be
        asked now: what is known is known.
        """
        try:
            with self._history() as store:
                return mark_of(store, self._name)
        except GoldmineError:
            return ""

    def _history(self) -> AbstractContextManager[Store]:
        path = self.listened.project.database.path
        return open_store(path, wait=PATIENCE, now=self._environment.now())

    def _take(self, had: Presses) -> bool:
        """Stores what was pressed, then tells who pressed. False: it can't be kept anywhere now,
        and has to come again.
        """
        listened, database = self.listened, self.listened.project.database.path
        recorder = Recorder(listened.project, listened.key, self.chats, "")
        try:
            with self._history() as store:
                confirmings = recorder.take(store, self._name, had)
        except BusyError:
            try:
                now = self._environment.now()
                confirmings = recorder.set_aside(self._name, had, now)
            except (OSError, GoldmineError) as error:
                self._say(f"a press can't be kept: {getattr(error, 'strerror', None) or error}")
                return False
            self._spool.hurry(database)
        except GoldmineError as error:
            self._say(f"a press can't be recorded: {error}")
            return False
        self._answer(confirmings)
        return True

    def _answer(self, confirmings: list[Confirming]) -> None:
        named = {self._name: confirmings}
        confirm_all(self._notifier, self.listened.asked, named, self.listened.proxy)

    def _trouble(self, had: Presses) -> float:
        """Says what is wrong, once; seconds until it is tried again."""
        if had.taken:
            self._conflicts += 1
            if self._conflicts < _CONFLICTS_OF_OURS:
                return _FIRST_PAUSE
            self._note_taken(had)
        self._say(f"buttons: {had.why}; tried again until it works")
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return max(had.pause, pause * (1 + random.random() / 4))  # noqa: S311 - spreads retries

    def _fine(self, had: Presses) -> None:
        self._pause, self._conflicts, self._said = _FIRST_PAUSE, 0, ""
        self._note_taken(had)

    def _note_taken(self, had: Presses) -> None:
        """Where another program reads a bot, messages have no buttons until that is over."""
        if self._taken == had.taken:
            return
        try:
            with self._history() as store:
                for name in self.chats:
                    note_taken(store, name, had)
        except GoldmineError:
            return  # with the next answer
        self._taken = had.taken

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self._complain(f"{self._name}: {sentence}")
        self._said = sentence
