"""One step of polling by workers in a process that a test may kill: python -m
tests.workers.one_step poll|shard:N|load TOML NOW
"""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.app import poll_shard, run_cycle


def main(step: str, path: str, now: str) -> None:
    project = config.load(Path(path), env={}, cwd=Path(path).parent)
    moment = datetime.fromisoformat(now)
    if step == "load":
        run_cycle(project, env={}, now=lambda: moment, out=io.StringIO(), shared=True)
    else:
        _, one, number = step.partition(":")
        for shard in (
            [int(number)] if one else range(project.workers.shards if project.workers else 0)
        ):
            poll_shard(project, shard, env={}, now=lambda: moment)


if __name__ == "__main__":
    main(*sys.argv[1:])
