"""The resident loop with a clock that the test holds: P2, P3, P4 and P7 of the fault battery."""

from __future__ import annotations

import io
import time as time_module
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from goldmine_ingest.app import Resources, RunReport, deliver_due, run_cycle
from goldmine_ingest.errors import BusyError
from goldmine_ingest.pipeline.resident_loop import Resident
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, Clock, Home, kept_resources, upwork_feed, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.waiting import wait_for


@dataclass
class Time:
    """Wall clock and monotonic clock, which a computer's owner, its sleep and its time zone move
    apart. `nights` happen while waiting.
    """

    clock: Clock = field(default_factory=Clock)
    seconds: float = 0.0
    end: datetime = NOON + timedelta(hours=1)
    limit: float = 1e6
    nights: list[Callable[[Clock], None]] = field(default_factory=list)

    def wait(self, seconds: float) -> bool:
        assert seconds > 0
        self.seconds += seconds
        self.clock.forward(seconds=seconds)
        if self.nights:
            self.nights.pop(0)(self.clock)
        return self.over()

    def over(self) -> bool:
        return self.clock.at >= self.end or self.seconds > self.limit


def home_of(folder: Path, server: FeedServer, *feeds: tuple[str, str]) -> Home:
    rows = "".join(
        f'[[feed]]\nname = "{name}"\nurl = "{server.url("/" + name)}"\nevery = "{every}"\n'
        for name, every in feeds
    )
    return Home(
        folder,
        f'[fetch]\nallow_private = ["{server.place}"]\n{rows}[[notify]]\nname = "here"\nurl ='
        ' "terminal"\n',
    )


def serve(home: Home, time: Time) -> list[str]:
    """Runs the loop over the real cycle until the time is over; what it complained of."""
    said: list[str] = []
    home.clock = time.clock
    project = home.project()

    def cycle() -> RunReport:
        return run_cycle(
            project, env={}, now=time.clock, out=home.printed, resources=kept_resources()
        )

    def deliver() -> RunReport:
        return deliver_due(
            project, env={}, now=time.clock, out=home.printed, resources=kept_resources()
        )

    Resident(
        cycle=cycle,
        deliver=deliver,
        now=time.clock,
        monotonic=lambda: time.seconds,
        wait=time.wait,
        stop=time.over,
        told=lambda _: None,
        complain=said.append,
    ).run()
    return said


def times(home: Home, feed: str) -> list[datetime]:
    return [
        row[0]
        for row in home.rows(f"SELECT started_at FROM polls WHERE feed = '{feed}' ORDER BY 1")  # noqa: S608
    ]  # type: ignore[misc]


def test_each_feed_is_polled_at_its_own_pace(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script(
        "/often", Answer(body=upwork_feed(upwork_item(1)), headers={"ETag": '"1"'}), Answer(304)
    )
    feeds.script(
        "/seldom", Answer(body=upwork_feed(upwork_item(2)), headers={"ETag": '"2"'}), Answer(304)
    )
    home = home_of(tmp_path, feeds, ("often", "10m"), ("seldom", "30m"))
    assert serve(home, Time()) == []
    assert (len(times(home, "often")), len(times(home, "seldom"))) == (6, 2)


@fault("P3", "a machine asleep for 8 hours", "one poll")
def test_p3_a_night_asleep_becomes_one_poll(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1))))
    home = home_of(tmp_path, feeds, ("jobs", "10m"))
    serve(
        home,
        Time(
            end=NOON + timedelta(hours=8, minutes=5), nights=[lambda clock: clock.forward(hours=8)]
        ),
    )
    assert len(feeds.requests("/jobs")) == 2


@pytest.mark.parametrize(
    "change",
    [timedelta(hours=-1), timedelta(days=-1), timedelta(days=1)],
    ids=["an hour back", "a day back", "a day forward"],
)
@fault("P4", "the clock set back and forward", "no poll lost or doubled")
def test_p4_a_clock_that_is_set_loses_and_doubles_no_poll(
    tmp_path: Path, feeds: FeedServer, change: timedelta
) -> None:
    """In the first quarter of an hour of real time: one poll at the start, one when the clock
    jumps, one ten minutes later.
    """
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1))))
    home = home_of(tmp_path, feeds, ("jobs", "10m"))
    serve(
        home,
        Time(
            end=NOON + timedelta(days=9),
            limit=900,
            nights=[lambda clock: clock.forward(seconds=change.total_seconds())],
        ),
    )
    assert len(feeds.requests("/jobs")) == 3


