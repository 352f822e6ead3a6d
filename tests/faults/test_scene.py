"""The conditions see what they are there to see: each is broken by hand once, and says so."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.leftovers import Leftovers
from tests.faults.scene import CANARIES, Scene
from tests.rig.fault_table import ELSEWHERE, NUMBERS, marked_in
from tests.rig.feed_server import Answer


def a_job_too_many(scene: Scene) -> None:
    scene.served["never stored"] = "rejected"


def told_twice(scene: Scene) -> None:
    scene.phone.arrived.append(scene.phone.accepted[0])


def never_told(scene: Scene) -> None:
    scene.phone.arrived.clear()


def rejected_and_told(scene: Scene) -> None:
    scene.served.update(dict.fromkeys(scene.served, "rejected"))


def a_secret_in_a_file(scene: Scene) -> None:
    (scene.folder / "data/log.txt").write_text(f"GET /?key={CANARIES['HEALTHY_KEY']}")


def the_control_feed_failed(scene: Scene) -> None:
    scene.feeds.script("/healthy", Answer(500))
    scene.run()


@pytest.mark.parametrize(
    "spoil",
    [
        a_job_too_many,
        told_twice,
        never_told,
        rejected_and_told,
        a_secret_in_a_file,
        the_control_feed_failed,
    ],
    ids=lambda f: f.__name__,
)
def test_a_broken_condition_is_seen(spoil: Callable[[Scene], None], tmp_path: Path) -> None:
    with pytest.raises(AssertionError), Scene(tmp_path) as scene:  # noqa: PT012 - the stage is what raises
        scene.heals()
        spoil(scene)


def test_a_thread_that_stays_is_seen() -> None:
    stop = threading.Event()
    with Leftovers() as leftovers:
        thread = threading.Thread(target=stop.wait, name="forgotten")
        thread.start()
        with pytest.raises(AssertionError, match="forgotten"):
            leftovers.check(patience=0.1)
        stop.set()
        thread.join()


@pytest.mark.parametrize("earlier", [0, 4])
def test_children_that_stay_are_seen_whatever_others_left_before(earlier: int) -> None:
    with contextlib.ExitStack() as ends:

        def start(count: int) -> None:
            for _ in range(count):
                child = ends.enter_context(subprocess.Popen(["sleep", "600"]))  # noqa: S607
                ends.callback(child.kill)

        start(earlier)
        with Leftovers() as leftovers:
            leftovers.check()
            start(4)
            with pytest.raises(AssertionError, match="children are left"):
                leftovers.check()


def test_every_case_of_the_battery_has_a_test() -> None:
    """Here or in the room that it needs; those that can't be shown by a test say why."""
    assert set(NUMBERS) - marked_in(Path(__file__).parent.parent) == set(ELSEWHERE)


def test_each_case_that_the_threat_model_names_has_a_test() -> None:
    """And each who could misuse what listens is stopped by something that a case shows."""
    root = Path(__file__).parents[2]
    shown = marked_in(root / "tests") | set(ELSEWHERE)
    text = (root / "SECURITY.md").read_text(encoding="utf-8")
    for first, _, last in re.findall(r"\b([A-TV-Z]\d+)(–([A-Z]\d+))?\b", text):
        assert {first, last or first} <= shown, first
    rows = text.partition("| who | could |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(rows) > 5
    for row in rows:
        assert re.search(r"\b[A-Z]\d+\b", row.split("|")[-2]), row
