"""2.8 Configuration: what changes under a running cycle, and files at their limits. The rest of
the group is in tests/config/test_config.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.config import ConfigProblems
from tests.faults.scene import Scene
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, Request
from tests.rig.project import upwork_feed, upwork_item
from tests.rig.waiting import PATIENCE, wait_for


@fault(
    "C6",
    "the configuration rewritten, half of it, during a cycle",
    "read once a cycle: the cycle is unaffected",
)
def test_c6_a_file_that_changes_under_a_cycle(scene: Scene) -> None:
    body = scene.body(qualified=(11,))
    file = scene.folder / "config/goldmine.toml"

    def overwrite(_request: Request) -> Answer:
        file.write_text('[[feed]]\nname = "half wri')
        return Answer(body=body)

    scene.feeds.script("/faulty", overwrite)
    assert [feed.outcome for feed in scene.run().feeds] == ["ok", "ok"]
    scene.heals(qualified=(11, 12))


@fault(
    "C6",
    "the same under `goldmine serve`",
    "goes on with the last good one, says so once, takes the mended one",
)
@pytest.mark.drill
def test_c6_serve_keeps_the_last_good_configuration(tmp_path: Path) -> None:
    files = tmp_path / "config"
    files.mkdir()
    with FeedServer() as feeds:
        feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1))))
        feeds.script("/more", Answer(body=upwork_feed(upwork_item(2))))
        head = f'[fetch]\nallow_private = ["{feeds.place}"]\n'
        table = '[[feed]]\nname = "{0}"\nurl = "{1}"\nevery = "1m"\n'
        good = head + table.format("jobs", feeds.url("/jobs"))
        (files / "goldmine.toml").write_text(good)
        (files / "criteria.toml").write_text("")
        said = tmp_path / "said.txt"
        with said.open("w") as out:
            command = [sys.executable, "-m", "goldmine_ingest", "serve", "--no-prefect"]
            env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
            process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=out, stderr=out)  # noqa: S603 - our own
        try:
            wait_for(lambda: feeds.requests("/jobs"))
            (files / "goldmine.toml").write_text(good[:-30])
            (files / "goldmine.toml").write_text(good + table.format("more", feeds.url("/more")))
            wait_for(lambda: feeds.requests("/more"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        assert "Traceback" not in said.read_text()


@pytest.mark.parametrize("every", ["0m", "-1m", "1000000000000m", "30s", "2d", "5"])
@fault(
    "C8",
    "intervals of 0, -1, 10^12, too short, too long, without a unit; no feed at all",
    "a clear error that names the key",
)
def test_c8_intervals_out_of_bounds(every: str, tmp_path: Path) -> None:
    (tmp_path / "goldmine.toml").write_text(
        f'[[feed]]\nname = "a"\nurl = "https://x.example/"\nevery = "{every}"\n'
    )
    (tmp_path / "criteria.toml").write_text("")
    with pytest.raises(ConfigProblems) as caught:
        config.load(tmp_path / "goldmine.toml", env={}, cwd=tmp_path)
    assert [problem.where for problem in caught.value.problems] == ["feed[0].every"]


@fault("C8", "no feed at all", "a clear error that names the key")
def test_c8_no_feed(tmp_path: Path) -> None:
    (tmp_path / "goldmine.toml").write_text("")
    (tmp_path / "criteria.toml").write_text("")
    asked = goldmine("--config", "goldmine.toml", "run", cwd=tmp_path)
    assert asked.returncode == 2
    assert "[[feed]]" in asked.stderr


@fault("C8", "100,000 feeds", "a clear error, at once")
def test_c8_a_hundred_thousand_feeds(tmp_path: Path) -> None:
    """The file alone is larger than a configuration may be."""
    (tmp_path / "goldmine.toml").write_text(
        "".join(f'[[feed]]\nname="{n}"\nurl="file:x"\n' for n in range(100_000))
    )
    (tmp_path / "criteria.toml").write_text("")
    with pytest.raises(ConfigProblems, match="is larger than 1024 KiB"):
        config.load(tmp_path / "goldmine.toml", env={}, cwd=tmp_path)
