"""A project whose polling is spread over workers, without Prefect: every shard polled once, one
load, both together.
"""

from __future__ import annotations

import io
from pathlib import Path

from goldmine_ingest.app import poll_shard, run_cycle
from goldmine_ingest.pipeline.run_report import RunReport
from goldmine_ingest.workers.shard import ShardReport
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home, kept_resources
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, watching

SHARDS = 2


def home_of(folder: Path, feeds: FeedServer, sink: Receiver, *paths: str) -> Home:
    home = watching(folder, feeds, *paths, to={"phone": hook(sink, "max_per_hour = 10000")})
    home.settings += f'[workers]\nbatches = "shared"\nshards = {SHARDS}\n'
    return home


def load(home: Home) -> RunReport:
    return run_cycle(
        home.project(),
        env={},
        now=home.clock,
        out=io.StringIO(),
        shared=True,
        resources=kept_resources(),
    )


def poll(home: Home) -> list[ShardReport]:
    """Every shard once."""
    project = home.project()
    return [
        poll_shard(project, shard, env={}, now=home.clock, resources=kept_resources())
        for shard in range(SHARDS)
    ]


def waiting(home: Home, folder: str = "batches") -> list[Path]:
    return sorted((home.folder / "shared" / folder).glob("*.parquet"))


def round_of(home: Home) -> RunReport:
    poll(home)
    return load(home)