@pytest.mark.parametrize("month", [3, 10], ids=["an hour is missing", "an hour comes twice"])
@fault(
    "P4",
    "summer time begins and ends in the computer's time zone; the zone changes",
    "no poll lost or doubled",
)
def test_p4_no_time_zone_moves_a_poll(
    month: int, tmp_path: Path, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour over Berlin's change of 2026 at one o'clock UTC; a quarter of an hour after it the
    computer moves to Sydney.
    """

    def zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time_module.tzset()

    def move(clock: Clock) -> None:
        (
            zone("Australia/Sydney")
            if clock.at > begin + timedelta(minutes=45)
            else time.nights.append(move)
        )

    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1))))
    home = home_of(tmp_path, feeds, ("jobs", "10m"))
    begin = datetime(2026, month, 29 if month == 3 else 25, 0, 30, tzinfo=UTC)
    time = Time(Clock(begin), end=begin + timedelta(hours=1), nights=[move])
    zone("Europe/Berlin")
    try:
        serve(home, time)
    finally:
        monkeypatch.undo()
        time_module.tzset()
    assert time.nights == []
    polled = times(home, "jobs")
    assert len(polled) == 6
    assert {later - earlier for earlier, later in pairwise(polled)} == {timedelta(minutes=10)}


@fault("P7", "a feed that always fails", "the others' intervals stay within 10 %")
def test_p7_a_feed_that_always_fails_does_not_move_the_others(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script(
        "/good", Answer(body=upwork_feed(upwork_item(1)), headers={"ETag": '"1"'}), Answer(304)
    )
    feeds.script("/broken", Answer(500))
    home = home_of(tmp_path, feeds, ("good", "10m"), ("broken", "3m"))
    serve(home, Time(end=NOON + timedelta(hours=1, minutes=5)))
    polled = times(home, "good")
    gaps = [(later - earlier) / timedelta(minutes=10) for earlier, later in pairwise(polled)]
    assert len(gaps) >= 5
    assert all(0.9 <= gap <= 1.1 for gap in gaps)


@fault("P2", "a cycle in the way", "skipped, said once")
def test_p2_a_cycle_in_the_way_is_said_once_and_tried_again() -> None:
    time, said, tries = Time(end=NOON + timedelta(minutes=5)), [], []

    def busy() -> RunReport:
        tries.append(time.clock())
        raise BusyError("another cycle is running")

    Resident(
        cycle=busy,
        deliver=busy,
        now=time.clock,
        monotonic=lambda: time.seconds,
        wait=time.wait,
        stop=time.over,
        told=lambda _: None,
        complain=said.append,
    ).run()
    assert len(tries) >= 9
    assert [line.count("another cycle") for line in said] == [1]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (BlockingIOError(11, "Resource temporarily unavailable"), "Resource temporarily"),
        (ValueError("https://token@secret/"), "this is a bug in goldmine (ValueError), sorry"),
        (MemoryError(), "this is a bug in goldmine (MemoryError), sorry"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_goes_wrong_in_a_cycle_is_said_once_and_ends_nothing(
    error: Exception, said: str
) -> None:
    """A service that is gone tells of no job; under Prefect a run that fails ends nothing either.
    Afterwards cycles are what they were.
    """
    time, complained, tries = Time(end=NOON + timedelta(minutes=5)), [], []

    def fails_at_first() -> RunReport:
        tries.append(time.clock())
        if len(tries) <= 3:
            raise error
        return RunReport("run", time.clock(), time.clock())

    Resident(
        cycle=fails_at_first,
        deliver=fails_at_first,
        now=time.clock,
        monotonic=lambda: time.seconds,
        wait=time.wait,
        stop=time.over,
        told=lambda _: None,
        complain=complained.append,
    ).run()
    assert len(tries) > 3
    assert [line for line in complained if said in line] == complained
    assert (len(complained), "token" in complained[0]) == (1, False)


def test_the_children_go_when_nothing_comes_and_are_back_for_the_next_alert(
    tmp_path: Path,
) -> None:
    """At rest there is neither process; a cycle that finds nothing starts none; one that finds
    something sends its alert once.
    """
    with FeedServer() as server, Receiver() as phone, Resources() as resources:
        home = home_of(tmp_path, server, ("jobs", "5m"))
        home.settings += f'[[notify]]\nname = "phone"\nurl = "{phone.url()}"\n'
        first, both = upwork_feed(upwork_item(1)), upwork_feed(upwork_item(1), upwork_item(2))
        server.script("/jobs", Answer(body=first), Answer(304), Answer(body=both))

        def cycle() -> None:
            run_cycle(
                home.project(),
                env={},
                now=home.clock,
                out=io.StringIO(),
                all_feeds=True,
                resources=resources,
            )

        others = _children()  # of tests before, in the same process
        resources.notifier.check_url("phone", phone.url())
        cycle()
        children = _children() - others
        assert len(children) == 2
        resources.rest()
        assert children <= _children()  # they were needed just now
        resources.rest(after=timedelta(0))
        wait_for(lambda: not _children() & children)
        cycle()
        assert not _children() & children
        sent = len(phone.arrived)
        cycle()
        assert len(phone.arrived) == sent + 1
        wait_for(lambda: len(_children() - others) == len(children))  # one of each again


def _children() -> set[int]:
    """Processes that this one started, by their numbers."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
