"""Destinations that fail, and the true list of what each one took."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.rig.receiver import Receiver

# What a destination can do: the case of the battery, and how its receiver answers.
MOODS = {
    "ok": ("", "200"),
    "500": ("A1", "500"),
    "flaky": ("A1", ""),  # one in four fails
    "429": ("A2", "429:90"),
    "302": ("A4", "302:/elsewhere"),
    "rst": ("A6", "rst"),
    "hang": ("A7", "hang"),
    "drip": ("A7", "drip"),
    "401": ("A8", "401"),
    "down": ("A12", ""),  # nobody listens
}


@dataclass(frozen=True)
class Place:
    """A destination as its owner configured it."""

    name: str
    zone: str = "UTC"
    digest: bool = False  # mode = "digest"
    digest_at: tuple[str, ...] = ("18:00",)
    quiet: tuple[int, int] | None = None  # whole hours
    per_hour: int = 20
    feeds: frozenset[str] = frozenset()

    def toml(self, url: str) -> str:
        quiet = (
            f'quiet_hours = "{self.quiet[0]:02}:00-{self.quiet[1]:02}:00"\n' if self.quiet else ""
        )
        feeds = f"feeds = {sorted(self.feeds)}\n".replace("'", '"') if self.feeds else ""
        times = str(list(self.digest_at)).replace("'", '"')
        mode = "digest" if self.digest else "instant"
        head = (
            f'[[notify]]\nname = "{self.name}"\nurl = "{url}"\ntimezone = "{self.zone}"\nmode ='
            f' "{mode}"\n'
        )
        return f"{head}digest_at = {times}\nmax_per_hour = {self.per_hour}\n{quiet}{feeds}"

    def is_quiet(self, moment: datetime) -> bool:
        if self.quiet is None:
            return False
        start, end = self.quiet
        clock = moment.astimezone(ZoneInfo(self.zone)).time()
        return (
            clock >= time(start) or clock < time(end)
            if start > end
            else time(start) <= clock < time(end)
        )


@dataclass(frozen=True)
class Taken:
    """A listing that arrived. `unsure`: the connection broke after it was taken, or the cycle
    that sent it was killed.
    """

    at: datetime
    cycle: int
    job: int
    verdict: str
    may_repeat: bool
    in_digest: bool
    unsure: bool


@dataclass
class Sink(Sequence[str]):
    """A receiver whose answers follow its mood (MOODS). It is the script of the receiver that it
    owns. `notices` are the headlines of what arrived about the program's own health.
    """

    place: Place
    chance: random.Random
    now: Callable[[], datetime]
    mood: str = "ok"
    until: datetime | None = None
    messages: list[tuple[datetime, int, str]] = field(default_factory=list)
    cycle: int = 0
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.receiver = Receiver(self)
        self.receiver.__enter__()
        self.port = self.receiver.port
        self._taken: list[Taken] = []
        self._read = 0

    def __len__(self) -> int:
        return 1

    def __getitem__(self, _: Any) -> str:
        step = (
            self.chance.choice(("200", "200", "200", "503"))
            if self.mood == "flaky"
            else MOODS[self.mood][1]
        )
        self.messages.append((self.now(), self.cycle, step))
        return step

    def feel(self, mood: str) -> None:
        """Down: nobody listens any more, on the same port until it is back."""
        if mood == self.mood:
            return
        if mood == "down":
            self.close()
        elif self.mood == "down":
            self.receiver = Receiver(self, bind=self.port)
            self.receiver.__enter__()
            self._read = 0
        self.mood = mood

    def close(self) -> None:
        if self.mood != "down":
            self.taken(frozenset())
            self.receiver.__exit__(None, None, None)

    def taken(self, killed: frozenset[int]) -> list[Taken]:
        """Every listing that arrived so far; those of killed cycles are unsure."""
        if self.mood != "down":
            arrived = self.receiver.arrived
            first = len(self.messages) - len(arrived)
            for at in range(self._read, len(arrived)):
                moment, cycle, _ = self.messages[first + at]
                if arrived[at].step in ("200", "rst", "hang", "drip"):
                    self._taken += _listings(
                        arrived[at].message, moment, cycle, unsure=arrived[at].step != "200"
                    )
                    self.notices += _headlines(arrived[at].message)
            self._read = len(arrived)
        return [_doubted(taken) if taken.cycle in killed else taken for taken in self._taken]


def _headlines(message: dict[str, Any]) -> list[str]:
    found = [message] if message["kind"] == "notice" else message.get("notices", [])
    return [str(notice["headline"]) for notice in found]


def _doubted(taken: Taken) -> Taken:
    return Taken(
        taken.at,
        taken.cycle,
        taken.job,
        taken.verdict,
        taken.may_repeat,
        taken.in_digest,
        unsure=True,
    )


def _listings(message: dict[str, Any], at: datetime, cycle: int, *, unsure: bool) -> list[Taken]:
    if message["kind"] == "match":
        return [
            _one(
                message["listing"],
                at,
                cycle,
                bool(message["may_repeat"]),
                in_digest=False,
                unsure=unsure,
            )
        ]
    return [
        _one(each, at, cycle, bool(each["may_repeat"]), in_digest=True, unsure=unsure)
        for each in message.get("listings", [])
    ]


def _one(
    listing: dict[str, Any],
    at: datetime,
    cycle: int,
    may_repeat: bool,
    *,
    in_digest: bool,
    unsure: bool,
) -> Taken:
    return Taken(
        at, cycle, number_of(listing["url"]), listing["decision"], may_repeat, in_digest, unsure
    )


def number_of(url: str) -> int:
    """The job's number, from its link."""
    found = re.search(r"~01([0-9a-f]{16})|/(?:rss|atom|json)/(\d+)(?:\?|$)", url)
    assert found, url
    return int(found[1], 16) if found[1] else int(found[2])
