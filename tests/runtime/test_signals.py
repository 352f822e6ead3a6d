"""Being told to end, killed, or left without Prefect: P1, P5 and P6 with the real command in a
process of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.app import Resources, run_cycle
from goldmine_ingest.runtime.locks import serve_age
from goldmine_ingest.runtime.signals import Stop
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.processes import heed_signals
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE, wait_for

NOW = datetime.now(UTC)


def home_of(folder: Path, server: FeedServer, sink: Receiver, *, every: str = "1m") -> Home:
    home = Home(
        folder,
        f'[fetch]\nallow_private = ["{server.place}"]\n[alerts]\nbacklog = "all"\n[[feed]]\nname ='
        f' "jobs"\nurl = "{server.url("/jobs")}"\nevery = "{every}"\n[[notify]]\nname ='
        f' "phone"\nurl = "json://127.0.0.1:{sink.port}/hook"\n',
    )
    home.project()
    return home


@contextmanager
def goldmine(home: Home, *arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process group of its own; ended with the test whatever happens."""
    plain = {"PATH": os.environ["PATH"], "HOME": str(home.folder), "LANG": "C.UTF-8", **env}
    command = [sys.executable, "-m", "goldmine_ingest", *arguments]
    with (home.folder / "said.txt").open("a") as said:
        process = subprocess.Popen(  # noqa: S603 - our own
            command,
            cwd=home.folder,
            env=plain,
            stdout=said,
            stderr=said,
            text=True,
            start_new_session=True,
            preexec_fn=heed_signals,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def states(home: Home) -> Sequence[tuple[object, ...]]:
    home.clock.at = datetime.now(UTC)
    return home.rows(
        "SELECT state, count(*) FROM alerts WHERE kind = 'match' GROUP BY ALL ORDER BY ALL"
    )


@pytest.mark.parametrize(
    ("command", "number"),
    [
        (("run", "--all"), signal.SIGINT),
        (("serve", "--no-prefect"), signal.SIGTERM),
        (("serve", "--no-prefect"), signal.SIGHUP),
    ],
    ids=["run", "serve", "serve-terminal-closed"],
)
@fault(
    "P6", "SIGINT, SIGTERM and SIGHUP in mid send", "the send ends and is recorded, none uncertain"
)
def test_p6_a_signal_in_the_middle_of_a_send_lets_it_finish(
    command: tuple[str, ...], number: signal.Signals, tmp_path: Path, feeds: FeedServer
) -> None:
    """The whole group is told, as a terminal's Ctrl-C does. The send in hand is recorded as
    sent, the other stays owed, none uncertain.
    """
    feeds.script(
        "/jobs", Answer(body=upwork_feed(upwork_item(1, posted=NOW), upwork_item(2, posted=NOW)))
    )
    with Receiver(["slow", "200"]) as sink:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(home, *command) as process:
            wait_for(lambda: sink.arrived)
            (
                os.killpg(process.pid, number)
                if number in (signal.SIGINT, signal.SIGHUP)
                else process.send_signal(number)
            )
            assert process.wait(PATIENCE) == 0
    said = (tmp_path / "said.txt").read_text()
    assert "Traceback" not in said
    assert states(home) == [("owed", 1), ("sent", 1)], said


@pytest.mark.slow
@fault("P6", "SIGTERM while a destination hangs", "not waited for, the send is uncertain")
def test_p6_a_destination_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1, posted=NOW))))
    with Receiver(["hang"]) as sink:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(home, "serve", "--no-prefect") as process:
            wait_for(lambda: sink.arrived)
            process.terminate()
            assert process.wait(PATIENCE) == 0
    assert states(home) == [("uncertain", 1)]
    # let go, and not its deadline waited for
    why = "SELECT reason FROM alert_event WHERE event = 'uncertain'"
    assert "the sending process ended" in str(home.rows(why))


@fault("P6", "SIGTERM while a feed hangs", "ends at once")
def test_p6_a_feed_that_hangs_does_not_hold_up_the_end(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/jobs", Answer(silent=True, ending="hang"))
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(home, "run") as process:
            wait_for(lambda: feeds.requests("/jobs"))
            process.terminate()
            process.wait(PATIENCE)
    assert home.rows("SELECT count(*) FROM polls") == [(0,)]


def test_p6_a_body_that_hangs_the_reader_does_not_hold_up_the_end(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """The reading child is let go at once (its own deadline is 30 s). Nothing of that feed is
    stored, and the next cycle reads it again.
    """
    items = b"<item><title>x</title></item>" * 100_000
    feeds.script(
        "/jobs",
        Answer(body=b"<rss><channel>" + items),
        Answer(body=upwork_feed(upwork_item(1, posted=NOW))),
    )
    with Receiver() as sink, Resources() as tools:
        home = home_of(tmp_path, feeds, sink)
        stop = lambda: tools.worker.pid is not None  # noqa: E731 - asked to end as soon as the child reads
        report = run_cycle(
            home.project(),
            env={},
            now=home.clock,
            out=home.printed,
            all_feeds=True,
            stop=stop,
            resources=tools,
        )
        assert (report.feeds, tools.worker.pid) == ((), None)
        assert home.rows("SELECT count(*) FROM polls") == [(0,)]
        home.run()
    assert home.rows("SELECT outcome, new_listings FROM polls") == [("ok", 1)]


@fault("P1", "kill -9 of `goldmine run`", "the next one starts at once")
def test_p1_after_a_kill_the_next_cycle_starts_at_once(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script(
        "/jobs",
        Answer(silent=True, ending="hang"),
        Answer(body=upwork_feed(upwork_item(1, posted=NOW))),
    )
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(home, "run") as process:
            wait_for(lambda: feeds.requests("/jobs"))
            process.kill()
            process.wait()
        with goldmine(home, "run") as again:
            assert again.wait(PATIENCE) == 0
        assert len(sink.accepted) == 1


@fault("P5", "Prefect's API down, its database rubbish", "`goldmine run` works, alerts are sent")
def test_p5_run_works_whatever_has_become_of_prefect(tmp_path: Path, feeds: FeedServer) -> None:
    """Its API is down and its database is rubbish; `run` doesn't even look."""
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1, posted=NOW))))
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect/prefect.db").write_bytes(b"rubbish" * 1000)
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(
            home,
            "run",
            PREFECT_API_URL="http://127.0.0.1:9/api",
            PREFECT_HOME=str(tmp_path / "prefect"),
        ) as process:
            assert process.wait(PATIENCE) == 0
        assert len(sink.accepted) == 1


def test_a_second_serve_is_turned_away(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1, posted=NOW))))
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(home, "serve", "--no-prefect"):
            wait_for(lambda: sink.arrived)
            age = serve_age(tmp_path / "data/goldmine.duckdb")
            assert age is not None
            assert age < timedelta(minutes=1)
            with goldmine(home, "serve", "--no-prefect") as second:
                assert second.wait(PATIENCE) == 75
    assert "another goldmine serve is running" in (tmp_path / "said.txt").read_text()


def test_a_second_signal_does_what_it_always_did() -> None:
    """Nobody is locked in: the first Ctrl-C asks, the second interrupts."""
    # A shell's background job begins with SIGINT ignored, and would stay so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Stop() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop.wait(PATIENCE)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_under_nohup_a_closed_terminal_asks_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stop() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.wait(0.1)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Stop() as stop:
        assert not stop.wait(0.0)
        stop.ask()
        assert stop.wait(PATIENCE)
    assert signal.getsignal(signal.SIGTERM) == before
