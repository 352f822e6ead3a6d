"""One step of polling by workers, in a process that a test may kill: python -m
tests.workers.one_step poll|shard:N|load TOML NOW
"""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.app import Resources, poll_shard, run_cycle
from goldmine_ingest.settings.project import Project


def one_step(
    step: str, project: Project, moment: datetime, resources: Resources | None = None
) -> None:
    if step == "load":
        run_cycle(
            project,
            env={},
            now=lambda: moment,
            out=io.StringIO(),
            shared=True,
            resources=resources,
        )
        return
    _, one, number = step.partition(":")
    shards = [int(number)] if one else range(project.workers.shards if project.workers else 0)
    for shard in shards:
        poll_shard(project, shard, env={}, now=lambda: moment, resources=resources)


def main(step: str, path: str, now: str) -> None:
    project = config.load(Path(path), env={}, cwd=Path(path).parent)
    one_step(step, project, datetime.fromisoformat(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
