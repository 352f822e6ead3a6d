"""The heartbeat: asked after a good cycle, and only then; its address is the owner's and appears
nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, upwork_feed, upwork_item


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def home_of(folder: Path, feeds: FeedServer, watchdog: FeedServer) -> Home:
    """Only the feeds' server is in allow_private: the watchdog's address needs no exception."""
    return Home(
        folder,
        f'[schedule]\nheartbeat = "{watchdog.url("/ping/canary4711")}"\n[fetch]\nallow_private ='
        f' ["{feeds.place}"]\n[[feed]]\nname = "a"\nurl = "{feeds.url("/a")}"\n[[feed]]\nname ='
        f' "b"\nurl = "{feeds.url("/b")}"\n',
    )


@pytest.mark.parametrize(
    ("a", "b", "beats"),
    [(200, 200, 1), (200, 500, 1), (500, 500, 0)],
    ids=["all is well", "one feed fails", "every feed fails"],
)
def test_a_good_cycle_gives_a_sign_of_life(
    tmp_path: Path, feeds: FeedServer, a: int, b: int, beats: int
) -> None:
    for path, status in (("/a", a), ("/b", b)):
        feeds.script(
            path, Answer(status, body=upwork_feed(upwork_item(1)) if status == 200 else b"")
        )
    with FeedServer() as watchdog:
        watchdog.script("/ping/canary4711", Answer(200, b"OK"))
        home = home_of(tmp_path, feeds, watchdog)
        home.run()
        assert len(watchdog.requests()) == beats
        home.run(dry_run=True)
        assert len(watchdog.requests()) == beats


@pytest.mark.parametrize("answer", [Answer(404), Answer(raw=b"")], ids=["refused", "broken off"])
def test_a_watchdog_that_does_not_answer_is_a_problem_without_its_address(
    tmp_path: Path, feeds: FeedServer, answer: Answer
) -> None:
    feeds.script("/a", Answer(body=upwork_feed(upwork_item(1))))
    feeds.script("/b", Answer(body=upwork_feed(upwork_item(1))))
    with FeedServer() as watchdog:
        watchdog.script("/ping/canary4711", answer)
        report = home_of(tmp_path, feeds, watchdog).run()
    ((who, why),) = [problem for problem in report.problems if problem[0] == "heartbeat"]
    assert (who, "canary" in why, report.exit_status) == ("heartbeat", False, 3)
